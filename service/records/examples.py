"""An invented search record, shown in the API's description."""

from __future__ import annotations

from typing import Any

from service.records.asking import NO_PROBABILITY

EXAMPLE_LEVEL: dict[str, Any] = {
    "level": "dealer",
    "from_probability": 0.62,
    "match_from": 0.95,
    "false_alerts_per_1000": 3.0,
    "at_most_per_1000": 7.5,
    "meaning": "Possible from a probability of 62 % on, match from 95 % on; about 3 of 1,000 photos that show "
    "nothing registered (at most 7.5) alert as well.",
}
_REGISTER_OWN: dict[str, Any] = {
    "key": "own",
    "name": "This register",
    "objects": 310,
    "objects_with_photographs": 305,
    "photographs": 820,
    "without_usable_picture": 7,
    "as_of": "2026-03-14",
    "updated_at": "2026-01-05T08:00:00Z",
}
_REGISTER_OTHER: dict[str, Any] = {
    "key": "veldermond",
    "name": "Stolen art, Police of Veldermond",
    "objects": 4000,
    "objects_with_photographs": 3570,
    "photographs": 5300,
    "without_usable_picture": 434,
    "as_of": "2026-03-01",
    "updated_at": "2026-03-02T06:30:00Z",
}
_HEIGHT: dict[str, Any] = {
    "field": "measurements",
    "asked": "height 18 in",
    "registered": "height 46 cm",
    "outcome": "agrees",
    "words": "height 18 in, registered height 46 cm: agrees, within 5 %",
}
_ASKED: dict[str, Any] = {
    "fields": {"maker": "vandermer", "size": "height 18 in"},
    "narrowed": True,
    "corrections": ["Searched for vandermeer instead of vandermer in maker, which no record has."],
    "meaning": NO_PROBABILITY,
}
_NARROWED: dict[str, Any] = {
    "objects": 4,
    "photographs": 5,
    "without_usable_picture": 1,
    "pictureless": [
        {"object_id": 211, "title": "Harbour", "type_path": ["painting"], "maker": "Ilse Vandermeer"}
    ],
}
EXAMPLE_RECORD: dict[str, Any] = {
    "id": "0b9d1c52-8f0e-4a57-9a53-6a1e2f4c7d10",
    "made_at": "2026-03-14T10:15:30.120000Z",
    "role": "registrar",
    "photos": [
        {
            "sha256": "9f2c6d0b6d4f0a3c1f7a5b8e2d9c4e6f7081a2b3c4d5e6f708192a3b4c5d6e7f",
            "format": "JPEG",
            "original_width": 4032,
            "original_height": 3024,
            "width": 1600,
            "height": 1200,
            "notes": ["turned upright as its EXIF orientation says"],
        }
    ],
    "asked": _ASKED,
    "risk_flags": [],
    "verdict": "match",
    "alert": {**EXAMPLE_LEVEL, "would_alert_at": []},
    "meaning": "A registered object agrees with this photo. Compare the pictures, and contact the authority "
    "named with the record before anything else happens to the object.",
    "advice": "",
    "candidates": [
        {
            "rank": 1,
            "object_id": 17,
            "photograph_id": 23,
            "view": "overall",
            "verdict": "match",
            "probability": 0.999214,
            "chance": "over 99 %",
            "log_odds": 7.148,
            "score": 0.709586,
            "explanation": "188 points of the photo lie where the registered photo has them.",
            "photo": 0,
            "also": [],
            "votes": 96.5,
            "clues": {"points": 5.2417, "share": -0.4884, "agreement": 0.83, "margin": 1.0},
            "inliers": 188,
            "inlier_share": 0.61,
            "spread": 0.72,
            "mirrored": False,
            "outdone": False,
            "mapping": [0.98, 0.01, 12.5, -0.02, 1.01, 40.2, 0.0, 0.0, 1.0],
            "points": [[120.5, 88.25, 131.4, 125.8], [640.0, 402.5, 645.1, 433.9]],
            "more": [],
            "solid": False,
            "alike": 0.94,
            "differences": [
                {
                    "kind": "cropped",
                    "words": "Your photo shows about 84 % of the registered photograph; its left edge is missing.",
                    "share": 0.842,
                    "outline": [[190.0, 0.0], [1199.0, 0.0], [1199.0, 899.0], [190.0, 899.0]],
                }
            ],
            "differences_unknown": "",
            "fields": [_HEIGHT],
            "evidence": ["overlay", "underlay", "regions", "matches", "differences"],
            "object": {
                "version": 3,
                "status": "stolen",
                "title": "Harbour at dusk",
                "type_path": ["painting", "seascape"],
                "maker": "Ilse Vandermeer",
                "date": "about 1890",
                "materials": "oil on canvas",
                "measurements": [{"dimension": "height", "value": "46", "unit": "cm"}],
                "inventory_number": "P-118",
                "theft": {"earliest": "2024-05-02", "latest": "2024-05-06", "place": "Ghent"},
                "authority": "Example police, art crime unit",
                "case_reference": "2024/0518-A",
                "source_register": "Stolen art, Police of Veldermond",
            },
        }
    ],
    "covered": {
        "generation": 12,
        "live": 3,
        "register_revision": 5120,
        "objects": 4310,
        "objects_with_photographs": 3875,
        "photographs": 6120,
        "without_usable_picture": 441,
        "narrowed": _NARROWED,
        "taken_at": "2026-03-14T10:15:29Z",
        "registers": [_REGISTER_OWN, _REGISTER_OTHER],
    },
    "models": {"keypoints": "rootsift-1.0-5c1f0a", "verifier": "magsac-homography-1.0-77d2e1"},
    "evidence_until": "2026-03-14T11:15:30.120000Z",
}
