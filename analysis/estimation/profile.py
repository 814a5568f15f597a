"""The likelihood interval of a proportion as R computes it: by interpolating a profile."""

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri, stdtrit, xlogy

from analysis.arrays import FloatArray

_STEPS = 9
_POINTS = 3
_ITERATIONS = 25
_CHANGE = 1e-8


def profile_interval(
    value: FloatArray, weight: FloatArray, variance: float, *, df: float, level: float = 0.95
) -> tuple[float, float] | None:
    r"""The profile likelihood interval of a proportion, interpolated as in R.

    The signed root of the deviance of the logit b,

    .. math:: \tau(b) = \pm\sqrt{2 (n-1) \left[p \ln\frac pq + (1-p)\ln\frac{1-p}{1-q}\right]},
              \qquad q = expit(b),

    is computed at steps of a fifth of the largest value wanted, in standard errors, interpolated by
    a cubic spline at three times as many points, and linearly between these. The exact interval is
    that of :func:`analysis.estimation.intervals.proportion_interval`; far from the estimate, in
    particular where p is near 0, the two differ by some percent.

    Parameters
    ----------
    value, weight
        0 or 1, and a weight, per record.
    variance
        Design-based variance of the proportion.
    df
        Its degrees of freedom.
    level
        Confidence level.

    Returns
    -------
    tuple or None
        Lower and upper end; None if there is no variance, the proportion is 0 or 1, or the grid
        does not reach the ends.

    References
    ----------
    Venables & Ripley (2002), §7.2, for the profile; Rao & Scott (1984) for the scaled reference
    distribution; equals ``svyciprop(method = "likelihood")`` of R survey 4.1-1.
    """
    n, p = len(value), float(np.average(value, weights=weight)) if weight.sum() else np.nan
    if df < 1 or n < 2 or not 0 < p < 1 or variance <= 0:
        return None
    estimate, information = _fitted(value, weight * n / weight.sum())
    error = variance**0.5 / (p * (1 - p))
    tail = float(ndtr(stdtrit(df, (1 - level) / 2) * error * information**0.5))
    furthest = -float(stdtrit(n - 1, tail / 4))
    grid, root = _profile(p, n, estimate=estimate, step=furthest / 5 * error, furthest=furthest)
    fine = np.linspace(grid[0], grid[-1], _POINTS * len(grid))
    values = spline(grid, root, fine)
    wanted = float(ndtri(tail))
    if not values.min() <= wanted <= -wanted <= values.max():
        return None
    order = np.argsort(values)
    low, high = np.interp([wanted, -wanted], values[order], fine[order])
    return float(expit(low)), float(expit(high))


def _fitted(value: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Fit the logit by iterated weighted least squares, from R's start to R's stop.

    The information R reports is that of the last step but one; both are needed to its digits.
    """
    mean = (weight * value + 0.5) / (weight + 1)
    before, b, information = np.inf, 0.0, 0.0
    for _ in range(_ITERATIONS):
        spread = weight * mean * (1 - mean)
        information = float(spread.sum())
        b = float((spread * logit(mean) + weight * (value - mean)).sum()) / information
        mean = np.full(len(value), expit(b))
        deviance = -2 * float((weight * (xlogy(value, mean) + xlogy(1 - value, 1 - mean))).sum())
        if abs(deviance - before) / (abs(deviance) + 0.1) < _CHANGE:
            break
        before = deviance
    return b, information


def spline(x: FloatArray, y: FloatArray, at: FloatArray) -> FloatArray:
    """Interpolate by a cubic spline that meets, at each end, the cubic through four points there.

    Parameters
    ----------
    x, y
        At least four points, x rising.
    at
        Where to interpolate, within the range of x.

    Returns
    -------
    FloatArray
        One value per entry of ``at``.

    References
    ----------
    Forsythe, Malcolm & Moler (1977), ch. 4; the end condition of R's ``spline``. scipy offers
    others only.
    """
    size, h = len(x), np.diff(x)
    slope = np.diff(y) / h
    system, right = np.zeros((size, size)), np.zeros(size)
    for row in range(1, size - 1):
        system[row, row - 1 : row + 2] = h[row - 1], 2 * (h[row - 1] + h[row]), h[row]
        right[row] = 6 * (slope[row] - slope[row - 1])
    # The third derivative at an end is that of the cubic through the four points there.
    system[0, :2] = -1, 1
    right[0] = 6 * h[0] * _third_difference(x[:4], y[:4])
    system[-1, -2:] = -1, 1
    right[-1] = 6 * h[-1] * _third_difference(x[-4:], y[-4:])
    bend = np.linalg.solve(system, right)
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, size - 2)
    away = at - x[piece]
    first = slope[piece] - h[piece] * (2 * bend[piece] + bend[piece + 1]) / 6
    third = (bend[piece + 1] - bend[piece]) / h[piece] / 6
    result: FloatArray = y[piece] + away * (first + away * (bend[piece] / 2 + away * third))
    return result


def _profile(
    p: float, n: int, *, estimate: float, step: float, furthest: float
) -> tuple[FloatArray, FloatArray]:
    points = [(estimate, 0.0)]
    for sign in (-1, 1):
        for number in range(1, _STEPS + 1):
            b = estimate + sign * number * step
            root = sign * (2 * n * _deviance(p, b) * (n - 1) / n) ** 0.5
            points.append((b, root))
            if abs(root) >= furthest:
                break
    grid = np.array(sorted(points))
    return grid[:, 0], grid[:, 1]


def _deviance(p: float, b: float) -> float:
    q = float(expit(b))
    return max(float(xlogy(p, p / q) + xlogy(1 - p, (1 - p) / (1 - q))), 0.0)


def _third_difference(x: FloatArray, y: FloatArray) -> float:
    difference = y
    for order in (1, 2, 3):
        difference = np.diff(difference) / (x[order:] - x[:-order])
    return float(difference[0])
