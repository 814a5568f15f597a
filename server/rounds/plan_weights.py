"""Design weights of a plan: in a province either every sampled visit has one, or none has."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from schemas.problems import Problem
from schemas.reference.geography import province
from server.forms.rating_forms import rating_forms
from server.rounds.models import VISITS


class SampledVisit(NamedTuple):
    """What is asked of a visit here; without ``forms`` every form can be begun in it."""

    code: str
    province: str
    design_weight: float | None
    forms: tuple[str, ...] | None


@dataclass(frozen=True)
class MixedWeights:
    """A visit without a design weight, and one of the same province that has one."""

    province: str
    without: str
    weighted: str

    def problem(self) -> Problem:
        """Say it as a refusal."""
        named = province(self.province).name
        return Problem(
            "visit_weight_missing", province=named, without=self.without, weighted=self.weighted
        )


def mixed_weights(
    connection: Connection,
    round_id: str,
    new: Iterable[SampledVisit],
    *,
    rating: frozenset[str] = frozenset(),
) -> MixedWeights | None:
    """Find a province in which new visits would leave some with a weight and some without.

    A figure would have to guess what the others stand for. Visits in which no citizens are asked
    are no sample and need no weight; ``rating`` names forms that ask them and are not published
    yet. A province that was planned in halves before can be added to with weights. A visit that is
    planned already is taken as it will be.
    """
    rating |= rating_forms(connection)
    added = _by_province(new, rating)
    named = {visit.code for visits in added.values() for visit in visits}
    before = (visit for visit in _planned(connection, round_id) if visit.code not in named)
    held = _by_province(before, rating)
    for plate, visits in added.items():
        found = _mixed(held[plate], visits)
        if found is not None:
            return MixedWeights(plate, *found)
    return None


def planned_codes(connection: Connection, round_id: str) -> frozenset[str]:
    """The codes of the visits planned in a round."""
    planned = select(VISITS.c.code).where(VISITS.c.round_id == round_id)
    return frozenset(connection.scalars(planned))


def _mixed(held: list[SampledVisit], new: list[SampledVisit]) -> tuple[str, str] | None:
    """A visit without a weight and one with, if the new ones bring the first of a kind."""
    without, weighted = _first(new, weighted=False), _first(new, weighted=True)
    before = _first(held, weighted=False), _first(held, weighted=True)
    if without and (other := weighted or before[1]):
        return without, other
    if weighted and before[0] and not before[1]:
        return before[0], weighted
    return None


def _first(visits: list[SampledVisit], *, weighted: bool) -> str | None:
    fitting = (visit.code for visit in visits if (visit.design_weight is not None) is weighted)
    return next(fitting, None)


def _planned(connection: Connection, round_id: str) -> list[SampledVisit]:
    names = ("code", "province", "design_weight", "forms")
    rows = connection.execute(
        select(*(VISITS.c[name] for name in names)).where(VISITS.c.round_id == round_id)
    )
    return [SampledVisit(row.code, row.province, row.design_weight, row.forms) for row in rows]


def _by_province(
    visits: Iterable[SampledVisit], rating: frozenset[str]
) -> defaultdict[str, list[SampledVisit]]:
    found: defaultdict[str, list[SampledVisit]] = defaultdict(list)
    for visit in visits:
        if visit.forms is None or rating.intersection(visit.forms):
            found[visit.province].append(visit)
    return found
