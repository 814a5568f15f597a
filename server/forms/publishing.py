"""Publishing: a definition becomes a version that never changes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

import schemas
from schemas.compiler import compile_form
from schemas.forms import FormDefinition
from schemas.problems import Problem
from schemas.wording import LANGUAGES
from server import audit
from server.database import Database
from server.forms.importing import read_xlsform
from server.forms.models import FORM_VERSIONS

SHIPPED = Path(schemas.__file__).parent / "definitions"


@dataclass(frozen=True)
class Publication:
    """A published form version; ``is_new`` tells whether this call published it."""

    form_id: str
    version: str
    digest: str
    is_new: bool


def publish_shipped_forms(database: Database) -> tuple[FormDefinition, ...]:
    """Publish the questionnaires İZDES comes with, unless some form was published before.

    Gives the definitions the database then holds.
    """
    with database.read() as connection:
        published = connection.scalars(
            select(FORM_VERSIONS.c.definition).order_by(FORM_VERSIONS.c.id)
        ).all()
    if published:
        return tuple(map(FormDefinition.model_validate_json, published))
    definitions = shipped_forms()

    def write(connection: Connection) -> None:
        for definition in definitions:
            publish(connection, definition, actor=None)

    database.write(write)
    return definitions


def shipped_forms() -> tuple[FormDefinition, ...]:
    """Compile the questionnaires İZDES comes with."""
    definitions = []
    for file in sorted(SHIPPED.glob("*/survey.csv")):
        definition, findings = compile_form(read_xlsform(file))
        if definition is None:
            raise ValueError("\n".join(each.said(LANGUAGES[0]) for each in findings))
        definitions.append(definition)
    return tuple(definitions)


def publish(
    connection: Connection, definition: FormDefinition, *, actor: int | None
) -> Publication:
    """Publish ``definition``; the same text again changes nothing, another text is refused."""
    if (known := _published(connection, definition)) is not None:
        return known
    # Defaults are left out, so that a field a later release adds does not change the digest.
    text = definition.model_dump_json(exclude_defaults=True).encode()
    digest = f"sha256:{sha256(text).hexdigest()}"
    row = {
        "form_id": definition.id,
        "version": definition.version,
        "title": definition.title,
        "digest": digest,
        "definition": text,
        "published_at": datetime.now(UTC),
        "published_by": actor,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(FORM_VERSIONS), row)
    except IntegrityError:
        # Another process published this version a moment ago.
        if (known := _published(connection, definition)) is None:
            raise
        return known
    audit.record(
        connection,
        actor=actor,
        action="form.published",
        object=f"{definition.id}/{definition.version}",
        details={"digest": digest},
    )
    return Publication(definition.id, definition.version, digest, is_new=True)


def _published(connection: Connection, definition: FormDefinition) -> Publication | None:
    row = connection.execute(
        select(FORM_VERSIONS.c.digest, FORM_VERSIONS.c.definition).where(
            FORM_VERSIONS.c.form_id == definition.id, FORM_VERSIONS.c.version == definition.version
        )
    ).one_or_none()
    if row is None:
        return None
    if FormDefinition.model_validate_json(row.definition) != definition:
        raise Problem("form_version_taken", form=definition.id, version=definition.version)
    return Publication(definition.id, definition.version, row.digest, is_new=False)
