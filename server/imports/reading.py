"""A CSV file as somebody saved it; its text is read by :mod:`schemas.tables.text_tables`."""

from pathlib import Path

from schemas.tables.text_tables import SEPARATORS, Fault, SourceFile, Unreadable, text_table

__all__ = ["SEPARATORS", "Fault", "SourceFile", "Unreadable", "read_file"]


def read_file(path: Path) -> SourceFile:
    """Read a file whole; one that is no table of text is :class:`Unreadable`."""
    return text_table(path.read_bytes())
