"""Requests for intervals of proportions and for quantiles."""

from typing import cast, get_args

import numpy as np
from scipy.special import stdtrit

from analysis.arrays import BoolArray, FloatArray
from analysis.estimation.estimate import Estimate
from analysis.estimation.intervals import IntervalMethod, proportion_interval
from analysis.estimation.profile import profile_interval
from analysis.estimation.quantiles import Quantile, Rule, woodruff
from analysis.requests.given.designs import Sample, sample_of
from analysis.requests.given.domains import Domains
from analysis.requests.given.request import Kind, Request, RequestError, Row, listed
from analysis.requests.kinds.figures import (
    Columns,
    columns_of,
    domains_of,
    estimates_of,
    terms_of,
    totals_of,
)
from schemas.protocol.estimate_requests import ProportionIntervals, Quantiles

_INTERVALS: dict[str, IntervalMethod] = {
    "logit": "logit",
    "xlogit": "logit",
    "beta": "beta",
    "asin": "asin",
    "mean": "wald",
    "Woodruff": "wald",
    "wald": "wald",
    "likelihood_exact": "likelihood",
}


def proportion_intervals(request: Request) -> list[Row]:
    """Answer ``proportion_ci``: the share for which ``y`` holds, a row per method and domain.

    ``likelihood`` is R's interpolated interval, ``likelihood_exact`` the exact one. The intervals
    are not bounded, as in R.
    """
    sample = sample_of(request)
    domains = domains_of(request, sample)
    columns = columns_of(request, sample, terms_of(request))
    if len(columns.keys) != 1 or not np.isin(columns.values[columns.complete], (0, 1)).all():
        raise RequestError("not_a_share")
    count = len(domains.labels)
    estimates = estimates_of(sample, "mean", totals_of(sample, domains, columns), count)
    methods = [str(method) for method in listed(request.estimate.get("methods") or ["beta"])]
    return [
        {
            **label,
            "method": method,
            "est": estimate.value,
            "se": estimate.standard_error,
            "df": sample.df,
        }
        | _ends(_interval(method, sample, columns, domains.code == number, estimate))
        for method in methods
        for number, (label, estimate) in enumerate(zip(domains.labels, estimates, strict=True))
    ]


def quantiles(request: Request) -> list[Row]:
    """Answer ``quantile``: a row per variable, domain and share ``q``, with Woodruff's interval."""
    sample = sample_of(request)
    domains = domains_of(request, sample)
    terms = terms_of(request)
    rows = []
    for term in terms:
        columns = columns_of(request, sample, [term])
        if columns.keys != (term,):
            raise RequestError("quantile_texts", column=term)
        for number, label in enumerate(domains.labels):
            part = sample.within((domains.code == number) & columns.complete)
            key = {"key": term} if len(terms) > 1 else {}
            rows += [
                {**label, **key, **_quantile_row(_quantile(request, part, columns, share))}
                for share in map(float, listed(request.estimate.get("q") or 0.5))
            ]
    return rows


KINDS: dict[str, Kind] = {
    "proportion_ci": Kind(proportion_intervals, ProportionIntervals, divides=True),
    "quantile": Kind(quantiles, Quantiles, divides=True),
}
"""The kinds of this module by name."""


def _interval(
    method: str, sample: Sample, columns: Columns, rows: BoolArray, estimate: Estimate
) -> tuple[float, float] | None:
    if estimate.value is None:
        return None
    variance = (estimate.standard_error or 0.0) ** 2
    level, df = sample.choices.level, sample.df
    if method == "likelihood":
        used = rows & columns.complete
        values = columns.values[used, 0]
        return profile_interval(values, sample.weight[used], variance, df=df, level=level)
    if method not in _INTERVALS:
        known = ", ".join([*_INTERVALS, "likelihood"])
        raise RequestError("not_one_of", place="estimate.methods", given=method, known=known)
    # R counts the records of the domain, those without an answer too.
    n, kind = int(rows.sum()), _INTERVALS[method]
    return proportion_interval(
        estimate.value, variance, n=n, df=df, level=level, method=kind, bounded=False
    )


def _ends(interval: tuple[float, float] | None) -> Row:
    low, high = interval or (None, None)
    return {"lci": low, "uci": high}


def _quantile(request: Request, part: Sample, columns: Columns, share: float) -> Quantile:
    kind = str(request.estimate.get("interval") or "mean").split(" ")[0]
    rule = str(request.estimate.get("qrule") or "math")
    if rule not in get_args(Rule):
        known = ", ".join(get_args(Rule))
        raise RequestError("not_one_of", place="estimate.qrule", given=rule, known=known)
    inside, df, level = part.inside, part.df, part.choices.level

    def interval_of(below: FloatArray) -> tuple[float, float] | None:
        full = np.full((part.table.rows, 1), np.nan)
        full[inside, 0] = below
        marked = Columns(columns.keys, full, inside)
        whole = Domains(({},), np.where(inside, 0, -1))
        (found,) = estimates_of(part, "mean", totals_of(part, whole, marked), 1)
        # Without a standard error the share is known no better than not at all.
        known = found.standard_error is not None
        return _interval(kind, part, marked, inside, found) if known else None

    return woodruff(
        columns.values[inside, 0],
        part.weight[inside],
        share,
        interval_of=interval_of,
        t=float(stdtrit(df, (1 + level) / 2)) if df >= 1 else np.nan,
        rule=cast("Rule", rule),
    )


def _quantile_row(found: Quantile) -> Row:
    return {
        "q": found.share,
        "est": found.value,
        "lci": found.low,
        "uci": found.high,
        "se": found.standard_error,
    }
