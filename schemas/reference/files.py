"""Tables that the package carries."""

import csv
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent


def reference_rows(name: str) -> Iterator[dict[str, str]]:
    """Read a table of ``schemas/reference``."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
