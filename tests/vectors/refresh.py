"""Write the derived parts of the vectors: ``python -m tests.vectors.refresh``.

Every expression's ``tree``, and ``definitions/``: the compiled forms the scenarios are about.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.authoring.compiler import compile_form
from schemas.expressions.grammar import parse, plain
from server.forms.importing import read_xlsform

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "schemas" / "definitions"


def with_trees(vectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The vectors, each with its tree after its source."""
    return [
        {
            "name": vector["name"],
            "expr": vector["expr"],
            "tree": plain(parse(vector["expr"])),
            **{key: value for key, value in vector.items() if key not in ("name", "expr", "tree")},
        }
        for vector in vectors
    ]


def definitions() -> Iterator[tuple[str, str]]:
    """Name and JSON text of every form the scenarios may use."""
    sources = sorted((HERE / "sources").glob("*.md")) + sorted(SHIPPED.glob("*/survey.csv"))
    for source in sources:
        sheets = read_xlsform(source)
        definition, remarks = compile_form(sheets)
        if definition is None:
            raise SystemExit("\n".join(remark.said("en") for remark in remarks))
        text = json.dumps(
            definition.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, indent=1
        )
        yield definition.id, text + "\n"


def expression_text(vectors: list[dict[str, Any]]) -> str:
    """A file's text: one vector a line."""
    lines = ",\n".join(
        f"  {json.dumps(vector, ensure_ascii=False)}" for vector in with_trees(vectors)
    )
    return f"[\n{lines}\n]\n"


def main() -> None:
    """Bring everything derived up to date."""
    for file in sorted((HERE / "expressions").glob("*.json")):
        file.write_text(expression_text(json.loads(file.read_text("utf-8"))), "utf-8")
    for name, text in definitions():
        (HERE / "definitions" / f"{name}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
