"""Requests for random intercepts: of one grouping, or of several crossed or nested ones."""

import re
from typing import cast

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.models.random_intercepts import Method, RandomIntercepts, random_intercepts
from analysis.requests.given.domains import names
from analysis.requests.given.formulas import model_of
from analysis.requests.given.request import Kind, Request, RequestError, Row
from analysis.requests.given.tables import Table, levels
from schemas.protocol.estimate_designs import Undesigned
from schemas.protocol.estimate_requests import Intraclass
from schemas.protocol.estimate_requests import RandomIntercepts as Formula

_RANDOM = re.compile(r"\(([^()|]*)\|([^()|]*)\)")


def crossed(request: Request) -> list[Row]:
    """Answer ``random_intercepts_REML`` (or ``_ML``): ``y ~ x + (1|interviewer) + (1|area)``."""
    formula = str(request.wanted("formula"))
    groupings = _groupings(formula)
    model = model_of(_fixed(formula), request.table, order=request.estimate.get("levels"))
    if model.outcome.dtype == object:
        raise RequestError("response_texts", column=model.response)
    codes = [_codes(request.table, grouping) for grouping in groupings]
    used = model.complete & np.all([code >= 0 for code in codes], axis=0)
    fitted, counts = _fit(request, model.outcome, model.matrix, codes=codes, used=used)
    parts = {
        ":".join(names_of): value
        for names_of, value in zip(groupings, fitted.between.tolist(), strict=True)
    }
    whole = sum(parts.values()) + fitted.within
    return [
        {
            "variance": {**parts, "Residual": fitted.within},
            "fixed": dict(zip(model.names, fitted.beta.tolist(), strict=True)),
            "fixed_se": dict(
                zip(model.names, np.sqrt(np.diag(fitted.beta_covariance)).tolist(), strict=True)
            ),
            "icc": {name: value / whole for name, value in parts.items()},
            "loglik": fitted.log_likelihood,
            "n": int(used.sum()),
            "groups": dict(zip(parts, counts, strict=True)),
        }
    ]


def intraclass(request: Request) -> list[Row]:
    """Answer ``icc_random_intercept_REML`` (or ``_ML``): variance between and within groups.

    ``x`` names covariates, whose part of the variance is neither between nor within.
    """
    table = request.table
    outcome = table.numbers(str(request.wanted("y")))
    formula = " + ".join(["~ 1", *names(request.estimate.get("x"))])
    model = model_of(formula, table)
    codes = _codes(table, [str(request.wanted("group"))])
    used = model.complete & (codes >= 0) & ~np.isnan(outcome)
    fitted, _ = _fit(request, outcome, model.matrix, codes=[codes], used=used)
    between = float(fitted.between[0])
    return [
        {
            "var_group": between,
            "var_resid": fitted.within,
            "icc": between / (between + fitted.within),
            "n": int(used.sum()),
        }
    ]


def _fit(
    request: Request, y: FloatArray, x: FloatArray, *, codes: list[IntArray], used: BoolArray
) -> tuple[RandomIntercepts, list[int]]:
    numbered = [np.unique(code[used], return_inverse=True) for code in codes]
    groups = [code.astype(np.int64) for _, code in numbered]
    method = cast("Method", str(request.estimate["kind"]).partition(" ")[0].rpartition("_")[2])
    fitted = random_intercepts(y[used].astype(np.float64), x[used], groups, method=method)
    return fitted, [len(found) for found, _ in numbered]


def _groupings(formula: str) -> list[list[str]]:
    """The columns each random intercept is of: ``(1|a/b)`` is of a, and of b within a."""
    found: list[list[str]] = []
    for inside, by in _RANDOM.findall(formula):
        if inside.strip() != "1":
            raise RequestError("random_slopes", given=f"({inside}|{by})")
        outer: list[str] = []
        for part in by.split("/"):
            # lme4 writes what is nested first.
            outer = [*(word.strip() for word in part.split(":")), *outer]
            if outer not in found:
                found.append(outer)
    if not found:
        raise RequestError("no_random_intercept", formula=formula)
    return found


def _fixed(formula: str) -> str:
    left, _, right = formula.partition("~")
    terms = [
        term for term in re.split(r"\s*\+\s*(?![^(]*\))", _RANDOM.sub("", right)) if term.strip()
    ]
    return f"{left} ~ {' + '.join(terms) or '1'}"


def _codes(table: Table, columns: list[str]) -> IntArray:
    """Codes of the combinations of some columns; −1 where one is missing."""
    key, known = np.zeros(table.rows, dtype=np.int64), np.ones(table.rows, dtype=bool)
    for name in columns:
        coded = levels(table.column(name.strip("`")))
        key = key * len(coded.labels) + coded.code
        known &= coded.code >= 0
    return np.where(known, key, -1)


KINDS: dict[str, Kind] = {
    "random_intercepts_REML": Kind(crossed, Formula, Undesigned, samples=False),
    "random_intercepts_ML": Kind(crossed, Formula, Undesigned, samples=False),
    "icc_random_intercept_REML": Kind(intraclass, Intraclass, Undesigned, samples=False),
    "icc_random_intercept_ML": Kind(intraclass, Intraclass, Undesigned, samples=False),
}
"""The kinds of this module by name."""
