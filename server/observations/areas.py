"""The lines of an index table: provinces, regions, or the country."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from schemas.reference.geography import Province, provinces, regions
from schemas.reference.services import is_offered, services

PLATES = tuple(province.plate for province in provinces())
SERVICES = tuple(service.code for service in services())
REGIONS = tuple(region.code for region in regions())
SUBREGIONS = tuple(sorted({province.subregion for province in provinces()}))
REGION_OF = np.array([REGIONS.index(province.region) for province in provinces()], dtype=np.int64)
PARENTS = (
    np.array([SUBREGIONS.index(province.subregion) for province in provinces()], dtype=np.int64),
    REGION_OF,
    np.zeros(len(PLATES), dtype=np.int64),
)
"""The number of the larger area of every province, level by level: where small cells are pooled."""
REGION, COUNTRY = 1, 2
"""The levels of them that are printed; provinces have none."""


@dataclass(frozen=True)
class Wanted:
    """What a table is split by and limited to; nothing named means all."""

    by: tuple[str, ...]
    services: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Area:
    """A line of the table: a province, a region, or the country."""

    province: str | None
    region: str | None
    plates: frozenset[str]


def areas_of(wanted: Wanted) -> list[Area]:
    """The lines a table is split into: always places of the tree, never a choice of some.

    Who picks provinces by hand gets each of them and no joint line: two overlapping choices would
    tell the figure of what they differ by.
    """
    within = [province for province in provinces() if _is_within(province, wanted)]
    if "province" in wanted.by or len(wanted.provinces) > 0:
        return [
            Area(province.plate, province.region, frozenset({province.plate}))
            for province in within
        ]
    if "region" in wanted.by or wanted.regions:
        return [
            Area(
                None,
                code,
                frozenset(province.plate for province in within if province.region == code),
            )
            for code in REGIONS
            if not wanted.regions or code in wanted.regions
        ]
    return [Area(None, None, frozenset(PLATES))]


def area_numbers(areas: list[Area]) -> IntArray:
    """The number of the area of every province; -1: in none."""
    number = {plate: position for position, area in enumerate(areas) for plate in area.plates}
    return np.array([number.get(plate, -1) for plate in PLATES], dtype=np.int64)


def service_weights(
    areas: list[Area], chosen: tuple[str, ...], *, among: tuple[str, ...]
) -> FloatArray:
    """Weigh all services alike, but only those an area has: there is no coast guard inland."""
    offered = [
        [float(service in chosen and _has(area, service)) for service in among] for area in areas
    ]
    return np.array(offered, dtype=np.float64).reshape(len(areas), len(among))


def _is_within(province: Province, wanted: Wanted) -> bool:
    return (not wanted.provinces or province.plate in wanted.provinces) and (
        not wanted.regions or province.region in wanted.regions
    )


def _has(area: Area, service: str) -> bool:
    return any(is_offered(service, plate) for plate in area.plates)
