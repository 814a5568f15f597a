"""A CSV file as somebody saved it; how its text is read stands in :mod:`schemas.text_tables`."""

from pathlib import Path

from schemas.text_tables import SEPARATORS, Fault, SourceFile, Unreadable, text_table

__all__ = ["SEPARATORS", "Fault", "SourceFile", "Unreadable", "read_file"]


def read_file(path: Path) -> SourceFile:
    """Read a file whole; one that is no table of text is :class:`Unreadable`."""
    return text_table(path.read_bytes())
