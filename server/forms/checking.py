"""What ``izdes form check`` says: every problem with its cell, or what a clean form holds."""

from collections.abc import Iterator
from pathlib import Path

from schemas.compiler import compile_form
from schemas.dependencies import standings
from schemas.forms import Expression, FormDefinition
from schemas.sheets import Finding
from schemas.survey_rows import UNSEEN
from schemas.wording import say
from server.forms.importing import cross_check, read_xlsform

NOT_ASKED = UNSEEN | {"note"}


def compile_file(
    path: Path,
    *,
    choices: tuple[Path, ...] = (),
    form_id: str | None = None,
    version: str | None = None,
) -> tuple[FormDefinition | None, list[Finding]]:
    """Compile a file with our compiler and, if that finds nothing, ask pyxform as well."""
    sheets = read_xlsform(path, choices=choices)
    definition, findings = compile_form(sheets, form_id=form_id, version=version)
    if definition is None:
        return None, findings
    objections = cross_check(sheets)
    return (None if objections else definition), [*findings, *objections]


def finding_lines(findings: list[Finding], language: str) -> Iterator[str]:
    """Say every finding; under an expression stands a mark at the character in question."""
    for finding in findings:
        kind = say(f"forms.{'error' if finding.is_error else 'warning'}", language)
        yield f"{finding.place(language)}: {kind}: {finding.sentence(language)}"
        if caret := finding.caret():
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
