"""Calibration (GREG): weights as near as possible to the base weights that meet known totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from analysis.arrays import BoolArray, FloatArray
from analysis.method_errors import MethodError
from analysis.weighting.distances import (
    Clipped,
    Distance,
    Logit,
    Raking,
    Sinh,
    Truncated,
    Unbounded,
)

DistanceName = Literal["linear", "raking", "truncated", "logit", "sinh"]

_STEPS = 100
_HALVINGS = 40


class CalibrationError(MethodError):
    """Totals that no weights meet, or only weights outside the bounds.

    Attributes
    ----------
    variables
        Names of the calibration variables the error is about.
    """

    def __init__(self, code: str, variables: tuple[str, ...], **details: object) -> None:
        super().__init__(code, variables=", ".join(variables), **details)
        self.variables = variables


@dataclass(frozen=True)
class Calibration:
    """Calibrated weights.

    Attributes
    ----------
    g
        Factor per record: weight / base weight.
    weight
        Calibrated weight per record.
    steps
        Newton steps taken.
    """

    g: FloatArray
    weight: FloatArray
    steps: int

    @property
    def range(self) -> tuple[float, float]:
        """The smallest and the largest g; (1, 1) without records."""
        return (float(self.g.min()), float(self.g.max())) if len(self.g) else (1.0, 1.0)


def calibrated(
    base: ArrayLike,
    x: ArrayLike,
    totals: ArrayLike,
    *,
    distance: DistanceName = "linear",
    bounds: tuple[float, float] | None = None,
    scale: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    tolerance: float = 1e-10,
) -> Calibration:
    r"""Find weights w = g·d that meet known totals.

    .. math:: g_r = F(q_r x_r'\lambda), \qquad \sum_r d_r g_r x_r = T

    by Newton's method on the convex dual, halving a step that does not lead down:

    .. math:: \lambda \leftarrow \lambda +
              \Big[\sum_r d_r q_r F'(u_r) x_r x_r'\Big]^{-1} \Big(T - \sum_r d_r F(u_r) x_r\Big)

    Parameters
    ----------
    base
        Base weights d, one per record, not negative.
    x
        Calibration variables, records × variables. They may depend on each other linearly, as the
        categories of two margins do, if the totals do so too.
    totals
        Population totals T, one per variable, in the unit of the variables.
    distance
        ``linear`` (g may become negative), ``raking`` and ``sinh`` (g > 0), ``truncated`` (linear
        within bounds), ``logit`` (smooth within bounds).
    bounds
        (L, U) with 0 ≤ L < 1 < U; required for ``truncated`` and ``logit``, refused for ``linear``;
        the others are cut off at them.
    scale
        q per record; 1/x with a single x gives the ratio estimator. Default 1.
    names
        Names of the variables for messages; default their numbers from 1.
    tolerance
        Largest relative error of any total at the end.

    Returns
    -------
    Calibration
        g and weights in the order of the records.

    Raises
    ------
    CalibrationError
        If a variable with a total has no respondent, if the totals contradict each other, or if no
        weights within the bounds meet them; bounds are never widened. The message and
        ``variables`` name the variables.
    ValueError
        If base weights are negative or the bounds do not fit the distance.

    References
    ----------
    Deville & Särndal (1992), JASA 87, 376-382; equals R survey ``calibrate``.
    """
    d, matrix, wanted = checked(base, x, totals)
    labels = named(names, len(wanted))
    q = np.ones(len(d)) if scale is None else np.asarray(scale, dtype=np.float64)
    chosen = _distance(distance, bounds)
    return solved(d, matrix, wanted, q=q, distance=chosen, labels=labels, tolerance=tolerance)


def dummies(codes: ArrayLike, categories: int) -> FloatArray:
    """The indicator variables of a categorical one.

    Parameters
    ----------
    codes
        Category code per record, from 0; a negative code is in no category.
    categories
        Number of categories.

    Returns
    -------
    FloatArray
        Records × categories, 1 where the record is in the category.
    """
    code = np.asarray(codes, dtype=np.int64)
    result: FloatArray = (code[:, None] == np.arange(categories)).astype(np.float64)
    return result


def named(names: Sequence[str] | None, size: int) -> tuple[str, ...]:
    """The names of the variables, or numbers from 1."""
    return tuple(names) if names is not None else tuple(map(str, range(1, size + 1)))


def checked(
    base: ArrayLike, x: ArrayLike, totals: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Base weights, variables and totals as arrays; a ValueError if they are no numbers."""
    d = np.asarray(base, dtype=np.float64)
    wanted = np.atleast_1d(np.asarray(totals, dtype=np.float64))
    matrix = np.asarray(x, dtype=np.float64).reshape(len(d), len(wanted))
    if (d < 0).any():
        raise MethodError("weight_negative")
    if not (np.isfinite(d).all() and np.isfinite(matrix).all() and np.isfinite(wanted).all()):
        raise MethodError("calibration_blank")
    return d, matrix, wanted


def _distance(name: DistanceName, bounds: tuple[float, float] | None) -> Distance:
    if (bounds is None and name in {"truncated", "logit"}) or (bounds and name == "linear"):
        raise MethodError("bounds_given" if bounds else "bounds_needed", distance=name)
    if bounds and not 0 <= bounds[0] < 1 < bounds[1]:
        raise MethodError("bounds_order")
    if name == "linear":
        return Unbounded()
    if name in {"raking", "sinh"}:
        free = Raking() if name == "raking" else Sinh()
        return free if bounds is None else Clipped(free, *bounds)
    low, high = bounds or (0.0, np.inf)
    return Truncated(low, high) if name == "truncated" else Logit(low, high)


def solved(
    d: FloatArray,
    x: FloatArray,
    wanted: FloatArray,
    *,
    q: FloatArray,
    distance: Distance,
    labels: tuple[str, ...],
    tolerance: float,
) -> Calibration:
    """Calibrate with a distance that may differ from record to record."""
    _require_respondents(d, x, wanted, labels)
    size = _sizes(d, x, wanted)
    scaled, target = x / size, wanted / size
    factor, steps = _newton(d, scaled, target, q=q, distance=distance, tolerance=tolerance)
    gap = np.abs(target - scaled.T @ (d * factor))
    missed = gap > tolerance * np.maximum(np.abs(target), 1e-12)
    if missed.any():
        raise _unmet(d, scaled, target, distance=distance, labels=labels, missed=missed)
    return Calibration(factor, d * factor, steps)


def _require_respondents(
    d: FloatArray, x: FloatArray, wanted: FloatArray, labels: tuple[str, ...]
) -> None:
    empty = (wanted != 0) & ~((x != 0) & (d > 0)[:, None]).any(axis=0)
    if empty.any():
        raise _error("no_respondent_in", labels, empty)


def _sizes(d: FloatArray, x: FloatArray, wanted: FloatArray) -> FloatArray:
    """The size each variable is measured in, so that counts and money weigh alike."""
    size: FloatArray = np.maximum(np.abs(wanted), np.abs(x).T @ d)
    return np.where(size > 0, size, 1.0)


def _newton(
    d: FloatArray,
    x: FloatArray,
    target: FloatArray,
    *,
    q: FloatArray,
    distance: Distance,
    tolerance: float,
) -> tuple[FloatArray, int]:
    point = np.zeros(len(target))
    u = np.zeros(len(d))
    for step in range(_STEPS):
        factor = distance.factor(u)
        gap = target - x.T @ (d * factor)
        if (np.abs(gap) <= 0.01 * tolerance * np.abs(target)).all():
            return factor, step
        hessian = (x * (d * q * distance.slope(u))[:, None]).T @ x
        direction = np.linalg.lstsq(hessian, gap, rcond=1e-13)[0]
        rise = float(direction @ target)
        moved = _down(d, x @ direction * q, u, q=q, distance=distance, rise=rise)
        if moved == 0:
            return factor, step
        point += moved * direction
        u = x @ point * q
    return distance.factor(u), _STEPS


def _down(
    d: FloatArray,
    along: FloatArray,
    u: FloatArray,
    *,
    q: FloatArray,
    distance: Distance,
    rise: float,
) -> float:
    """The longest of the steps 1, ½, ¼ … on which the dual does not grow; 0 if none is."""
    share = d / q
    here = share @ distance.integral(u)
    noise = 1e-14 * (abs(here) + abs(rise))
    step = 1.0
    for _ in range(_HALVINGS):
        with np.errstate(over="ignore", invalid="ignore"):
            there = share @ distance.integral(u + step * along) - step * rise
        if there <= here + noise:
            return step
        step /= 2
    return 0.0


def _unmet(
    d: FloatArray,
    x: FloatArray,
    target: FloatArray,
    *,
    distance: Distance,
    labels: tuple[str, ...],
    missed: BoolArray,
) -> CalibrationError:
    """Say whether the totals contradict each other or the bounds are too narrow for them."""
    low, high = distance.ends()
    # Records alike in x can share one weight: the linear programme stays as small as the table.
    rows, where = np.unique(x, axis=0, return_inverse=True)
    least = np.bincount(where.ravel(), weights=_times(d, low), minlength=len(rows))
    most = np.bincount(where.ravel(), weights=_times(d, high), minlength=len(rows))
    slack = np.eye(len(target))
    best = linprog(
        np.r_[np.zeros(len(rows)), np.ones(2 * len(target))],
        A_eq=np.c_[rows.T, slack, -slack],
        b_eq=target,
        bounds=[*zip(least, most, strict=True), *[(0, None)] * (2 * len(target))],
    )
    if best.status == 0 and best.fun is not None and best.fun > 1e-9:
        short = np.asarray(best.x)[len(rows) :].reshape(2, -1).sum(axis=0) > 1e-9
        code, low, high = distance.unmet()
        return _error(code, labels, short, low=f"{low:g}", high=f"{high:g}")
    return _error("calibration_unsettled", labels, missed)


def _times(d: FloatArray, bound: FloatArray | float) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.where(d > 0, d * bound, 0.0)


def _error(
    code: str, labels: tuple[str, ...], which: BoolArray, **details: object
) -> CalibrationError:
    return CalibrationError(code, tuple(np.array(labels)[which].tolist()), **details)
