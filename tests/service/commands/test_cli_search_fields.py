"""``artrieve search`` with what is known of the object."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.object_id import EXAMPLE, ObjectRecord
from service import commands
from service.settings import load_settings
from service.workshop import opened_register
from tests.drawing import photograph_again
from tests.service.serving import index, register_drawn


def test_what_is_known_is_compared_and_narrows(
    empty_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings()
    register_drawn(settings, [1, 2])
    with opened_register(settings) as register:
        register.amend(2, {"maker": "Ilse Vandermeer"})
        register.report(ObjectRecord.model_validate(EXAMPLE | {"title": "Pendant"}))
    index(settings)
    photo = tmp_path / "shop.jpg"
    photo.write_bytes(photograph_again(1))
    asked = ["search", str(photo), "--maker", "maarsen", "--size", "height 46 cm", "--place-of-origin", "Nok"]
    assert commands.run([*asked, "--narrow", "--type", "sculpture > still lifes"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "No registered object agrees with all fields that were given" in said
    assert commands.run([*asked, "--narrow"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Rank 1, object 1: height 46 cm, registered height 46.5 cm: agrees, within 5 %" in said
    assert "It changes no probability" in said
    assert "Agrees with all that was given, without a usable picture: object 3, Pendant." in said
    assert "Searched 1 photographs of 1 objects" in said
    assert commands.run([*asked, "--type", "terracotta sculpture", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["risk_flags"][0]["category"] == "Nok terracottas"
    assert record["asked"]["narrowed"] is False
    assert commands.run([*asked, "--type", "terracotta sculpture"]) == 0
    assert "Risk flag, not a match: Type and origin agree" in " ".join(capsys.readouterr().out.split())
    for wrong in (["--size", "tall"], ["--narrow"]):
        assert commands.run(["search", str(photo), *wrong]) == 2
    monkeypatch.setenv("ARTRIEVE_ROLE", "public")
    assert commands.run(["search", str(photo), "--theft-place", "Veldermond"]) == 2
    assert "theft_place" in capsys.readouterr().err
