"""Reading published form versions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, true

from schemas.forms.definition import FormDefinition, Node
from schemas.forms.flow import Questionnaire
from schemas.forms.packing import unpack
from schemas.protocol.sync import FormSummary
from server.forms.models import FORM_VERSIONS
from server.store.database import Database

_definitions: dict[str, FormDefinition] = {}
"""Published versions by their digest: one never changes, and unpacking takes long."""


def definition_of(connection: Connection, number: int, digest: str) -> FormDefinition:
    """A published version, unpacked once per process."""
    definition = _definitions.get(digest)
    if definition is None:
        held = select(FORM_VERSIONS.c.definition).where(FORM_VERSIONS.c.id == number)
        definition = unpack(connection.execute(held).scalar_one())
        _definitions[digest] = definition
    return definition


@dataclass(frozen=True)
class PublishedForm:
    """A published version, ready to judge interviews by."""

    id: int
    definition: FormDefinition
    questionnaire: Questionnaire

    @cached_property
    def question_of_list(self) -> dict[str, str]:
        """The first question, outside repeats, that is answered from each choice list."""
        found: dict[str, str] = {}
        for node in _questions(self.definition.body):
            if node.list is not None:
                found.setdefault(node.list, node.name)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Everything the form asks or works out, also inside repeats."""
        return frozenset(_names(self.definition.body))

    @cached_property
    def choices(self) -> dict[str, dict[str, dict[str, str]]]:
        """The columns of every choice, by list and name."""
        return {
            name: {choice.name: choice.columns for choice in choices}
            for name, choices in self.definition.lists.items()
        }


class PublishedForms:
    """The published forms of one database, each read and made ready once per process.

    Only what was found is remembered: another process may publish a version at any time, but
    nobody can change one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ready: dict[tuple[str, str], PublishedForm] = {}

    def find(self, form_id: str, version: str) -> PublishedForm | None:
        """The version, or nothing if it was never published."""
        form = self._ready.get((form_id, version))
        if form is None and (form := self._read(form_id, version)) is not None:
            self._ready[form_id, version] = form
        return form

    def is_anonymous(self, form_id: str, version: str) -> bool:
        """Tell whether a record of this form must not lead to anybody.

        A version nobody knows is as anonymous as any that was published.
        """
        if form := self.find(form_id, version):
            return form.definition.anonymous
        with self._database.read() as connection:
            versions = versions_of(connection, form_id)
        return any(
            form.definition.anonymous
            for version in versions
            if (form := self.find(form_id, version))
        )

    def _read(self, form_id: str, version: str) -> PublishedForm | None:
        with self._database.read() as connection:
            row = _row(connection, form_id, version, "id", "digest")
            if row is None:
                return None
            definition = definition_of(connection, *row)
        return PublishedForm(row.id, definition, Questionnaire(definition))


def _questions(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.kind == "field":
            yield node
        elif node.kind == "group":
            yield from _questions(node.children)


def _names(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.name
        yield from _names(node.children)


@dataclass(frozen=True)
class DefinitionText:
    """The bytes a tablet loads, and their digest."""

    text: bytes
    digest: str


def definition_text(connection: Connection, form_id: str, version: str) -> DefinitionText | None:
    """The stored definition exactly as it was published."""
    row = _row(connection, form_id, version, "definition", "digest")
    return DefinitionText(bytes(row.definition), row.digest) if row else None


def _row(
    connection: Connection, form_id: str, version: str, *columns: str
) -> Row[*tuple[Any, ...]] | None:
    if "\0" in form_id + version:
        return None  # PostgreSQL takes no text with NUL in it, and no form has such a name
    return connection.execute(
        select(*FORM_VERSIONS.c[columns]).where(
            FORM_VERSIONS.c.form_id == form_id, FORM_VERSIONS.c.version == version
        )
    ).one_or_none()


def versions_of(connection: Connection, form_id: str) -> list[str]:
    """List the published versions of a form."""
    if "\0" in form_id:
        return []
    versions = select(FORM_VERSIONS.c.version).where(FORM_VERSIONS.c.form_id == form_id)
    return list(connection.scalars(versions))


def newest_definition(connection: Connection, form_id: str) -> FormDefinition | None:
    """The newest published version of a form."""
    newest = connection.execute(
        select(*FORM_VERSIONS.c["id", "digest"])
        .where(FORM_VERSIONS.c.form_id == form_id)
        .order_by(FORM_VERSIONS.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if newest is None else definition_of(connection, *newest)


def forms_in_use(connection: Connection) -> tuple[FormSummary, ...]:
    """List what tablets are offered: the newest version of each form, in the order of the ids.

    Versions made of an import's mapping are not among them.
    """
    return _newest(connection, FORM_VERSIONS.c.is_offered)


def forms_of_records(connection: Connection) -> tuple[FormSummary, ...]:
    """List the newest version of every form records may answer, imported ones too."""
    return _newest(connection, true())


def _newest(connection: Connection, which: ColumnElement[bool]) -> tuple[FormSummary, ...]:
    newest = {
        row.form_id: row
        for row in connection.execute(
            select(
                FORM_VERSIONS.c.form_id,
                FORM_VERSIONS.c.version,
                FORM_VERSIONS.c.title,
                FORM_VERSIONS.c.digest,
            )
            .where(which)
            .order_by(FORM_VERSIONS.c.form_id, FORM_VERSIONS.c.id)
        )
    }
    return tuple(
        FormSummary(
            id=row.form_id,
            version=row.version,
            title=row.title,
            digest=row.digest,
            url=f"/api/v1/forms/{row.form_id}/{row.version}",
        )
        for row in newest.values()
    )
