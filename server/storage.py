"""The data folder: what only this account may read, and names that are durable."""

import os
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700


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
