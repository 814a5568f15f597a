"""How much interviewers colour the answers: intraclass correlation and its design effect."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.method_errors import MethodError
from analysis.models.random_intercept import random_intercept


@dataclass(frozen=True)
class InterviewerEffect:
    r"""Variance between and within interviewers.

    Attributes
    ----------
    between, within
        Variance components, in squared units of the answers.
    icc
        Share of the variance between interviewers, 0 to 1.
    design_effect
        :math:`1 + (\bar m - 1)\rho`, with the mean workload.
    interviewers, n
        Groups and records with a value.
    """

    between: float
    within: float
    icc: float
    design_effect: float
    interviewers: int
    n: int


def interviewer_effect(answers: FloatArray, interviewer: IntArray) -> InterviewerEffect:
    r"""Split the variance of answers into between and within interviewers.

    A random intercept per interviewer, fitted by REML; :math:`\rho = \sigma_u^2/(\sigma_u^2 +
    \sigma_e^2)`, and the variance of a mean grows by :math:`1 + (\bar m - 1)\rho`.

    Parameters
    ----------
    answers
        Shape (records,); NaN is missing.
    interviewer
        Code of each record's interviewer, shape (records,).

    Returns
    -------
    InterviewerEffect
        ``between`` is 0 if interviewers differ no more than chance lets them.

    Raises
    ------
    ValueError
        With fewer than two interviewers, or no interviewer with two records.

    Notes
    -----
    Interviewers are not assigned at random: what looks like their effect may be their villages'.
    Compare within a province.

    References
    ----------
    Kish (1962), JASA 57; equals R ``lme4::lmer(y ~ 1 + (1 | interviewer))``.
    """
    has_value = ~np.isnan(answers)
    y = answers[has_value]
    groups, code = np.unique(interviewer[has_value], return_inverse=True)
    if groups.size < 2 or groups.size == y.size:
        raise MethodError("interviewers_few")
    fitted = random_intercept(y, np.ones((y.size, 1)), code)
    icc = fitted.intraclass_correlation
    return InterviewerEffect(
        between=fitted.between,
        within=fitted.within,
        icc=icc,
        design_effect=1 + (y.size / groups.size - 1) * icc,
        interviewers=groups.size,
        n=y.size,
    )
