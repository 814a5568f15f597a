"""Partial least squares path models, and the ACSI-type index made from their weights.

A sensitivity view beside the headline index: its weights come from the data, so they change from
round to round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import BoolArray, FloatArray
from analysis.method_errors import MethodError
from analysis.scales.pls_weights import Blocks, Mode, Scheme, regression


@dataclass(frozen=True)
class Effect:
    """How one construct moves another: along the arrow between them, and through others."""

    start: str
    end: str
    direct: float
    indirect: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.direct + self.indirect


@dataclass(frozen=True)
class PathModel:
    """A fitted path model.

    Attributes
    ----------
    weights
        Outer weight of every item: standardised items, or items as they are if they were not
        scaled, times their weights give constructs of unit variance.
    loadings
        Correlation of every item with its construct.
    paths
        Regression coefficient of each arrow (from, to), standardised.
    r_squared
        Explained variance of every construct with a predecessor.
    ave
        Average variance extracted of every construct: the mean of its squared loadings.
    effects
        Of every construct on each that comes later along the arrows.
    gof
        Goodness of fit, √(mean communality · mean R²); items that are a construct alone do not
        count, they are explained by nothing but themselves.
    rounds
        Iterations until the weights stood still.
    n
        Complete records.
    """

    weights: dict[str, float]
    loadings: dict[str, float]
    paths: dict[tuple[str, str], float]
    r_squared: dict[str, float]
    ave: dict[str, float]
    effects: tuple[Effect, ...]
    gof: float | None
    rounds: int
    n: int


def path_model(
    items: Mapping[str, FloatArray],
    blocks: Mapping[str, tuple[Sequence[str], Mode]],
    arrows: Sequence[tuple[str, str]],
    *,
    scheme: Scheme = "path",
    scaled: bool = True,
    weight: FloatArray | None = None,
) -> PathModel:
    """Fit a PLS path model.

    Each round standardises the constructs' scores, makes an inner proxy of each from its
    neighbours, and takes new weights from it: covariances (mode A) or regression coefficients
    (mode B). All of it follows from the covariance matrix of the items.

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
    scaled
        Whether items are standardised (divisor n) before; else they are only centred, so that
        one of a wider scale weighs more in mode A.
    weight
        Weight of each record, shape (records,); without it all count alike.

    Returns
    -------
    PathModel
        Signs are such that most loadings of a construct are positive.

    Raises
    ------
    ValueError
        If a construct or item is unknown, an item does not vary, arrows lead round in a circle, or
        the weights do not settle.

    References
    ----------
    Lohmöller (1989); Tenenhaus et al. (2005), CSDA 48; equals R ``seminr`` and ``plspm``.
    """
    _refuse(items, blocks, arrows)
    names = [name for members, _ in blocks.values() for name in members]
    data = np.column_stack([items[name] for name in names])
    share = np.ones(len(data)) if weight is None else weight
    whole = ~np.isnan(data).any(axis=1) & (share > 0)
    covariance = _covariance(data[whole], share[whole], names)
    if scaled:
        spread = np.sqrt(np.diag(covariance))
        covariance = covariance / np.outer(spread, spread)
    model = Blocks.of(covariance, blocks, arrows)
    weights, rounds = model.settle(scheme)
    return _result(model, weights, names, rounds=rounds, n=int(whole.sum()))


def index_0_100(
    means: FloatArray, spreads: FloatArray, weights: FloatArray, *, low: float, high: float
) -> float:
    r"""The ACSI-type index of one construct.

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
        raise MethodError("index_weights")
    return float(100 * (unstandardised @ (means - low)) / (unstandardised.sum() * (high - low)))


def _result(
    model: Blocks, weights: list[FloatArray], names: list[str], *, rounds: int, n: int
) -> PathModel:
    together, across = model.correlations(weights), model.with_scores(weights)
    spread = np.sqrt(np.diag(model.covariance))
    loadings = [across[own, i] / spread[own] for i, own in enumerate(model.slices)]
    slopes_of = np.zeros_like(together)
    explained: dict[str, float] = {}
    for target, name in enumerate(model.constructs):
        if before := model.before(target):
            slopes = regression(together[np.ix_(before, before)], together[before, target])
            slopes_of[before, target] = slopes
            explained[name] = float(slopes @ together[before, target])
    named = model.constructs
    shared = np.concatenate(
        [loading**2 for loading in loadings if len(loading) > 1] or [np.empty(0)]
    )
    fits = shared.size and explained
    return PathModel(
        weights=dict(zip(names, np.concatenate(weights).tolist(), strict=True)),
        loadings=dict(zip(names, np.concatenate(loadings).tolist(), strict=True)),
        paths={(named[i], named[j]): float(slopes_of[i, j]) for i, j in model.arrows},
        r_squared=explained,
        ave={
            name: float(np.mean(loading**2)) for name, loading in zip(named, loadings, strict=True)
        },
        effects=_effects(model, slopes_of),
        gof=float(np.sqrt(shared.mean() * np.mean(list(explained.values())))) if fits else None,
        rounds=rounds,
        n=n,
    )


def _effects(model: Blocks, direct: FloatArray) -> tuple[Effect, ...]:
    """Follow the arrows: the sum of the products of the coefficients along every way."""
    total = np.linalg.inv(np.eye(len(direct)) - direct) - np.eye(len(direct))
    order, named = model.in_order(), model.constructs
    return tuple(
        Effect(named[i], named[j], float(direct[i, j]), float(total[i, j] - direct[i, j]))
        for place, i in enumerate(order)
        for j in order[place + 1 :]
    )


def _refuse(
    items: Mapping[str, FloatArray],
    blocks: Mapping[str, tuple[Sequence[str], Mode]],
    arrows: Sequence[tuple[str, str]],
) -> None:
    for construct, (members, _) in blocks.items():
        missing = [name for name in members if name not in items]
        if missing or not members:
            raise MethodError("construct_items", construct=construct, missing=missing or "–")
    for pair in arrows:
        for name in pair:
            if name not in blocks:
                raise MethodError(
                    "construct_unknown", path=f"{pair[0]} -> {pair[1]}", construct=name
                )


def _covariance(data: FloatArray, weight: FloatArray, names: list[str]) -> FloatArray:
    if len(data) < 2:
        raise MethodError("path_records")
    share = weight / weight.sum()
    centred = data - share @ data
    covariance: FloatArray = (centred * share[:, None]).T @ centred
    still: BoolArray = np.ptp(data, axis=0) == 0
    if still.any():
        raise MethodError("item_still", item=names[int(np.argmax(still))])
    return covariance
