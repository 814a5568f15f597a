"""The outer weights of a PLS path model, from the covariances of its items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import FloatArray
from analysis.method_errors import MethodError

Mode = Literal["A", "B"]
Scheme = Literal["path", "centroid", "factorial"]
_ROUNDS = 500
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Blocks:
    """The covariances of items, and which construct owns and follows which."""

    covariance: FloatArray
    constructs: tuple[str, ...]
    slices: tuple[slice, ...]
    modes: tuple[Mode, ...]
    arrows: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls,
        covariance: FloatArray,
        blocks: Mapping[str, tuple[Sequence[str], Mode]],
        arrows: Sequence[tuple[str, str]],
    ) -> "Blocks":
        """Lay out the constructs over the rows of the covariance matrix."""
        ends = np.cumsum([len(members) for members, _ in blocks.values()])
        constructs = tuple(blocks)
        return cls(
            covariance=covariance,
            constructs=constructs,
            slices=tuple(
                slice(int(end) - len(members), int(end))
                for end, (members, _) in zip(ends, blocks.values(), strict=True)
            ),
            modes=tuple(mode for _, mode in blocks.values()),
            arrows=tuple((constructs.index(a), constructs.index(b)) for a, b in arrows),
        )

    def with_scores(self, weights: list[FloatArray]) -> FloatArray:
        """The covariances of items with the constructs' scores, items × constructs."""
        columns = [self.covariance[:, own] @ w for own, w in zip(self.slices, weights, strict=True)]
        return np.column_stack(columns)

    def correlations(self, weights: list[FloatArray]) -> FloatArray:
        """The correlations of the constructs' scores, which have unit variance."""
        across = self.with_scores(weights)
        rows = [w @ across[own] for own, w in zip(self.slices, weights, strict=True)]
        return np.vstack(rows)

    def settle(self, scheme: Scheme) -> tuple[list[FloatArray], int]:
        """Repeat until no weight moves; weights give constructs of unit variance."""
        weights = [self._unit(own, np.ones(own.stop - own.start)) for own in self.slices]
        for number in range(1, _ROUNDS + 1):
            pulls = self.with_scores(weights) @ self._inner(self.correlations(weights), scheme)
            new = [
                self._unit(own, self._outer(own, mode, pulls[own, i]))
                for i, (own, mode) in enumerate(zip(self.slices, self.modes, strict=True))
            ]
            moved = max(
                float(np.abs(a - b).max() / np.abs(b).max())
                for a, b in zip(new, weights, strict=True)
            )
            weights = new
            if moved < _TOLERANCE:
                return [
                    self._oriented(own, w) for own, w in zip(self.slices, weights, strict=True)
                ], number
        raise MethodError("path_unsettled")

    def before(self, target: int) -> list[int]:
        """The constructs with an arrow to ``target``."""
        return [i for i, j in self.arrows if j == target]

    def in_order(self) -> list[int]:
        """The constructs so that all arrows lead onwards, else as they are listed."""
        order: list[int] = []
        while len(order) < len(self.constructs):
            left = [i for i in range(len(self.constructs)) if i not in order]
            ready = [i for i in left if all(construct in order for construct in self.before(i))]
            if not ready:
                raise MethodError("path_circle", construct=self.constructs[left[0]])
            order.append(ready[0])
        return order

    def _unit(self, own: slice, weight: FloatArray) -> FloatArray:
        result: FloatArray = weight / np.sqrt(weight @ self.covariance[own, own] @ weight)
        return result

    def _outer(self, own: slice, mode: Mode, pull: FloatArray) -> FloatArray:
        return pull if mode == "A" else regression(self.covariance[own, own], pull)

    def _inner(self, together: FloatArray, scheme: Scheme) -> FloatArray:
        """How much of each construct goes into the proxy of another, by column."""
        inner = np.zeros_like(together)
        for i, j in self.arrows:
            pull = np.sign(together[i, j]) if scheme == "centroid" else together[i, j]
            inner[j, i] = inner[i, j] = pull
        if scheme == "path":
            for target in range(len(self.slices)):
                if before := self.before(target):
                    slopes = regression(together[np.ix_(before, before)], together[before, target])
                    inner[before, target] = slopes
        # A construct without neighbours stands for itself.
        alone = np.flatnonzero(~inner.any(axis=0))
        inner[alone, alone] = 1.0
        return inner

    def _oriented(self, own: slice, weight: FloatArray) -> FloatArray:
        loadings = self.covariance[own, own] @ weight
        return -weight if np.sum(np.sign(loadings)) < 0 else weight


def regression(covariates: FloatArray, outcome: FloatArray) -> FloatArray:
    """Solve for the coefficients from covariances; where they are not unique, the shortest."""
    return np.asarray(np.linalg.lstsq(covariates, outcome, rcond=None)[0], dtype=np.float64)
