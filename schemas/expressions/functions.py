"""The closed list of functions: how many arguments, of what kind, and what they give."""

from typing import Final, NamedTuple


class Function(NamedTuple):
    """Kinds of the arguments, what follows for any further ones, and the type of the result.

    Kinds: number, text, condition, tokens (a choice answer), list, numbers (one list, or numbers),
    rows, day (text, date or dateTime), moment (dateTime), pattern, digits (literal 0-6), value.
    """

    takes: tuple[str, ...]
    gives: str
    at_least: int | None = None
    rest: str | None = None

    @property
    def least(self) -> int:
        """Fewest arguments."""
        return len(self.takes) if self.at_least is None else self.at_least

    @property
    def most(self) -> int | None:
        """Most arguments, None without limit."""
        return None if self.rest else len(self.takes)

    def kind(self, place: int) -> str:
        """The kind of the argument at ``place``."""
        return self.takes[place] if place < len(self.takes) else str(self.rest)


FUNCTIONS: Final[dict[str, Function]] = {
    "selected": Function(("tokens", "text"), "boolean"),
    "selected-at": Function(("tokens", "number"), "text"),
    "count-selected": Function(("tokens",), "number"),
    "count": Function(("rows",), "number"),
    "sum": Function(("numbers",), "number", rest="number"),
    "min": Function(("numbers",), "number", rest="number"),
    "max": Function(("numbers",), "number", rest="number"),
    "round": Function(("number", "digits"), "number", at_least=1),
    "int": Function(("number",), "number"),
    "abs": Function(("number",), "number"),
    "pow": Function(("number", "number"), "number"),
    "number": Function(("number",), "number"),
    "string": Function(("text",), "text"),
    "concat": Function(("text",), "text", rest="text"),
    "join": Function(("text", "list"), "text"),
    "contains": Function(("text", "text"), "boolean"),
    "starts-with": Function(("text", "text"), "boolean"),
    "string-length": Function(("text",), "number"),
    "regex": Function(("text", "pattern"), "boolean"),
    "not": Function(("condition",), "boolean"),
    "true": Function((), "boolean"),
    "false": Function((), "boolean"),
    "if": Function(("condition", "value", "value"), "branch"),
    "coalesce": Function(("value", "value"), "branch"),
    "today": Function((), "date"),
    "now": Function((), "dateTime"),
    "date": Function(("day",), "date"),
    "decimal-date-time": Function(("moment",), "number"),
    "random": Function((), "number"),
}
