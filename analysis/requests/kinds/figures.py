"""Estimates of the columns of a sample by domain, from its PSU totals or its replicates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import BoolArray, FloatArray
from analysis.estimation.estimate import Estimate
from analysis.estimation.estimation import means, ratios, sums
from analysis.estimation.replicate_variance import replicate_covariance
from analysis.estimation.replicated import POINTS, REPEATED, Statistic, replicated_estimates
from analysis.estimation.variance import covariance
from analysis.requests.given.designs import Sample
from analysis.requests.given.domains import Domains, domains_by
from analysis.requests.given.formulas import term_columns
from analysis.requests.given.request import Request, RequestError, Row, listed
from analysis.requests.given.tables import plain
from analysis.sampling.totals import PsuTotals, psu_totals

_LINEARISED = {"mean": means, "total": sums, "ratio": ratios}


@dataclass(frozen=True)
class Columns:
    """The variables estimated together: their names and values, records × variables.

    ``complete`` marks the records where none is missing; the others count nowhere.
    """

    keys: tuple[str, ...]
    values: FloatArray
    complete: BoolArray


def domains_of(request: Request, sample: Sample) -> Domains:
    """The domains of ``by`` among what is inside; see :func:`domains_by`."""
    return domains_by(request.estimate.get("by"), sample.table, sample.inside)


def terms_of(request: Request) -> list[str]:
    """The variables of the entry ``y``: a list, a text with ";" between, or ``~a + b``."""
    wanted = request.wanted("y")
    if isinstance(wanted, str) and wanted.startswith("~"):
        return [term.strip() for term in wanted[1:].split("+")]
    return [str(word) for word in listed(wanted)]


def columns_of(request: Request, sample: Sample, terms: Sequence[str]) -> Columns:
    """Variables; a column of texts stands for one 0/1 variable per level.

    Raises
    ------
    ValueError
        If a column is unknown, or something is missing although ``na_rm`` is false.
    """
    pairs = [pair for term in terms for pair in term_columns(term, sample.table, full=True)]
    values = np.empty((sample.table.rows, len(pairs)))
    for position, (_, column) in enumerate(pairs):
        values[:, position] = column
    complete: BoolArray = np.asarray(~np.isnan(values).any(axis=1), dtype=bool)
    refuse_missing(request, sample, complete)
    return Columns(tuple(key for key, _ in pairs), values, complete)


def refuse_missing(request: Request, sample: Sample, complete: BoolArray) -> None:
    """Refuse missing entries among what is inside, if the request says so."""
    if request.estimate.get("na_rm") is False and not complete[sample.inside].all():
        raise RequestError("missing_entries")


def totals_of(
    sample: Sample, domains: Domains, columns: Columns, over: FloatArray | None = None
) -> PsuTotals:
    """Add up; the domain codes are domain × number of variables + variable."""
    width = len(columns.keys)
    code = np.where(columns.complete & sample.inside, domains.code, -1)
    return psu_totals(
        domain=np.where(code < 0, -1, code * width + np.arange(width)[:, None]).ravel(),
        psu=np.tile(sample.unit, width),
        weight=np.tile(sample.weight, width),
        value=columns.values.T.ravel(),
        over=None if over is None else np.tile(over, width),
    )


def estimates_of(
    sample: Sample, statistic: Statistic, totals: PsuTotals, count: int
) -> tuple[Estimate, ...]:
    """Estimate, with the standard errors the design or the replicates give."""
    inference = sample.inference
    if sample.replicates is None:
        return _LINEARISED[statistic](totals, sample.design, domains=count, inference=inference)
    return replicated_estimates(
        statistic, totals, sample.replicates, domains=count, inference=inference
    )


def covariance_of(
    sample: Sample, statistic: Statistic, totals: PsuTotals, count: int
) -> tuple[FloatArray, FloatArray]:
    """Estimates and their covariance matrix."""
    value, linearised = POINTS[statistic](totals, count)
    if sample.replicates is None:
        rule = sample.choices.lonely_rule
        return value, covariance(linearised, sample.design, domains=count, lonely=rule)
    repeated = REPEATED[statistic](totals, sample.replicates, count)
    return value, replicate_covariance(repeated, value, sample.replicates)


def described_row(estimate: Estimate) -> Row:
    """An estimate as a row.

    A standard error that is not defined is 0 as R writes it, with ``defined`` false beside it.
    """
    defined = estimate.standard_error is not None
    return {
        "est": estimate.value,
        "se": None if estimate.value is None else estimate.standard_error or 0.0,
        "lci": estimate.low,
        "uci": estimate.high,
        "df": plain(float(estimate.df)),
        "deff": estimate.design_effect,
        "cv": estimate.cv,
        "n": estimate.n,
        "n_effective": estimate.n_effective,
        "defined": defined,
    }
