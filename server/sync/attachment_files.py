"""Files of attachments: kept by their digest, written piece by piece, whole or not there at all.

Pieces of one officer's upload gather in one file, so that nobody can spoil another's. Processes
take turns at it by a lock that ends with its holder.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from schemas.attachments import FileKind, attachment_rules, kind_of
from schemas.problems import Problem

BEGINNING = 64


@dataclass(frozen=True)
class Piece:
    """Bytes of a file from ``start`` on; ``total`` is how many the whole file has."""

    digest: bytes
    owner: int
    start: int
    total: int
    data: bytes


def whole_file(folder: Path, digest: bytes) -> Path:
    """Give where the file of that digest lies once it is whole."""
    return folder / digest.hex()[:2] / digest.hex()


def received(folder: Path, digest: bytes, owner: int) -> int:
    """Tell how many bytes of an unfinished upload are held."""
    gathering = _gathering(folder, digest, owner)
    return gathering.stat().st_size if gathering.exists() else 0


def add_piece(folder: Path, piece: Piece) -> int:
    """Put a piece behind what is held and give how much is held now; repeats change nothing.

    When this returns the total, the whole file is durable. Raises a problem if a piece before this
    one is missing, or if the whole is not what its digest says or no kind of file that may come in.
    """
    gathering = _gathering(folder, piece.digest, piece.owner)
    gathering.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole = whole_file(folder, piece.digest)
    with _alone(gathering) as file:
        if whole.exists():
            # Finished by somebody else a moment ago, or by a server that died before noting it.
            gathering.unlink()
            return piece.total
        held = file.seek(0, os.SEEK_END)
        if piece.start > held:
            raise Problem("attachment_gap", received=held)
        file.write(piece.data[held - piece.start :])
        file.flush()
        now_held = file.tell()
        if now_held < piece.total:
            return now_held
        try:
            _check(file, piece)
        except Problem:
            file.truncate(0)
            raise
        os.fsync(file.fileno())
        _put_in_place(gathering, whole)
    return piece.total


def kind_of_file(path: Path) -> FileKind:
    """Recognise a stored file."""
    with path.open("rb") as file:
        kind = kind_of(file.read(BEGINNING))
    if kind is None:
        raise Problem("not_found")
    return kind


def _gathering(folder: Path, digest: bytes, owner: int) -> Path:
    return folder / "unfinished" / f"{digest.hex()}-{owner}"


@contextmanager
def _alone(path: Path) -> Iterator[BinaryIO]:
    while True:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Whoever had the lock before may have finished the file and moved it away.
            if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                yield file
                return


def _check(file: BinaryIO, piece: Piece) -> None:
    file.seek(0)
    content = file.read()
    if len(content) != piece.total or sha256(content).digest() != piece.digest:
        raise Problem("attachment_damaged")
    if kind_of(content[:BEGINNING]) is None:
        kinds = ", ".join(kind.media_type for kind in attachment_rules().kinds)
        raise Problem("attachment_kind", kinds=kinds)


def _put_in_place(gathering: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o700, exist_ok=True)
    gathering.replace(place)
    for folder in (place.parent, place.parent.parent):
        # A name is durable only once its folder is.
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
