"""How a sample was drawn: strata, the primary sampling units (PSUs) in them, and units within."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray, IntArray, count_by
from analysis.coding import coded
from analysis.method_errors import MethodError


@dataclass(frozen=True)
class Design:
    """The sampled units of one stage, whether any interview came back from them or not.

    Attributes
    ----------
    strata
        Names of the strata; their position is their code.
    stratum
        Stratum code of every sampled unit, in the order of the unit codes.
    fraction
        Sampling fraction f_h = n_h / N_h per stratum; 0 where the frame is unknown.
    within
        The next stage, if it counts: its strata are the units of this one. Records then belong to
        units of the innermost stage.
    """

    strata: tuple[Hashable, ...]
    stratum: IntArray
    fraction: FloatArray
    within: "Design | None" = None

    @property
    def sampled(self) -> IntArray:
        """Number of sampled units n_h per stratum."""
        return count_by(self.stratum, len(self.strata))

    @property
    def degrees_of_freedom(self) -> int:
        """Design degrees of freedom: sampled PSUs less strata."""
        return len(self.stratum) - len(self.strata)

    @property
    def units(self) -> int:
        """Number of units of the innermost stage."""
        return len(self.stratum) if self.within is None else self.within.units

    @property
    def psu(self) -> IntArray:
        """PSU code of every unit of the innermost stage."""
        if self.within is None:
            return np.arange(len(self.stratum), dtype=np.int64)
        return self.within.stratum[self.within.psu]

    @property
    def probability(self) -> FloatArray:
        """Probability of every innermost unit to be drawn, as far as the frames are known, else 1.

        The product of the sampling fractions over the stages.
        """
        own = np.where(self.fraction > 0, self.fraction, 1.0)[self.stratum]
        return own if self.within is None else own[self.psu] * self.within.probability

    def degrees_of_freedom_within(self, units: IntArray) -> int:
        """PSUs less strata, counting only those that some of the units belong to."""
        psus = np.unique(self.psu[units])
        return len(psus) - len(np.unique(self.stratum[psus]))

    def stages(self) -> Iterator["Design"]:
        """Go through the stages, from the PSUs inwards."""
        yield self
        if self.within is not None:
            yield from self.within.stages()


@dataclass(frozen=True)
class Stage:
    """A further stage of sampling.

    Attributes
    ----------
    unit
        Label of its unit per record, unique within the unit of the stage before.
    frame
        Per record, how many such units the unit of the stage before holds, or the share of them
        that was drawn.
    """

    unit: Sequence[Hashable]
    frame: ArrayLike


def design_of(
    stratum: Sequence[Hashable],
    psu: Sequence[Hashable],
    *,
    frame: ArrayLike | None = None,
    stages: Sequence[Stage] = (),
) -> tuple[Design, IntArray]:
    r"""Read the design off the records of a sample.

    Parameters
    ----------
    stratum, psu
        One label per record. PSU labels need to be unique only within their stratum.
    frame
        Per record, the number N_h of PSUs in the frame of its stratum, or the sampling fraction
        f_h < 1; it must be the same throughout a stratum. Without it the first
        stage counts as drawn with replacement, f_h = 0.
    stages
        Further stages within the PSUs. They add to the variance only where the first stage has a
        frame; without one the spread between PSUs holds theirs already.

    Returns
    -------
    tuple
        The design, and per record the code of its unit of the innermost stage (the PSU, if there
        are no further stages).

    Raises
    ------
    ValueError
        If a frame differs within a stratum, is smaller than the number of units sampled, is not
        positive, or mixes sizes and fractions.

    References
    ----------
    Särndal, Swensson & Wretman (1992), ch. 4; fractions and sizes are told apart as in R survey
    ``svydesign``.
    """
    strata, outer = coded(stratum)
    design, unit, labels = _stage(outer, strata, psu, frame)
    chain = [design]
    for stage in stages if frame is not None else ():
        inner, unit, labels = _stage(unit, labels, stage.unit, stage.frame)
        chain.append(inner)
    nested = chain.pop()
    for design in reversed(chain):
        nested = replace(design, within=nested)
    return nested, unit


def _stage(
    stratum: IntArray,
    names: Sequence[Hashable],
    unit: Sequence[Hashable],
    frame: ArrayLike | None,
) -> tuple[Design, IntArray, list[Hashable]]:
    labels, label = coded(unit)
    pairs, of_record = coded(stratum * max(len(labels), 1) + label)
    of_unit, label_of_unit = np.divmod(np.array(pairs, dtype=np.int64), max(len(labels), 1))
    fraction = np.zeros(len(names))
    if frame is not None:
        sampled = count_by(of_unit, len(names))
        fraction = _fractions(np.asarray(frame, dtype=np.float64), stratum, sampled)
    of_label = [labels[number] for number in label_of_unit.tolist()]
    return Design(tuple(names), of_unit, fraction), of_record, of_label


def _fractions(frame: FloatArray, stratum: IntArray, sampled: IntArray) -> FloatArray:
    of_stratum = np.zeros(len(sampled))
    of_stratum[stratum] = frame
    if (of_stratum[stratum] != frame).any():
        raise MethodError("frame_differs")
    if (frame <= 0).any():
        raise MethodError("frame_not_positive")
    # All ones are sizes: a frame of one unit. What mixes sizes and fractions is neither.
    if (frame < 1).any():
        if (frame > 1).any():
            raise MethodError("frame_mixed")
        return of_stratum
    if (of_stratum < sampled).any():
        raise MethodError("frame_too_small")
    return sampled / of_stratum
