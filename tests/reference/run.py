"""Runs reference cases through the requests of :mod:`analysis.requests` and compares.

    python -m tests.reference.run CASES.json DATA_DIR

prints a line a case and ``N passed, N failed``; the exit code is 1 if anything failed.
"""

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analysis.requests import answer
from analysis.requests.given.files import read_table
from analysis.requests.given.tables import Table

ZERO = 1e-9
"""What R gives as 0, or as 1e-14, is 0: relative to the largest number beside it."""


def reader(folder: Path) -> Callable[[str], Table]:
    """A function that reads a table of a folder, each once."""

    @cache
    def read(name: str) -> Table:
        return read_table(folder / name)

    return read


def differences(case: Mapping[str, Any], read: Callable[[str], Table]) -> list[str]:
    """Answer a case and list where the answer is not what was expected."""
    expected = case["expected"]
    wanted = expected if isinstance(expected, list) else [expected]
    try:
        rows = answer(case, read)
    except (ValueError, OSError) as error:
        return [f"{type(error).__name__}: {error}"]
    found = [f for row in _paired(wanted, rows) for f in _row_differences(*row, case["rel_tol"])]
    if len(rows) > len(wanted) and not all("key" in row for row in wanted):
        found.append(f"{len(rows)} rows instead of {len(wanted)}")
    return found


def _paired(
    wanted: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Pair rows by the texts in them where these decide, else by position."""
    for position, row in enumerate(wanted):
        named = [each for each in rows if _texts(row) and _texts(row) <= _texts(each)]
        at_place = rows[position] if position < len(rows) else None
        yield row, named[0] if len(named) == 1 else at_place


def _texts(row: Mapping[str, Any]) -> set[str]:
    return {value for value in row.values() if isinstance(value, str)}


def _row_differences(
    wanted: Mapping[str, Any], row: Mapping[str, Any] | None, tolerance: float
) -> list[str]:
    if row is None:
        return [f"no row for {dict(list(wanted.items())[:2])}"]
    size = max((abs(each) for each in wanted.values() if _is_number(each)), default=1.0)
    # A text names the row; it may do so under another name ("state" in a column Abbreviation).
    named = {key for key in wanted if key not in row and wanted[key] in list(_texts(row))}
    missing = [f"{key} is missing" for key in wanted if key not in row and key not in named]
    present = [key for key in wanted if key in row]
    return missing + [
        found for key in present for found in _compared(key, wanted[key], row[key], tolerance, size)
    ]


def _compared(path: str, wanted: Any, got: Any, tolerance: float, size: float) -> Iterator[str]:
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        for key, value in wanted.items():
            yield from _compared(f"{path}.{key}", value, got.get(key), tolerance, size)
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for position, (left, right) in enumerate(zip(wanted, got, strict=True)):
            yield from _compared(f"{path}[{position}]", left, right, tolerance, size)
    elif isinstance(got, list) and len(got) == 1 and not isinstance(wanted, list):
        yield from _compared(path, wanted, got[0], tolerance, size)
    elif not _same(wanted, got, tolerance, size):
        yield f"{path}: {got!r} instead of {wanted!r}"


def _same(wanted: Any, got: Any, tolerance: float, size: float) -> bool:
    if _is_missing(wanted) or _is_missing(got):
        return _is_missing(wanted) and _is_missing(got)
    if _is_number(wanted) and _is_number(got):
        return abs(got - wanted) <= max(tolerance * abs(wanted), _allowed_at_zero(wanted, size))
    return str(wanted) == str(got)


def _allowed_at_zero(wanted: float, size: float) -> float:
    return ZERO * size if abs(wanted) <= ZERO * size else 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_missing(value: Any) -> bool:
    return value in (None, "NA", "NaN") or (isinstance(value, float) and math.isnan(value))


def main(cases: str, folder: str) -> int:
    """Print a line a case; give 1 if any failed."""
    read, failed = reader(Path(folder)), 0
    listed = json.loads(Path(cases).read_text("utf-8"))
    for case in listed:
        found = differences(case, read)
        failed += bool(found)
        kind = case["estimate"].get("kind", "?")
        print(f"{'FAILED' if found else 'passed'} {case['id']} {kind}")
        for each in found[:5]:
            print(f"       {each}")
    print(f"{len(listed) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.reference.run CASES.json DATA_DIR")
    sys.exit(main(sys.argv[1], sys.argv[2]))
