"""Ordered answers explained by characteristics: the weighted proportional-odds model."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from analysis.arrays import FloatArray, IntArray
from analysis.estimation.linearisation import Linearised
from analysis.estimation.variance import covariance
from analysis.sampling.design import Design
from analysis.scales.ordinal_likelihood import Likelihood, inverted


@dataclass(frozen=True)
class OrdinalLogit:
    r"""A fitted model :math:`P(Y \le k) = \mathrm{expit}(\theta_k - x'\beta)`.

    Attributes
    ----------
    coefficients
        β, shape (covariates,): log odds of a higher answer.
    thresholds
        θ, ascending, shape (answers − 1,).
    covariance
        Of (β, θ), shape (covariates + answers − 1,) squared.
    deviance
        Minus twice the weighted log likelihood.
    n
        Records with a positive weight.
    """

    coefficients: FloatArray
    thresholds: FloatArray
    covariance: FloatArray
    deviance: float
    n: int

    @property
    def standard_errors(self) -> FloatArray:
        """Standard errors of (β, θ)."""
        errors: FloatArray = np.sqrt(np.diag(self.covariance))
        return errors


def ordinal_logit(
    answers: IntArray,
    covariates: FloatArray,
    weight: FloatArray,
    *,
    scores_covariance: Callable[[FloatArray], FloatArray] | None = None,
    differenced: bool = False,
) -> OrdinalLogit:
    r"""Fit the proportional-odds model by weighted (pseudo-) maximum likelihood.

    Newton steps, halved while they do not improve; the likelihood has one maximum.

    .. math:: \hat V = J^{-1}\,\hat V_{\mathrm{design}}\Big(\sum_r w_r u_r\Big)\,J^{-1}

    with *u* a record's score and *J* the weighted negative Hessian.

    Parameters
    ----------
    answers
        Codes 0 … answers − 1, each of which occurs, shape (records,).
    covariates
        Without an intercept, shape (records, covariates), none missing.
    weight
        Frequencies or survey weights, shape (records,), not negative.
    scores_covariance
        From weighted scores, shape (records, parameters), to the design covariance of their
        total; without it *J* is taken as the covariance of the scores (weights are frequencies).
    differenced
        Take *J* from differences of the scores as R does, which moves standard errors by up to some
        1e-3 of themselves where a covariate spreads widely; otherwise it is exact.

    Returns
    -------
    OrdinalLogit

    Raises
    ------
    ValueError
        If an answer does not occur, or a covariate is constant, repeats others, or separates the
        answers, so that no maximum exists.

    References
    ----------
    McCullagh (1980), JRSS B 42; Binder (1983), ISR 51; equals R ``MASS::polr`` for frequencies and
    ``survey::svyolr`` for designs.
    statsmodels ``OrderedModel`` takes no weights, so this is our own.
    """
    used = weight > 0
    answers, covariates, weight = answers[used], covariates[used], weight[used]
    model = Likelihood(answers, covariates, weight)
    parameters = model.maximise()
    hessian = model.differenced(parameters) if differenced else model.hessian(parameters)
    inverse = inverted(-hessian)
    if scores_covariance is None:
        spread = inverse
    else:
        scores = np.zeros((used.size, parameters.size))
        scores[used] = weight[:, None] * model.scores(parameters)
        spread = inverse @ scores_covariance(scores) @ inverse
    split = covariates.shape[1]
    return OrdinalLogit(
        coefficients=parameters[:split],
        thresholds=parameters[split:],
        covariance=spread,
        deviance=-2 * model.log_likelihood(parameters),
        n=answers.size,
    )


def total_covariance(unit: IntArray, design: Design) -> Callable[[FloatArray], FloatArray]:
    """The design covariance of the total of scores, for :func:`ordinal_logit`.

    Parameters
    ----------
    unit
        Unit of every record in the design, shape (records,).
    design
        All sampled units.

    Returns
    -------
    Callable
        From weighted scores, shape (records, parameters), to a matrix, parameters squared.
    """

    def covariance_of(scores: FloatArray) -> FloatArray:
        members, position = np.unique(unit, return_inverse=True)
        count = scores.shape[1]
        sums = np.zeros((members.size, count))
        np.add.at(sums, position, scores)
        domain = np.tile(np.arange(count), members.size)
        z = Linearised(domain, np.repeat(members, count), sums.ravel())
        return covariance(z, design, domains=count)

    return covariance_of


def marginal_effects(
    model: OrdinalLogit, covariates: FloatArray, weight: FloatArray, *, at_least: int
) -> FloatArray:
    r"""Average over records how P(Y ≥ at_least) changes with each covariate.

    A covariate of zeros and ones is switched from 0 to 1; another moves by one unit
    (derivative :math:`\beta_j f(\theta - x'\beta)`).

    Parameters
    ----------
    model
        The fitted model.
    covariates
        Shape (records, covariates).
    weight
        Shape (records,).
    at_least
        Lowest answer code that counts, 1 … answers − 1.

    Returns
    -------
    FloatArray
        Changes of the probability, shape (covariates,).
    """
    slopes, threshold = model.coefficients, model.thresholds[at_least - 1]
    place = covariates @ slopes - threshold
    chance = expit(place)
    effects = np.empty(slopes.size)
    for j, slope in enumerate(slopes):
        column = covariates[:, j]
        if np.isin(column, (0.0, 1.0)).all():
            without = place - slope * column
            change = expit(without + slope) - expit(without)
        else:
            change = slope * chance * (1 - chance)
        effects[j] = np.average(change, weights=weight)
    return effects
