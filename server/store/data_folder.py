"""The data folder: what only this account may read, and names that are durable."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

FOLDER_MODE = 0o700
OF_OTHERS = 0o077
"""What the group and everybody else might do with a file."""


def keep_private() -> None:
    """Let whatever this process makes from now on belong to its account alone."""
    os.umask(OF_OTHERS)


def tighten(folder: Path) -> None:
    """Take from others what they may do with anything in the data folder, however it came there.

    A folder that is more than ours, the account's home or the root of the disk, is left alone.
    """
    if folder in {Path("/"), Path.home()}:
        return
    with suppress(FileNotFoundError, PermissionError):
        _tighten(folder, folder.stat())
    _tighten_in(folder)


def tighten_database(url: str) -> None:
    """Do the same for a SQLite file, wherever it lies, and what SQLite keeps beside it."""
    name = url.partition("sqlite:///")[2].partition("?")[0]
    for suffix in ("", "-wal", "-shm", "-journal") if name else ():
        file = Path(name + suffix)
        with suppress(FileNotFoundError, PermissionError):
            _tighten(file, file.stat())


def kept_once(file: Path, make: Callable[[], bytes]) -> bytes:
    """What a file holds; it is made at the first use, and workers that start together share it."""
    with suppress(FileNotFoundError):
        return file.read_bytes()
    make_folder(file.parent)
    # Linking a finished file is atomic: the first one's stays.
    with NamedTemporaryFile(dir=file.parent) as draft:
        draft.write(make())
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            os.link(draft.name, file)
    keep_folder(file.parent)
    return file.read_bytes()


def _tighten_in(folder: Path) -> None:
    # Gone meanwhile, or of another account: whose it is decides.
    with suppress(FileNotFoundError, PermissionError), os.scandir(folder) as found:
        for entry in found:
            if entry.is_symlink():
                continue
            with suppress(FileNotFoundError, PermissionError):
                _tighten(Path(entry.path), entry.stat(follow_symlinks=False))
            if entry.is_dir(follow_symlinks=False):
                _tighten_in(Path(entry.path))


def _tighten(path: Path, found: os.stat_result) -> None:
    if found.st_mode & OF_OTHERS:
        path.chmod(stat.S_IMODE(found.st_mode) & ~OF_OTHERS)


def make_folder(folder: Path) -> None:
    """Make a folder, and what it lies in, for this account alone; when this returns it is there."""
    try:
        folder.mkdir(mode=FOLDER_MODE)
    except FileExistsError:
        return
    except FileNotFoundError:
        make_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=FOLDER_MODE)
    keep_folder(folder.parent)


def keep_folder(folder: Path) -> None:
    """Make durable which names a folder holds."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
