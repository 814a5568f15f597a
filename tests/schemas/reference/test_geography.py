"""Provinces, districts, regions and the Turkish alphabet."""

import pytest

from schemas.reference.geography import (
    districts,
    find_province,
    province,
    provinces,
    provinces_alphabetical,
    provinces_of,
    region,
    regions,
)
from schemas.turkish import lower_turkish, search_word, turkish_sort_key, upper_turkish


def test_there_are_81_provinces_973_districts_and_12_regions() -> None:
    assert [province.plate for province in provinces()] == [
        f"{number:02}" for number in range(1, 82)
    ]
    assert len({district.code for district in districts()}) == 973
    assert len(regions()) == 12


def test_everybody_lives_in_a_province() -> None:
    assert sum(province.population for province in provinces()) == 86_092_168


def test_districts_add_up_to_their_province() -> None:
    for each in provinces():
        inside = [one.population for one in districts() if one.plate == each.plate]
        assert sum(inside) == pytest.approx(each.population, rel=0.001)


def test_every_province_lies_in_one_region() -> None:
    inside = [province for one in regions() for province in provinces_of(one.code)]
    assert sorted(each.plate for each in inside) == [province.plate for province in provinces()]
    assert region(province("06").region).name == {"tr": "Batı Anadolu", "en": "West Anatolia"}


def test_the_sort_key_orders_names_as_the_reference_data_do() -> None:
    by_key = sorted(provinces(), key=lambda each: turkish_sort_key(each.name))
    assert tuple(by_key) == provinces_alphabetical()
    for plate in ("06", "34", "63"):
        inside = [district for district in districts() if district.plate == plate]
        by_name = sorted(inside, key=lambda each: turkish_sort_key(each.name))
        assert by_name == sorted(inside, key=lambda each: each.order)


def test_turkish_letters_stand_after_their_plain_ones() -> None:
    words = ["şal", "sal", "ılık", "ilik", "çam", "cam", "Öz", "oz", "kâr", "kar 2", "kar"]
    assert sorted(words, key=turkish_sort_key) == [
        "cam", "çam", "ılık", "ilik", "kâr", "kar", "kar 2", "oz", "Öz", "sal", "şal",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("upper", "lower"),
    [("İZDES", "izdes"), ("IĞDIR", "ığdır"), ("İSTANBUL", "istanbul"), ("ŞIRNAK", "şırnak")],
)
def test_case_follows_the_turkish_alphabet(upper: str, lower: str) -> None:
    assert lower_turkish(upper) == lower
    assert upper_turkish(lower) == upper


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("Iğdır", "76"),
        ("IGDIR", "76"),
        ("igdir", "76"),
        ("iğdır", "76"),
        (" izmir ", "35"),
        ("İZMİR", "35"),
        ("k.maras", "46"),
        ("İçel", "33"),
        ("urfa", "63"),
        ("Hakkâri", "30"),
        ("06", "06"),
    ],
)
def test_a_province_is_found_however_it_is_typed(typed: str, plate: str) -> None:
    found = find_province(typed)
    assert found is not None
    assert found.plate == plate


@pytest.mark.parametrize("typed", ["", "6", "82", "Londra"])
def test_what_is_no_province_is_not_found(typed: str) -> None:
    assert find_province(typed) is None


def test_search_words_are_ascii() -> None:
    assert all(search_word(district.name).isascii() for district in districts())
