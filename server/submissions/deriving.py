"""Deriving again what was stored before: for a new derivation, a changed one, and what is owed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from server import clock
from server.forms.models import FORM_VERSIONS
from server.store import audit
from server.store.database import Database
from server.submissions.derivations import Derivation, Derivations, attempt, forgive, read_revisions
from server.submissions.locks import take_turn
from server.submissions.models import DERIVATIONS, OWED_DERIVATIONS, SUBMISSIONS

PAGE: Final = 200


@dataclass(frozen=True)
class Derived:
    """How many revisions a derivation was done for again, and how many it still owes."""

    name: str
    revisions: int
    owed: int


def derive_everything(database: Database, derivations: Derivations) -> list[Derived]:
    """Derive everything again from every stored revision."""
    return [
        _again(database, derivations, derivation, None) for derivation in derivations.registered
    ]


def derive_owed(database: Database, derivations: Derivations) -> list[Derived]:
    """Derive what is owed; everything where a derivation is new or has changed."""
    done = []
    for derivation in derivations.registered:
        with database.read() as connection:
            is_known = _is_known(connection, derivation)
            owed = _owed(connection, derivation)
        if owed or not is_known:
            sequences = owed if is_known else None
            done.append(_again(database, derivations, derivation, sequences))
    return done


def owed_by_name(connection: Connection) -> dict[str, int]:
    """How many revisions each derivation owes."""
    name = OWED_DERIVATIONS.c.derivation
    rows = connection.execute(select(name, func.count()).group_by(name).order_by(name))
    return {str(name): int(number) for name, number in rows}


def _again(
    database: Database,
    derivations: Derivations,
    derivation: Derivation,
    sequences: Iterable[int] | None,
) -> Derived:
    """Derive from these revisions, or from all; each page is a transaction of its own."""
    with database.read() as connection:
        versions = [
            version
            for version in connection.scalars(select(FORM_VERSIONS.c.id))
            if derivation in derivations.of_version(connection, version)
        ]
    number = 0
    pages = _all_pages(database, versions) if sequences is None else _pages(iter(sequences))
    for page in pages:
        database.write(partial(_derive_page, derivation=derivation, sequences=page))
        number += len(page)
    return database.write(
        lambda connection: _write_down(connection, derivation, number, is_whole=sequences is None)
    )


def _all_pages(database: Database, versions: list[int]) -> Iterator[list[int]]:
    """The numbers of all revisions of some form versions; what comes meanwhile derives itself."""
    last = 0
    chosen = select(SUBMISSIONS.c.sequence).where(SUBMISSIONS.c.form_version_id.in_(versions))
    while True:
        with database.read() as connection:
            after = chosen.where(SUBMISSIONS.c.sequence > last)
            page = list(connection.scalars(after.order_by(SUBMISSIONS.c.sequence).limit(PAGE)))
        if not page:
            return
        yield page
        last = page[-1]


def _pages(numbers: Iterator[int]) -> Iterator[list[int]]:
    while page := list(islice(numbers, PAGE)):
        yield page


def _derive_page(connection: Connection, derivation: Derivation, sequences: list[int]) -> None:
    instances = select(SUBMISSIONS.c.instance_id).where(SUBMISSIONS.c.sequence.in_(sequences))
    take_turn(connection, set(connection.scalars(instances)))
    for revision in read_revisions(connection, sequences):
        if attempt(connection, derivation, revision):
            forgive(connection, derivation, revision.row.sequence)


def _is_known(connection: Connection, derivation: Derivation) -> bool:
    """Tell whether this version of a derivation has been done for all that was stored before."""
    version = select(DERIVATIONS.c.version).where(DERIVATIONS.c.name == derivation.name)
    return connection.scalar(version) == derivation.version


def _owed(connection: Connection, derivation: Derivation) -> list[int]:
    owed = OWED_DERIVATIONS.c
    chosen = select(owed.sequence).where(owed.derivation == derivation.name)
    return list(connection.scalars(chosen.order_by(owed.sequence)))


def _write_down(
    connection: Connection, derivation: Derivation, number: int, *, is_whole: bool
) -> Derived:
    if is_whole:
        connection.execute(delete(DERIVATIONS).where(DERIVATIONS.c.name == derivation.name))
        row = {"name": derivation.name, "version": derivation.version, "at": clock.now()}
        connection.execute(insert(DERIVATIONS), row)
    owed = len(_owed(connection, derivation))
    audit.write(
        connection,
        actor=None,
        action="records.derived",
        object=derivation.name,
        details={"version": derivation.version, "revisions": number, "owed": owed},
    )
    return Derived(derivation.name, number, owed)
