"""How a sample was drawn: strata and the primary sampling units (PSUs) in them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray, IntArray, count_by


@dataclass(frozen=True)
class Design:
    """The sampled PSUs, whether any interview came back from them or not.

    Attributes
    ----------
    strata
        Names of the strata; their position is their code.
    stratum
        Stratum code of every sampled PSU, in the order of the PSU codes.
    fraction
        Sampling fraction f_h = n_h / N_h per stratum; 0 where the frame is unknown.
    """

    strata: tuple[Hashable, ...]
    stratum: IntArray
    fraction: FloatArray

    @property
    def sampled(self) -> IntArray:
        """Number of sampled PSUs n_h per stratum."""
        return count_by(self.stratum, len(self.strata))

    @property
    def degrees_of_freedom(self) -> int:
        """Design degrees of freedom: sampled PSUs less strata."""
        return len(self.stratum) - len(self.strata)


def design_of(
    stratum: Sequence[Hashable],
    psu: Sequence[Hashable],
    *,
    frame: ArrayLike | None = None,
) -> tuple[Design, IntArray]:
    """Read the design off the records of a sample.

    Parameters
    ----------
    stratum, psu
        One label per record. PSU labels need to be unique only within their stratum.
    frame
        Per record, the number N_h of PSUs in the frame of its stratum; it must be the same
        throughout a stratum. Without it the first stage counts as drawn with replacement, f_h = 0.

    Returns
    -------
    tuple
        The design, and the PSU code of every record.

    Raises
    ------
    ValueError
        If ``frame`` differs within a stratum or is smaller than the number of PSUs sampled.
    """
    strata = list(dict.fromkeys(stratum))
    stratum_code = {name: code for code, name in enumerate(strata)}
    units = list(dict.fromkeys(zip(stratum, psu, strict=True)))
    unit_code = {unit: code for code, unit in enumerate(units)}
    of_unit = np.array([stratum_code[name] for name, _ in units], dtype=np.int64)
    of_record = [unit_code[unit] for unit in zip(stratum, psu, strict=True)]
    fraction = np.zeros(len(strata))
    if frame is not None:
        sampled = count_by(of_unit, len(strata))
        codes = np.array([stratum_code[name] for name in stratum])
        fraction = sampled / _frame_sizes(np.asarray(frame, dtype=np.float64), codes, sampled)
    return Design(tuple(strata), of_unit, fraction), np.array(of_record, dtype=np.int64)


def _frame_sizes(frame: FloatArray, stratum: IntArray, sampled: IntArray) -> FloatArray:
    sizes = np.zeros(len(sampled))
    sizes[stratum] = frame
    if (sizes[stratum] != frame).any():
        raise ValueError("the frame size differs within a stratum")
    if (sizes < sampled).any():
        raise ValueError("a stratum has more sampled PSUs than its frame holds")
    return sizes
