"""The likelihood of the proportional-odds model, and its highest point."""

import numpy as np
from scipy.special import expit

from analysis.arrays import FloatArray, IntArray
from analysis.method_errors import MethodError

_STEPS = 50
_TOLERANCE = 1e-12
# Odds of e^20 are not estimated by any sample: the likelihood rises for ever.
_SEPARATED = 20.0
_DIFFERENCE = 1e-3
"""Half the distance between the two scores of which R's optimiser takes the difference."""


class Likelihood:
    """The weighted log likelihood, its scores and Hessian; parameters are (β, θ)."""

    def __init__(self, answers: IntArray, covariates: FloatArray, weight: FloatArray) -> None:
        self.answers, self.covariates, self.weight = answers, covariates, weight
        self.levels = int(answers.max()) + 1 if answers.size else 0
        self.shares = np.bincount(answers, weights=weight, minlength=self.levels)
        if self.levels < 2 or np.any(self.shares == 0):
            raise MethodError("answers_lack")

    def maximise(self) -> FloatArray:
        """Climb to the maximum."""
        cumulative = np.cumsum(self.shares)[:-1] / self.shares.sum()
        start = np.log(cumulative / (1 - cumulative))
        parameters: FloatArray = np.concatenate((np.zeros(self.covariates.shape[1]), start))
        height = self.log_likelihood(parameters)
        for _ in range(_STEPS):
            gradient = self.weight @ self.scores(parameters)
            step = inverted(-self.hessian(parameters)) @ gradient
            # The Newton decrement: twice the height still to be gained.
            if gradient @ step < _TOLERANCE * max(1.0, abs(height)):
                break
            parameters, height = self._climb(parameters, step, height)
        slopes = parameters[: self.covariates.shape[1]]
        if np.any(np.abs(slopes) * np.ptp(self.covariates, axis=0) > _SEPARATED):
            raise MethodError("ordinal_unfit")
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
        """The weighted log likelihood; −∞ where thresholds are out of order."""
        _, _, chance = self._places(parameters)
        if np.any(chance <= 0):
            return -np.inf
        return float(self.weight @ np.log(chance))

    def scores(self, parameters: FloatArray) -> FloatArray:
        """The derivatives of each record's log likelihood, shape (records, parameters)."""
        above, below, chance = self._places(parameters)
        rise, fall = _density(above) / chance, -_density(below) / chance
        return np.column_stack(
            (-(rise + fall)[:, None] * self.covariates, self._spread(rise, fall))
        )

    def hessian(self, parameters: FloatArray) -> FloatArray:
        """The weighted second derivatives, shape (parameters, parameters)."""
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

    def differenced(self, parameters: FloatArray) -> FloatArray:
        """The second derivatives from differences of the score.

        In the parameters R climbs by: β, the lowest threshold, logarithms of the distances between
        thresholds.
        """
        split = self.covariates.shape[1]
        turn = np.eye(parameters.size)
        distances = np.diff(parameters[split:])
        turn[split:, split:] = np.tril(
            np.concatenate(([1.0], distances)) * np.ones((turn.shape[0] - split, 1))
        )
        climbed = np.concatenate((parameters[: split + 1], np.log(distances)))
        found = np.empty_like(turn)
        for j in range(parameters.size):
            step = np.zeros(parameters.size)
            step[j] = _DIFFERENCE
            found[j] = (
                self._climbed_score(climbed + step) - self._climbed_score(climbed - step)
            ) / (2 * _DIFFERENCE)
        back = np.linalg.inv(turn)
        result: FloatArray = back.T @ ((found + found.T) / 2) @ back
        return result

    def _climbed_score(self, climbed: FloatArray) -> FloatArray:
        split = self.covariates.shape[1]
        distances = np.exp(climbed[split + 1 :])
        thresholds = climbed[split] + np.concatenate(([0.0], np.cumsum(distances)))
        parameters = np.concatenate((climbed[:split], thresholds))
        score = self.weight @ self.scores(parameters)
        turn = np.tril(np.concatenate(([1.0], distances)) * np.ones((thresholds.size, 1)))
        return np.concatenate((score[:split], score[split:] @ turn))

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


def inverted(matrix: FloatArray) -> FloatArray:
    """Invert a matrix of second derivatives; a ValueError if nothing can be estimated from it."""
    if np.linalg.cond(matrix) > 1e14:
        raise MethodError("ordinal_unfit")
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
