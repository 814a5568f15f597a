"""PSU totals: the small table every estimate, standard error and covariance is made of.

A domain is any set of records one figure is about: a province × service, a service, a variable. Per
domain and PSU five sums are kept; they are additive, so totals of parts of the data can be merged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray, IntArray, sum_by
from analysis.coding import distinct


@dataclass(frozen=True)
class PsuTotals:
    """Sums over the records of a domain in a PSU; each (domain, PSU) pair stands once.

    Attributes
    ----------
    domain, psu
        Codes; ``psu`` counts the PSUs of the :class:`~analysis.sampling.design.Design`.
    n
        Number of records with a value.
    w, wy, wyy, ww
        Sums of the weight, of weight × value, of weight × value², of weight².
    wx
        Sum of weight × denominator; present only where ratios are wanted.
    """

    domain: IntArray
    psu: IntArray
    n: IntArray
    w: FloatArray
    wy: FloatArray
    wyy: FloatArray
    ww: FloatArray
    wx: FloatArray | None = None

    def per_domain(self, column: FloatArray | IntArray, domains: int) -> FloatArray:
        """Add a column up over the PSUs of each domain."""
        return sum_by(self.domain, column, domains)


def psu_totals(
    *,
    domain: ArrayLike,
    psu: ArrayLike,
    weight: ArrayLike,
    value: ArrayLike,
    over: ArrayLike | None = None,
) -> PsuTotals:
    """Add records up to PSU totals.

    Parameters
    ----------
    domain, psu
        Integer codes, one per record. Records with a negative domain belong to none.
    weight
        Weights, one per record.
    value
        Values, one per record; records whose value is NaN count nowhere.
    over
        Denominators of a ratio, one per record; records without one count nowhere.

    Returns
    -------
    PsuTotals
        Ordered by domain, then PSU.
    """
    domains, psus = np.asarray(domain, dtype=np.int64), np.asarray(psu, dtype=np.int64)
    w, y = np.asarray(weight, dtype=np.float64), np.asarray(value, dtype=np.float64)
    x = None if over is None else np.asarray(over, dtype=np.float64)
    counted = (domains >= 0) & ~np.isnan(y) & (True if x is None else ~np.isnan(x))
    domains, psus, w, y = domains[counted], psus[counted], w[counted], y[counted]
    return merged(
        [
            PsuTotals(
                domain=domains,
                psu=psus,
                n=np.ones(len(w), dtype=np.int64),
                w=w,
                wy=w * y,
                wyy=w * y * y,
                ww=w * w,
                wx=None if x is None else w * x[counted],
            )
        ]
    )


def merged(parts: Sequence[PsuTotals]) -> PsuTotals:
    """Add totals of parts of the data together, one row per domain and PSU.

    Parameters
    ----------
    parts
        Totals over the same codes, at least one; within a part a pair may stand several times.

    Returns
    -------
    PsuTotals
        Ordered by domain, then PSU.
    """
    domain = np.concatenate([part.domain for part in parts])
    psu = np.concatenate([part.psu for part in parts])
    base = int(psu.max(initial=0)) + 1
    keys, row = distinct(domain * base + psu)

    def summed(columns: Sequence[FloatArray | IntArray]) -> FloatArray:
        return sum_by(row, np.concatenate(columns), len(keys))

    over = [part.wx for part in parts if part.wx is not None]
    return PsuTotals(
        domain=keys // base,
        psu=keys % base,
        n=np.rint(summed([part.n for part in parts])).astype(np.int64),
        w=summed([part.w for part in parts]),
        wy=summed([part.wy for part in parts]),
        wyy=summed([part.wyy for part in parts]),
        ww=summed([part.ww for part in parts]),
        wx=summed(over) if over else None,
    )


def recoded(totals: PsuTotals, domain_of: IntArray) -> PsuTotals:
    """Totals for coarser domains.

    Parameters
    ----------
    totals
        Totals per domain and PSU.
    domain_of
        New domain code per old one; a negative one leaves the domain out.

    Returns
    -------
    PsuTotals
        Ordered by new domain, then PSU.
    """
    domain = domain_of[totals.domain]
    kept = domain >= 0
    part = replace(
        totals,
        domain=domain[kept],
        psu=totals.psu[kept],
        n=totals.n[kept],
        w=totals.w[kept],
        wy=totals.wy[kept],
        wyy=totals.wyy[kept],
        ww=totals.ww[kept],
        wx=None if totals.wx is None else totals.wx[kept],
    )
    return merged([part])
