"""The register of institutions, and when two names of units look alike."""

import csv
from datetime import date

import pytest

from schemas.reference.files import FOLDER, reference_rows
from schemas.reference.organisations import organisations
from schemas.reference.unit_words import look_alike, unit_types

PER = {"", "province", "district", "metropolitan", "non_metropolitan", "municipality", "region"}


def rows() -> list[dict[str, str]]:
    return list(reference_rows("organisations.csv"))


def test_central_units_are_those_of_the_forms_in_their_order() -> None:
    choices = FOLDER.parent / "definitions" / "choices.csv"
    with choices.open(encoding="utf-8", newline="") as file:
        listed = [row for row in csv.DictReader(file) if row["list_name"] == "merkez_birim"]
    assert len(listed) == 14
    first = organisations()[: len(listed)]
    assert [one.code for one in first] == [row["name"] for row in listed]
    other = {"diger"}  # a form says “Other”, a register whose other unit
    for one, row in zip(first, listed, strict=True):
        assert one.code in other or one.name_tr == row["label::Türkçe (tr)"]


def test_codes_are_unique_and_lead_to_institutions_there_are() -> None:
    codes = [one.code for one in organisations()]
    assert len(codes) == len(set(codes)) > 2000
    named = {row["code"] for row in rows()} | set(codes)
    for one in organisations():
        assert {one.parent, one.successor} - {None} <= named, one.code
        assert one.name_tr
        assert one.name_en
    assert {row["per"] for row in rows()} <= PER | {"each"}
    assert {row["external"] for row in rows()} == {"0", "1"}
    assert {row["board"] for row in rows()} - {""} <= set(codes)


def test_a_dissolved_institution_says_when_and_what_came_after() -> None:
    closed = [one for one in organisations() if one.closed_on]
    assert {"kalkinma_eski", "migm"} <= {one.code for one in closed}
    for one in closed:
        assert one.closed_on is not None
        assert one.closed_on < date(2026, 12, 1)
        assert one.successor


@pytest.mark.parametrize(
    ("kind", "number"),
    [("valilik", 81), ("yikob", 30), ("ozel_idare", 51), ("kaymakamlik", 973), ("il_112", 81)],
)
def test_institutions_of_places_are_one_a_place(kind: str, number: int) -> None:
    assert sum(one.code.startswith(f"{kind}-") for one in organisations()) == number


def test_types_of_units_are_those_of_the_forms() -> None:
    assert unit_types()["karakol"]["en"] == "Gendarmerie station"
    assert len(unit_types()) == 15


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Muradiye Jandarma Karakolu", "Muradye Jandarma Karakolu", True),
        ("Edremit Karakolu", "Edremit Jandarma Karakolu", True),
        ("IĞDIR Trafik Şubesi", "Iğdır Trafik Şube", True),
        ("Edremit Jandarma Karakolu", "Erciş Jandarma Karakolu", False),
        ("1. Polis Merkezi", "2. Polis Merkezi", False),
        ("112 Çağrı Merkezi", "12 Çağrı Merkezi", False),
    ],
)
def test_names_are_compared_by_what_they_do_not_share(one: str, other: str, *, alike: bool) -> None:
    assert look_alike(one, other) is alike
    assert look_alike(other, one) is alike
