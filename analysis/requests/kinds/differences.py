"""Requests for differences and contrasts, with the covariance between what is compared."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import stdtr, stdtrit

from analysis.arrays import FloatArray
from analysis.estimation.replicated import Statistic
from analysis.requests.given.designs import Sample, sample_of
from analysis.requests.given.request import Kind, Request, RequestError, Row, listed
from analysis.requests.kinds.figures import (
    columns_of,
    covariance_of,
    domains_of,
    terms_of,
    totals_of,
)
from schemas.protocol.estimate_requests import Contrast, DomainDifference


def contrast(request: Request) -> list[Row]:
    """Answer ``contrast``: ``coef`` times the means of the variables ``y``.

    ``of`` may be ``total``. With ``by`` the coefficients are for the domains of one variable, as a
    list in their order or by label.
    """
    sample = sample_of(request)
    domains = domains_of(request, sample)
    columns = columns_of(request, sample, terms_of(request))
    labels = columns.keys if domains.undivided else [_joined(label) for label in domains.labels]
    if len(domains.labels) * len(columns.keys) != len(labels):
        raise RequestError("contrast_of_both")
    coefficient = _coefficients(request, labels)
    statistic = _statistic(request)
    value, matrix = covariance_of(
        sample, statistic, totals_of(sample, domains, columns), len(labels)
    )
    return [
        {"key": _formula(labels, coefficient), **_contrast_row(sample, value, matrix, coefficient)}
    ]


def domain_difference(request: Request) -> list[Row]:
    """Answer ``domain_difference``: the domain ``plus`` less the domain ``minus``.

    ``vcov`` is the covariance matrix of the estimates of all domains, in their order.
    """
    sample = sample_of(request)
    domains = domains_of(request, sample)
    columns = columns_of(request, sample, terms_of(request))
    if len(columns.keys) != 1:
        raise RequestError("difference_of_one")
    labels = [_joined(label) for label in domains.labels]
    value, matrix = covariance_of(
        sample, _statistic(request), totals_of(sample, domains, columns), len(labels)
    )
    coefficient = np.zeros(len(labels))
    for entry, sign in (("plus", 1.0), ("minus", -1.0)):
        coefficient[_position(str(request.wanted(entry)), labels)] += sign
    row = _contrast_row(sample, value, matrix, coefficient)
    return [{**row, "vcov": matrix.tolist(), "domains": labels}]


def t_row(estimate: float, error: float, df: float, level: float) -> Row:
    """Standard error, t interval, t and two-sided p-value of an estimate."""
    row: Row = {"se": error, "lci": None, "uci": None, "df": df, "t": None, "p": None}
    if error > 0 and df >= 1:
        half, t = float(stdtrit(df, (1 + level) / 2)) * error, estimate / error
        row |= {"lci": estimate - half, "uci": estimate + half, "t": t}
        row["p"] = 2 * float(stdtr(df, -abs(t)))
    return row


KINDS: dict[str, Kind] = {
    "contrast": Kind(contrast, Contrast, divides=True),
    "domain_difference": Kind(domain_difference, DomainDifference, divides=True),
}
"""The kinds of this module by name."""


def _statistic(request: Request) -> Statistic:
    return "total" if request.estimate.get("of") == "total" else "mean"


def _joined(label: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in label.values())


def _position(label: str, labels: Sequence[str]) -> int:
    if label not in labels:
        raise RequestError("no_domain", domain=label, known=", ".join(labels))
    return labels.index(label)


def _coefficients(request: Request, labels: Sequence[str]) -> FloatArray:
    given = request.wanted("coef")
    if isinstance(given, Mapping):
        coefficient = np.zeros(len(labels))
        for label, factor in given.items():
            coefficient[_position(str(label), labels)] = float(factor)
        return coefficient
    coefficient = np.array([float(value) for value in listed(given)])
    if len(coefficient) != len(labels):
        raise RequestError("coefficients", count=len(labels))
    return coefficient


def _formula(labels: Sequence[str], coefficient: FloatArray) -> str:
    parts = []
    for label, factor in zip(labels, coefficient.tolist(), strict=True):
        if factor:
            size = "" if abs(factor) == 1 else f"{abs(factor):g}*"
            parts.append(f"{'-' if factor < 0 else '+'}{size}{label}")
    return "".join(parts).removeprefix("+")


def _contrast_row(
    sample: Sample, value: FloatArray, matrix: FloatArray, coefficient: FloatArray
) -> Row:
    used = coefficient != 0
    c, df = coefficient[used], sample.df
    estimate = float(c @ value[used])
    variance = float(c @ matrix[np.ix_(used, used)] @ c)
    if np.isnan(estimate) or np.isnan(variance):
        return {"est": None, "se": None, "lci": None, "uci": None, "df": df, "t": None, "p": None}
    return {"est": estimate, **t_row(estimate, max(variance, 0.0) ** 0.5, df, sample.choices.level)}
