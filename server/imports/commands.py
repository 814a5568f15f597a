"""``izdes import``: survey data that others collected, into a round."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from schemas.problems import Problem
from schemas.wording import say
from server.terminal.application import application, terminal_language
from server.terminal.progress import stage, step_aside

if TYPE_CHECKING:
    from server.imports.preparing import Prepared
    from server.imports.reading import Fault
    from server.imports.report import Outcome

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_FAULTS = 20


@click.command("import")
@click.argument("round_id", metavar="ROUND", required=False)
@click.argument("file", type=FILE, required=False)
@click.option("--mapping", "mapping_file", type=FILE)
@click.option("--form", "form_id")
@click.option("--dry-run", is_flag=True)
@click.option("--correct", "corrects", is_flag=True)
@click.option("--draft", type=FILE)
def import_file(
    round_id: str | None,
    file: Path | None,
    *,
    mapping_file: Path | None,
    form_id: str | None,
    dry_run: bool,
    corrects: bool,
    draft: Path | None,
) -> None:
    """Bring the rows of a CSV file into a round; with --dry-run only tell what would happen."""
    if draft is not None and round_id is None:
        _write_draft(draft)
    elif draft is None and round_id is not None and file is not None:
        _bring(
            round_id,
            file,
            mapping_file=mapping_file,
            form_id=form_id,
            dry_run=dry_run,
            corrects=corrects,
        )
    else:
        raise click.UsageError(say("imports.file_or_draft", terminal_language()))


def _write_draft(file: Path) -> None:
    """Print a mapping to start from; what is said about it goes to standard error."""
    from server.imports.first_mapping import first_mapping
    from server.imports.reading import Unreadable, read_file

    try:
        drafted = first_mapping(read_file(file), file.stem)
    except Unreadable as unreadable:
        _refuse(unreadable.faults)
    click.echo(json.dumps(drafted, ensure_ascii=False, indent=2))
    click.echo(say("imports.draft", terminal_language()), err=True)


def _bring(
    round_id: str,
    file: Path,
    *,
    mapping_file: Path | None,
    form_id: str | None,
    dry_run: bool,
    corrects: bool,
) -> None:
    from server.imports.mapping import Mapping, read_mapping
    from server.imports.preparing import prepare
    from server.imports.reading import Unreadable, read_file
    from server.imports.report import report_lines
    from server.store.database import current_database

    language = terminal_language()
    with application():
        try:
            mapping = read_mapping(mapping_file) if mapping_file else Mapping()
            with stage("progress.reading_file"):
                source = read_file(file)
                prepared = prepare(
                    current_database(),
                    round_id,
                    source,
                    mapping=mapping,
                    form_id=form_id,
                    corrects=corrects,
                )
        except Unreadable as unreadable:
            _refuse(unreadable.faults)
        if prepared.faults and not dry_run:
            _refuse(prepared.faults)
        outcome = _run(prepared, dry_run=dry_run)
    for line in report_lines(prepared.report, outcome, language):
        click.echo(line)
    if prepared.faults:
        _refuse(prepared.faults)


def _refuse(faults: Sequence["Fault"]) -> NoReturn:
    step_aside()
    for fault in faults[:MOST_FAULTS]:
        click.echo(fault.said(terminal_language()), err=True)
    raise Problem("import_refused", faults=len(faults)) from None


def _run(prepared: "Prepared", *, dry_run: bool) -> "Outcome":
    from server.imports.operations import carry_out, rehearse
    from server.store.database import current_database
    from server.submissions.derivations import current_derivations

    doing = "checking" if dry_run else "storing"
    with stage(f"progress.{doing}_rows", prepared.report.rows) as advance:
        if dry_run:
            return rehearse(current_database(), prepared, advance)
        return carry_out(current_database(), prepared, advance, derivations=current_derivations())


commands = [import_file]
