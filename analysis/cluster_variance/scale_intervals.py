"""Confidence intervals that end where the scale of what is measured ends."""

import numpy as np

PERCENT = (0.0, 100.0)


def score_interval(
    value: float, relative: float, scale: tuple[float, float] = PERCENT
) -> tuple[float, float]:
    r"""Wilson's score interval of a mean on a scale with two ends.

    The ends are the θ that the mean is just not too far from, if its variance follows θ:

    .. math:: (R - \theta)^2 = \kappa\,(\theta - L)(U - \theta), \qquad \kappa = t^2 \psi / M

    .. math:: \theta = \frac{R + \kappa C \pm \sqrt{\kappa \{(R-L)(U-R) + \kappa (U-L)^2/4\}}}
              {1 + \kappa}, \qquad C = (L+U)/2

    Parameters
    ----------
    value
        R, the mean.
    relative
        κ: t² times the variance ψ of the mean, relative to M, the mean of (θ − L)(U − θ) where
        that variance holds.
    scale
        L and U.

    Returns
    -------
    tuple
        Both ends, within the scale and around the mean. For a share they are Wilson's with M/ψ
        people.

    References
    ----------
    Wilson (1927), JASA 22; Korn & Graubard (1998), Survey Methodology 24 compare it with others
    for clustered samples.
    """
    low, high = scale
    distance = (value - low) * (high - value)
    root = np.sqrt(relative * (max(distance, 0.0) + relative * (high - low) ** 2 / 4))
    centre = value + relative * (low + high) / 2
    ends = (centre - root) / (1 + relative), (centre + root) / (1 + relative)
    return float(max(min(ends[0], value), low)), float(min(max(ends[1], value), high))


def stable_interval(
    value: float, relative: float, scale: tuple[float, float] = PERCENT
) -> tuple[float, float]:
    r"""The interval that is even where the spread of a mean between two ends is even.

    .. math:: \theta = L + (U - L) \sin^2\left(\varphi \pm \tfrac12\sqrt\kappa\right), \qquad
              \sin^2\varphi = \frac{R - L}{U - L}, \qquad \kappa = t^2 \psi / M

    An average of several means is less skewed than one of them. Half of the skewness of
    :func:`score_interval` is left here; near an end that one leaves out too many high averages
    (7 % where 2.5 % are meant, ``benchmarks/coverage.py``, scenario 3).

    Parameters
    ----------
    value, relative, scale
        As for :func:`score_interval`.

    Returns
    -------
    tuple
        Both ends, within the scale and around the mean.

    References
    ----------
    Anscombe (1948), Biometrika 35: the transformation that makes variances θ(1 − θ)/n stable.
    """
    low, high = scale
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    angle, half = np.arcsin(np.sqrt(share)), np.sqrt(relative) / 2
    ends = max(angle - half, 0.0), min(angle + half, np.pi / 2)
    found = [low + (high - low) * float(np.sin(end)) ** 2 for end in ends]
    return max(min(found[0], value), low), min(max(found[1], value), high)


def positive_interval(value: float, error: float, quantile: float) -> tuple[float, float] | None:
    r"""The interval of a mean or a ratio that is above 0 and has no upper end.

    .. math:: R \exp\left(\pm t\, SE / R\right)

    Durations and counts are skewed, and their spread grows with them: on the logarithmic scale
    both are even, and 0 is never reached.

    Parameters
    ----------
    value, error
        The estimate and its standard error.
    quantile
        t.

    Returns
    -------
    tuple or None
        Both ends; None for an estimate that is not above 0.
    """
    if value <= 0:
        return None
    half = quantile * error / value
    # Beyond any number there is: the interval says nothing then.
    high = value * np.exp(half) if half < 700 else np.inf
    return (float(value * np.exp(-half)), float(high)) if np.isfinite(high) else None
