"""Publishing: a definition becomes a version that never changes."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

import schemas
from schemas.authoring.compiler import compile_form
from schemas.forms.definition import FormDefinition
from schemas.forms.packing import pack, unpack
from schemas.problems import Problem
from schemas.wording import LANGUAGES
from server import clock
from server.forms.models import FORM_VERSIONS
from server.store import audit
from server.store.database import Database

SHIPPED = Path(schemas.__file__).parent / "definitions"


@dataclass(frozen=True)
class Publication:
    """A published form version; ``is_new`` tells whether this call published it."""

    form_id: str
    version: str
    digest: str
    is_new: bool


def publish_shipped_forms(database: Database) -> tuple[FormDefinition, ...]:
    """Publish the questionnaires İZDES comes with, where they are new to the database.

    One is new if it was never published, or only in versions with lower numbers. A database that
    holds none of them but other forms belongs to somebody who wants none, and is left as it is;
    forms that imports were made into say nothing of what is wanted.
    Gives the versions of ours that are in use, by their ids.
    """
    with database.read() as connection:
        versions = _versions(connection)
        offered = _offered(connection)
    wanted = not offered or any(shipped.form_id in versions for shipped in _shipped())
    new = [shipped for shipped in _shipped() if wanted and _is_newer(shipped, versions)]
    if new:
        # Compiled only now: every start of the server asks.
        definitions = [_compiled(form.survey) for form in new]
        database.write(lambda connection: _publish_all(connection, definitions))
    with database.read() as connection:
        return _in_use(connection)


@dataclass(frozen=True)
class _Shipped:
    survey: Path
    form_id: str
    version: int


@cache
def _shipped() -> tuple[_Shipped, ...]:
    found = []
    for survey in sorted(SHIPPED.glob("*/survey.csv")):
        with survey.with_name("settings.csv").open(encoding="utf-8", newline="") as file:
            (settings,) = csv.DictReader(file)
        found.append(_Shipped(survey, settings["form_id"], int(settings["version"])))
    return tuple(found)


def _versions(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(FORM_VERSIONS.c.form_id, FORM_VERSIONS.c.version)):
        found.setdefault(row.form_id, []).append(row.version)
    return found


def _offered(connection: Connection) -> set[str]:
    offered = select(FORM_VERSIONS.c.form_id).where(FORM_VERSIONS.c.is_offered)
    return set(connection.scalars(offered))


def _is_newer(shipped: _Shipped, published: Mapping[str, list[str]]) -> bool:
    """Compare version numbers; a version that is no number is an institution's own, and stays."""
    earlier = published.get(shipped.form_id, ())
    return all(number.isdecimal() and int(number) < shipped.version for number in earlier)


def _publish_all(connection: Connection, definitions: Iterable[FormDefinition]) -> None:
    for definition in definitions:
        publish(connection, definition, actor=None)


def _in_use(connection: Connection) -> tuple[FormDefinition, ...]:
    ours = {shipped.form_id for shipped in _shipped()}
    rows = connection.execute(
        select(FORM_VERSIONS.c.form_id, FORM_VERSIONS.c.definition)
        .where(FORM_VERSIONS.c.form_id.in_(ours))
        .order_by(FORM_VERSIONS.c.form_id, FORM_VERSIONS.c.id)
    )
    newest = {row.form_id: row.definition for row in rows}
    return tuple(map(unpack, newest.values()))


def shipped_forms() -> tuple[FormDefinition, ...]:
    """Compile the questionnaires İZDES comes with."""
    return tuple(_compiled(shipped.survey) for shipped in _shipped())


def _compiled(survey: Path) -> FormDefinition:
    # Reading workbooks takes a while to load, and most starts of a server publish nothing.
    from server.forms.importing import read_xlsform  # noqa: PLC0415

    definition, remarks = compile_form(read_xlsform(survey))
    if definition is None:
        raise ValueError("\n".join(remark.said(LANGUAGES[0]) for remark in remarks))
    return definition


def publish(
    connection: Connection,
    definition: FormDefinition,
    *,
    actor: int | None,
    is_offered: bool = True,
) -> Publication:
    """Publish ``definition``; the same text again changes nothing, another text is refused.

    One that is not ``is_offered`` takes records and is never shown on a tablet, until the same text
    is published to be offered.
    """
    if (known := _published(connection, definition)) is not None:
        if is_offered:
            _offer(connection, known, actor=actor)
        return known
    # Defaults are left out, so that a field a later release adds does not change the digest.
    text = pack(definition)
    digest = f"sha256:{sha256(text).hexdigest()}"
    row = {
        "form_id": definition.id,
        "version": definition.version,
        "title": definition.title,
        "digest": digest,
        "definition": text,
        "published_at": clock.now(),
        "published_by": actor,
        "is_offered": is_offered,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(FORM_VERSIONS), row)
    except IntegrityError:
        # Another process published this version a moment ago.
        if (known := _published(connection, definition)) is None:
            raise
        return known
    audit.write(
        connection,
        actor=actor,
        action="form.published",
        object=f"{definition.id}/{definition.version}",
        details={"digest": digest},
    )
    return Publication(definition.id, definition.version, digest, is_new=True)


def _offer(connection: Connection, known: Publication, *, actor: int | None) -> None:
    this = (FORM_VERSIONS.c.form_id == known.form_id) & (FORM_VERSIONS.c.version == known.version)
    hidden = update(FORM_VERSIONS).where(this, FORM_VERSIONS.c.is_offered.is_(False))
    if connection.execute(hidden.values(is_offered=True)).rowcount:
        about = f"{known.form_id}/{known.version}"
        audit.write(connection, actor=actor, action="form.offered", object=about)


def _published(connection: Connection, definition: FormDefinition) -> Publication | None:
    row = connection.execute(
        select(FORM_VERSIONS.c.digest, FORM_VERSIONS.c.definition).where(
            FORM_VERSIONS.c.form_id == definition.id, FORM_VERSIONS.c.version == definition.version
        )
    ).one_or_none()
    if row is None:
        return None
    if pack(unpack(row.definition)) != pack(definition):
        raise Problem("form_version_taken", form=definition.id, version=definition.version)
    return Publication(definition.id, definition.version, row.digest, is_new=False)
