"""The vocabulary, the Red Lists, and what an object is answered with because of them, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from data.object_id import EXAMPLE
from data.vocabulary.terms import Language, types
from service.photo_quality import HOPELESS, POOR
from tests.drawing import draw_photo, draw_pixels, encode
from tests.service.serving import API, Running, assert_problem, serving, settings_in

TYPES = f"{API}/vocabulary/types"
MATERIALS = f"{API}/vocabulary/materials"
OBJECTS = f"{API}/objects"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service without an index: none of this needs one."""
    with serving(settings_in(tmp_path_factory.mktemp("vocabulary"))) as running:
        yield running


def answered(service: Running, address: str, **asked: Any) -> dict[str, Any]:
    response = service.client.get(address, params=asked)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def made(service: Running, **fields: Any) -> dict[str, Any]:
    response = service.client.post(OBJECTS, json=fields)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


def send_photo(service: Running, object_id: int, photo: bytes) -> dict[str, Any]:
    response = service.client.post(f"{OBJECTS}/{object_id}/photographs", files={"photo": ("a.jpg", photo)})
    assert response.status_code in (200, 201), response.text
    found: dict[str, Any] = response.json()
    return found


def test_a_word_is_answered_with_its_term_in_the_language_that_was_asked_for(service: Running) -> None:
    answer = answered(service, TYPES, q="icône", language="de")
    assert answer["found"] is None, "it is no German word"
    answer = answered(service, TYPES, q="icône", language="fr")
    found = answer["found"]
    assert (found["key"], found["label"], found["matched"]) == ("icons", "icônes", "icône")
    assert [step["label"] for step in found["path"]] == ["objets religieux", "icônes"]
    assert found["aat_uri"] == "http://vocab.getty.edu/aat/300033945"
    assert list(found["labels"]) == [each.value for each in Language]
    assert answer["size"] == len(types().terms)
    assert answered(service, TYPES, q="ICONE")["found"]["label"] == "icons"


def test_the_beginning_of_a_word_suggests_terms(service: Running) -> None:
    answer = answered(service, TYPES, q="taschen", language="de", limit=5)
    assert answer["found"] is None
    assert [(each["key"], each["matched"]) for each in answer["terms"]] == [("pocket-watches", "Taschenuhr")]
    assert len(answered(service, TYPES, q="p", limit=3)["terms"]) == 3
    assert answered(service, MATERIALS, q="oil")["found"]["key"] == "oil-paint"


def test_an_identifier_of_the_thesaurus_names_its_term(service: Running) -> None:
    for written in ("300033945", "http://vocab.getty.edu/aat/300033945"):
        assert answered(service, TYPES, aat=written)["found"]["key"] == "icons"
    assert answered(service, TYPES, aat="300000000")["found"] is None
    assert answered(service, MATERIALS, aat="300033945")["found"] is None


def test_terms_can_be_walked_from_the_general_to_the_special(service: Running) -> None:
    tops = answered(service, TYPES)["terms"]
    assert "paintings" in {each["key"] for each in tops}
    below = answered(service, TYPES, within="paintings")["terms"]
    murals = next(each for each in below if each["key"] == "mural-paintings")
    assert murals["narrower"] == 1
    assert [each["key"] for each in answered(service, TYPES, within="mural-paintings")["terms"]] == [
        "frescoes"
    ]


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"language": "la"}, "query.language"),
        ({"limit": 0}, "query.limit"),
        ({"limit": 51}, "query.limit"),
        ({"q": "x" * 201}, "query.q"),
        ({"within": "nothing"}, "query.within"),
        ({"word": "icon"}, "query.word"),
    ],
)
def test_what_cannot_be_asked(service: Running, asked: dict[str, Any], where: str) -> None:
    problem = assert_problem(service.client.get(TYPES, params=asked), 422, "invalid-request")
    assert problem["errors"][0]["where"] == where


@pytest.mark.parametrize("text", ["'; DROP TABLE objects", "%", "\u0000", "\ud7ff\uffff", "  ", "a" * 200])
def test_any_text_is_answered(service: Running, text: str) -> None:
    assert answered(service, TYPES, q=text)["found"] is None


def test_a_vocabulary_that_there_is_not(service: Running) -> None:
    assert_problem(service.client.get(f"{API}/vocabulary/colours"), 404, "not-found")


def test_the_red_lists_are_listed(service: Running) -> None:
    lists = answered(service, f"{API}/red-lists")["red_lists"]
    africa = next(each for each in lists if each["key"] == "africa")
    nok = africa["categories"][0]
    assert (nok["name"], nok["types"], nok["last"]) == ("Nok terracottas", ["sculpture"], 600)
    assert nok["cultures"] == ["Nok"]
    assert "Nigeria*" in nok["places"]
    peru = next(each for each in lists if each["key"] == "peru")
    assert all("Peruv*" in each["places"] for each in peru["categories"]), (
        "a list's places are its categories'"
    )


def test_an_object_in_a_category_at_risk_is_flagged_and_one_outside_is_not(service: Running) -> None:
    flagged = made(service, title="Nok head", type_path=["sculpture", "terracottas"])
    flag = flagged["risk_flags"][0]
    assert (flag["red_list"], flag["category"]) == ("africa", "Nok terracottas")
    assert (flag["agreed"], flag["unknown"]) == (["type", "origin"], ["period"])
    assert "not a match" in flag["meaning"]
    address = f"{OBJECTS}/{flagged['id']}"
    assert service.client.get(address).json() == flagged
    changed = service.client.patch(address, json={"date": {"text": "1970"}}).json()
    assert changed["risk_flags"] == []
    assert made(service, **EXAMPLE)["risk_flags"] == []


def test_an_object_says_what_it_lacks_until_it_has_it(service: Running) -> None:
    bare = made(service, title="Lemon", type_path=["paintings", "oil paintings"])
    first, *_ = bare["completeness"]["missing"]
    assert (first["part"], first["view"]) == ("photographs", "overall")
    send_photo(service, bare["id"], draw_photo(51))
    shown = service.client.get(f"{OBJECTS}/{bare['id']}").json()
    assert first not in shown["completeness"]["missing"]
    assert shown["completeness"]["share"] > bare["completeness"]["share"]
    page = service.client.get(OBJECTS, params={"after": bare["id"] - 1, "limit": 1}).json()
    assert page["objects"] == [shown]


def test_a_poor_photo_is_taken_with_a_warning_and_a_good_one_without(service: Running) -> None:
    object_id = made(service, title="Drawing")["id"]
    good = send_photo(service, object_id, draw_photo(52))
    assert good["quality"] == {"searchable": True, "warning": ""}
    blurred = np.asarray(cv2.GaussianBlur(draw_pixels(53), (0, 0), 2.4), np.uint8)
    poor = send_photo(service, object_id, encode(blurred))
    assert poor["quality"]["searchable"]
    assert poor["quality"]["warning"].startswith(POOR)
    assert "blurred" in poor["quality"]["warning"]
    black = encode(np.full((360, 480, 3), 4, np.uint8))
    hopeless = send_photo(service, object_id, black)
    assert not hopeless["quality"]["searchable"]
    assert hopeless["quality"]["warning"].startswith(HOPELESS)
    assert send_photo(service, object_id, black) == hopeless, "sent again, it is answered the same"
    kept = service.client.get(f"{OBJECTS}/{object_id}").json()["photographs"]
    assert [each["id"] for each in kept] == [good["id"], poor["id"], hopeless["id"]]
