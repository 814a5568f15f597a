"""What ``izdes form check`` says: every problem with its cell, or what a clean form holds."""

from collections.abc import Callable, Iterator
from pathlib import Path

from schemas.authoring.compiler import compile_form
from schemas.authoring.sheets import Remark, Sheets, column_name, languages_of
from schemas.authoring.version_changes import Change, changes
from schemas.forms.definition import Expression, FormDefinition
from schemas.forms.dependencies import standings
from schemas.forms.question_kinds import UNSEEN
from schemas.wording import say
from server.forms.importing import cross_check, read_xlsform

Earlier = Callable[[str], FormDefinition | None]
NOT_ASKED = UNSEEN | {"note"}


def compile_file(
    path: Path,
    *,
    choices: tuple[Path, ...] = (),
    form_id: str | None = None,
    version: str | None = None,
    earlier: Earlier | None = None,
) -> tuple[FormDefinition | None, list[Remark]]:
    """Compile a file; if nothing is wrong, ask pyxform and compare with the version before.

    ``earlier`` gives the newest published version of a form.
    """
    sheets = read_xlsform(path, choices=choices)
    definition, remarks = compile_form(sheets, form_id=form_id, version=version)
    if definition is None:
        return None, remarks
    objections = cross_check(sheets)
    if earlier is not None and (before := earlier(definition.id)) is not None:
        objections += [_changed(change, sheets) for change in changes(definition, before)]
    refused = any(objection.is_error for objection in objections)
    return (None if refused else definition), [*remarks, *objections]


def _changed(change: Change, sheets: Sheets) -> Remark:
    """A change as a remark in the cell of the new version."""
    row = next(line for line in sheets.survey if line["name"] == change.name)
    what, _, language = change.what.partition("::")
    header = languages_of(sheets.survey_headers, what)[language] if language else what
    return Remark(
        sheet=row.sheet,
        row=row.number,
        column=column_name(row, header),
        code=change.code,
        values=change.values,
        is_error=change.is_error,
    )


def finding_lines(remarks: list[Remark], language: str) -> Iterator[str]:
    """Say every remark; under an expression stands a mark at the character in question."""
    for remark in remarks:
        kind = say(f"forms.{'error' if remark.is_error else 'warning'}", language)
        yield f"{remark.place(language)}: {kind}: {remark.sentence(language)}"
        if caret := remark.caret():
            yield from (f"    {line}" for line in caret.split("\n"))


def contents_lines(definition: FormDefinition, language: str) -> Iterator[str]:
    """Say what is in a form that can be published."""
    nodes = [standing.node for standing in standings(definition.body).values()]
    services = [node.service for node in nodes if node.service]
    yield say(
        "forms.check_clean",
        language,
        title=definition.title[language],
        form_id=definition.id,
        version=definition.version,
    )
    yield say(
        "forms.check_contents",
        language,
        questions=sum(node.kind == "field" and node.type not in NOT_ASKED for node in nodes),
        groups=sum(node.kind == "group" for node in nodes),
        repeats=sum(node.kind == "repeat" for node in nodes),
        lists=len(definition.lists),
        choices=sum(map(len, definition.lists.values())),
        expressions=sum(isinstance(value, Expression) for node in nodes for _, value in node),
        languages=", ".join(definition.languages),
    )
    if services:
        yield say(
            "forms.check_measured",
            language,
            services=", ".join(dict.fromkeys(services)),
            core=sum(bool(node.core) and node.dimension != "genel" for node in nodes),
        )
