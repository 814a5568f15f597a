"""Checks of what can never happen: a question asked, a rule met, a choice offered."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.authoring.checks.possible import Form, possible
from schemas.authoring.choice_rows import LIST
from schemas.authoring.node_rows import Reading
from schemas.authoring.sheets import Row, Sheets
from schemas.forms.definition import Choice, Node
from schemas.forms.dependencies import Standing

_NAMED: Final = 5


def check_reach(nodes: Mapping[str, Standing], sheets: Sheets, reading: Reading) -> None:
    """Report what can never be asked, met or offered."""
    form = Form(nodes, reading.lists)
    never: set[str] = set()
    for name, standing in nodes.items():
        if standing.parent in never or not _is_reachable(name, form, reading):
            never.add(name)
        elif written := reading.written.get((name, "constraint")):
            own = _with_own(written.tree, name)
            if not possible(
                [own, ["bin", "!=", ["ref", name], ["lit", ""]]], form, standing.repeat
            ):
                reading.report.error(written.row, written.header, "constraint_never")
    _check_lists(form, sheets, reading)


def _is_reachable(name: str, form: Form, reading: Reading) -> bool:
    standing = form.nodes[name]
    written = reading.written.get((name, "relevant"))
    if written is None or possible([*form.relevance(name)], form, standing.repeat):
        return True
    reading.report.error(written.row, written.header, "never_asked", name=name)
    return False


def _with_own(tree: Any, name: str) -> Any:
    """Write the question's name for the dot."""
    if tree == ["self"]:
        return ["ref", name]
    return [_with_own(part, name) for part in tree] if isinstance(tree, list) else tree


def _check_lists(form: Form, sheets: Sheets, reading: Reading) -> None:
    users: dict[str, list[Standing]] = {}
    for standing in form.nodes.values():
        if standing.node.list:
            users.setdefault(standing.node.list, []).append(standing)
    by_list: dict[str, dict[str, Row]] = {}
    for row in sheets.choices:
        by_list.setdefault(row[LIST], {}).setdefault(row["name"], row)
    for name, choices in reading.lists.items():
        rows = {choice.name: by_list[name][choice.name] for choice in choices}
        if name in users:
            _report_never_offered(name, rows, _offered(users[name], choices, form), reading)
        elif sheets.owns_lists:
            first = next(iter(rows.values()))
            reading.report.warn(first, LIST, "list_unused", list=name)


def _offered(users: list[Standing], choices: tuple[Choice, ...], form: Form) -> set[str]:
    """The choices that at least one question can offer."""
    offered: set[str] = set()
    for standing in users:
        known: dict[tuple[str, ...], bool] = {}
        for choice in choices:
            if choice.name not in offered:
                key = tuple(_column(choice, column) for column in _columns(standing.node))
                if key not in known:
                    known[key] = _is_possible(choice, standing, form)
                offered |= {choice.name} if known[key] else set()
    return offered


def _is_possible(choice: Choice, standing: Standing, form: Form) -> bool:
    choice_filter = standing.node.choice_filter
    if choice_filter is None:
        return True
    return possible([_with_columns(choice_filter.tree, choice)], form, standing.repeat)


def _with_columns(tree: Any, choice: Choice) -> Any:
    """Write a choice's own values for the columns."""
    if isinstance(tree, list) and tree[:1] == ["col"]:
        return ["lit", _column(choice, tree[1])]
    return [_with_columns(part, choice) for part in tree] if isinstance(tree, list) else tree


def _column(choice: Choice, name: str) -> str:
    return choice.name if name == "name" else choice.columns.get(name, "")


def _columns(node: Node) -> list[str]:
    return sorted({*_named(node.choice_filter.tree)}) if node.choice_filter else []


def _named(tree: Any) -> Iterator[str]:
    if isinstance(tree, list) and tree[:1] == ["col"]:
        yield tree[1]
    elif isinstance(tree, list):
        for part in tree:
            yield from _named(part)


def _report_never_offered(
    list_name: str, rows: Mapping[str, Row], offered: set[str], reading: Reading
) -> None:
    never = [(name, row) for name, row in rows.items() if name not in offered]
    for name, row in never[:_NAMED]:
        reading.report.warn(row, "name", "choice_never_offered", name=name, list=list_name)
    if (more := len(never) - _NAMED) > 0:
        row = never[_NAMED][1]
        reading.report.warn(row, "name", "more_never_offered", count=more, list=list_name)
