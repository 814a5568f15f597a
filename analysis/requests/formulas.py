"""Model formulas as in R: ``y ~ x1 + C(group)``, with treatment coding of categories."""

import re
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray
from analysis.requests.expressions import evaluated
from analysis.requests.tables import Table, levels, missing

_FACTOR = re.compile(r"^(?:C|factor|as\.factor)\(\s*(.+?)\s*\)$")


@dataclass(frozen=True)
class Model:
    """A formula with its columns.

    Attributes
    ----------
    response
        Name of the left side, and its values, one per row of the table.
    names, matrix
        The columns of the right side, rows × columns; NaN where something is missing.
    complete
        Rows where neither side misses anything.
    """

    response: str
    outcome: NDArray[Any]
    names: tuple[str, ...]
    matrix: FloatArray
    complete: BoolArray


def model_of(formula: str, table: Table, *, intercept: bool = True) -> Model:
    """Read a formula over the columns of a table.

    Parameters
    ----------
    formula
        ``response ~ term + term``. A column of texts and ``C(x)`` or ``factor(x)`` are categories:
        one column per level after the first in sorted order, named as R names them. ``a:b`` is the
        product of two terms, ``a*b`` both and their product, ``I(…)`` a calculation. ``- 1`` or
        ``0 +`` leaves the intercept out.
    table
        The columns.
    intercept
        Whether there is a column of ones, called (Intercept).

    Returns
    -------
    Model
        Both sides, nothing dropped.
    """
    left, tilde, right = formula.partition("~")
    if not tilde or not right.strip():
        raise ValueError(f"the formula {formula!r} is not of the form 'y ~ x'")
    terms = [term for part in _parted(right, "+-") for term in _crossed(part)]
    intercept = intercept and "0" not in terms and not re.search(r"-\s*1\s*$", right)
    columns: list[tuple[str, FloatArray]] = []
    if intercept:
        columns.append(("(Intercept)", np.ones(table.rows)))
    for term in terms:
        if term not in {"0", "1", ""}:
            columns += _product(term, table, full=not intercept and not columns)
    outcome = evaluated(left.strip(), table) if left.strip() else np.zeros(table.rows)
    matrix = np.column_stack([column for _, column in columns] or [np.empty((table.rows, 0))])
    return Model(
        response=left.strip(),
        outcome=outcome,
        names=tuple(name for name, _ in columns),
        matrix=matrix,
        complete=~missing(outcome) & ~np.isnan(matrix).any(axis=1),
    )


def _parted(text: str, signs: str) -> list[str]:
    """Split at signs that stand outside brackets and backticks."""
    parts, depth, quoted = [""], 0, False
    for letter in text:
        quoted ^= letter == "`"
        depth += (letter == "(") - (letter == ")")
        if letter in signs and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def _crossed(term: str) -> list[str]:
    factors = _parted(term, "*")
    sizes = range(1, len(factors) + 1)
    return [":".join(chosen) for size in sizes for chosen in combinations(factors, size)]


def _product(term: str, table: Table, *, full: bool) -> list[tuple[str, FloatArray]]:
    first, *others = _parted(term, ":")
    columns = term_columns(first, table, full=full)
    for other in others:
        # As in R, the first factor varies fastest.
        columns = [
            (f"{name}:{by}", column * factor)
            for by, factor in term_columns(other, table, full=full)
            for name, column in columns
        ]
    return columns


def term_columns(term: str, table: Table, *, full: bool) -> list[tuple[str, FloatArray]]:
    """Give the columns of one term: itself, or an indicator per level (``full``: also the first).

    Missing entries are NaN in every column.
    """
    factor = _FACTOR.match(term)
    column = evaluated(factor[1] if factor else term, table)
    if not factor and column.dtype != object:
        return [(term, column)]
    coded = levels(column)
    known = coded.code >= 0
    return [
        (f"{term}{label}", np.where(known, (coded.code == position).astype(np.float64), np.nan))
        for position, label in enumerate(coded.labels)
        if full or position
    ]
