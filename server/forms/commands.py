"""``izdes form``: questionnaires written as XLSForm."""

import sys
from pathlib import Path

import click

from server.terminal import application, print_text, terminal_language

XLSFORM = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def form() -> None:
    """Check and publish questionnaires."""


@form.command()
@click.argument("file", type=XLSFORM)
@click.option("--id", "form_id")
@click.option("--version")
def publish(file: Path, form_id: str | None, version: str | None) -> None:
    """Compile an XLSForm and publish it as a new version."""
    from schemas.compiler import compile_form
    from server.database import current_database
    from server.forms.importing import read_xlsform
    from server.forms.publishing import publish as publish_form

    definition, findings = compile_form(read_xlsform(file), form_id=form_id, version=version)
    for finding in findings:
        click.echo(finding.said(terminal_language()), err=True)
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
