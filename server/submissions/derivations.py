"""What rooms above work out of every revision that is stored, in the same transaction (ADR 0039).

Sync and imports do not know those rooms: ``server/__init__.py`` names them, each with a
``derivation``. Field data is never refused for a fault in one: what it began is undone, the record
is stored, and what is owed is written down, to be derived again (deriving.py).
"""

import logging
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from flask import Flask, current_app
from sqlalchemy import Connection, Row, delete, insert, select

from schemas.forms.definition import FormDefinition
from server import clock
from server.forms.models import FORM_VERSIONS
from server.forms.queries import definition_of
from server.store import audit
from server.store.database import Database
from server.store.storage_errors import is_of_full_disk, storage_error_behind
from server.submissions.interviews import PLAIN, StoredInterview, revisions
from server.submissions.models import OWED_DERIVATIONS, SUBMISSIONS

log = logging.getLogger("izdes.derivations")

COLUMNS: Final = (
    "sequence",
    "instance_id",
    "revision",
    "copy_number",
    "is_current",
    "form_version_id",
    "unit",
)


@dataclass(frozen=True)
class StoredRevision:
    """A revision as it was just stored: its row, what it says, and the form it answers.

    What it replaces are the earlier rows of the same ``row.instance_id``.
    """

    row: Row[*tuple[Any, ...]]
    text: StoredInterview
    definition: FormDefinition


@dataclass(frozen=True)
class Derivation:
    """Something worked out of one revision.

    ``derive`` stores what follows from that revision in place of whatever it stored of it before,
    and reads no clock: done again, it says the same. ``version`` grows when it would say something
    else; then the next start of the server derives everything again.
    """

    name: str
    version: int
    concerns: Callable[[FormDefinition], bool]
    derive: Callable[[Connection, StoredRevision], None]


class Derivations:
    """The derivations of one application, and which of them each published form concerns.

    A published version never changes: each is asked about once per process.
    """

    def __init__(self, registered: Sequence[Derivation]) -> None:
        self.registered = tuple(registered)
        self._of_version: dict[int, tuple[Derivation, ...]] = {}

    def concern(self, database: Database, versions: AbstractSet[int]) -> bool:
        """Tell whether anything is derived from records of one of these form versions."""
        if self._of_version.keys() >= versions:
            return any(map(self._of_version.get, versions))
        with database.read() as connection:
            return any(self.of_version(connection, version) for version in versions)

    def derive(
        self, connection: Connection, sequences: Collection[int], versions: Collection[int]
    ) -> None:
        """Derive all that follows from stored revisions of these form versions."""
        concerned = {version for version in versions if self.of_version(connection, version)}
        if not concerned:
            return
        for revision in read_revisions(connection, sequences, concerned):
            for derivation in self.of_version(connection, revision.row.form_version_id):
                attempt(connection, derivation, revision)

    def of_version(self, connection: Connection, version: int) -> tuple[Derivation, ...]:
        """The derivations a form version concerns."""
        known = self._of_version.get(version)
        if known is None:
            known = self._of_version[version] = self._asked(connection, version)
        return known

    def _asked(self, connection: Connection, version: int) -> tuple[Derivation, ...]:
        if not self.registered:
            return ()
        digest = select(FORM_VERSIONS.c.digest).where(FORM_VERSIONS.c.id == version)
        definition = definition_of(connection, version, connection.scalars(digest).one())
        return tuple(one for one in self.registered if _is_concerned(one, definition))


def _is_concerned(derivation: Derivation, definition: FormDefinition) -> bool:
    try:
        return derivation.concerns(definition)
    except Exception:
        # Asked in vain: deriving will fail as well, or not, and what is owed is known.
        log.exception("%s could not tell what it concerns", derivation.name)
        return True


def attempt(connection: Connection, derivation: Derivation, revision: StoredRevision) -> bool:
    """Derive, or undo what was begun and write down what is owed; tell whether it was derived."""
    try:
        with connection.begin_nested():
            derivation.derive(connection, revision)
    except Exception as error:
        if connection.invalidated or is_of_full_disk(error) or storage_error_behind(error):
            raise  # Neither the record nor the debt could be stored.
        log.exception("%s could not be derived", derivation.name)
        _owe(connection, derivation, revision, type(error).__name__)
        return False
    return True


def _owe(
    connection: Connection, derivation: Derivation, revision: StoredRevision, reason: str
) -> None:
    # The reason names no more than the fault: messages of errors repeat people's answers.
    debt = {"derivation": derivation.name, "sequence": revision.row.sequence}
    forgive(connection, derivation, revision.row.sequence)
    owed = {**debt, "reason": reason[:64], "since": clock.now()}
    connection.execute(insert(OWED_DERIVATIONS), owed)
    audit.write(
        connection,
        actor=None,
        action="submission.not_derived",
        object=f"{revision.row.instance_id}/{revision.row.revision}",
        details={**debt, "reason": reason},
    )


def forgive(connection: Connection, derivation: Derivation, sequence: int) -> None:
    """Strike out what was owed of a revision."""
    owed = OWED_DERIVATIONS.c
    connection.execute(
        delete(OWED_DERIVATIONS).where(
            owed.derivation == derivation.name, owed.sequence == sequence
        )
    )


def read_revisions(
    connection: Connection, sequences: Collection[int], versions: Collection[int] | None = None
) -> list[StoredRevision]:
    """Read revisions in the order they were stored; nothing follows from a sealed one."""
    chosen = (
        revisions(*SUBMISSIONS.c[COLUMNS], FORM_VERSIONS.c.digest.label("form_digest"))
        .where(SUBMISSIONS.c.sequence.in_(sequences), SUBMISSIONS.c.encoding == PLAIN)
        .order_by(SUBMISSIONS.c.sequence)
    )
    if versions is not None:
        chosen = chosen.where(SUBMISSIONS.c.form_version_id.in_(versions))
    return [
        StoredRevision(
            row,
            StoredInterview(row),
            definition_of(connection, row.form_version_id, row.form_digest),
        )
        for row in connection.execute(chosen).all()
    ]


def derivations_in(modules: Sequence[str]) -> Derivations:
    """The derivations that these modules have."""
    return Derivations([import_module(module).derivation for module in modules])


def register_derivations(app: Flask, modules: Sequence[str]) -> None:
    """Give the app the derivations of these modules."""
    app.extensions["izdes.derivations"] = derivations_in(modules)


def current_derivations() -> Derivations:
    """The derivations of the app at work."""
    derivations: Derivations = current_app.extensions["izdes.derivations"]
    return derivations
