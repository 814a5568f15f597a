"""Attachments: named by a record first, then sent piece by piece, then opened under one's name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from schemas.attachments import FileKind, attachment_rules
from schemas.problems import Problem
from schemas.sync import AttachmentState
from server import audit
from server.database import Database
from server.sync.attachment_files import (
    Piece,
    add_piece,
    kind_of_file,
    received,
    whole_file,
)
from server.sync.models import ATTACHMENTS, NAMED_ATTACHMENTS

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Opened:
    """A stored file for somebody who may read it."""

    path: Path
    kind: FileKind


def name_attachments(connection: Connection, named: Mapping[str, Iterable[bytes]]) -> None:
    """Note which files records name, inside the transaction (and turn) that stores the records."""
    wanted = {(digest, record) for record, digests in named.items() for digest in digests}
    if not wanted:
        return
    held = connection.execute(
        select(NAMED_ATTACHMENTS).where(NAMED_ATTACHMENTS.c.instance_id.in_(named))
    )
    new = wanted - {(bytes(row.digest), str(row.instance_id)) for row in held}
    if new:
        rows = [{"digest": digest, "instance_id": record} for digest, record in sorted(new)]
        connection.execute(insert(NAMED_ATTACHMENTS), rows)


def missing(database: Database, folder: Path, digests: Iterable[bytes]) -> set[bytes]:
    """Tell which of these files are not here: neither noted as stored, nor really on disk."""
    wanted = set(digests)
    if not wanted:
        return wanted
    with database.read() as connection:
        stored = connection.scalars(
            select(ATTACHMENTS.c.digest).where(ATTACHMENTS.c.digest.in_(wanted))
        )
        held = {bytes(digest) for digest in stored}
    return wanted - {digest for digest in held if whole_file(folder, digest).exists()}


def state_of(database: Database, folder: Path, digest: bytes, *, owner: int) -> AttachmentState:
    """Tell how much of a file is here; unknown unless a record names it."""
    _require_name(database, digest)
    if not missing(database, folder, [digest]):
        return _state(digest, whole_file(folder, digest).stat().st_size, complete=True)
    return _state(digest, received(folder, digest, owner), complete=False)


def receive_piece(database: Database, folder: Path, piece: Piece) -> AttachmentState:
    """Take a piece; after the last one the file is stored, and that is written down."""
    largest = attachment_rules().largest
    if piece.total > largest:
        raise Problem("attachment_too_large", megabytes=largest // MEGABYTE)
    state = state_of(database, folder, piece.digest, owner=piece.owner)
    if state.complete:
        return state
    held = add_piece(folder, piece)
    if held < piece.total:
        return _state(piece.digest, held, complete=False)
    _write_down(database, folder, piece)
    return _state(piece.digest, held, complete=True)


def open_attachment(database: Database, folder: Path, digest: bytes, *, reader: int) -> Opened:
    """Give a stored file; it is written down who opens it before the first byte leaves."""
    if missing(database, folder, [digest]):
        raise Problem("not_found")
    path = whole_file(folder, digest)
    opened = Opened(path, kind_of_file(path))
    database.write(
        lambda connection: audit.record(
            connection, actor=reader, action="attachment.opened", object=_spelled(digest)
        )
    )
    return opened


def _require_name(database: Database, digest: bytes) -> None:
    with database.read() as connection:
        names = select(NAMED_ATTACHMENTS.c.digest).where(NAMED_ATTACHMENTS.c.digest == digest)
        if connection.scalar(names.limit(1)) is None:
            raise Problem("attachment_unknown")


def _write_down(database: Database, folder: Path, piece: Piece) -> None:
    path = whole_file(folder, piece.digest)
    size, media_type = path.stat().st_size, kind_of_file(path).media_type
    row: dict[str, Any] = {
        "digest": piece.digest,
        "size": size,
        "media_type": media_type,
        "stored_at": datetime.now(UTC),
        "officer_id": piece.owner,
    }

    def note(connection: Connection) -> None:
        connection.execute(insert(ATTACHMENTS), row)
        audit.record(
            connection,
            actor=piece.owner,
            action="attachment.stored",
            object=_spelled(piece.digest),
            details={"size": size, "media_type": media_type},
        )

    try:
        database.write(note)
    except IntegrityError:
        # Somebody else sent the same bytes at the same moment, or they had only left the disk.
        return


def _state(digest: bytes, held: int, *, complete: bool) -> AttachmentState:
    return AttachmentState(digest=_spelled(digest), received=held, complete=complete)


def _spelled(digest: bytes) -> str:
    return f"sha256:{digest.hex()}"
