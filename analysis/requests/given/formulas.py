"""Model formulas as in R: ``y ~ x1 + C(group)``, with treatment coding of categories."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray
from analysis.requests.given.errors import RequestError
from analysis.requests.given.expressions import evaluated
from analysis.requests.given.tables import Levels, Table, levels, missing, plain

_FACTOR = re.compile(r"^(?:C|factor|as\.factor)\(\s*(.+?)\s*\)$")
Order = Mapping[str, Sequence[Any]]
"""Categories of columns in an order of their own, the first being what others are compared with."""


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


def model_of(
    formula: str, table: Table, *, intercept: bool = True, order: Order | None = None
) -> Model:
    """Read a formula over the columns of a table.

    Parameters
    ----------
    formula
        ``response ~ term + term``. A column of texts and ``C(x)`` or ``factor(x)`` are categories:
        one column per level after the first, named as R names them. ``a:b`` is the product of two
        terms, ``a*b`` both and their product, ``I(…)`` a calculation. ``- term`` leaves a term out,
        ``- 1`` or ``0 +`` the intercept.
    table
        The columns.
    intercept
        Whether there is a column of ones, called (Intercept).
    order
        Levels of columns in order; those of others are sorted.

    Returns
    -------
    Model
        Both sides, nothing dropped.
    """
    left, tilde, right = formula.partition("~")
    if not tilde or not right.strip():
        raise RequestError("not_a_formula", formula=formula)
    signed = _signed(right)
    left_out = {crossed for sign, term in signed if sign == "-" for crossed in _crossed(term)}
    given = [crossed for sign, term in signed if sign == "+" for crossed in _crossed(term)]
    terms = [term for term in dict.fromkeys(given) if term not in left_out]
    intercept = intercept and "0" not in terms and "1" not in left_out
    columns: list[tuple[str, FloatArray]] = []
    if intercept:
        columns.append(("(Intercept)", np.ones(table.rows)))
    for term in terms:
        if term not in {"0", "1", ""}:
            columns += _product(term, table, full=not intercept and not columns, order=order or {})
    outcome = evaluated(left.strip(), table) if left.strip() else np.zeros(table.rows)
    matrix = np.column_stack([column for _, column in columns] or [np.empty((table.rows, 0))])
    return Model(
        response=left.strip(),
        outcome=outcome,
        names=tuple(name for name, _ in columns),
        matrix=matrix,
        complete=~missing(outcome) & ~np.isnan(matrix).any(axis=1),
    )


def _signed(text: str) -> list[tuple[str, str]]:
    """Split a right side into its terms, each with the sign before it."""
    terms = [
        (sign, term)
        for added in _parted(text, "+")
        for sign, term in zip("+" + "-" * added.count("-"), _parted(added, "-"), strict=False)
    ]
    return [(sign, term) for sign, term in terms if term]


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


def _product(term: str, table: Table, *, full: bool, order: Order) -> list[tuple[str, FloatArray]]:
    first, *others = _parted(term, ":")
    columns = term_columns(first, table, full=full, order=order)
    for other in others:
        # As in R, the first factor varies fastest.
        columns = [
            (f"{name}:{by}", column * factor)
            for by, factor in term_columns(other, table, full=full, order=order)
            for name, column in columns
        ]
    return columns


def term_columns(
    term: str, table: Table, *, full: bool, order: Order | None = None
) -> list[tuple[str, FloatArray]]:
    """The columns of one term: itself, or an indicator per level (``full``: also the first).

    Missing entries are NaN in every column.
    """
    factor = _FACTOR.match(term)
    name = factor[1] if factor else term.strip("`")
    column = evaluated(factor[1] if factor else term, table)
    given = (order or {}).get(name)
    if not factor and column.dtype != object and given is None:
        return [(term, column)]
    coded = levels(column) if given is None else levels_in(column, given, name)
    known = coded.code >= 0
    return [
        (f"{term}{label}", np.where(known, (coded.code == position).astype(np.float64), np.nan))
        for position, label in enumerate(coded.labels)
        if full or position
    ]


def levels_in(column: NDArray[Any], order: Sequence[Any], name: str) -> Levels:
    """Code a column by levels in the order given.

    Raises
    ------
    RequestError
        If the column has a level that the order does not name.
    """
    place = {plain(label): code for code, label in enumerate(order)}
    found = levels(column)
    lacking = [label for label in found.labels if label not in place]
    if lacking:
        raise RequestError("order_lacks", column=name, level=lacking[0])
    code = np.array([*(place[label] for label in found.labels), -1], dtype=np.int64)[found.code]
    return Levels(tuple(plain(label) for label in order), code)


def levels_as_met(formula: str, table: Table) -> Order:
    """The levels of the text columns a formula names, in the order the table has them."""
    named = [name for name in table.columns if name in formula]
    return {
        name: list(
            dict.fromkeys(value for value in table.columns[name].tolist() if value is not None)
        )
        for name in named
        if table.columns[name].dtype == object
    }
