"""The mean of a domain of known size, from the records of that domain alone."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray
from analysis.method_errors import MethodError


@dataclass(frozen=True)
class Sampled:
    """The records of one domain.

    Attributes
    ----------
    values
        Of the variable, n, none missing.
    weight
        Design weights 1/π, n; None: a simple random sample within the domain.
    size
        Records of the population in the domain, N; None if not known.
    """

    values: FloatArray
    weight: FloatArray | None = None
    size: float | None = None


def direct_mean(sample: Sampled, *, replacement: bool = False) -> tuple[float, float | None] | None:
    r"""Estimate the mean of a domain and the variance of the estimate.

    ============  =========  ==========================  =========================================
    drawn         weights    mean                        variance
    ============  =========  ==========================  =========================================
    without       yes        :math:`\sum w y/N`          :math:`\sum w(w-1)y^2/N^2`
    with          yes        :math:`\sum w y/N`          :math:`\sum(n w y/N - \bar y)^2/n`
    without       no         :math:`\sum y/n`            :math:`(1-n/N)S^2/n`
    with          no         :math:`\sum y/n`            :math:`S^2/n`
    ============  =========  ==========================  =========================================

    The first holds where units are drawn as good as independently (π_ij = π_i π_j).

    Parameters
    ----------
    sample
        Its records.
    replacement
        Whether they were drawn with replacement.

    Returns
    -------
    tuple or None
        Mean in the unit of the values and its variance; the variance is None where one record says
        nothing of it; None altogether without records.

    Raises
    ------
    ValueError
        If the population size is needed and not given, or smaller than the sample.

    References
    ----------
    Särndal, Swensson & Wretman (1992), §2.8 and §10.3; Rao & Molina (2015), §2.3; equals R
    ``sae::direct``.
    """
    y, n = sample.values, len(sample.values)
    if n == 0:
        return None
    if sample.weight is not None:
        size = _size(sample)
        mean = float(sample.weight @ y) / size
        if replacement:
            shares = n * sample.weight * y / size
            return mean, float(((shares - mean) ** 2).sum()) / n
        return mean, float((sample.weight * (sample.weight - 1)) @ y**2) / size**2
    spread = float(np.var(y, ddof=1)) if n > 1 else None
    if replacement:
        return float(y.mean()), None if spread is None else spread / n
    size = _size(sample)
    if n > size:
        raise MethodError("population_too_small")
    return float(y.mean()), None if spread is None else (1 - n / size) * spread / n


def _size(sample: Sampled) -> float:
    if sample.size is None:
        raise MethodError("population_needed")
    return sample.size
