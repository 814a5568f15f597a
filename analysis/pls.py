"""Partial least squares path models, and the ACSI-type index made from their weights.

A sensitivity view beside the headline index: its weights come from the data, so they change from
round to round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import BoolArray, FloatArray

Mode = Literal["A", "B"]
Scheme = Literal["path", "centroid", "factorial"]
_ROUNDS = 500
_TOLERANCE = 1e-10


@dataclass(frozen=True)
class PathModel:
    """A fitted path model.

    Attributes
    ----------
    weights
        Outer weight of every item, for standardised items and constructs of unit variance.
    loadings
        Correlation of every item with its construct.
    paths
        Regression coefficient of each arrow (from, to), standardised.
    r_squared
        Explained variance of every construct with a predecessor.
    rounds
        Iterations until the weights stood still.
    n
        Complete records.
    """

    weights: dict[str, float]
    loadings: dict[str, float]
    paths: dict[tuple[str, str], float]
    r_squared: dict[str, float]
    rounds: int
    n: int


def path_model(
    items: Mapping[str, FloatArray],
    blocks: Mapping[str, tuple[Sequence[str], Mode]],
    arrows: Sequence[tuple[str, str]],
    *,
    scheme: Scheme = "path",
) -> PathModel:
    """Fit a PLS path model.

    Items are standardised (divisor n − 1). Each round standardises the constructs' scores, makes
    an inner proxy of each from its neighbours, and takes new weights from it: covariances (mode A)
    or regression coefficients (mode B).

    Parameters
    ----------
    items
        Values of each item, shape (records,); NaN is missing and drops the record.
    blocks
        Items of each construct and its mode: A reflective, B formative.
    arrows
        (from, to) pairs between constructs, without cycles.
    scheme
        ``path``: coefficients of the regression on predecessors, correlations with successors;
        ``centroid``: signs of correlations; ``factorial``: correlations.

    Returns
    -------
    PathModel
        Signs are such that most loadings of a construct are positive.

    Raises
    ------
    ValueError
        If a construct or item is unknown, an item does not vary, or the weights do not settle.

    References
    ----------
    Lohmöller (1989); Tenenhaus et al. (2005), CSDA 48; equals R ``seminr`` and ``plspm``.
    """
    _refuse(items, blocks, arrows)
    names = [name for members, _ in blocks.values() for name in members]
    data = np.column_stack([items[name] for name in names])
    whole = data[~np.isnan(data).any(axis=1)]
    model = _Model.of(_standardised(whole, names), blocks, arrows)
    weights, rounds = model.settle(scheme)
    return _result(model, weights, names, rounds)


def index_0_100(
    means: FloatArray, spreads: FloatArray, weights: FloatArray, *, low: float, high: float
) -> float:
    r"""Give the ACSI-type index of one construct.

    .. math:: 100\,\frac{\sum_j \tilde w_j\bar x_j - \sum_j\tilde w_j\,low}
              {\sum_j\tilde w_j\,(high - low)}, \qquad \tilde w_j = w_j/s_j

    Parameters
    ----------
    means, spreads
        (Weighted) mean and standard deviation of each item, on its own scale, shape (items,).
    weights
        Outer weights for standardised items, shape (items,).
    low, high
        Ends of the items' scale.

    Returns
    -------
    float
        0 to 100 for positive weights.

    Raises
    ------
    ValueError
        If the weights sum to nothing or less.

    References
    ----------
    Fornell et al. (1996), Journal of Marketing 60.
    """
    unstandardised = weights / spreads
    if unstandardised.sum() <= 0:
        message = "the weights of an index must sum to more than nothing"
        raise ValueError(message)
    return float(100 * (unstandardised @ (means - low)) / (unstandardised.sum() * (high - low)))


@dataclass(frozen=True)
class _Model:
    """Standardised items, and which construct owns and follows which."""

    data: FloatArray
    constructs: tuple[str, ...]
    slices: tuple[slice, ...]
    modes: tuple[Mode, ...]
    arrows: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls,
        data: FloatArray,
        blocks: Mapping[str, tuple[Sequence[str], Mode]],
        arrows: Sequence[tuple[str, str]],
    ) -> "_Model":
        ends = np.cumsum([len(members) for members, _ in blocks.values()])
        constructs = tuple(blocks)
        return cls(
            data=data,
            constructs=constructs,
            slices=tuple(
                slice(int(end) - len(members), int(end))
                for end, (members, _) in zip(ends, blocks.values(), strict=True)
            ),
            modes=tuple(mode for _, mode in blocks.values()),
            arrows=tuple((constructs.index(a), constructs.index(b)) for a, b in arrows),
        )

    def scores(self, weights: list[FloatArray]) -> FloatArray:
        """Give the constructs' standardised scores, shape (records, constructs)."""
        raw = np.column_stack(
            [self.data[:, own] @ w for own, w in zip(self.slices, weights, strict=True)]
        )
        result: FloatArray = raw / raw.std(axis=0, ddof=1)
        return result

    def settle(self, scheme: Scheme) -> tuple[list[FloatArray], int]:
        """Repeat until no weight moves; weights give constructs of unit variance."""
        weights = [self._unit(own, np.ones(own.stop - own.start)) for own in self.slices]
        for number in range(1, _ROUNDS + 1):
            proxies = self._proxies(self.scores(weights), scheme)
            new = [
                self._unit(own, self._outer(own, mode, proxies[:, i]))
                for i, (own, mode) in enumerate(zip(self.slices, self.modes, strict=True))
            ]
            moved = max(float(np.abs(a - b).max()) for a, b in zip(new, weights, strict=True))
            weights = new
            if moved < _TOLERANCE:
                return [
                    self._oriented(own, w) for own, w in zip(self.slices, weights, strict=True)
                ], number
        message = "the weights of the path model do not settle"
        raise ValueError(message)

    def _unit(self, own: slice, weight: FloatArray) -> FloatArray:
        result: FloatArray = weight / (self.data[:, own] @ weight).std(ddof=1)
        return result

    def _outer(self, own: slice, mode: Mode, proxy: FloatArray) -> FloatArray:
        block = self.data[:, own]
        if mode == "A":
            covariances: FloatArray = block.T @ proxy / (proxy.size - 1)
            return covariances
        return _regression(block, proxy)

    def _proxies(self, scores: FloatArray, scheme: Scheme) -> FloatArray:
        together = np.corrcoef(scores, rowvar=False).reshape(len(self.slices), -1)
        inner = np.zeros_like(together)
        for i, j in self.arrows:
            pull = np.sign(together[i, j]) if scheme == "centroid" else together[i, j]
            inner[j, i] = inner[i, j] = pull
        if scheme == "path":
            for target in range(len(self.slices)):
                before = self.before(target)
                if before:
                    inner[before, target] = _regression(scores[:, before], scores[:, target])
        proxies = scores @ inner
        # A construct without neighbours stands for itself.
        alone = ~inner.any(axis=0)
        proxies[:, alone] = scores[:, alone]
        result: FloatArray = proxies / proxies.std(axis=0, ddof=1)
        return result

    def before(self, target: int) -> list[int]:
        """Give the constructs with an arrow to ``target``."""
        return [i for i, j in self.arrows if j == target]

    def _oriented(self, own: slice, weight: FloatArray) -> FloatArray:
        loadings = self.data[:, own].T @ (self.data[:, own] @ weight)
        return -weight if np.sum(np.sign(loadings)) < 0 else weight


def _result(model: _Model, weights: list[FloatArray], names: list[str], rounds: int) -> PathModel:
    scores = model.scores(weights)
    n = scores.shape[0]
    loadings = [model.data[:, own].T @ scores[:, i] / (n - 1) for i, own in enumerate(model.slices)]
    paths: dict[tuple[str, str], float] = {}
    explained: dict[str, float] = {}
    for target, name in enumerate(model.constructs):
        if before := model.before(target):
            slopes = _regression(scores[:, before], scores[:, target])
            paths |= {
                (model.constructs[i], name): float(b) for i, b in zip(before, slopes, strict=True)
            }
            explained[name] = float(slopes @ (scores[:, before].T @ scores[:, target]) / (n - 1))
    return PathModel(
        weights=dict(zip(names, np.concatenate(weights).tolist(), strict=True)),
        loadings=dict(zip(names, np.concatenate(loadings).tolist(), strict=True)),
        paths=paths,
        r_squared=explained,
        rounds=rounds,
        n=n,
    )


def _refuse(
    items: Mapping[str, FloatArray],
    blocks: Mapping[str, tuple[Sequence[str], Mode]],
    arrows: Sequence[tuple[str, str]],
) -> None:
    for construct, (members, _) in blocks.items():
        missing = [name for name in members if name not in items]
        if missing or not members:
            message = f"the construct {construct!r} has no items {missing or ''}".strip()
            raise ValueError(message)
    for pair in arrows:
        for name in pair:
            if name not in blocks:
                message = f"the path {pair[0]} -> {pair[1]} names an unknown construct {name!r}"
                raise ValueError(message)


def _standardised(data: FloatArray, names: list[str]) -> FloatArray:
    spread = data.std(axis=0, ddof=1)
    still: BoolArray = ~(spread > 0)
    if still.any():
        message = f"the item {names[int(np.argmax(still))]!r} does not vary"
        raise ValueError(message)
    result: FloatArray = (data - data.mean(axis=0)) / spread
    return result


def _regression(covariates: FloatArray, outcome: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.lstsq(covariates, outcome, rcond=None)[0], dtype=np.float64)
