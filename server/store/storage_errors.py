"""Errors of storage: which mean a full disk, and which undo more than what failed."""

import errno
import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
POSTGRESQL_FULL: Final = "53100"
"""``disk_full``, https://www.postgresql.org/docs/current/errcodes-appendix.html"""
SQLITE_STORAGE: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)
"""After these SQLite may have rolled the whole transaction back (https://sqlite.org/rescode.html)."""


def is_of_full_disk(error: BaseException) -> bool:
    """Tell whether something could not be stored for want of room."""
    if isinstance(error, OSError):
        return error.errno in FULL
    if not isinstance(error, DBAPIError):
        return False
    full = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
    return bool(full & _sqlite_codes(error)) or (
        getattr(error.orig, "sqlstate", None) == POSTGRESQL_FULL
    )


def storage_error_behind(error: BaseException) -> BaseException | None:
    """The error by which SQLite may have given up more than the statement that failed.

    Undoing afterwards what SQLite has undone fails as well, and hides the first error behind it.
    """
    seen: BaseException | None = error
    while seen is not None:
        if _is_of_storage(seen):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _is_of_storage(error: BaseException) -> bool:
    # The driver tells SQLITE_NOMEM as MemoryError, which SQLAlchemy passes on as it is.
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, DBAPIError) and bool(SQLITE_STORAGE & _sqlite_codes(error))


def _sqlite_codes(error: DBAPIError) -> set[int]:
    """The extended code and the primary one it belongs to."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return {code, code & 0xFF} if isinstance(code, int) else set()
