"""What the reader asked to see; it lives in the address, so a view can be sent to a colleague."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TypedDict

from schemas.problems import Problem
from schemas.reference.geography import provinces, regions
from schemas.reference.services import services
from server.accounts.scopes import Scope


class Domain(TypedDict):
    """The part of the country, as the index table takes it."""

    provinces: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Filters:
    """One round; perhaps one service; the whole country, one region, or one province."""

    round: str
    service: str | None = None
    province: str | None = None
    region: str | None = None
    within: frozenset[str] | None = None
    """The provinces whose figures the reader may see; None: all."""

    @property
    def domain(self) -> Domain:
        """Where the headline figures hold."""
        return {
            "provinces": (self.province,) if self.province else (),
            "regions": (self.region,) if self.region else (),
        }

    def as_query(self) -> dict[str, str]:
        """The address's parameters that show this view again."""
        return {name: value for name, value in asdict(self).items() if value and name != "within"}


def filters_from(
    query: Mapping[str, str], *, rounds: Iterable[str], default: str, scope: Scope
) -> Filters:
    """Read the address; what does not exist is a problem, a province goes before its region.

    A province outside the reader's scope does not exist for the reader.
    """
    within = scope.provinces
    plates = {province.plate for province in provinces()}
    province = _one_of(query.get("province"), plates if within is None else plates & within)
    region = _one_of(query.get("region"), regions_shown(within))
    return Filters(
        round=_one_of(query.get("round"), rounds) or default,
        service=_one_of(query.get("service"), (service.code for service in services())),
        province=province,
        region=None if province else region,
        within=within,
    )


def regions_shown(within: frozenset[str] | None) -> tuple[str, ...]:
    """The regions whose figures tell of no single province outside the reader's scope.

    İstanbul is a region of its own; and of one in which all other provinces are the reader's, the
    last could be worked out.
    """
    codes = (region.code for region in regions())
    if within is None:
        return tuple(codes)
    outside = Counter(province.region for province in provinces() if province.plate not in within)
    return tuple(code for code in codes if outside[code] != 1)


def _one_of(value: str | None, known: Iterable[str]) -> str | None:
    if not value:
        return None
    if value not in set(known):
        raise Problem("not_found")
    return value
