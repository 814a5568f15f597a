"""Reasons an officer gave for answers that a soft constraint doubts, by path, while held."""

import re
from collections.abc import Callable
from typing import Final

from schemas.expressions.values import clean_text

_ROW_PATH: Final = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")


def path_of(name: str, repeat: str | None, row: int | None) -> str:
    """Where a question stands: ``field`` or ``repeat[i].field``."""
    return f"{repeat}[{row}].{name}" if repeat else name


def split_path(path: str) -> tuple[str, int | None]:
    """Take a path apart: the field and its row."""
    match = _ROW_PATH.fullmatch(path)
    return (match[3], int(match[2])) if match else (path, None)


class Confirmations:
    """Each reason belongs to one answer: it lapses with another, and is back with the first."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[str, str]] = {}

    def put(self, path: str, answer: str, reason: str) -> None:
        """Keep a reason; a blank one takes back what was said."""
        self._given.pop(path, None)
        if said := clean_text(reason):
            self._given[path] = (answer, said)

    def valid(self, answer_at: Callable[[str], str]) -> dict[str, str]:
        """The reasons whose answers still stand."""
        return {
            path: reason
            for path, (answer, reason) in self._given.items()
            if answer == answer_at(path)
        }

    def remove_row(self, repeat: str, row: int) -> None:
        """Forget what was said about a row; those after it move up."""
        moved = ((_moved(path, repeat, row), kept) for path, kept in self._given.items())
        self._given = {path: kept for path, kept in moved if path}


def _moved(path: str, repeat: str, row: int) -> str:
    match = _ROW_PATH.fullmatch(path)
    if match is None or match[1] != repeat or int(match[2]) < row:
        return path
    return path_of(match[3], repeat, int(match[2]) - 1) if int(match[2]) > row else ""
