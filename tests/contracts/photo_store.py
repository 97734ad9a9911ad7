"""What every PhotoStore must do. A test class for an implementation inherits this and gives the store."""

from __future__ import annotations

import hashlib
import pickle
from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.photos import PhotoCorrupt, PhotoMissing, PhotoStore

HOSTILE_KEYS = [
    "",
    "a",
    "../../../etc/passwd",
    "/etc/passwd",
    "A" * 64,
    "0" * 63,
    "0" * 65,
    "0" * 63 + "\n",
    "0" * 64 + "\n",
    "\u0660" * 64,
    "00/00/" + "0" * 58,
    "0" * 32 + "\x00" + "0" * 31,
]


class PhotoStoreContract:
    """put(bytes) -> key, get(key) -> the same bytes, for ever; nothing else is ever read or written."""

    @pytest.fixture
    @abstractmethod
    def store(self) -> PhotoStore:
        """An empty store."""

    @abstractmethod
    def spoil(self, store: PhotoStore, key: str, data: bytes) -> None:
        """Write other bytes under a key, as a failing disk would."""

    def test_it_is_a_photo_store(self, store: PhotoStore) -> None:
        assert isinstance(store, PhotoStore)

    def test_what_is_put_can_be_got(self, store: PhotoStore) -> None:
        key = store.put(b"a photo")
        assert key == hashlib.sha256(b"a photo").hexdigest()
        assert store.exists(key)
        assert store.get(key) == b"a photo"

    def test_the_same_bytes_are_kept_once(self, store: PhotoStore) -> None:
        assert store.put(b"a photo") == store.put(b"a photo")
        store.put(b"another")
        assert sorted(store.keys()) == sorted(
            hashlib.sha256(one).hexdigest() for one in (b"a photo", b"another")
        )

    def test_an_empty_store_has_nothing(self, store: PhotoStore) -> None:
        key = hashlib.sha256(b"never put").hexdigest()
        assert list(store.keys()) == []
        assert not store.exists(key)
        with pytest.raises(PhotoMissing, match="no photo"):
            store.get(key)

    @pytest.mark.parametrize("key", HOSTILE_KEYS)
    def test_a_key_that_is_none_is_missing(self, store: PhotoStore, key: str) -> None:
        assert not store.exists(key)
        with pytest.raises(PhotoMissing):
            store.get(key)

    @pytest.mark.parametrize("spoiled", [b"", b"a phot", b"a photo!", b"b photo"])
    def test_changed_bytes_are_noticed_and_healed_by_the_next_put(
        self, store: PhotoStore, spoiled: bytes
    ) -> None:
        key = store.put(b"a photo")
        self.spoil(store, key, spoiled)
        with pytest.raises(PhotoCorrupt, match="restore"):
            store.get(key)
        assert store.put(b"a photo") == key
        assert store.get(key) == b"a photo"

    @pytest.mark.parametrize("size", [0, 1, 100_000, 5_000_000])
    def test_any_size(self, store: PhotoStore, size: int) -> None:
        data = bytes(range(256)) * (size // 256) + bytes(size % 256)
        assert store.get(store.put(data)) == data

    def test_any_bytes(self, store: PhotoStore) -> None:
        @given(st.binary(max_size=200))
        def roundtrip(data: bytes) -> None:
            assert store.get(store.put(data)) == data

        roundtrip()

    def test_many_threads_at_once(self, store: PhotoStore) -> None:
        photos = [bytes([number % 7]) * 50_000 for number in range(60)]
        with ThreadPoolExecutor(8) as threads:
            keys = list(threads.map(store.put, photos))
        assert [store.get(key) for key in keys] == photos
        assert len(list(store.keys())) == 7

    def test_it_can_be_handed_to_another_process(self, store: PhotoStore) -> None:
        key = store.put(b"a photo")
        assert pickle.loads(pickle.dumps(store)).get(key) == b"a photo"
