"""The design entry of a request: strata, PSUs, weights, corrections, replicate weights."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.design import Design, Stage, design_of
from analysis.estimate import Inference
from analysis.replicates import Method, Replicates, brr, given_replicates, jk1, jkn, rao_wu
from analysis.requests.expressions import evaluated, is_true
from analysis.requests.request import Request, RequestError, listed
from analysis.requests.tables import Table, missing
from analysis.variance import LonelyPsu

KNOWN = {
    "strata", "psu", "weights", "fpc", "nest", "lonely_psu", "lonely_domains",
    "rep_weights", "combined_weights", "method", "scale", "rscales", "mse", "rho", "seed",
}  # fmt: skip
"""The entries a sampling design may have."""
ALSO_CALLED = {
    "ids": "psu",
    "id": "psu",
    "clusters": "psu",
    "type": "method",
    "repweights": "rep_weights",
    "combined.weights": "combined_weights",
    "fay": "rho",
    "fay_rho": "rho",
    "fay.rho": "rho",
    "fay_coef": "rho",
    "lonely.psu": "lonely_psu",
    "domain_lonely": "lonely_domains",
    "adjust_domain_lonely": "lonely_domains",
    "adjust.domain.lonely": "lonely_domains",
}
"""Names of the same entries in R, samplics and svy."""
_RANGE = re.compile(r"^(.*?)(\d+)\s*(?:\.\.\.?|:|–)\s*(.*?)(\d+)$")
_METHODS: dict[str, Method] = {method.lower(): method for method in get_args(Method)} | {
    "successive-difference": "SDR",
}


@dataclass(frozen=True)
class Sample:
    """The records of a request and how they were drawn.

    Attributes
    ----------
    table
        All records, those outside ``where`` too: they count among the sampled PSUs.
    weight
        Weight per record.
    unit
        Code of the innermost sampling unit of every record.
    design
        All sampled units.
    inside
        Whether a record belongs to what ``where`` asks for.
    choices
        Lonely PSUs, confidence level, what design effects compare with; degrees of freedom, if the
        request says them.
    replicates
        Replicates of the units, if the variance is to come from these.
    """

    table: Table
    weight: FloatArray
    unit: IntArray
    design: Design
    inside: BoolArray
    choices: Inference
    replicates: Replicates | None = None

    @property
    def df(self) -> float:
        """Degrees of freedom: as said, or of the part of the design that ``where`` leaves."""
        if not isinstance(self.choices.df, str):
            return self.choices.df
        units = self.unit[self.inside & (self.weight != 0)]
        if self.replicates is not None:
            return self.replicates.degrees_of_freedom(units)
        return self.design.degrees_of_freedom_within(units)

    @property
    def inference(self) -> Inference:
        """The choices with the degrees of freedom as a number."""
        return replace(self.choices, df=self.df)

    @property
    def members(self) -> int:
        """Number of records inside."""
        return int(self.inside.sum())

    def within(self, rows: BoolArray) -> "Sample":
        """Give the sample whose inside is narrowed to some of the records."""
        return replace(self, inside=self.inside & rows)


def sample_of(request: Request) -> Sample:
    """Read the sample of a request.

    Raises
    ------
    ValueError
        If an entry is unknown, a column is missing, or the entries contradict each other.
    """
    design, table = _entries(request.design), request.table
    where = request.estimate.get("where")
    inside = is_true(str(where), table) if where else np.ones(table.rows, dtype=bool)
    choices = _choices(design, request.estimate)
    if design.get("rep_weights"):
        return _replicated(table, design, inside, choices)
    drawn, unit = _drawn(table, design)
    weight = _weights(table, design.get("weights"), drawn, unit)
    return Sample(table, weight, unit, drawn, inside, choices)


def repeated(sample: Sample, method: str, request: Request) -> Sample:
    """Give the sample with replicates made from its design.

    Raises
    ------
    ValueError
        If the method does not fit the design, or is unknown.
    """
    given = _entries(request.design)
    design, mse = sample.design, bool(given.get("mse"))
    entries = {**given, **request.estimate}
    made = {
        "jk1": lambda: jk1(design, mse=mse),
        "jkn": lambda: jkn(design, mse=mse, lonely=sample.choices.lonely_rule),
        "brr": lambda: brr(design, mse=mse),
        "fay": lambda: brr(design, rho=float(entries.get("rho", 0.5)), mse=mse),
        "bootstrap": lambda: rao_wu(
            design,
            **{name: int(entries[name]) for name in ("replicates", "seed") if name in entries},
        ),
    }
    if method.lower() not in made:
        raise RequestError(f"replicates cannot be made by {method!r}; known: {', '.join(made)}")
    return replace(sample, replicates=made[method.lower()]())


def names(entry: Any) -> list[str]:
    """Give the names of an entry: a list, or a text with + or a comma between them."""
    if entry is None:
        return []
    if isinstance(entry, str):
        return [part.strip() for part in re.split(r"[+,;]", entry.lstrip("~ ")) if part.strip()]
    return [str(each) for each in listed(entry)]


def _entries(given: Mapping[str, Any]) -> dict[str, Any]:
    entries = {ALSO_CALLED.get(name, name): value for name, value in dict(given).items()}
    if unknown := sorted(set(entries) - KNOWN):
        raise RequestError(f"the design has an unknown entry {unknown[0]!r}")
    return entries


def _choices(design: Mapping[str, Any], estimate: Mapping[str, Any]) -> Inference:
    wanted = str(design.get("lonely_psu") or "adjust")
    choice = "remove" if wanted == "certainty" else wanted
    if choice not in get_args(LonelyPsu):
        known = ", ".join([*get_args(LonelyPsu), "certainty"])
        raise RequestError(f"lonely_psu {wanted!r} is none of {known}")
    df = estimate.get("df")
    return Inference(
        lonely=cast("LonelyPsu", choice),
        lonely_domains=bool(design.get("lonely_domains")),
        df="design" if df is None else float(df),
        level=float(estimate.get("level") or 0.95),
        replacement=estimate.get("deff") == "replace",
    )


def _drawn(table: Table, design: Mapping[str, Any]) -> tuple[Design, IntArray]:
    units = names(design.get("psu"))
    units = [each for each in units if each not in {"1", "0"}]
    sizes = _sizes(table, design.get("fpc"))
    strata = names(design.get("strata"))
    if len(sizes) > max(len(units), 1):
        raise RequestError("the design has more corrections (fpc) than stages")
    labels: list[Sequence[Any]] = [_labels(table, name) for name in units] or [range(table.rows)]
    return design_of(
        _labels(table, strata[0]) if strata else [""] * table.rows,
        labels[0],
        frame=sizes[0] if sizes else None,
        stages=[Stage(labels[at], sizes[at]) for at in range(1, len(sizes))],
    )


def _sizes(table: Table, entry: Any) -> list[FloatArray]:
    if isinstance(entry, int | float):
        return [np.full(table.rows, float(entry))]
    return [_complete(table.numbers(name), name) for name in names(entry)]


def _labels(table: Table, name: str) -> list[Any]:
    return cast("list[Any]", _complete(evaluated(name, table), name).tolist())


def _complete(column: NDArray[Any], name: str) -> NDArray[Any]:
    if missing(column).any():
        raise RequestError(f"the design's column {name!r} has missing entries")
    return column


def _weights(table: Table, entry: Any, drawn: Design, unit: IntArray) -> FloatArray:
    if entry is None:
        result: FloatArray = 1 / drawn.probability[unit]
        return result
    if isinstance(entry, int | float):
        return np.full(table.rows, float(entry))
    weight = _complete(evaluated(str(entry), table), str(entry))
    if weight.dtype == object:
        raise RequestError(f"the weights {entry!r} are texts")
    if (weight < 0).any():
        raise RequestError(f"the weights {entry!r} have negative entries")
    return weight


def _replicated(
    table: Table, design: Mapping[str, Any], inside: BoolArray, choices: Inference
) -> Sample:
    entry = design["rep_weights"]
    drawn, unit = design_of([""] * table.rows, range(table.rows))
    weight = _weights(table, design.get("weights", 1), drawn, unit)
    given = np.column_stack(
        [_complete(table.numbers(name), name) for name in _replicate_columns(table, entry)]
    )
    if design.get("combined_weights", "multiplier" not in str(entry)):
        # A record without weight has none in any replicate.
        given = np.divide(
            given, weight[:, None], out=np.zeros_like(given), where=weight[:, None] > 0
        )
    method = str(design.get("method") or "other")
    if method.lower() not in _METHODS:
        raise RequestError(f"replicate weights by {method!r} are not known")
    replicates = given_replicates(
        given,
        method=_METHODS[method.lower()],
        scale=design.get("scale"),
        rscales=listed(design.get("rscales")) or None,
        rho=design.get("rho"),
        mse=bool(design.get("mse")),
    )
    return Sample(table, weight, unit, drawn, inside, choices, replicates)


def _replicate_columns(table: Table, entry: Any) -> list[str]:
    if not isinstance(entry, str):
        return names(entry)
    written = re.sub(r"\s*\(.*\)$", "", entry).strip()
    if match := _RANGE.match(written):
        stem, first, other, last = match.groups()
        if other not in {"", stem}:
            raise RequestError(f"the replicate weights {entry!r} are not a range of columns")
        width = len(first)
        return [f"{stem}{number:0{width}d}" for number in range(int(first), int(last) + 1)]
    if written in table.columns:
        return [written]
    found = [name for name in table.columns if re.fullmatch(written, name)]
    return found or names(written)
