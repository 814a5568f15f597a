"""Requests for regressions, t tests and tests of independence."""

from collections.abc import Callable

import numpy as np

from analysis.arrays import FloatArray
from analysis.estimation.linearisation import linearised_records
from analysis.estimation.replicate_variance import replicate_covariance
from analysis.estimation.variance import covariance
from analysis.models.contingency import rao_scott
from analysis.models.regression import Regression as Fitted
from analysis.models.regression import linear, logistic
from analysis.requests.given.designs import Sample, sample_of
from analysis.requests.given.domains import Domains, names
from analysis.requests.given.formulas import Model, model_of
from analysis.requests.given.request import Kind, Request, RequestError, Row
from analysis.requests.given.tables import levels
from analysis.requests.kinds.differences import t_row
from analysis.requests.kinds.figures import (
    Columns,
    covariance_of,
    estimates_of,
    refuse_missing,
    totals_of,
)
from analysis.requests.kinds.ordered import ordinal
from schemas.protocol.estimate_designs import Counted
from schemas.protocol.estimate_requests import Independence, Ordinal, Regression

Fit = Callable[[FloatArray, FloatArray, FloatArray], Fitted]


def linear_regression(request: Request) -> list[Row]:
    """Answer ``linear_regression``: a row per coefficient of ``formula``."""
    return _regression(request, linear)


def logistic_regression(request: Request) -> list[Row]:
    """Answer ``logistic_regression``: a row per coefficient, a log odds ratio."""
    return _regression(request, logistic)


def t_test(request: Request) -> list[Row]:
    """Answer ``ttest``: of ``y ~ group`` with two groups, or of ``y ~ 1`` against 0."""
    sample = sample_of(request)
    formula = str(request.wanted("formula"))
    level = sample.choices.level
    if formula.partition("~")[2].strip() in {"0", "1"}:
        model = _model(request, sample, f"{formula.partition('~')[0]} ~ 1")
        values = Columns(("",), model.outcome[:, None], model.complete)
        whole = Domains(({},), np.where(sample.inside, 0, -1))
        (mean,) = estimates_of(sample, "mean", totals_of(sample, whole, values), 1)
        if mean.value is None:
            raise RequestError("no_records", formula=formula)
        row = t_row(mean.value, mean.standard_error or 0.0, sample.df - 1, level)
        return [{"diff": mean.value, "est": mean.value, **row}]
    model = _model(request, sample, formula)
    if len(model.names) != 2:
        raise RequestError("not_two_groups", formula=formula)
    used, value, matrix = _fitted(sample, model, linear)
    row = t_row(float(value[1]), float(matrix[1, 1]) ** 0.5, used.df - 1, level)
    return [{"key": model.names[1], "diff": float(value[1]), "est": float(value[1]), **row}]


def independence(request: Request) -> list[Row]:
    """Answer ``chisq_rao_scott_F``: a test that the two ``vars`` are independent."""
    sample = sample_of(request)
    variables = names(request.wanted("vars"))
    if len(variables) != 2:
        raise RequestError("not_two_variables")
    first, second = (levels(sample.table.column(name)) for name in variables)
    known = (first.code >= 0) & (second.code >= 0)
    refuse_missing(request, sample, known)
    used = known & sample.inside
    rows, columns = (np.unique(levels.code[used]) for levels in (first, second))
    of_row = first.code[:, None] == rows
    of_column = second.code[:, None] == columns
    both = (of_row[:, :, None] & of_column[:, None, :]).reshape(
        len(known), len(rows) * len(columns)
    )
    keys = tuple(str(number) for number in range(both.shape[1]))
    cells = Columns(keys, both.astype(np.float64), known)
    whole = Domains(({},), np.where(sample.inside, 0, -1))
    share, matrix = covariance_of(sample, "mean", totals_of(sample, whole, cells), len(keys))
    test = rao_scott(share, matrix, shape=(len(rows), len(columns)), n=sample.members, df=sample.df)
    if test is None:
        return [{"F": None, "ndf": None, "ddf": None, "p": None}]
    return [{"F": test.f, "ndf": test.ndf, "ddf": test.ddf, "p": test.p}]


KINDS: dict[str, Kind] = {
    "linear_regression": Kind(linear_regression, Regression),
    "logistic_regression": Kind(logistic_regression, Regression),
    "ttest": Kind(t_test, Regression),
    "chisq_rao_scott_F": Kind(independence, Independence),
    "ordinal_logit": Kind(ordinal, Ordinal, Counted),
}
"""The kinds of this module by name."""


def _regression(request: Request, fit: Fit) -> list[Row]:
    sample = sample_of(request)
    model = _model(request, sample, str(request.wanted("formula")))
    used, value, matrix = _fitted(sample, model, fit)
    df = used.df + 1 - len(model.names)
    return [
        {"key": name, "est": estimate, **t_row(estimate, error, df, sample.choices.level)}
        for name, estimate, error in zip(
            model.names, value.tolist(), np.sqrt(np.diag(matrix)).tolist(), strict=True
        )
    ]


def _model(request: Request, sample: Sample, formula: str) -> Model:
    model = model_of(formula, sample.table, order=request.estimate.get("levels"))
    refuse_missing(request, sample, model.complete)
    return model


def _fitted(sample: Sample, model: Model, fit: Fit) -> tuple[Sample, FloatArray, FloatArray]:
    """Fit on the complete records; give their sample, the coefficients and their covariance."""
    if model.outcome.dtype == object:
        raise RequestError("response_texts", column=model.response)
    used = sample.within(model.complete)
    rows = used.inside & (used.weight > 0)
    if not rows.any():
        raise RequestError("no_records", formula=model.response)
    x, y, weight = model.matrix[rows], model.outcome[rows].astype(np.float64), used.weight[rows]
    whole = fit(x, y, weight)
    if used.replicates is None:
        sums = linearised_records(whole.influence, used.unit[rows])
        rule = used.choices.lonely_rule
        matrix = covariance(sums, used.design, domains=x.shape[1], lonely=rule)
        return used, whole.coefficient, matrix
    factors = used.replicates.factor[:, used.unit[rows]]
    values = np.array([fit(x, y, weight * factor).coefficient for factor in factors])
    return used, whole.coefficient, replicate_covariance(values, whole.coefficient, used.replicates)
