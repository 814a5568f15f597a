"""``GET /api/v1/catalogue``: what a tablet keeps for working offline."""

from hashlib import sha256

from schemas.forms.packing import pack
from tests.people import ANALYST, bearer
from tests.records import FORM, TODAY, Field


def test_anybody_gets_the_forms_and_the_key(field: Field) -> None:
    catalogue = field.client.get("/api/v1/catalogue").json
    assert [(form["id"], form["version"]) for form in catalogue["forms"]] == [("gorusme", "1")]
    assert catalogue["receipt_key"]["public_key"]
    assert (catalogue["officer"], catalogue["visits"]) == (None, [])


def test_an_officer_also_gets_the_own_visits(field: Field) -> None:
    catalogue = field.client.get("/api/v1/catalogue", headers=field.officer).json
    assert catalogue["officer"] == {
        "username": "nevzat.ergun",
        "full_name": "Nevzat Ergün",
        "role": "officer",
        "language": "tr",
    }
    assert catalogue["visits"] == [
        {
            "code": "Z-06-001",
            "round": "2026-2",
            "title": {"tr": "Ziyaret Z-06-001", "en": "Visit Z-06-001"},
            "province": "06",
            "district": "1231",
            "team": "E-1",
            "planned_on": TODAY.isoformat(),
            "target": 20,
            "forms": ["gorusme"],
            "prefill": {"gorusme": {"il": "06", "ilce": "1231"}},
        }
    ]


def test_an_analyst_gets_no_visits(field: Field) -> None:
    catalogue = field.client.get("/api/v1/catalogue", headers=bearer(field.client, ANALYST)).json
    assert (catalogue["officer"], catalogue["visits"]) == (None, [])


def test_a_form_of_the_catalogue_has_the_digest_it_names(field: Field) -> None:
    (form,) = field.client.get("/api/v1/catalogue").json["forms"]
    text = field.client.get(form["url"]).data
    assert f"sha256:{sha256(text).hexdigest()}" == form["digest"]
    assert text == pack(FORM)
