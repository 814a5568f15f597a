"""Attachments: named by a record first, then sent piece by piece, then opened under one's name."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from schemas.problems import Problem
from schemas.protocol.sync import AttachmentState
from schemas.rules.attachments import FileKind, attachment_rules
from server import clock
from server.accounts.scopes import EVERYTHING, Scope
from server.attachments.files import (
    Piece,
    add_piece,
    drop_pieces,
    finish,
    kind_of_content,
    received,
    size_of,
    whole_file,
)
from server.store import audit
from server.store.database import Database
from server.submissions.models import ATTACHMENTS, NAMED_ATTACHMENTS
from server.submissions.within import attachments_within

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Opened:
    """A stored file for somebody who may read it."""

    file: BinaryIO
    kind: FileKind


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
    return wanted - {digest for digest in held if size_of(whole_file(folder, digest)) is not None}


def state_of(database: Database, folder: Path, digest: bytes, *, owner: int) -> AttachmentState:
    """Tell how much of a file is here; unknown unless a record names it.

    Where a server died after the last byte had come, this finishes what it had begun.
    """
    _require_name(database, digest)
    if not missing(database, folder, [digest]):
        drop_pieces(folder, digest, owner)
    elif finish(folder, digest, owner):
        _write_down(database, folder, digest, owner)
    else:
        return _state(digest, received(folder, digest, owner), complete=False)
    return _whole_state(folder, digest)


def receive_piece(database: Database, folder: Path, piece: Piece) -> AttachmentState:
    """Take a piece; after the last one the file is stored, and that is written down."""
    largest = attachment_rules().largest
    if piece.total > largest:
        raise Problem("attachment_too_large", megabytes=largest // MEGABYTE)
    _require_name(database, piece.digest)
    if missing(database, folder, [piece.digest]):
        held = add_piece(folder, piece)
        if held < piece.total:
            return _state(piece.digest, held, complete=False)
        _write_down(database, folder, piece.digest, piece.owner)
    return _whole_state(folder, piece.digest)


def open_attachment(
    database: Database, folder: Path, digest: bytes, *, scope: Scope, reader: int
) -> Opened:
    """A stored file; it is written down who opens it before the first byte leaves."""
    _require_name(database, digest, scope=scope, unknown="not_found")
    if missing(database, folder, [digest]):
        raise Problem("not_found")
    opened = _opened(whole_file(folder, digest))
    database.write(
        lambda connection: audit.write(
            connection, actor=reader, action="attachment.opened", object=_spelled(digest)
        )
    )
    return opened


def _opened(path: Path) -> Opened:
    # Opened once: whatever happens to the name afterwards, these are the bytes that were looked at.
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Problem("not_found") from None
    try:
        return Opened(file, kind_of_content(file))
    except Problem:
        file.close()
        raise


def _require_name(
    database: Database,
    digest: bytes,
    *,
    scope: Scope = EVERYTHING,
    unknown: str = "attachment_unknown",
) -> None:
    with database.read() as connection:
        names = select(NAMED_ATTACHMENTS.c.digest).where(
            NAMED_ATTACHMENTS.c.digest == digest, attachments_within(scope)
        )
        if connection.scalar(names.limit(1)) is None:
            raise Problem(unknown)


def _write_down(database: Database, folder: Path, digest: bytes, owner: int) -> None:
    opened = _opened(whole_file(folder, digest))
    with opened.file as file:
        size, media_type = os.fstat(file.fileno()).st_size, opened.kind.media_type
    row: dict[str, Any] = {
        "digest": digest,
        "size": size,
        "media_type": media_type,
        "stored_at": clock.now(),
        "officer_id": owner,
    }

    def note(connection: Connection) -> None:
        connection.execute(insert(ATTACHMENTS), row)
        audit.write(
            connection,
            actor=owner,
            action="attachment.stored",
            object=_spelled(digest),
            details={"size": size, "media_type": media_type},
        )

    try:
        database.write(note)
    except IntegrityError:
        # Somebody else sent the same bytes at the same moment, or they had only left the disk.
        return


def _whole_state(folder: Path, digest: bytes) -> AttachmentState:
    size = size_of(whole_file(folder, digest))
    # Taken off the disk this very moment: nothing of it is held any more.
    return _state(digest, size or 0, complete=size is not None)


def _state(digest: bytes, held: int, *, complete: bool) -> AttachmentState:
    return AttachmentState(digest=_spelled(digest), received=held, complete=complete)


def _spelled(digest: bytes) -> str:
    return f"sha256:{digest.hex()}"
