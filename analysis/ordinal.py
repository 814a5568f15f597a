"""Ordered answers explained by characteristics: the weighted proportional-odds model."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from analysis.arrays import FloatArray, IntArray
from analysis.design import Design
from analysis.linearisation import Linearised
from analysis.variance import covariance

_STEPS = 50
_TOLERANCE = 1e-12
# Odds of e^20 are not estimated by any sample: the likelihood rises for ever.
_SEPARATED = 20.0
_UNFIT = "a characteristic is constant, repeats others, or separates the answers"


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
    McCullagh (1980), JRSS B 42; Binder (1983), ISR 51; equals R ``MASS::polr`` for frequencies.
    statsmodels ``OrderedModel`` takes no weights, so this is our own.
    """
    used = weight > 0
    answers, covariates, weight = answers[used], covariates[used], weight[used]
    model = _Likelihood(answers, covariates, weight)
    parameters = model.maximise()
    inverse = _inverse(-model.hessian(parameters))
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
    """Give the design covariance of the total of scores, for :func:`ordinal_logit`.

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


class _Likelihood:
    """The weighted log likelihood, its scores and Hessian; parameters are (β, θ)."""

    def __init__(self, answers: IntArray, covariates: FloatArray, weight: FloatArray) -> None:
        self.answers, self.covariates, self.weight = answers, covariates, weight
        self.levels = int(answers.max()) + 1 if answers.size else 0
        self.shares = np.bincount(answers, weights=weight, minlength=self.levels)
        if self.levels < 2 or np.any(self.shares == 0):
            message = "every answer from the lowest to the highest must occur"
            raise ValueError(message)

    def maximise(self) -> FloatArray:
        """Climb to the maximum."""
        cumulative = np.cumsum(self.shares)[:-1] / self.shares.sum()
        start = np.log(cumulative / (1 - cumulative))
        parameters: FloatArray = np.concatenate((np.zeros(self.covariates.shape[1]), start))
        height = self.log_likelihood(parameters)
        for _ in range(_STEPS):
            gradient = self.weight @ self.scores(parameters)
            step = _inverse(-self.hessian(parameters)) @ gradient
            # The Newton decrement: twice the height still to be gained.
            if gradient @ step < _TOLERANCE * max(1.0, abs(height)):
                break
            parameters, height = self._climb(parameters, step, height)
        slopes = parameters[: self.covariates.shape[1]]
        if np.any(np.abs(slopes) * np.ptp(self.covariates, axis=0) > _SEPARATED):
            raise ValueError(_UNFIT)
        return parameters

    def _climb(
        self, parameters: FloatArray, step: FloatArray, height: float
    ) -> tuple[FloatArray, float]:
        for _ in range(_STEPS):
            there = self.log_likelihood(parameters + step)
            if there > height:
                return parameters + step, there
            step = step / 2
        return parameters, height

    def log_likelihood(self, parameters: FloatArray) -> float:
        """Give the weighted log likelihood; −∞ where thresholds are out of order."""
        _, _, chance = self._places(parameters)
        if np.any(chance <= 0):
            return -np.inf
        return float(self.weight @ np.log(chance))

    def scores(self, parameters: FloatArray) -> FloatArray:
        """Give the derivatives of each record's log likelihood, shape (records, parameters)."""
        above, below, chance = self._places(parameters)
        rise, fall = _density(above) / chance, -_density(below) / chance
        return np.column_stack(
            (-(rise + fall)[:, None] * self.covariates, self._spread(rise, fall))
        )

    def hessian(self, parameters: FloatArray) -> FloatArray:
        """Give the weighted second derivatives, shape (parameters, parameters)."""
        above, below, chance = self._places(parameters)
        top, bottom = _density(above), _density(below)
        upper = _slope(above) / chance - (top / chance) ** 2
        lower = -_slope(below) / chance - (bottom / chance) ** 2
        both = top * bottom / chance**2
        towards_above = self._design(1)
        towards_below = self._design(0)
        mixed = (towards_above * (self.weight * both)[:, None]).T @ towards_below
        result: FloatArray = (
            (towards_above * (self.weight * upper)[:, None]).T @ towards_above
            + (towards_below * (self.weight * lower)[:, None]).T @ towards_below
            + mixed
            + mixed.T
        )
        return result

    def _places(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        split = self.covariates.shape[1]
        ends = np.concatenate(([-np.inf], parameters[split:], [np.inf]))
        shift = self.covariates @ parameters[:split]
        above, below = ends[self.answers + 1] - shift, ends[self.answers] - shift
        return above, below, expit(above) - expit(below)

    def _design(self, end: int) -> FloatArray:
        """How a record's upper (1) or lower (0) end moves with (β, θ)."""
        which = self.answers + end
        thresholds = (which[:, None] == np.arange(1, self.levels)).astype(np.float64)
        # An end at infinity moves with nothing; its density is zero anyway.
        return np.column_stack((-self.covariates, thresholds))

    def _spread(self, rise: FloatArray, fall: FloatArray) -> FloatArray:
        levels = np.arange(1, self.levels)
        spread: FloatArray = (self.answers[:, None] + 1 == levels) * rise[:, None] + (
            self.answers[:, None] == levels
        ) * fall[:, None]
        return spread


def _density(place: FloatArray) -> FloatArray:
    """f(a) = F(a)(1 − F(a))."""
    result: FloatArray = expit(place) * expit(-place)
    return result


def _slope(place: FloatArray) -> FloatArray:
    """f'(a) = f(a)(1 − 2F(a))."""
    result: FloatArray = _density(place) * (1 - 2 * expit(place))
    return result


def _inverse(matrix: FloatArray) -> FloatArray:
    if np.linalg.cond(matrix) > 1e14:
        raise ValueError(_UNFIT)
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
