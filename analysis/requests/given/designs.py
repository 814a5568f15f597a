"""The design entry of a request: strata, PSUs, weights, corrections, replicate weights."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.estimation.estimate import Inference
from analysis.estimation.replicates import (
    Method,
    Replicates,
    brr,
    given_replicates,
    jk1,
    jkn,
    rao_wu,
)
from analysis.requests.given.domains import names
from analysis.requests.given.expressions import evaluated
from analysis.requests.given.request import Request, RequestError, listed
from analysis.requests.given.tables import Table, missing
from analysis.sampling.design import Design, Stage, design_of

if TYPE_CHECKING:
    from analysis.estimation.variance import LonelyPsu

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
        """The sample whose inside is narrowed to some of the records."""
        return replace(self, inside=self.inside & rows)


def sample_of(request: Request) -> Sample:
    """Read the sample of a request.

    Raises
    ------
    ValueError
        If a column is missing, or the entries contradict each other.
    """
    design, table = request.design, request.table
    _refuse_idle(design, created=request.repeat is not None)
    choices = _choices(design, request.estimate)
    if design.get("rep_weights"):
        sample = _replicated(table, design, request.inside, choices)
    else:
        drawn, unit = _drawn(table, design)
        weight = _weights(table, design.get("weights"), drawn, unit)
        sample = Sample(table, weight, unit, drawn, request.inside, choices)
    return sample if request.repeat is None else repeated(sample, request)


def repeated(sample: Sample, request: Request) -> Sample:
    """The sample with replicates made from its design.

    Raises
    ------
    ValueError
        If the method does not fit the design, or is unknown.
    """
    method, design = str(request.repeat), sample.design
    entries = {**request.design, **request.estimate}
    mse = bool(request.design.get("mse"))
    made = {
        "jk1": lambda: jk1(design, mse=mse),
        "jkn": lambda: jkn(design, mse=mse, lonely=sample.choices.lonely_rule),
        "brr": lambda: brr(design, mse=mse),
        "fay": lambda: brr(design, rho=float(entries.get("rho") or 0.5), mse=mse),
        "bootstrap": lambda: rao_wu(
            design,
            **{name: int(entries[name]) for name in ("replicates", "seed") if entries.get(name)},
        ),
    }
    if method.lower() not in made:
        raise RequestError("not_one_of", place="kind", given=method, known=", ".join(made))
    if sample.replicates is not None:
        raise RequestError("replicates_twice", kind=request.estimate["kind"])
    return replace(sample, replicates=made[method.lower()]())


def _refuse_idle(design: Mapping[str, Any], *, created: bool) -> None:
    """Refuse entries that nothing would read: they mean a design that is not there."""
    if design.get("rep_weights"):
        return
    idle = ["method", "combined_weights", "scale", "rscales"]
    idle += [] if created else ["mse", "rho", "replicates", "seed"]
    for name in idle:
        if design.get(name):
            raise RequestError("without_replicates", entry=name)
    if len(names(design.get("strata"))) > 1:
        raise RequestError("strata_twice", given=", ".join(names(design["strata"])))


def _choices(design: Mapping[str, Any], estimate: Mapping[str, Any]) -> Inference:
    wanted = str(design.get("lonely_psu") or "adjust")
    df = estimate.get("df")
    return Inference(
        lonely=cast("LonelyPsu", "remove" if wanted == "certainty" else wanted),
        lonely_domains=bool(design.get("lonely_domains")),
        df="design" if df is None else float(df),
        level=float(estimate.get("level") or 0.95),
        replacement=estimate.get("deff") == "replace",
    )


def _drawn(table: Table, design: Mapping[str, Any]) -> tuple[Design, IntArray]:
    units = names(design.get("psu"))
    units = [unit for unit in units if unit not in {"1", "0"}]
    sizes = _sizes(table, design.get("fpc"))
    strata = names(design.get("strata"))
    if len(sizes) > max(len(units), 1):
        raise RequestError("too_many_corrections")
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
        raise RequestError("design_missing", column=name)
    return column


def _weights(table: Table, entry: Any, drawn: Design, unit: IntArray) -> FloatArray:
    if entry is None:
        result: FloatArray = 1 / drawn.probability[unit]
        return result
    if isinstance(entry, int | float):
        return np.full(table.rows, float(entry))
    weight = _complete(evaluated(str(entry), table), str(entry))
    if weight.dtype == object:
        raise RequestError("weights_texts", column=entry)
    if (weight < 0).any():
        raise RequestError("weights_negative", column=entry)
    return weight


def _replicated(
    table: Table, design: Mapping[str, Any], inside: BoolArray, choices: Inference
) -> Sample:
    entry = design["rep_weights"]
    drawn, unit = design_of([""] * table.rows, range(table.rows))
    weight = _weights(table, design.get("weights", 1.0), drawn, unit)
    given = np.column_stack(
        [_complete(table.numbers(name), name) for name in _replicate_columns(table, entry)]
    )
    if _combined(design):
        # A record without weight has none in any replicate.
        given = np.divide(
            given, weight[:, None], out=np.zeros_like(given), where=weight[:, None] > 0
        )
    method = str(design.get("method") or "other")
    if method.lower() not in _METHODS:
        known = ", ".join(sorted(set(_METHODS.values())))
        raise RequestError("not_one_of", place="design.method", given=method, known=known)
    replicates = given_replicates(
        given,
        method=_METHODS[method.lower()],
        scale=design.get("scale"),
        rscales=listed(design.get("rscales")) or None,
        rho=design.get("rho"),
        mse=bool(design.get("mse")),
    )
    return Sample(table, weight, unit, drawn, inside, choices, replicates)


def _combined(design: Mapping[str, Any]) -> bool:
    """Tell whether the replicate weights are whole weights, not factors on the weights."""
    said = design.get("combined_weights")
    return "multiplier" not in str(design["rep_weights"]) if said is None else bool(said)


def _replicate_columns(table: Table, entry: Any) -> list[str]:
    if not isinstance(entry, str):
        return names(entry)
    written = re.sub(r"\s*\(.*\)$", "", entry).strip()
    if match := _RANGE.match(written):
        stem, first, other, last = match.groups()
        if other not in {"", stem}:
            raise RequestError("replicate_range", given=entry)
        width = len(first)
        return [f"{stem}{number:0{width}d}" for number in range(int(first), int(last) + 1)]
    if written in table.columns:
        return [written]
    found = [name for name in table.columns if re.fullmatch(written, name)]
    return found or names(written)
