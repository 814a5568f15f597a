"""Expression text → tree: a strict subset of XLSForm's expressions.

Operators from weak to strong, all left-associative: ``or``; ``and``; ``= !=``; ``< <= > >=``;
``+ -``; ``* div mod``; then unary ``-``. Words are case-sensitive; a hyphen belongs to the word.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
INSERTION: Final = re.compile(rf"\$\{{\s*({NAME})\s*\}}")
"""An answer that a text inserts."""
MAX_LENGTH: Final = 4000
MAX_DEPTH: Final = 60
MAX_DIGITS: Final = 15

_LEVELS: Final = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"=", "!="}),
    frozenset({"<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "div", "mod"}),
)
_CHAINLESS: Final = (_LEVELS[2], _LEVELS[3])
_WORD_OPERATORS: Final = frozenset({"or", "and", "div", "mod"})

_TOKEN: Final = re.compile(
    rf"""(?P<blank>[ \t\r\n]+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<ref>\$\{{[ ]*{NAME}[ ]*\}})
    |(?P<word>[A-Za-z_][A-Za-z0-9_-]*)
    |(?P<mistake>=[=<>!]|[≤≥≠×÷]|&&|\|\||<>|/|\[|\]|\||@|\$|!(?!=)|[‘’“”])
    |(?P<mark>!=|<=|>=|\.\.|[=<>+\-*(),.])""",
    re.VERBOSE,
)
_MISTAKES: Final = {
    **dict.fromkeys(("==", "=<", "=>", "=!", *"≤≥≠×÷", "&&", "||", "<>", "!"), "operator_unknown"),
    **dict.fromkeys(("/", "[", "]", "|", "@"), "path"),
    "$": "reference_form",
    **dict.fromkeys("‘’“”", "curly_quote"),
}


class ExpressionError(Exception):
    """Why an expression is refused: a code of messages/forms.json and the character it is about."""

    def __init__(self, code: str, column: int, /, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.values = values


class Tree(list[Any]):
    """A node of the tree that remembers where in the text it stood (``column``, from 1)."""

    def __init__(self, parts: list[Any], column: int) -> None:
        super().__init__(parts)
        self.column = column


def plain(tree: Any) -> Any:
    """The tree as simple lists, as definitions hold it."""
    return [plain(part) for part in tree] if isinstance(tree, list) else tree


def column_of(tree: Any) -> int:
    """Where a node stood, 0 for a tree that was read from a definition."""
    return getattr(tree, "column", 0)


def parse(text: str) -> Tree:
    """Parse an expression or raise :class:`ExpressionError`."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("expression_too_long", MAX_LENGTH, limit=MAX_LENGTH)
    reader = _Reader(_tokens(text))
    if reader.peek().kind == "end":
        raise ExpressionError("expression_empty", 1)
    tree = _binary(reader, 0)
    if reader.peek().kind != "end":
        raise _unexpected(reader.peek())
    return tree


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


class _Reader:
    """The tokens still to be read, and how deep in parentheses we are."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self.depth = 0

    def peek(self) -> _Token:
        return self._tokens[self._next]

    def take(self) -> _Token:
        token = self.peek()
        self._next += 1
        return token

    def takes(self, mark: str) -> bool:
        if self.peek().kind == "mark" and self.peek().text == mark:
            self._next += 1
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.takes(mark):
            raise _unexpected(self.peek(), expected=mark)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unreadable(text, place)
        kind, token = str(match.lastgroup), match.group()
        if kind == "mistake":
            raise ExpressionError(_MISTAKES[token], place + 1, text=token)
        if kind != "blank":
            tokens.append(_Token(kind, token, place + 1))
        place = match.end()
    tokens.append(_Token("end", "", len(text) + 1))
    return tokens


def _unreadable(text: str, place: int) -> ExpressionError:
    if text[place] in "'\"":
        return ExpressionError("quote_open", place + 1)
    sign = text[place]
    if sign == ":":
        return ExpressionError("colon", place + 1)
    seen = sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}"
    return ExpressionError("character", place + 1, text=seen)


def _unexpected(token: _Token, *, expected: str = "") -> ExpressionError:
    if token.kind == "end":
        return ExpressionError("expression_ends", token.column)
    if expected:
        return ExpressionError("expected", token.column, expected=expected, text=token.text)
    return ExpressionError("unexpected", token.column, text=token.text)


def _operator(reader: _Reader, level: int) -> str | None:
    token = reader.peek()
    is_operator = token.kind == "mark" or token.text in _WORD_OPERATORS
    return token.text if is_operator and token.text in _LEVELS[level] else None


def _binary(reader: _Reader, level: int) -> Tree:
    if level == len(_LEVELS):
        return _unary(reader)
    tree = _binary(reader, level + 1)
    terms = 1
    while operator := _operator(reader, level):
        token = reader.take()
        terms += 1
        if terms > 2 and _LEVELS[level] in _CHAINLESS:  # noqa: PLR2004  a comparison has two sides
            raise ExpressionError("comparison_chained", token.column, text=operator)
        _refuse_depth(terms, token)
        tree = Tree(["bin", operator, tree, _binary(reader, level + 1)], token.column)
    return tree


def _refuse_depth(depth: int, token: _Token) -> None:
    if depth > MAX_DEPTH:
        raise ExpressionError("expression_too_deep", token.column, limit=MAX_DEPTH)


def _unary(reader: _Reader) -> Tree:
    token = reader.peek()
    if not reader.takes("-"):
        return _primary(reader)
    return Tree(["neg", _nested(reader, token, _unary)], token.column)


def _nested(reader: _Reader, token: _Token, read: Callable[[_Reader], Tree]) -> Tree:
    reader.depth += 1
    _refuse_depth(reader.depth, token)
    tree = read(reader)
    reader.depth -= 1
    return tree


def _expression(reader: _Reader) -> Tree:
    return _binary(reader, 0)


def _primary(reader: _Reader) -> Tree:
    token = reader.take()
    if token.kind == "number":
        return Tree(["lit", _number(token)], token.column)
    if token.kind == "text":
        return Tree(["lit", token.text[1:-1]], token.column)
    if token.kind == "ref":
        return Tree(["ref", token.text[2:-1].strip(" ")], token.column)
    if token.kind == "word" and token.text not in _WORD_OPERATORS:
        return _word(reader, token)
    if token.text == "." and token.kind == "mark":
        return Tree(["self"], token.column)
    if token.text == "(" and token.kind == "mark":
        tree = _nested(reader, token, _expression)
        reader.expect(")")
        return tree
    raise _unexpected(token)


def _number(token: _Token) -> int | float:
    if len(token.text.replace(".", "")) > MAX_DIGITS:
        raise ExpressionError("number_too_long", token.column, limit=MAX_DIGITS)
    number = float(token.text)
    return int(number) if number.is_integer() else number


def _word(reader: _Reader, token: _Token) -> Tree:
    if not reader.takes("("):
        return Tree(["col", token.text], token.column)
    if token.text == "position":
        if not (reader.takes("..") and reader.takes(")")):
            raise ExpressionError("position_form", token.column)
        return Tree(["position"], token.column)
    return Tree(["call", token.text, _arguments(reader, token)], token.column)


def _arguments(reader: _Reader, token: _Token) -> list[Tree]:
    if reader.takes(")"):
        return []
    arguments = [_nested(reader, token, _expression)]
    while reader.takes(","):
        arguments.append(_nested(reader, token, _expression))
    reader.expect(")")
    return arguments
