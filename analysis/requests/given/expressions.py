"""Small expressions over the columns of a table: ``x > 4``, ``sex == 'F' and age >= 18``, ``se^2``.

Columns may have dots in their names. A truth value is 1 or 0, NaN where it is not known; a missing
entry makes a comparison unknown, as in R.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray
from analysis.requests.given.errors import RequestError
from analysis.requests.given.tables import Table, missing

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<sign>==|!=|>=|<=|&&|\|\||%in%|[-+*/^()<>=!&|,\[\]])
    |`(?P<quoted>[^`]+)`
    |(?P<name>[^\W\d][\w.]*|\.[\w.]+))""",
    re.VERBOSE,
)
_SPELLINGS = {"&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "=": "==", "%in%": "in"}
_ORDER = [{"or"}, {"and"}, {"==", "!=", ">", ">=", "<", "<=", "in"}, {"+", "-"}, {"*", "/"}]
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_CALCULATED: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "is.na": lambda column: missing(column).astype(np.float64),
    "I": lambda value: value,
    "as.numeric": lambda value: value,
    "log": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
}
_CONSTANTS = {"TRUE": "TRUE", "FALSE": "FALSE", "True": "TRUE", "False": "FALSE"}


def evaluated(expression: str, table: Table) -> NDArray[Any]:
    """Evaluate an expression for every row; the name of a column is its column.

    Parameters
    ----------
    expression
        Numbers, texts in quotes, column names (in backticks if need be), ``+ - * / ^``,
        comparisons, ``in (…)``, ``and or not`` (or ``& | !``), ``is.na(x)``, ``log exp sqrt abs``
        and brackets.
    table
        The columns.

    Returns
    -------
    ndarray
        Numbers (truth values as 1 and 0), or texts if the expression is a column of texts.

    Raises
    ------
    ValueError
        If it cannot be read, names an unknown column, or calculates with texts.
    """
    if expression in table.columns:
        return table.column(expression)
    reader = _Reader(_tokens(expression), expression, table)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = reader.whole()
    return value if isinstance(value, np.ndarray) else _constant(value, table.rows)


def is_true(expression: str, table: Table) -> BoolArray:
    """Tell for which rows a condition holds; where it is not known, it does not."""
    value = evaluated(expression, table)
    if value.dtype == object:
        raise RequestError("text_condition", expression=expression)
    result: BoolArray = np.nan_to_num(value) != 0
    return result


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def _tokens(expression: str) -> list[_Token]:
    tokens, position, text = [], 0, expression.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unread(expression, text[position:])
        kind = match.lastgroup or ""
        written = match[kind]
        sign = _SPELLINGS.get(written, written)
        is_word = kind == "name" and written in {"and", "or", "not", "in"}
        tokens.append(_Token("sign", sign) if kind == "sign" or is_word else _Token(kind, written))
        position = match.end()
    return tokens


class _Reader:
    """Reads an expression from the loosest operator to the tightest, calculating as it goes."""

    def __init__(self, tokens: list[_Token], expression: str, table: Table) -> None:
        self._tokens = tokens
        self._expression = expression
        self._table = table
        self._at = 0

    def whole(self) -> Any:
        value = self._operation(0)
        if self._at < len(self._tokens):
            raise self._error()
        return value

    def _operation(self, level: int) -> Any:
        if level == len(_ORDER):
            return self._power()
        if level == 2 and self._next("not"):
            return 1.0 - self._truth(self._operation(level))
        left = self._operation(level + 1)
        while sign := self._next(*_ORDER[level]):
            right = self._list() if sign == "in" else self._operation(level + 1)
            left = self._applied(sign, left, right)
        return left

    def _power(self) -> Any:
        if self._next("-"):
            return -self._number(self._power())
        base = self._single()
        return self._applied("^", base, self._power()) if self._next("^") else base

    def _single(self) -> Any:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None:
            raise self._error()
        self._at += 1
        if token.kind == "number":
            return np.float64(token.text)
        if token.kind == "text":
            return token.text[1:-1]
        if token == _Token("sign", "("):
            inside = self._operation(0)
            self._closed()
            return inside
        if token.kind == "sign":
            self._at -= 1
            raise self._error()
        return self._named(token.text)

    def _named(self, name: str) -> Any:
        if name in _FUNCTIONS and name not in self._table.columns and self._next("("):
            inside = self._operation(0)
            self._closed()
            any_kind = name in {"is.na", "I"}
            return _FUNCTIONS[name](self._full(inside) if any_kind else self._number(inside))
        if name in _CONSTANTS and name not in self._table.columns:
            return _CONSTANTS[name]
        return self._table.column(name)

    def _list(self) -> list[Any]:
        if self._at < len(self._tokens) and self._tokens[self._at] == _Token("name", "c"):
            self._at += 1
        bracket = self._next("(", "[")
        if not bracket:
            raise self._error()
        values = [self._operation(2)]
        while self._next(","):
            values.append(self._operation(2))
        self._closed()
        return values

    def _applied(self, sign: str, left: Any, right: Any) -> Any:
        if sign == "in":
            return np.maximum.reduce([self._compared("==", left, value) for value in right])
        if sign in _COMPARED:
            return self._compared(sign, left, right)
        if sign == "and":
            return _both(self._truth(left), self._truth(right))
        if sign == "or":
            return 1.0 - _both(1.0 - self._truth(left), 1.0 - self._truth(right))
        return _CALCULATED[sign](self._number(left), self._number(right))

    def _compared(self, sign: str, left: Any, right: Any) -> Any:
        a, b = self._full(left), self._full(right)
        if (a.dtype == object) != (b.dtype == object):
            a, b = _texts(a), _texts(b)
        unknown = missing(a) | missing(b)
        result = np.full(len(a), np.nan)
        result[~unknown] = _COMPARED[sign](a[~unknown], b[~unknown])
        return result

    def _number(self, value: Any) -> Any:
        if isinstance(value, str) or (isinstance(value, np.ndarray) and value.dtype == object):
            raise RequestError("calculates_with_texts", expression=self._expression)
        return value

    def _truth(self, value: Any) -> FloatArray:
        full = self._full(value)
        if full.dtype == object:
            full = self._compared("==", full, "TRUE")
        return np.where(np.isnan(full), np.nan, (full != 0).astype(np.float64))

    def _full(self, value: Any) -> NDArray[Any]:
        return value if isinstance(value, np.ndarray) else _constant(value, self._table.rows)

    def _next(self, *signs: str) -> str:
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == "sign" and token.text in signs:
                self._at += 1
                return token.text
        return ""

    def _closed(self) -> None:
        if not self._next(")", "]"):
            raise self._error()

    def _error(self) -> RequestError:
        rest = self._tokens[self._at].text if self._at < len(self._tokens) else ""
        return _unread(self._expression, rest)


def _unread(expression: str, rest: str) -> RequestError:
    if not rest:
        return RequestError("unread_at_end", expression=expression)
    return RequestError("unread_at", expression=expression, rest=rest)


def _both(left: FloatArray, right: FloatArray) -> FloatArray:
    # False and unknown is false; true and unknown is unknown.
    known_false = (left == 0) | (right == 0)
    return np.where(known_false, 0.0, left * right)


def _constant(value: Any, rows: int) -> NDArray[Any]:
    return np.full(rows, value, dtype=object if isinstance(value, str) else np.float64)


def _texts(column: NDArray[Any]) -> NDArray[Any]:
    if column.dtype == object:
        return column
    texts = [None if value != value else f"{value:.15g}" for value in column.tolist()]  # noqa: PLR0124  NaN
    result = np.empty(len(texts), dtype=object)
    result[:] = texts
    return result
