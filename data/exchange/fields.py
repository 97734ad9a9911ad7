"""The fields an import knows, and the names under which other registers' lists have them."""

import re
import unicodedata
from typing import Final

TEXT_FIELDS: Final = (
    "materials", "inscriptions", "distinguishing_features", "title", "subject", "maker", "description",
    "inventory_number", "related_written_material", "place_of_origin", "related_objects", "authority",
    "case_reference",
)  # fmt: skip
LENGTH_FIELDS: Final = ("height", "width", "depth", "diameter", "length", "thickness", "circumference")
FIELDS: Final = (
    "record_id", "photo", "photo_view", "type", *TEXT_FIELDS, "measurements", *LENGTH_FIELDS, "weight", "unit",
    "weight_unit", "date", "date_earliest", "date_latest", "date_documented", "theft_date", "theft_date_latest",
    "theft_place", "circumstances", "owner", "owner_contact", "status",
)  # fmt: skip
"""Every field, in the order of the documentation."""

# Plain lower-case words, as `plain_name` makes them. A name that our own fields have is never listed here.
SYNONYMS: Final[dict[str, str]] = {
    synonym: field
    for field, synonyms in {
        "record_id": "id record object_id objectid uid identifier datensatz objekt_id",
        "photo": "photos file files filename file_name image images image_file picture pictures foto fotos bild "
        "bilder datei dateiname photograph photographs",
        "photo_view": "view views ansicht view_kind",
        "type": "object_type type_of_object category objektart art typ objekttyp gattung type_path "
        "classification",
        "materials": "material medium technique materials_and_techniques materials_techniques material_technik "
        "technik materiaux",
        "inscriptions": "inscription markings inscriptions_and_markings signature marks inschrift inschriften "
        "bezeichnung",
        "distinguishing_features": "features damage condition distinguishing_marks merkmale besondere_merkmale "
        "zustand",
        "title": "name titel titre object_name objekttitel titolo titulo",
        "subject": "motif motiv thema darstellung sujet",
        "maker": "artist author creator manufacturer kuenstler hersteller artiste artista urheber",
        "description": "beschreibung short_description desc text descrizione descripcion",
        "inventory_number": "inventory inventory_no inv_no inv inventarnummer accession_number inv_nr "
        "inventar_nr inventaire",
        "related_written_material": "literature references bibliography literatur publications",
        "place_of_origin": "origin place_of_discovery find_spot herkunft herkunftsort fundort entstehungsort "
        "provenienz place_of_origin_discovery",
        "related_objects": "related cross_reference cross_reference_to_related_objects verwandte_objekte",
        "authority": "reporting_authority agency behoerde dienststelle police reported_by",
        "case_reference": "case case_no case_number aktenzeichen reference case_id az",
        "measurements": "dimensions size masse abmessungen groesse",
        "height": "hoehe h hauteur altezza", "width": "breite w largeur larghezza", "depth": "tiefe profondeur",
        "diameter": "durchmesser diam diametre", "length": "laenge longueur", "thickness": "dicke staerke",
        "circumference": "umfang", "weight": "gewicht poids", "unit": "units einheit unit_of_measurement",
        "date": "dating period date_or_period datierung epoch date_text made entstehungszeit",
        "date_earliest": "year_from earliest_year date_from von_jahr start_year",
        "date_latest": "year_to latest_year date_to bis_jahr end_year",
        "date_documented": "documented documented_on erfasst_am",
        "theft_date": "date_of_theft stolen_on theft_date_earliest date_stolen tatzeit diebstahldatum "
        "theft_earliest stolen_date",
        "theft_date_latest": "theft_date_to theft_latest tatzeit_bis",
        "theft_place": "place_of_theft tatort theft_location stolen_from",
        "circumstances": "theft_circumstances tatumstaende umstaende",
        "owner": "owner_name eigentuemer besitzer eigner proprietaire proprietario propietario",
        "owner_contact": "owner_address contact_of_owner eigentuemer_adresse adresse_des_eigentuemers",
        "status": "state",
    }.items()
    for synonym in synonyms.split()
}  # fmt: skip
_LETTERS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae"})
_HEADER_UNIT: Final = re.compile(
    r"^(.*?)[\s_]*(?:\[|\(|\bin\b|_|,)\s*(mm|cm|m|in|ft|g|kg|oz|lb)\s*[\])]?$", re.I
)


def plain_name(name: str) -> str:
    """A column's name for comparing: lower case, letters and digits, _ between words ("Inv.-Nr." is inv_nr)."""
    lower = unicodedata.normalize("NFKC", name).casefold().translate(_LETTERS)
    bare = "".join(one for one in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def field_of(name: str) -> str | None:
    """The field that a column's name means, or None."""
    for candidate in (name, split_unit(name)[0]):
        plain = plain_name(candidate)
        if plain in FIELDS:
            return plain
        if plain in SYNONYMS:
            return SYNONYMS[plain]
    return None


def split_unit(name: str) -> tuple[str, str]:
    """A column's name and the unit it carries: "Height (cm)" and "height_cm" are height and cm."""
    match = _HEADER_UNIT.match(name.strip())
    return (match[1], match[2].lower()) if match and match[1] else (name, "")
