"""``izdes form``: questionnaires written as XLSForm."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemas.wording import say
from server.terminal.application import application, print_text, terminal_language
from server.terminal.progress import stage, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.forms.definition import FormDefinition
    from server.forms.checking import Earlier

XLSFORM = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def published_versions() -> "Iterator[Earlier | None]":
    """A way to the published versions; nothing where there is no database yet."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from server.config import Config
    from server.forms.queries import newest_definition
    from server.store.database import Database

    url = make_url(Config.from_environment().database_url)
    if url.drivername.startswith("sqlite") and not Path(str(url.database)).exists():
        yield None
        return
    database = Database(url.render_as_string(hide_password=False))

    def earlier(form_id: str) -> "FormDefinition | None":
        try:
            with database.read() as connection:
                return newest_definition(connection, form_id)
        except SQLAlchemyError:
            print_text("publishing.not_compared")
            return None

    yield earlier
    database.close()


@click.group()
def form() -> None:
    """Check and publish questionnaires."""


@form.command()
@click.argument("file", type=XLSFORM)
@click.option("--choices", type=XLSFORM, multiple=True)
@click.option("--id", "form_id")
@click.option("--version")
def check(file: Path, choices: tuple[Path, ...], form_id: str | None, version: str | None) -> None:
    """Compile an XLSForm and say what is wrong with it, cell by cell.

    Where İZDES keeps its data, the form is also compared with its last published version.
    """
    from server.forms.checking import compile_file, contents_lines, finding_lines

    language = terminal_language()
    with (
        watched(language),
        stage("progress.form"),
        published_versions() as earlier,
    ):
        definition, remarks = compile_file(
            file, choices=choices, form_id=form_id, version=version, earlier=earlier
        )
    for line in finding_lines(remarks, language):
        click.echo(line)
    if definition is None:
        errors = sum(remark.is_error for remark in remarks)
        click.echo(say("forms.check_refused", language, errors=errors), err=True)
        sys.exit(1)
    for line in contents_lines(definition, language):
        click.echo(line)


@form.command()
@click.argument("file", type=XLSFORM)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--choices", type=XLSFORM, multiple=True)
@click.option("--id", "form_id")
@click.option("--version")
def export(
    *, file: Path, out: Path, choices: tuple[Path, ...], form_id: str | None, version: str | None
) -> None:
    """Compile an XLSForm and write it as XForm XML, for ODK Collect and its kin."""
    from server.forms.checking import compile_file, finding_lines
    from server.forms.xform.form import export_xform

    definition, remarks = compile_file(file, choices=choices, form_id=form_id, version=version)
    for line in finding_lines(remarks, terminal_language()):
        click.echo(line, err=True)
    if definition is None:
        sys.exit(1)
    out.write_text(export_xform(definition), "utf-8")
    print_text("publishing.exported", form=definition.id, version=definition.version, file=out)


@form.command()
@click.argument("file", type=XLSFORM)
@click.option("--id", "form_id")
@click.option("--version")
def publish(file: Path, form_id: str | None, version: str | None) -> None:
    """Compile an XLSForm and publish it as a new version."""
    from server.forms.checking import compile_file, finding_lines
    from server.forms.publishing import publish as publish_form
    from server.store.database import current_database

    with published_versions() as earlier:
        definition, remarks = compile_file(file, form_id=form_id, version=version, earlier=earlier)
    for line in finding_lines(remarks, terminal_language()):
        click.echo(line, err=True)
    if definition is None:
        sys.exit(1)
    with application():
        publication = current_database().write(
            lambda connection: publish_form(connection, definition, actor=None)
        )
    print_text(
        "publishing.published" if publication.is_new else "publishing.published_before",
        form=publication.form_id,
        version=publication.version,
        digest=publication.digest,
    )


commands = [form]
