"""Settings: defaults, the environment, and words for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.intake import IntakeLimits
from data.machine import cores
from service.settings import Settings, SettingsUnusable, is_loopback, load_settings, unknown_variables


def test_everything_lies_in_one_folder_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert settings.data_dir == tmp_path / ".artrieve"
    assert settings.database == f"sqlite:///{tmp_path}/.artrieve/register.db"
    assert settings.photos == str(tmp_path / ".artrieve" / "photos")
    assert settings.index_dir == tmp_path / ".artrieve" / "index"


def test_the_environment_sets_and_what_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTRIEVE_PORT", "9000")
    monkeypatch.setenv("ARTRIEVE_DATABASE_URL", "postgresql://u:p@h/n")
    monkeypatch.setenv("ARTRIEVE_PHOTOS_URL", "memory://photos")
    assert load_settings(port=None).port == 9000
    assert load_settings(port=9001).port == 9001
    assert load_settings().database == "postgresql://u:p@h/n"
    assert load_settings().photos == "memory://photos"
    assert load_settings(database_url="", data_dir="/x").database == "sqlite:////x/register.db"


def test_a_folder_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert load_settings(data_dir="~/art").data_dir == Path("/home/somebody/art")


def test_the_limits_of_intake_are_the_defaults_of_intake() -> None:
    assert Settings().limits == IntakeLimits()


def test_each_limit_reaches_intake() -> None:
    settings = load_settings(
        max_photo_bytes=5000,
        max_photo_pixels=6000,
        max_photo_side=700,
        min_photo_side=8,
        decode_seconds=9.5,
        decode_memory_mb=1000,
        stored_side=1100,
        thumbnail_side=120,
    )
    assert settings.limits == IntakeLimits(
        max_bytes=5000,
        max_pixels=6000,
        max_side=700,
        min_side=8,
        decode_seconds=9.5,
        memory_mb=1000,
        stored_side=1100,
        thumbnail_side=120,
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_this_machine_s_own_addresses_are_accepted(host: str) -> None:
    assert is_loopback(host)
    assert load_settings(host=host).host == host.strip("[]"), "brackets belong to URLs, not to addresses"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "", "localhost.example.org"])
def test_any_other_address_is_refused_with_the_reason(host: str) -> None:
    with pytest.raises(SettingsUnusable, match="no accounts yet") as refused:
        load_settings(host=host)
    assert "ARTRIEVE_HOST" in str(refused.value)
    assert "ssh -L" in str(refused.value)


def test_every_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTRIEVE_PORT", "many")
    monkeypatch.setenv("ARTRIEVE_DECODE_SECONDS", "0")
    monkeypatch.setenv("ARTRIEVE_LOG_LEVEL", "loud")
    with pytest.raises(SettingsUnusable) as refused:
        load_settings()
    assert sorted(line.split(":")[0] for line in str(refused.value).splitlines()) == [
        "ARTRIEVE_DECODE_SECONDS",
        "ARTRIEVE_LOG_LEVEL",
        "ARTRIEVE_PORT",
    ]
    assert "greater than 0" in str(refused.value)
    assert "'debug', 'info', 'warning' or 'error'" in str(refused.value)


def test_a_misspelt_variable_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTRIEVE_PROT", "9000")
    monkeypatch.setenv("ARTRIEVE_TEST_PHOTOS", "none")
    assert unknown_variables() == ["ARTRIEVE_PROT"]


def test_settings_do_not_change_once_made() -> None:
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]  # that is what is tested


def test_zero_workers_means_one_for_each_core() -> None:
    assert Settings().search_threads == Settings().intake_processes == cores() >= 1
    assert load_settings(search_workers=3, intake_workers=5).search_threads == 3
    assert load_settings(search_workers=3, intake_workers=5).intake_processes == 5


def test_hosts_that_may_be_asked_are_names() -> None:
    assert Settings().fetch_hosts == ()
    assert load_settings(iiif_hosts=" a.example, *.b.example ,c.example:8443").fetch_hosts == (
        "a.example", "*.b.example", "c.example:8443",
    )  # fmt: skip
    for wrong in ("https://a.example", "a.example/path", "*", "*.com.", "a b", "localhost"):
        with pytest.raises(SettingsUnusable, match="ARTRIEVE_IIIF_HOSTS"):
            load_settings(iiif_hosts=wrong)
