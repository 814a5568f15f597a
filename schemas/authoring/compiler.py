"""XLSForm rows → FormDefinition, or remarks that name the very cell.

pyxform lets unknown functions, wrong operators, circles and equal names through; nothing of that
passes here, because what is published is interpreted by two programs for years.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from schemas.authoring.checks.form_checks import (
    check_expressions,
    check_insertions,
    refuse_circles,
    settle_calculations,
)
from schemas.authoring.checks.measure_checks import check_measures
from schemas.authoring.checks.oversights import check_oversights
from schemas.authoring.checks.privacy_checks import check_privacy
from schemas.authoring.checks.reach_checks import check_reach
from schemas.authoring.choice_rows import choice_lists
from schemas.authoring.headers import check_headers
from schemas.authoring.node_rows import Reading, node_of, yes_or_no
from schemas.authoring.sheets import Remark, Report, Row, Sheets
from schemas.authoring.survey_rows import outline
from schemas.authoring.translations import text_of
from schemas.forms.definition import Choice, FormDefinition, Node, ValueType
from schemas.forms.dependencies import standings
from schemas.forms.question_kinds import TELLING
from schemas.wire import Text
from schemas.wording import LANGUAGES

_FORM_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_VERSION: Final = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_MAX_ROWS: Final = 3000
_TELLING_CALLS: Final = frozenset({"now", "today"})
"""What an anonymous form cannot work out, lest an answer tell the moment."""


def compile_form(
    sheets: Sheets,
    *,
    form_id: str | None = None,
    version: str | None = None,
    title: Text | None = None,
) -> tuple[FormDefinition | None, list[Remark]]:
    """Compile a form. With an error among the remarks there is no definition.

    Id, version and title come from the settings sheet unless they are given.
    """
    report = Report()
    report.remarks += sheets.remarks
    if "survey" not in sheets.heads and not sheets.survey and report.has_errors:
        return None, report.remarks  # there is no survey at all, as was said
    check_headers(sheets, report)
    if not sheets.survey or len(sheets.survey) > _MAX_ROWS:
        head = Row(sheets.head("survey").sheet, 0, {})
        report.error(head, "", "too_many_rows" if sheets.survey else "empty_form", limit=_MAX_ROWS)
        return None, report.remarks
    lists = choice_lists(sheets, report)
    reading = Reading(sheets.survey_headers, lists, report)
    body = tuple(node_of(draft, reading) for draft in outline(sheets.survey, report))
    body = _checked(body, sheets, reading)
    identity = _identity(sheets, form_id=form_id, version=version, title=title, report=report)
    anonymous = _anonymous(sheets, body, report)
    remarks = sorted(report.remarks, key=lambda found: (found.sheet, found.row or 0))
    if report.has_errors:
        return None, remarks
    definition = FormDefinition(
        id=identity[0],
        version=identity[1],
        title=identity[2],
        anonymous=anonymous,
        languages=LANGUAGES,
        lists=_used(lists, body),
        body=body,
    )
    return definition, remarks


def _anonymous(sheets: Sheets, body: tuple[Node, ...], report: Report) -> bool:
    """Read whether the form is anonymous; then it may ask nothing that tells who or when."""
    row = sheets.settings[0] if sheets.settings else Row("settings", 0, {})
    if not yes_or_no(row, "anonymous", report):
        return False
    for name, standing in standings(body).items():
        if _tells(standing.node):
            report.error(row, "anonymous", "anonymous_tells", name=name)
    return True


def _tells(node: Node) -> bool:
    worked_out = (node.calculate, node.default_expression)
    return (
        node.type in TELLING
        or node.pii in ("device", "staff")
        or any(none is not None and _calls(none.tree) & _TELLING_CALLS for none in worked_out)
    )


def _calls(tree: object) -> set[str]:
    """Name the functions an expression calls."""
    if not isinstance(tree, list | tuple):
        return set()
    own = {str(tree[1])} if len(tree) > 1 and tree[0] == "call" else set()
    return own.union(*map(_calls, tree))


def _checked(body: tuple[Node, ...], sheets: Sheets, reading: Reading) -> tuple[Node, ...]:
    """Check the form as a whole and fill in what calculations give."""
    nodes = standings(body)
    order = refuse_circles(nodes, reading)
    if order is None:
        return body
    settled = settle_calculations(order, nodes, reading)
    sound = check_expressions(nodes, reading)
    check_insertions(nodes, reading)
    check_reach(sound, sheets, reading)
    check_oversights(sound, reading)
    check_privacy(nodes, reading)
    check_measures(nodes, reading)
    return tuple(_with_types(node, settled) for node in body)


def _with_types(node: Node, settled: Mapping[str, ValueType]) -> Node:
    changes: dict[str, object] = {}
    if node.name in settled:
        changes["value_type"] = settled[node.name]
    if node.children:
        changes["children"] = tuple(_with_types(child, settled) for child in node.children)
    return node.model_copy(update=changes) if changes else node


def _used(
    lists: Mapping[str, tuple[Choice, ...]], body: Iterable[Node]
) -> dict[str, tuple[Choice, ...]]:
    named = {standing.node.list for standing in standings(body).values()}
    return {name: choices for name, choices in lists.items() if name in named}


def _identity(
    sheets: Sheets,
    *,
    form_id: str | None,
    version: str | None,
    title: Text | None,
    report: Report,
) -> tuple[str, str, Text]:
    row = sheets.settings[0] if sheets.settings else Row("settings", 0, {})
    headers = sheets.setting_headers or tuple(row.cells)
    form_id = form_id or row["form_id"] or sheets.name
    version = version or row["version"]
    title = title or text_of(row, "form_title", headers, report)
    if not _FORM_ID.fullmatch(form_id):
        report.error(row, "form_id", "form_id_form", form_id=form_id)
    if not _VERSION.fullmatch(version):
        report.error(row, "version", "version_form", version=version)
    if not title:
        report.error(row, "form_title", "title_missing")
    return form_id, version, title
