"""The two-level area model: effects of areas, and of the items within an area.

A province that is good at one service tends to be good at others; a cell borrows from both. A
one-level model with the province's mean of the same sample as covariate looks alike and is badly
over-confident: that mean is itself made of the cell.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from analysis.arrays import BoolArray, FloatArray
from analysis.method_errors import MethodError
from analysis.small_areas.area_cells import AreaCells

FLOOR = 1e-3
"""Least variance looked for, relative to the median sampling variance."""
STEP = 0.05
"""Step of numerical derivatives, in the logarithm of a variance."""


@dataclass(frozen=True)
class TwoLevel:
    """A fitted two-level model.

    Attributes
    ----------
    between_areas, between_cells
        A_u and A_v, variances of the area and the cell effects, in squared units.
    nothing_between_cells
        Whether A_v ended at its floor: no variance between cells was found beyond the areas'.
    beta
        Mean of each item, then the coefficients of the covariates; NaN for an item never rated.
    eblup
        Model-based mean of every cell, areas × items; also of cells without answers.
    synthetic
        What the fixed part alone says, areas × items.
    own_error
        Error of a cell with β known, areas × items × items within an area: g1 + 2·g3.
    lever, beta_covariance
        How β's error enters a cell, areas × items × p, and the covariance of β.
    """

    between_areas: float
    between_cells: float
    nothing_between_cells: bool
    beta: FloatArray
    eblup: FloatArray
    synthetic: FloatArray
    own_error: FloatArray
    lever: FloatArray
    beta_covariance: FloatArray

    @property
    def mse(self) -> FloatArray:
        """Estimated mean squared error of every cell, areas × items."""
        own = np.diagonal(self.own_error, axis1=1, axis2=2)
        through_beta = np.einsum("psq,qr,psr->ps", self.lever, self.beta_covariance, self.lever)
        total: FloatArray = own + through_beta
        return total

    def mse_of(self, coefficient: FloatArray) -> float:
        """The mean squared error of Σ coefficient × cell; areas err independently given β."""
        held = np.flatnonzero(coefficient.any(axis=1))
        part = coefficient[held]
        own = np.einsum("ps,pst,pt->", part, self.own_error[held], part)
        through = np.einsum("ps,psq->q", part, self.lever[held])
        return float(own + through @ self.beta_covariance @ through)


@dataclass(frozen=True)
class _Cells:
    """Data of the model; what is not observed has ``seen`` False, 0 in y and in ψ."""

    y: FloatArray
    psi: FloatArray
    seen: BoolArray
    x: FloatArray
    correlation: float

    def __post_init__(self) -> None:
        if self.seen.sum() <= self.x.shape[2] + 2:
            raise MethodError("cells_few")


def two_level(
    cells: AreaCells,
    *,
    covariates: ArrayLike | None = None,
    start: tuple[float, float] | None = None,
) -> TwoLevel:
    r"""Fit the two-level area model by REML and predict every cell with its MSE.

    .. math:: y_{ps} = \mu_s + x_p'\beta + u_p + v_{ps} + e_{ps}, \quad u_p \sim N(0, A_u),
              \quad v_{ps} \sim N(0, A_v), \quad e_p \sim N(0, E_p)

    .. math:: \hat\theta_p = X_p\hat\beta + B_p(y_p - X_p\hat\beta), \quad B_p = G_p V_p^{-1},
              \quad G_p = A_u 11' + A_v I, \quad V_p = G_p + E_p

    .. math:: \mathrm{MSE} = g_1 + g_2 + 2 g_3

    with E_p from the sampling variances: ψ on the diagonal, :math:`\rho\sqrt{\psi\psi'}` beside it.

    Parameters
    ----------
    cells
        Direct means and their sampling variances, see
        :func:`analysis.small_areas.area_cells.area_cells`.
    covariates
        Areas × k, known from outside the sample; a mean of the same sample may not be among them.

    start
        A_u and A_v to look from, if they are nearly known.

    Returns
    -------
    TwoLevel

    Raises
    ------
    ValueError
        If there are hardly more cells with answers than coefficients.

    Notes
    -----
    g3 takes the derivatives of B_p and the information on the logarithms of both variances from
    central differences. The effects are normal on the scale of the means; for scores that pile up
    at an end of their scale see :func:`analysis.small_areas.bounded_scale.two_level_between`.

    References
    ----------
    Rao & Molina (2015), Small Area Estimation, §5.3, §8.5 (two-fold nested model), §9.2;
    Torabi & Rao (2014) J. Multivariate Anal. 127 for the two-fold area level model.
    """
    seen: BoolArray = ~np.isnan(cells.variance) & ~np.isnan(cells.direct)
    rated: BoolArray = np.asarray(seen.any(axis=0))
    data = _Cells(
        y=np.where(seen, cells.direct, 0.0),
        psi=np.where(seen, cells.variance, 0.0),
        seen=seen,
        x=_fixed_part(rated, len(seen), covariates),
        correlation=cells.correlation,
    )
    floor = FLOOR * float(np.median(data.psi[seen]))
    theta = _highest_likelihood(data, floor, start)
    fit = _Fit.of(data, theta)
    beta_covariance = np.linalg.inv(fit.information)
    beta = beta_covariance @ fit.score
    synthetic = data.x @ beta
    residual = np.where(seen, data.y - synthetic, 0.0)
    shrinkage = fit.shrinkage
    lever = data.x - shrinkage @ data.x
    own = fit.between - shrinkage @ fit.between
    unknown = np.where(rated, 0.0, np.nan)
    means = np.full(len(rated), np.nan)
    means[rated] = beta[: rated.sum()]
    return TwoLevel(
        between_areas=float(np.exp(theta[0])),
        between_cells=float(np.exp(theta[1])),
        nothing_between_cells=bool(np.exp(theta[1]) <= 1.01 * floor),
        beta=np.concatenate([means, beta[rated.sum() :]]),
        eblup=synthetic + np.einsum("pst,pt->ps", shrinkage, residual) + unknown,
        synthetic=synthetic + unknown,
        own_error=own + 2 * _of_variances(data, theta, fit),
        lever=lever,
        beta_covariance=beta_covariance.astype(np.float64),
    )


def _fixed_part(rated: BoolArray, areas: int, covariates: ArrayLike | None) -> FloatArray:
    """X: a mean per item that was rated, then the areas' covariates; areas × items × p."""
    items = np.broadcast_to(np.eye(len(rated))[:, rated], (areas, len(rated), rated.sum()))
    if covariates is None:
        return items.copy()
    known = np.asarray(covariates, dtype=np.float64)
    known = known - known.mean(axis=0)
    shape = (areas, len(rated), known.shape[1])
    return np.concatenate([items, np.broadcast_to(known[:, None, :], shape)], axis=2)


@dataclass(frozen=True)
class _Fit:
    """The model at given variances, by the Woodbury identity for V = D + U C U'."""

    inverse: FloatArray
    log_determinant: float
    information: FloatArray
    score: FloatArray
    between: FloatArray
    shrinkage: FloatArray

    @classmethod
    def of(cls, data: _Cells, theta: FloatArray) -> "_Fit":
        of_areas, of_cells = np.exp(theta)
        own = of_cells + (1 - data.correlation) * data.psi
        weight = np.where(data.seen, 1 / own, 0.0)
        u = np.stack([np.ones_like(data.psi), np.sqrt(data.psi)], axis=2)
        middle = np.diag([of_areas, data.correlation])
        weighted = weight[:, :, None] * u
        inner = np.eye(2) + middle @ (u.transpose(0, 2, 1) @ weighted)
        core = np.linalg.solve(inner, np.broadcast_to(middle, inner.shape))
        inverse = -weighted @ core @ weighted.transpose(0, 2, 1)
        diagonal = np.arange(weight.shape[1])
        inverse[:, diagonal, diagonal] += weight
        xv = data.x.transpose(0, 2, 1) @ inverse
        between = of_cells * np.eye(weight.shape[1]) + of_areas
        return cls(
            inverse=inverse,
            log_determinant=float(np.log(own[data.seen]).sum() + np.linalg.slogdet(inner)[1].sum()),
            information=(xv @ data.x).sum(axis=0),
            score=np.einsum("pqs,ps->q", xv, data.y),
            between=between,
            shrinkage=between @ inverse,
        )

    def criterion(self, data: _Cells) -> float:
        """Minus the restricted log-likelihood, without its constant."""
        beta = np.linalg.solve(self.information, self.score)
        squares = np.einsum("ps,pst,pt->", data.y, self.inverse, data.y) - beta @ self.score
        return 0.5 * float(self.log_determinant + np.linalg.slogdet(self.information)[1] + squares)


def _highest_likelihood(
    data: _Cells, floor: float, start: tuple[float, float] | None
) -> FloatArray:
    spread = max(float(np.var(data.y[data.seen])), 4 * floor)
    first = np.log(np.maximum(start, floor)) if start else np.full(2, np.log(spread / 4))
    simplex = first + np.array([[0, 0], [0.1, 0], [0, 0.1]]) * (1 if start else 4)
    bounds = float(np.log(floor)), float(np.log(100 * spread))

    def criterion(theta: Any) -> float:
        return _Fit.of(data, theta).criterion(data)

    found = minimize(
        criterion,
        first,
        method="Nelder-Mead",
        bounds=[bounds, bounds],
        options={"xatol": 1e-3, "fatol": 1e-6, "initial_simplex": simplex},
    )
    theta: FloatArray = np.asarray(found.x, dtype=np.float64)
    return theta


def _of_variances(data: _Cells, theta: FloatArray, fit: _Fit) -> FloatArray:
    """G3: what estimating both variances adds to the error, areas × items × items."""
    steps = STEP * np.eye(2)
    slopes = [
        (_Fit.of(data, theta + step).shrinkage - _Fit.of(data, theta - step).shrinkage) / (2 * STEP)
        for step in steps
    ]
    root = np.sqrt(data.psi)
    error = data.correlation * root[:, :, None] * root[:, None, :]
    diagonal = np.arange(root.shape[1])
    error[:, diagonal, diagonal] = data.psi
    total = fit.between + error
    variance = _variance_of_logarithms(data, theta)
    part = np.zeros_like(total)
    for a in range(2):
        for c in range(2):
            part += variance[a, c] * slopes[a] @ total @ slopes[c].transpose(0, 2, 1)
    part[:, diagonal, diagonal] = np.maximum(part[:, diagonal, diagonal], 0)
    return part


def _variance_of_logarithms(data: _Cells, theta: FloatArray) -> FloatArray:
    """Invert the curvature of the criterion; a direction without curvature tells nothing."""

    def at(i: float, j: float) -> float:
        return _Fit.of(data, theta + STEP * np.array([i, j])).criterion(data)

    centre = at(0, 0)
    across = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / 4
    hessian = (
        np.array(
            [
                [at(1, 0) - 2 * centre + at(-1, 0), across],
                [across, at(0, 1) - 2 * centre + at(0, -1)],
            ]
        )
        / STEP**2
    )
    values, vectors = np.linalg.eigh(hessian)
    inverse = np.divide(1, values, out=np.zeros(2), where=values > 1e-6)
    result: FloatArray = (vectors * inverse) @ vectors.T
    return result
