"""Small random samples for laws that must hold whatever the data."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from analysis.sampling.design import Design, design_of
from analysis.sampling.totals import PsuTotals, psu_totals

DOMAINS = 3


@dataclass(frozen=True)
class Sample:
    """Records of a stratified cluster sample."""

    stratum: Any
    psu: Any
    domain: Any
    weight: Any
    value: Any

    def design(self) -> tuple[Design, Any]:
        """Read the design off the records."""
        return design_of(self.stratum.tolist(), self.psu.tolist())

    def totals(self) -> tuple[PsuTotals, Design]:
        """Add the records up."""
        design, psu = self.design()
        totals = psu_totals(domain=self.domain, psu=psu, weight=self.weight, value=self.value)
        return totals, design


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Draw a sample; values are multiples of 0.25, some are missing."""
    size = draw(st.integers(1, 60))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    value = random.integers(0, 401, size) / 4
    value[random.random(size) < 0.1] = np.nan
    return Sample(
        stratum=random.integers(0, 4, size),
        psu=random.integers(0, 5, size),
        domain=random.integers(-1, DOMAINS, size),
        weight=random.integers(1, 64, size) / 16,
        value=value,
    )
