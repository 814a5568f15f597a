"""Tables of two categories: the test of independence, given how the sample was drawn."""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from analysis.arrays import FloatArray


@dataclass(frozen=True)
class RaoScott:
    """The second-order test of Rao and Scott: F with its degrees of freedom and p-value."""

    f: float
    ndf: float
    ddf: float
    p: float


def rao_scott(
    share: FloatArray, covariance: FloatArray, *, shape: tuple[int, int], n: int, df: float
) -> RaoScott | None:
    r"""Test whether rows and columns of a table are independent.

    .. math:: X^2 = n \sum_{rc} \frac{(p_{rc}-p_{r+}p_{+c})^2}{p_{r+}p_{+c}}, \qquad
              F = X^2 / tr\Delta, \qquad
              \Delta = (\tilde C' D^{-1} \tilde C/n)^{-1} \tilde C' D^{-1} V D^{-1} \tilde C

    with D the diagonal matrix of the cell shares P, V their design-based covariance, and
    :math:`\tilde C` the interaction columns of a table model, residualised on the main effects.
    F is compared with :math:`F(ndf, ndf \cdot df)`, :math:`ndf = (tr\Delta)^2 / tr\Delta^2`.

    Parameters
    ----------
    share, covariance
        Cell shares, row by row, adding up to 1, and their covariance matrix.
    shape
        Rows and columns.
    n
        Records in the table.
    df
        Degrees of freedom of the design.

    Returns
    -------
    RaoScott or None
        None if there is only one row or column, or the covariance says nothing.

    References
    ----------
    Rao & Scott (1984), Annals of Statistics 12; equals R survey ``svychisq(statistic = "F")``.
    """
    rows, columns = shape
    if rows < 2 or columns < 2 or df < 1:
        return None
    cells = share.reshape(shape)
    expected = np.outer(cells.sum(axis=1), cells.sum(axis=0))
    chi2 = n * float(((cells - expected) ** 2 / expected).sum())
    inverse = np.divide(1, share, out=np.zeros_like(share), where=share > 0)[:, None]
    scaled = inverse * _interactions(rows, columns)
    simple = _interactions(rows, columns).T @ scaled / n
    delta = np.linalg.pinv(simple) @ (scaled.T @ covariance @ scaled)
    trace, square = float(np.trace(delta)), float(np.trace(delta @ delta))
    if trace <= 0 or square <= 0:
        return None
    f, ndf = chi2 / trace, trace**2 / square
    return RaoScott(f, ndf, ndf * df, float(fdtrc(ndf, ndf * df, f)))


def _interactions(rows: int, columns: int) -> FloatArray:
    row, column = np.divmod(np.arange(rows * columns), columns)
    of_row = (row[:, None] == np.arange(rows)).astype(np.float64)
    of_column = (column[:, None] == np.arange(columns)).astype(np.float64)
    main = np.column_stack([np.ones(rows * columns), of_row[:, 1:], of_column[:, 1:]])
    both = (of_row[:, 1:, None] * of_column[:, None, 1:]).reshape(rows * columns, -1)
    fitted = main @ np.linalg.lstsq(main, both, rcond=None)[0]
    result: FloatArray = both - fitted
    return result
