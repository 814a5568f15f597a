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

from schemas.problems import Problem
from schemas.rules.attachments import FileKind, attachment_rules, kind_of
from server.attachments.pictures import is_bomb
from server.attachments.unfinished import make_room, unfinished
from server.store.data_folder import keep_folder, make_folder

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
    """Where the file of that digest lies once it is whole."""
    return folder / digest.hex()[:2] / digest.hex()


def size_of(path: Path) -> int | None:
    """Tell how large a file is, in one question to the disk; nothing if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def received(folder: Path, digest: bytes, owner: int) -> int:
    """Tell how many bytes of an unfinished upload are held."""
    return size_of(_gathering(folder, digest, owner)) or 0


def add_piece(folder: Path, piece: Piece) -> int:
    """Put a piece behind what is held and give how much is held now; repeats change nothing.

    When this returns the total, the whole file is durable. Raises a problem if a piece before this
    one is missing, or if the whole is not what its digest says or no kind of file that may come in.
    """
    gathering = _gathering(folder, piece.digest, piece.owner)
    make_folder(gathering.parent)
    if size_of(gathering) is None:
        make_room(folder, piece.owner)
    with _alone(gathering, os.O_CREAT) as file:
        if _is_in_place(folder, piece.digest, gathering):
            # Finished by somebody else a moment ago, or by a server that died before noting it.
            return piece.total
        held = file.seek(0, os.SEEK_END)
        if piece.start > held:
            raise Problem("attachment_gap", received=held)
        file.write(piece.data[held - piece.start :])
        file.flush()
        now_held = file.tell()
        if now_held < piece.total:
            return now_held
        if fault := _fault_in(file, piece.digest, piece.total):
            file.truncate(0)
            raise fault
        _put_in_place(file, gathering, whole_file(folder, piece.digest))
    return piece.total


def finish(folder: Path, digest: bytes, owner: int) -> bool:
    """Put a file in place whose last byte is held; tell whether it is in place, and durable, now.

    A server may die between any two statements of :func:`add_piece`: whoever asks next finishes.
    """
    gathering = _gathering(folder, digest, owner)
    try:
        with _alone(gathering) as file:
            if _is_in_place(folder, digest, gathering):
                return True
            if not (held := file.seek(0, os.SEEK_END)) or _fault_in(file, digest, held):
                return False
            _put_in_place(file, gathering, whole_file(folder, digest))
            return True
    except FileNotFoundError:
        return _is_in_place(folder, digest, gathering)


def drop_pieces(folder: Path, digest: bytes, owner: int) -> None:
    """Remove what was gathered of a file that has come whole, by whomever."""
    _gathering(folder, digest, owner).unlink(missing_ok=True)


def kind_of_content(file: BinaryIO) -> FileKind:
    """Recognise a stored file that has been opened, and leave it at its beginning."""
    kind = kind_of(file.read(BEGINNING))
    file.seek(0)
    if kind is None:
        raise Problem("not_found")
    return kind


def _gathering(folder: Path, digest: bytes, owner: int) -> Path:
    return unfinished(folder) / f"{digest.hex()}-{owner}"


@contextmanager
def _alone(path: Path, or_else: int = 0) -> Iterator[BinaryIO]:
    """Hold a file alone; FileNotFoundError where there is none, unless it may be created."""
    while True:
        with os.fdopen(os.open(path, os.O_RDWR | or_else, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(path, file):
                yield file
                return


def _is_at(path: Path, file: BinaryIO) -> bool:
    # Whoever had the lock before may have finished the file and moved it away.
    try:
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return False


def _fault_in(file: BinaryIO, digest: bytes, total: int) -> Problem | None:
    file.seek(0)
    content = file.read()
    if len(content) != total or sha256(content).digest() != digest:
        return Problem("attachment_damaged")
    if kind_of(content[:BEGINNING]) is None:
        kinds = ", ".join(kind.media_type for kind in attachment_rules().kinds)
        return Problem("attachment_kind", kinds=kinds)
    if is_bomb(file):
        millions = attachment_rules().largest_pixels // 1_000_000
        return Problem("attachment_too_many_pixels", millions=millions)
    return None


def _is_in_place(folder: Path, digest: bytes, gathering: Path) -> bool:
    whole = whole_file(folder, digest)
    if size_of(whole) is None:
        return False
    # Whoever put it there may have died before its name was durable.
    _keep_name(whole)
    gathering.unlink(missing_ok=True)
    return True


def _put_in_place(file: BinaryIO, gathering: Path, place: Path) -> None:
    os.fsync(file.fileno())
    make_folder(place.parent)
    gathering.replace(place)
    _keep_name(place)


def _keep_name(place: Path) -> None:
    # A name is durable only once its folder is.
    for folder in (place.parent, place.parent.parent):
        keep_folder(folder)
