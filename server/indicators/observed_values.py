"""Values of an indicator of the citizen form, counted by the engine over the observations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import IntArray
from analysis.engine.engine_values import Asked, CalibratedValues, EngineValues
from analysis.engine.round_data import Round
from analysis.figures.indicator_figures import CrossValues, Values
from analysis.records.indicators import expression
from analysis.weighting.design_weights import Weighting
from schemas.reference.services import dimensions
from schemas.rules.indicators import Indicator
from schemas.rules.measurement import measurement
from server.observations.areas import PLATES, REGION_OF, REGIONS, SERVICES

LABELS = ("service", "dimension", "topic")
"""What a question is about; always part of a table, for answers about different things do not mix.
"""
Key = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Values, and what their domains are called."""

    values: Values
    domains: tuple[Key, ...]


def columns_of(indicator: Indicator) -> dict[str, str]:
    """The columns of the observations that hold the answers, by dimension or topic."""
    rules, (pattern, *_) = measurement(), indicator.variables
    overall = f"{{service}}_{rules.overall_dimension}"
    plain = {
        rules.problem: "problem",
        rules.wait_minutes: "wait_minutes",
        rules.visits: "visits",
        rules.outcome: "outcome",
        overall: "overall",
    }
    if pattern in plain:
        return {"": plain[pattern]}
    if pattern.endswith("{dimension}"):
        every = indicator.kind == "scaled"
        return {
            dimension.code: dimension.code
            for dimension in dimensions()
            if dimension.code != rules.overall_dimension and (every or dimension.in_index)
        }
    stem = pattern.removesuffix("{topic}")
    return {
        name.removeprefix(stem) if stem != pattern else "": name
        for name in rules.person_items
        if name == pattern or (stem != pattern and name.startswith(stem))
    }


def observed_values(
    observed: Round,
    indicator: Indicator,
    by: Sequence[str],
    *,
    weighting: Weighting,
    teams: Mapping[str, str],
    through: IntArray | None = None,
) -> Table:
    """Count the values of an indicator by domain and PSU; ``teams`` names that of each visit.

    ``through``, provinces × services: of ratings, the last record that counts in each cell.
    """
    table: Literal["ratings", "people"] = "ratings" if indicator.rows == "rating" else "people"
    asked = Asked(table, PLATES, SERVICES, through)
    run = weighting if indicator.weighted else None
    team_of, names = _teams(observed, teams)
    coder = _Coder(by, tuple(columns_of(indicator)), team_of, names)
    found, keys, crosses, cross_keys = [], [], [], []
    for number, column in enumerate(columns_of(indicator).values()):
        values, cross = observed.values(expression(indicator, column), run, asked)
        found.append(values)
        keys.append(coder.coded(values.province, values.service, number, values.unit))
        if cross is not None:
            crosses.append(cross)
            cross_keys.append(coder.coded(cross.province, cross.service, number, None))
    distinct, domain = np.unique(np.concatenate([*keys, *cross_keys]), return_inverse=True)
    rows = sum(len(key) for key in keys)
    return Table(
        _joined(found, domain[:rows], _crossed(crosses, domain[rows:])),
        tuple(coder.named(value) for value in distinct.tolist()),
    )


@dataclass(frozen=True)
class _Coder:
    """Turns codes of places and names into keys of domains, and back into words."""

    by: Sequence[str]
    labels: tuple[str, ...]
    team_of: IntArray
    teams: tuple[str, ...]

    def coded(
        self, province: IntArray, service: IntArray, label: int, unit: IntArray | None
    ) -> IntArray:
        """One code per value: those of its splits, as digits of a number."""
        columns = {
            "province": province,
            "region": REGION_OF[province],
            "service": service,
            "dimension": np.full(len(province), label),
            "topic": np.full(len(province), label),
            "team": province * 0 if unit is None else self.team_of[unit],
        }
        code = np.zeros(len(province), dtype=np.int64)
        for name in self.by:
            code = code * len(self._words(name)) + columns[name]
        return code

    def named(self, code: int) -> Key:
        """The words that tables show."""
        told = []
        for name in reversed(self.by):
            words = self._words(name)
            told.append(words[code % len(words)])
            code //= len(words)
        return tuple(reversed(told))

    def _words(self, split: str) -> tuple[str, ...]:
        named = {"province": PLATES, "region": REGIONS, "service": SERVICES, "team": self.teams}
        return named.get(split, self.labels)


def _teams(observed: Round, teams: Mapping[str, str]) -> tuple[IntArray, tuple[str, ...]]:
    names = tuple(sorted({*teams.values(), ""}))
    code = [names.index(teams.get(place, "")) for place in observed.places()]
    return np.array(code, dtype=np.int64), names


def _joined(found: list[EngineValues], domain: IntArray, cross: CrossValues | None) -> Values:
    return Values(
        domain=domain,
        unit=np.concatenate([values.unit for values in found]),
        value=np.concatenate([values.value for values in found]),
        n=np.concatenate([values.n for values in found]),
        w=np.concatenate([values.w for values in found]),
        ww=np.concatenate([values.ww for values in found]),
        cross=cross,
    )


def _crossed(crosses: list[CalibratedValues], domain: IntArray) -> CrossValues | None:
    if not crosses:
        return None
    return CrossValues(
        crosses[0].calibrators,
        domain=domain,
        variable=np.concatenate([cross.variable for cross in crosses]),
        value=np.concatenate([cross.value for cross in crosses]),
        x=np.concatenate([cross.x for cross in crosses]),
    )
