"""One factor behind a battery: loadings, omega, and how well the model fits."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray
from analysis.method_errors import MethodError
from analysis.scales.reliability import pairwise_correlations


@dataclass(frozen=True)
class OneFactor:
    """A one-factor model of a battery, and what it leaves unexplained.

    Attributes
    ----------
    loadings
        λ on the items' own scale, factor variance 1, shape (items,).
    residuals
        Residual variances θ, shape (items,).
    omega
        McDonald's ω, the share of the sum score's variance that is the factor's.
    chi_square, df
        Likelihood-ratio test against the unrestricted covariance matrix.
    cfi, rmsea
        Fit indices; CFI against the model of independent items.
    n
        Records that answered every item.
    """

    loadings: FloatArray
    residuals: FloatArray
    omega: float
    chi_square: float
    df: int
    cfi: float
    rmsea: float
    n: int


def one_factor(answers: FloatArray, *, weight: FloatArray | None = None) -> OneFactor:
    r"""Fit one factor by maximum likelihood to the covariance matrix of complete records.

    .. math:: \Sigma = \lambda\lambda' + \mathrm{diag}(\theta), \qquad
              \omega = \frac{(\sum\lambda)^2}{(\sum\lambda)^2 + \sum\theta}

    Parameters
    ----------
    answers
        Shape (records, items ≥ 3), every item running the same way; NaN is missing.
    weight
        Of each record, shape (records,); all alike without it. They are taken to sum to n.

    Returns
    -------
    OneFactor
        Chi-square is n·F with the covariance matrix of divisor n.

    Raises
    ------
    ValueError
        With fewer than three items: the model is then not identified.

    References
    ----------
    McDonald (1999), Test Theory; fit as in R ``lavaan::cfa(std.lv = TRUE)``. The likelihood is
    maximised by statsmodels ``Factor``; it is free of scale, so correlations serve.
    """
    # Only now: it takes a second to load, and other estimates need nothing of it.
    from statsmodels.multivariate.factor import Factor  # noqa: PLC0415

    rows = ~np.isnan(answers).any(axis=1)
    whole = answers[rows]
    share = np.ones(len(whole)) if weight is None else weight[rows]
    n, items = whole.shape
    if items < 3:
        raise MethodError("factor_items")
    spread = np.sqrt(np.average((whole - share @ whole / share.sum()) ** 2, axis=0, weights=share))
    correlations = pairwise_correlations(whole, weight=share)
    fitted = Factor(corr=correlations, n_factor=1, method="ml", nobs=n).fit(
        maxiter=500, opt={"gtol": 1e-7}
    )
    standardised = fitted.loadings[:, 0] * np.sign(fitted.loadings[:, 0].sum())
    loadings, residuals = standardised * spread, (1 - standardised**2) * spread**2
    return _fit(correlations, standardised, loadings, residuals, n)


def _fit(
    correlations: FloatArray,
    standardised: FloatArray,
    loadings: FloatArray,
    residuals: FloatArray,
    n: int,
) -> OneFactor:
    items = loadings.size
    implied = np.outer(standardised, standardised)
    np.fill_diagonal(implied, 1.0)
    chi_square, df = n * _discrepancy(correlations, implied), items * (items - 3) // 2
    alone, alone_df = n * _discrepancy(correlations, np.eye(items)), items * (items - 1) // 2
    excess, alone_excess = max(chi_square - df, 0.0), max(alone - alone_df, chi_square - df, 0.0)
    return OneFactor(
        loadings=loadings,
        residuals=residuals,
        omega=float(loadings.sum() ** 2 / (loadings.sum() ** 2 + residuals.sum())),
        chi_square=chi_square,
        df=df,
        cfi=1 - excess / alone_excess if alone_excess else 1.0,
        rmsea=float(np.sqrt(excess / (n * df))) if df else 0.0,
        n=n,
    )


def _discrepancy(seen: FloatArray, implied: FloatArray) -> float:
    """F = ln|Σ| + tr(SΣ⁻¹) − ln|S| − p."""
    return float(
        np.linalg.slogdet(implied)[1]
        + np.trace(np.linalg.solve(implied, seen))
        - np.linalg.slogdet(seen)[1]
        - seen.shape[0]
    )
