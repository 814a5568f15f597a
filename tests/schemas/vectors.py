"""Reading the vectors both twins run; tests/vectors/README.md says what each key means."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "vectors"
NOW = "2026-11-21T10:00:00.000+03:00"


def vectors(folder: str, known: set[str]) -> list[tuple[str, dict[str, Any]]]:
    """Id and content of every vector of a folder; a key nobody knows is a mistake."""
    found = [(name, vector) for name, vector in _read(FOLDER / folder)]
    assert found, f"no vectors in {folder}"
    for name, vector in found:
        assert vector.keys() <= known, f"{name}: {vector.keys() - known}"
    return found


def _read(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text("utf-8"))
        for vector in content if isinstance(content, list) else [content]:
            yield f"{file.stem}: {vector['name']}", vector
