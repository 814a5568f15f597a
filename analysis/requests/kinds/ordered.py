"""Requests for the proportional-odds model of ordered answers."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.estimation.linearisation import linearised_records
from analysis.estimation.replicate_variance import replicate_covariance
from analysis.estimation.variance import covariance
from analysis.requests.given.designs import Sample, sample_of
from analysis.requests.given.formulas import Model, levels_as_met, levels_in, model_of
from analysis.requests.given.request import Request, RequestError, Row, listed
from analysis.requests.given.tables import Levels, levels, plain
from analysis.requests.kinds.figures import refuse_missing
from analysis.scales.ordinal import OrdinalLogit, ordinal_logit

_DESIGNED = ("strata", "psu", "weights", "fpc", "rep_weights")


def ordinal(request: Request) -> list[Row]:
    """Answer ``ordinal_logit``: coefficients and thresholds of ``formula``.

    Standard errors are those of the design. Without any design, and for a table of frequencies
    (``freq``), they are those of the likelihood, as in a model of independent records.
    """
    sample, counted = _sample(request)
    formula = str(request.wanted("formula"))
    # A table of frequencies is printed in an order that means something; records are not.
    met = levels_as_met(formula, sample.table) if request.design.get("freq") else {}
    order = {**met, **(request.estimate.get("levels") or {})}
    model = model_of(formula, sample.table, order=order)
    refuse_missing(request, sample, model.complete)
    used = sample.within(model.complete)
    rows = used.inside & (used.weight > 0)
    if not rows.any():
        raise RequestError("no_records", formula=formula)
    answers, answered = _occurring(_answers(request, model), rows)
    covariates, terms = model.matrix[:, 1:], list(model.names[1:])
    weight = used.weight[rows]
    as_in_r = request.estimate.get("hessian") != "exact"
    fitted = ordinal_logit(answers[rows], covariates[rows], weight, differenced=as_in_r)
    matrix = fitted.covariance
    if not counted:
        matrix = _design_covariance(used, answers, covariates, fitted, as_in_r=as_in_r)
    labels = terms + [f"{low}|{high}" for low, high in pairwise(answered)]
    values = np.concatenate((fitted.coefficients, fitted.thresholds))
    return [
        {
            "coef": dict(zip(labels, values.tolist(), strict=True)),
            "se": dict(zip(labels, np.sqrt(np.diag(matrix)).tolist(), strict=True)),
            "deviance": fitted.deviance if counted else fitted.deviance / float(weight.mean()),
            "n": fitted.n,
            "df": None if counted else plain(float(used.df - len(terms))),
        }
    ]


def _sample(request: Request) -> tuple[Sample, bool]:
    """The sample, and whether its records are independent rather than drawn by a design."""
    frequency = request.design.get("freq")
    designed = any(request.design.get(name) for name in _DESIGNED)
    if frequency and (designed or request.repeat):
        raise RequestError("frequencies_of_a_design")
    design = {name: value for name, value in request.design.items() if name != "freq"}
    if frequency:
        design["weights"] = frequency
    return sample_of(replace(request, design=design)), not designed and request.repeat is None


def _answers(request: Request, model: Model) -> Levels:
    order = listed(request.estimate.get("order"))
    return levels_in(model.outcome, order, model.response) if order else levels(model.outcome)


def _occurring(answers: Levels, rows: BoolArray) -> tuple[IntArray, list[str]]:
    """Codes that count the answers occurring among some records from 0; others are −1."""
    present = np.unique(answers.code[rows])
    number = np.full(len(answers.labels) + 1, -1, dtype=np.int64)
    number[present] = np.arange(len(present))
    return number[answers.code], [str(answers.labels[code]) for code in present.tolist()]


def _design_covariance(
    sample: Sample,
    answers: IntArray,
    covariates: FloatArray,
    whole: OrdinalLogit,
    *,
    as_in_r: bool,
) -> FloatArray:
    rows = sample.inside & (sample.weight > 0)
    y, x, weight, unit = answers[rows], covariates[rows], sample.weight[rows], sample.unit[rows]
    if sample.replicates is None:

        def of_scores(scores: FloatArray) -> FloatArray:
            sums = linearised_records(scores, unit)
            rule = sample.choices.lonely_rule
            return covariance(sums, sample.design, domains=scores.shape[1], lonely=rule)

        return ordinal_logit(
            y, x, weight, scores_covariance=of_scores, differenced=as_in_r
        ).covariance
    full = np.concatenate((whole.coefficients, whole.thresholds))
    fits = (ordinal_logit(y, x, weight * factor[unit]) for factor in sample.replicates.factor)
    values = np.array([np.concatenate((fit.coefficients, fit.thresholds)) for fit in fits])
    return replicate_covariance(values, full, sample.replicates)
