"""Tables on a terminal: aligned for people, CSV and JSON for machines."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any


def aligned(lines: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write lines of cells, each column as wide as its widest cell."""
    held = list(lines)
    widths = [max(map(len, column)) for column in zip(*held, strict=True)]
    for line in held:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(cells).rstrip()


def comma_separated(names: Sequence[str], records: Iterable[Mapping[str, Any]]) -> str:
    """Write a heading and a line per record: decimal points, blank where there is nothing."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return buffer.getvalue().removesuffix("\n")


def as_json(content: Any) -> str:
    """Write one JSON value."""
    return json.dumps(content, ensure_ascii=False, indent=1)
