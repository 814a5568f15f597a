"""Türkiye's provinces, districts and statistical regions.

A province is known by its plate code as text, "01" to "81": as a number it would lose the zero. A
region is one of the twelve İBBS/NUTS-1 regions. Fifty-one districts are called Merkez: show a
district with its province.
"""

from dataclasses import dataclass
from functools import cache

from schemas.reference.files import reference_rows
from schemas.turkish import search_word


@dataclass(frozen=True)
class Region:
    """A statistical region (İBBS/NUTS level 1)."""

    code: str
    name: dict[str, str]


@dataclass(frozen=True)
class Province:
    """One of the 81 provinces."""

    plate: str
    name: str
    slug: str
    region: str
    subregion: str
    """One of the 26 İBBS/NUTS-2 regions, which lie within the twelve."""
    population: int
    is_metropolitan: bool
    is_coastal: bool
    latitude: float
    longitude: float
    """Of its capital."""
    order: int
    """Rank in the Turkish alphabet."""


@dataclass(frozen=True)
class District:
    """One of the 973 districts."""

    code: str
    plate: str
    name: str
    population: int
    order: int


@cache
def regions() -> tuple[Region, ...]:
    """The twelve regions in the order of their codes."""
    return tuple(
        Region(row["code"], {"tr": row["name_tr"], "en": row["name_en"]})
        for row in reference_rows("nuts.csv")
        if row["level"] == "1"
    )


@cache
def provinces() -> tuple[Province, ...]:
    """The provinces in the order of their plate codes."""
    return tuple(
        Province(
            plate=row["plate"],
            name=row["name"],
            slug=row["slug"],
            region=row["nuts1"],
            subregion=row["nuts2"],
            population=int(row["population_2025"]),
            is_metropolitan=row["is_metropolitan"] == "1",
            is_coastal=row["is_coastal"] == "1",
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
            order=int(row["sort_tr"]),
        )
        for row in reference_rows("provinces.csv")
    )


@cache
def districts() -> tuple[District, ...]:
    """The districts, province by province in the order of their names."""
    return tuple(
        District(
            code=row["district_code"],
            plate=row["plate"],
            name=row["name"],
            population=int(row["population_2025"]),
            order=int(row["sort_tr"]),
        )
        for row in reference_rows("districts.csv")
    )


def province(plate: str) -> Province:
    """The province of a plate code; an unknown code is a KeyError."""
    return _by_plate()[plate]


def district(code: str) -> District:
    """The district with this code."""
    return _by_district()[code]


def region(code: str) -> Region:
    """The region of a code; an unknown code is a KeyError."""
    return _by_region()[code]


def provinces_of(region_code: str) -> tuple[Province, ...]:
    """The provinces of a region."""
    return tuple(province for province in provinces() if province.region == region_code)


def provinces_alphabetical() -> tuple[Province, ...]:
    """The provinces in the order of the Turkish alphabet."""
    return tuple(sorted(provinces(), key=lambda province: province.order))


def find_province(text: str) -> Province | None:
    """Find the province someone means: its plate, its name in any spelling, or a nickname."""
    return _by_search_word().get(search_word(text.strip()))


@cache
def _by_plate() -> dict[str, Province]:
    return {province.plate: province for province in provinces()}


@cache
def _by_district() -> dict[str, District]:
    return {district.code: district for district in districts()}


@cache
def _by_region() -> dict[str, Region]:
    return {region.code: region for region in regions()}


@cache
def _by_search_word() -> dict[str, Province]:
    words: dict[str, Province] = {}
    for place in provinces():
        for word in (place.plate, place.slug, search_word(place.name)):
            words[word] = place
    for row in reference_rows("province_aliases.csv"):
        words[row["alias"]] = _by_plate()[row["plate"]]
    return words
