"""Random forms and answers that the engines of ODK can express as well.

What README.md lists as a difference of expressions is left out: times as text, pow, round, tiny
numbers, emoji, points, joins. Forms are those of tests/pwa/random_forms.py.
"""

import random
from typing import Any

from schemas.expressions.values import LEXICAL_FORM
from schemas.forms.definition import Expression, FormDefinition, Node
from schemas.forms.dependencies import Standing, calls, references, standings
from schemas.forms.flow import Interview
from schemas.forms.questionnaire import Item, Questionnaire
from tests.pwa.random_expressions import COMPARED, DEEPEST, Author, Say
from tests.pwa.random_forms import random_form

ASKED = (
    *("text", "integer", "decimal", "range", "date", "hidden"),
    *("select_one", "select_one", "select_one", "select_multiple", "select_multiple"),
)
SCALES = ({"start": "0", "end": "10", "step": "1"},)
TEXTS = ("a", "ab", "Iğdır", "ı", "é", "5", "x y", "2026")
NUMBERS = ("0", "1", "2", "3", "5", "7.25", "0.5", "1000000", "98")
DAYS = ("date('2026-11-21')", "date('2024-02-29')", "today()")
PATTERNS = (
    "^[a-zığüşöç]+$",
    "^\\d{1,3}$",
    "^.$",
    "^(a|ab)?x?$",
    "^[^5]*$",
    "^\\w+\\.\\w*$",
    "^a|b$",
)

ANSWERS: dict[str, tuple[str, ...]] = {
    "text": ("", "a", "ab", "é", "5", "c1", "c1 c2", "2026-11-21", "x.y"),
    "integer": ("", "0", "5", "-3", "98", "1000000"),
    "decimal": ("", "0", "1.5", "-0.25", "12.5"),
    "range": ("", "0", "1", "5", "10"),
    "date": ("", "2026-11-21", "2024-02-29", "1999-12-31", "2026-11-22"),
    "time": ("", "09:30", "23:59"),
}


class OdkAuthor(Author):
    """Writes what ODK understands as we do."""

    texts = TEXTS

    def number(self, depth: int = 0) -> str:
        """Write a number, or what counts as one."""
        deeper = depth + 1
        leaves: list[Say] = [
            lambda: self.pick(NUMBERS),
            lambda: self.named({"number"}) or self.pick(NUMBERS),
            lambda: self.named({"number", "choice"}) or "0",
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
            lambda: f"{self.pick(('sum', 'min', 'max'))}({self.members(deeper)})",
            lambda: f"string-length({self.words()})",
            lambda: f"count-selected({self.tokens()})",
            lambda: f"({self.day(deeper)} - {self.day(deeper)})",
            lambda: f"coalesce({self.number(deeper)} + 0, {self.number(deeper)} + 0)",
            lambda: (
                f"if({self.condition(deeper)}, {self.number(deeper)} + 0, "
                f"{self.pick(('0', chr(39) * 2))})"
            ),
            self.count,
        ]
        return self.pick(leaves if depth >= DEEPEST else leaves + calls)()

    def condition(self, depth: int = 0) -> str:
        """Write a condition."""
        deeper = depth + 1
        simple: list[Say] = [
            lambda: f"{self.number(deeper)} {self.pick(COMPARED)} {self.number(deeper)}",
            lambda: f"{self.words()} {self.pick(('=', '!='))} {self.words()}",
            lambda: f"{self.answer()} {self.pick(('=', '!='))} ''",
            lambda: f"{self.day(deeper)} {self.pick(COMPARED)} {self.day(deeper)}",
            lambda: f"selected({self.tokens()}, {self.token()})",
            lambda: f"regex({self.words()}, '{self.pick(PATTERNS)}')",
            lambda: f"{self.pick(('contains', 'starts-with'))}({self.words()}, {self.words()})",
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

    def words(self) -> str:
        """Write a text whose letters are the same everywhere: no number was made into it."""
        named = self.named({"text", "choice", "choices", "date"}) or "'a'"
        return self.pick((f"'{self.pick(TEXTS)}'", named, f"concat({named}, '{self.pick(TEXTS)}')"))

    def joined(self) -> str:
        """Write no join: JavaRosa leaves out who is not asked in a row."""
        return self.words()

    def day(self, depth: int = 0) -> str:
        """Write a date."""
        asked = self.named({"date"}) if depth <= DEEPEST else ""
        return self.pick((self.pick(DAYS), asked or "today()"))


def odk_form(rng: random.Random) -> FormDefinition:
    """Write a form that ODK can express, defaults only where they are answers."""
    form = random_form(rng, asked=ASKED, facts=(), scales=SCALES, writer=OdkAuthor)
    while not _is_expressible(form):
        form = random_form(rng, asked=ASKED, facts=(), scales=SCALES, writer=OdkAuthor)
    return form.model_copy(update={"body": tuple(_mended(node, form) for node in form.body)})


def _is_expressible(form: FormDefinition) -> bool:
    """Leave out what JavaRosa is known to do wrongly: max of a list, choices of earlier answers."""
    nodes = standings(form.body)
    expressions = (each for standing in nodes.values() for _, each in standing.node)
    trees = (expression.tree for expression in expressions if isinstance(expression, Expression))
    reduced = [call for tree in trees for call in calls(tree) if call[1] in ("sum", "min", "max")]
    lists = [(call[1], nodes[call[2][0][1]]) for call in reduced if call[2][0][0] == "ref"]
    repeated = [(name, each.node) for name, each in lists if each.repeat]
    filters = (node.node.choice_filter for node in nodes.values() if node.node.choice_filter)
    asked = {name for each in filters for name in references(each.tree)}
    return not any(_comes_and_goes(name, nodes) for name in asked) and all(
        name != "max" and node.value_type == "number" for name, node in repeated
    )


def _comes_and_goes(name: str, nodes: dict[str, Standing]) -> bool:
    standing = nodes[name]
    return standing.node.relevant is not None or (
        standing.parent is not None and _comes_and_goes(standing.parent, nodes)
    )


def _mended(node: Node, form: FormDefinition) -> Node:
    changes: dict[str, Any] = {"default_expression": None}
    if node.children:
        changes["children"] = tuple(_mended(child, form) for child in node.children)
    if node.default is not None and not _is_answer(node, form):
        changes["default"] = None
    return node.model_copy(update=changes)


def _is_answer(node: Node, form: FormDefinition) -> bool:
    if node.choice_filter:
        return False  # it might not be offered
    if node.list:
        tokens, names = str(node.default).split(), [each.name for each in form.lists[node.list]]
        ordered = sorted(set(tokens) & set(names), key=names.index) == tokens
        return ordered and (node.type == "select_multiple" or len(tokens) == 1)
    return LEXICAL_FORM[str(node.type)](str(node.default))


def odk_step(
    rng: random.Random, questionnaire: Questionnaire, interview: Interview
) -> "list[Any] | None":
    """Answer a question that is asked, or add or remove a row; nothing if nothing can be done."""
    chance = rng.random()
    items = questionnaire.items.values()
    repeats = [item for item in items if item.node.kind == "repeat" and not item.row_count]
    repeats = [item for item in repeats if interview.is_relevant(item.name)]
    if repeats and chance < 0.2:
        repeat = rng.choice(repeats)
        rows = interview.rows(repeat.name)
        if rows and rng.random() < 0.4:
            return ["remove", repeat.name, rng.randrange(rows)]
        return ["add", repeat.name] if rows < 4 else None
    asked = [(item, row) for item in items for row in _rows(interview, item)]
    if not asked:
        return None
    item, row = rng.choice(asked)
    return ["set", item.name, row, odk_answer(rng, interview, item, row)]


def _rows(interview: Interview, item: Item) -> "list[int | None]":
    """The rows in which a question is asked at present."""
    if not is_asked(item):
        return []
    rows: list[int | None] = [*range(interview.rows(item.repeat))] if item.repeat else [None]
    return [row for row in rows if interview.is_relevant(item.name, row)]


def is_asked(item: Item) -> bool:
    """Ask for a question that an officer can answer."""
    return (item.node.list is not None or item.node.type in ANSWERS) and not item.node.read_only


def odk_answer(rng: random.Random, interview: Interview, item: Item, row: int | None) -> str:
    if not item.node.list:
        return rng.choice(ANSWERS[str(item.node.type)])
    names = [choice.name for choice in interview.choices(item.name, row)]
    if item.node.type == "rank":
        return " ".join(rng.sample(names, len(names)))
    most = 1 if item.node.type == "select_one" else len(names)
    return " ".join(
        sorted(rng.sample(names, rng.randint(0, min(most, len(names)))), key=names.index)
    )
