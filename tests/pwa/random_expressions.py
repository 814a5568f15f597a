"""Random expressions that the grammar and the type rules accept, as source text."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from schemas.expressions.static_types import Scope

TEXTS = ("a", "ab", "Iğdır", "ı", "é", "😀x", "5", "007", "1.50", "-3", "x y", "2026-11-21", ".5")
NUMBERS = ("0", "1", "2", "3", "5", "7.25", "0.1", "1000000", "0.000001", "123456789.125", "98")
DAYS = ("date('2026-11-21')", "date('2026-02-30')", "date('2024-02-29')", "today()")
PATTERNS = ("^[a-zığüşöç]+$", "^\\d{1,3}$", "^.$", "^(a|ab)?\\s*x?$", "^[^5]*$", "^\\w+\\.\\w*$")
COMPARED = ("<", "<=", ">", ">=", "=", "!=")
DEEPEST = 3

Say = Callable[[], str]


class Author:
    """Writes expressions about what a scope can see."""

    texts: tuple[str, ...] = TEXTS

    def __init__(self, rng: random.Random, scope: Scope) -> None:
        self.rng = rng
        self.scope = scope

    def condition(self, depth: int = 0) -> str:
        """Write a condition."""
        deeper = depth + 1
        simple: list[Say] = [
            lambda: f"{self.number(deeper)} {self.pick(COMPARED)} {self.number(deeper)}",
            lambda: f"{self.text(deeper)} {self.pick(('=', '!='))} {self.text(deeper)}",
            lambda: f"{self.answer()} {self.pick(('=', '!='))} ''",
            lambda: f"{self.day(deeper)} {self.pick(COMPARED)} {self.day(deeper)}",
            lambda: f"selected({self.tokens()}, {self.token()})",
            lambda: f"regex({self.text(deeper)}, '{self.pick(PATTERNS)}')",
            lambda: (
                f"{self.pick(('contains', 'starts-with'))}({self.text(deeper)}, "
                f"{self.text(deeper)})"
            ),
            lambda: f"{self.number(deeper)} = {self.text(deeper)}",
        ]
        joined: list[Say] = [
            lambda: (
                f"({self.condition(deeper)} {self.pick(('and', 'or'))} {self.condition(deeper)})"
            ),
            lambda: f"not({self.condition(deeper)})",
            lambda: (
                f"({self.condition(deeper)}) {self.pick(('=', '!='))} ({self.condition(deeper)})"
            ),
        ]
        return self.pick(simple if depth >= DEEPEST else simple + joined)()

    def number(self, depth: int = 0) -> str:
        """Write a number, or what counts as one."""
        deeper = depth + 1
        leaves: list[Say] = [
            lambda: self.pick(NUMBERS),
            lambda: self.named({"number"}) or self.pick(NUMBERS),
            lambda: self.named({"number", "choice", "text"}) or "0",
        ]
        if self.scope.in_repeat:
            leaves.append(lambda: "position(..)")
        calls: list[Say] = [
            lambda: (
                f"({self.number(deeper)} {self.pick(('+', '-', '*', 'div', 'mod'))} "
                f"{self.number(deeper)})"
            ),
            lambda: f"-({self.number(deeper)})",
            lambda: f"{self.pick(('int', 'abs', 'number'))}({self.number(deeper)})",
            lambda: f"round({self.number(deeper)}, {self.rng.randint(0, 6)})",
            lambda: f"pow({self.number(deeper)}, {self.pick(('0', '2', '3', '-2', '11'))})",
            lambda: f"{self.pick(('sum', 'min', 'max'))}({self.members(deeper)})",
            lambda: f"string-length({self.text(deeper)})",
            lambda: f"count-selected({self.tokens()})",
            lambda: f"({self.day(deeper)} - {self.day(deeper)})",
            lambda: f"decimal-date-time({self.named({'dateTime'}) or 'now()'})",
            lambda: f"coalesce({self.number(deeper)} + 0, {self.number(deeper)} + 0)",
            lambda: (
                f"if({self.condition(deeper)}, {self.number(deeper)} + 0, "
                f"{self.pick(('0', chr(39) * 2))})"
            ),
            self.count,
        ]
        return self.pick(leaves if depth >= DEEPEST else leaves + calls)()

    def text(self, depth: int = 0) -> str:
        """Write a text, or what counts as one."""
        deeper = depth + 1
        leaves: list[Say] = [
            lambda: f"'{self.pick(self.texts)}'",
            lambda: self.named({"text", "choice", "choices", "time"}) or "'a'",
        ]
        calls: list[Say] = [
            lambda: f"concat({self.text(deeper)}, {self.number(deeper)}, {self.answer()})",
            lambda: f"coalesce(string({self.answer()}), {self.text_only(deeper)})",
            lambda: (
                f"if({self.condition(deeper)}, {self.text_only(deeper)}, {self.text_only(deeper)})"
            ),
            lambda: f"string({self.number(deeper)})",
            lambda: f"selected-at({self.tokens()}, {self.number(deeper)})",
            self.joined,
        ]
        return self.pick(leaves if depth >= DEEPEST else leaves + calls)()

    def text_only(self, depth: int) -> str:
        """Write what is of type text, whatever it is made of."""
        return f"string({self.text(depth)})"

    def day(self, depth: int = 0) -> str:
        """Write a date."""
        text = self.named({"text", "dateTime"})
        choices = [self.pick(DAYS), self.named({"date"}) or "today()"]
        if text and depth < DEEPEST:
            choices.append(f"date({text})")
        return self.pick(choices)

    def answer(self) -> str:
        """Name any question that has one value here."""
        return self.named({"text", "number", "date", "dateTime", "time", "choice", "choices"}) or (
            "'a'"
        )

    def tokens(self) -> str:
        """Name an answer made of choices."""
        return self.named({"choice", "choices", "text"}) or "'a b'"

    def token(self) -> str:
        """Write what may be a choice."""
        return self.named({"choice", "text"}) or f"string('{self.pick(('c1', 'c2', 'a', ''))}')"

    def members(self, depth: int) -> str:
        """Write what sum, min and max take: a list, or numbers."""
        lists = self.names({"list"})
        if lists and self.rng.random() < 0.7:
            return f"${{{self.pick(lists)}}}"
        return ", ".join(self.number(depth) for _ in range(self.rng.randint(1, 3)))

    def joined(self) -> str:
        """Write a join, if something is repeated."""
        lists = self.names({"list"})
        return f"join('{self.pick((', ', '-', ''))}', ${{{self.pick(lists)}}})" if lists else "'b'"

    def count(self) -> str:
        """Write a count, if something is repeated."""
        repeats = self.names({"rows"})
        return f"count(${{{self.pick(repeats)}}})" if repeats else "1"

    def named(self, types: set[str]) -> str:
        """Name a question of one of these types, or nothing."""
        names = self.names(types)
        return f"${{{self.pick(names)}}}" if names else ""

    def names(self, types: set[str]) -> list[str]:
        """The names of these types."""
        return [name for name, found in self.scope.types.items() if found in types]

    def pick(self, choices: Sequence[Any]) -> Any:
        """Take one at random."""
        return self.rng.choice(choices)
