"""Distances between base and calibrated weights: g = F(u), its slope and its integral."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from analysis.arrays import FloatArray


class Unmet(NamedTuple):
    """Why no weights meet what is wanted: the code of the sentence, and the bounds it names."""

    code: str
    low: float = 0.0
    high: float = 0.0


class Distance(Protocol):
    """A distance, known by the factor F it leads to; F(0) = 1 and F does not fall."""

    def factor(self, u: FloatArray) -> FloatArray:
        """G = F(u)."""
        ...

    def slope(self, u: FloatArray) -> FloatArray:
        """F'(u)."""
        ...

    def integral(self, u: FloatArray) -> FloatArray:
        """The integral of F, up to a constant: what the dual adds up."""
        ...

    def ends(self) -> "tuple[FloatArray | float, FloatArray | float]":
        """The least and the largest g there can be."""
        ...

    def unmet(self) -> Unmet:
        """Say that no weights within the bounds, if there are any, meet what is wanted."""
        ...


@dataclass(frozen=True)
class Unbounded:
    """Linear: F(u) = 1 + u; one Newton step, g may become negative."""

    def factor(self, u: FloatArray) -> FloatArray:
        """G."""
        return 1 + u

    def slope(self, u: FloatArray) -> FloatArray:
        """1."""
        return np.ones_like(u)

    def integral(self, u: FloatArray) -> FloatArray:
        """U + u²/2."""
        return u + u**2 / 2

    def ends(self) -> tuple[float, float]:
        """No bounds."""
        return -np.inf, np.inf

    def unmet(self) -> Unmet:
        """Say it without bounds."""
        return Unmet("no_weights_meet")


@dataclass(frozen=True)
class Raking:
    """Multiplicative: F(u) = exp(u); g is positive."""

    def factor(self, u: FloatArray) -> FloatArray:
        """G."""
        result: FloatArray = np.exp(u)
        return result

    def slope(self, u: FloatArray) -> FloatArray:
        """Exp(u)."""
        return self.factor(u)

    def integral(self, u: FloatArray) -> FloatArray:
        """Exp(u)."""
        return self.factor(u)

    def ends(self) -> tuple[float, float]:
        """0 and no upper bound."""
        return 0.0, np.inf

    def unmet(self) -> Unmet:
        """Say that weights stay positive."""
        return Unmet("no_positive_weights_meet")


@dataclass(frozen=True)
class Sinh:
    """Between linear and multiplicative: u = sinh(g − 1/g)/2; g is positive."""

    def factor(self, u: FloatArray) -> FloatArray:
        """G = (p + √(p² + 4))/2 with p = arsinh(2u)."""
        p = np.arcsinh(2 * u)
        root = np.sqrt(p**2 + 4)
        # The sum of a large and its nearly opposite number would lose all digits.
        result: FloatArray = np.where(p >= 0, (p + root) / 2, 2 / (root - p))
        return result

    def slope(self, u: FloatArray) -> FloatArray:
        """F'(u)."""
        p = np.arcsinh(2 * u)
        result: FloatArray = 2 * self.factor(u) / np.sqrt((p**2 + 4) * (4 * u**2 + 1))
        return result

    def integral(self, u: FloatArray) -> FloatArray:
        """The integral from 0 to u, by Gauss's rule: it has no closed form."""
        nodes, weights = np.polynomial.legendre.leggauss(48)
        half = np.asarray(u, dtype=np.float64) / 2
        values = self.factor(half[..., None] * (nodes + 1))
        result: FloatArray = half * (values @ weights)
        return result

    def ends(self) -> tuple[float, float]:
        """0 and no upper bound."""
        return 0.0, np.inf

    def unmet(self) -> Unmet:
        """Say that weights stay positive."""
        return Unmet("no_positive_weights_meet")


@dataclass(frozen=True)
class Clipped:
    """A positive distance cut off at L and U."""

    inner: Raking | Sinh
    low: float
    high: float

    def factor(self, u: FloatArray) -> FloatArray:
        """G."""
        return np.clip(self.inner.factor(self._held(u)), self.low, self.high)

    def slope(self, u: FloatArray) -> FloatArray:
        """F'(u) within the bounds, else 0."""
        held = self._held(u)
        return np.where(held == u, self.inner.slope(held), 0.0)

    def integral(self, u: FloatArray) -> FloatArray:
        """The integral within the bounds, and go on straight outside."""
        held = self._held(u)
        result: FloatArray = self.inner.integral(held) + self.factor(u) * (u - held)
        return result

    def ends(self) -> tuple[float, float]:
        """L and U."""
        return self.low, self.high

    def unmet(self) -> Unmet:
        """Name L and U."""
        return Unmet("no_bounded_weights_meet", self.low, self.high)

    def _held(self, u: FloatArray) -> FloatArray:
        ends = np.array([self.low, self.high])
        with np.errstate(divide="ignore", over="ignore"):
            if isinstance(self.inner, Raking):
                low, high = np.log(ends)
            else:
                low, high = np.sinh(ends - 1 / ends) / 2
        result: FloatArray = np.clip(u, low, high)
        return result


@dataclass(frozen=True)
class Truncated:
    """Linear within bounds: F(u) = 1 + u, cut off at L and U, for all records or for each."""

    low: FloatArray | float
    high: FloatArray | float

    def factor(self, u: FloatArray) -> FloatArray:
        """G."""
        return np.clip(1 + u, self.low, self.high)

    def slope(self, u: FloatArray) -> FloatArray:
        """1 within the bounds, else 0."""
        return ((1 + u > self.low) & (1 + u < self.high)).astype(np.float64)

    def integral(self, u: FloatArray) -> FloatArray:
        """U + u²/2 within the bounds, and go on straight outside."""
        inside = self.factor(u) - 1
        result: FloatArray = inside + inside**2 / 2 + (1 + inside) * (u - inside)
        return result

    def ends(self) -> tuple[FloatArray | float, FloatArray | float]:
        """L and U."""
        return self.low, self.high

    def unmet(self) -> Unmet:
        """Name L and U; where each record has its own, the largest weight."""
        if isinstance(self.low, float) and isinstance(self.high, float):
            return Unmet("no_bounded_weights_meet", self.low, self.high)
        return Unmet("no_trimmed_weights_meet")


@dataclass(frozen=True)
class Logit:
    """Smooth within bounds, from L to U through F(0) = 1."""

    low: float
    high: float

    @property
    def steepness(self) -> float:
        """A = (U − L) / ((1 − L)(U − 1))."""
        return (self.high - self.low) / ((1 - self.low) * (self.high - 1))

    def factor(self, u: FloatArray) -> FloatArray:
        """G = [L(U−1) + U(1−L)e] / [(U−1) + (1−L)e] with e = exp(Au)."""
        return self.low + (self.high - self.low) * self._share(u)

    def slope(self, u: FloatArray) -> FloatArray:
        """F'(u)."""
        share = self._share(u)
        return (self.high - self.low) * self.steepness * share * (1 - share)

    def integral(self, u: FloatArray) -> FloatArray:
        """Lu + (U−L)/A · ln((U−1) + (1−L)e)."""
        joined = np.logaddexp(np.log(self.high - 1), np.log(1 - self.low) + self.steepness * u)
        result: FloatArray = self.low * u + (self.high - self.low) / self.steepness * joined
        return result

    def ends(self) -> tuple[float, float]:
        """L and U."""
        return self.low, self.high

    def unmet(self) -> Unmet:
        """Name L and U."""
        return Unmet("no_bounded_weights_meet", self.low, self.high)

    def _share(self, u: FloatArray) -> FloatArray:
        odds = np.log(1 - self.low) - np.log(self.high - 1) + self.steepness * u
        result: FloatArray = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
        return result
