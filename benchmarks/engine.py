"""What a tap costs the form engine on the citizen form and on one of 500 questions, in CPU time."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from schemas.dependencies import standings
from schemas.forms import FormDefinition
from server.bundling import ESBUILD, node, run_node
from server.forms.publishing import shipped_forms

SLOWER = 4
SOURCE = Path(__file__).with_name("engine.ts")
LONG = 500


def main() -> None:
    """Print median and 99th percentile, times four as on a slow tablet."""
    citizen = next(form for form in shipped_forms() if form.id.startswith("A_"))
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "engine.mjs"
        options = ("--bundle", "--platform=node", "--format=esm", "--log-level=warning")
        program.write_text(run_node(ESBUILD, str(SOURCE), *options), "utf-8")
        for form in (citizen, _lengthened(citizen)):
            run = subprocess.run(
                [node(), str(program)],
                input=form.model_dump_json(exclude_defaults=True),
                capture_output=True,
                check=True,
                encoding="utf-8",
            )
            found = json.loads(run.stdout)
            print(
                f"{_questions(form)} questions, {found['taps']} taps, CPU ms times {SLOWER}:"
                f" median {found['median'] * SLOWER:.1f}, 99 % within {found['p99'] * SLOWER:.1f}"
            )


def _questions(form: FormDefinition) -> int:
    return sum(each.node.kind == "field" for each in standings(form.body).values())


def _lengthened(form: FormDefinition) -> FormDefinition:
    """Repeat the form's sections under other names until it has 500 questions."""
    names = set(standings(form.body))
    body = list(form.body)
    while _questions(form.model_copy(update={"body": tuple(body)})) < LONG:
        copy = str(len(body))
        body += [
            type(node).model_validate_json(json.dumps(_renamed(node.model_dump(), names, copy)))
            for node in form.body
        ]
    return form.model_copy(update={"id": "long", "body": tuple(body)})


def _renamed(part: Any, names: set[str], suffix: str) -> Any:
    """Give every question another name, in the tree of every expression too."""
    if isinstance(part, dict):
        renamed = {key: _renamed(value, names, suffix) for key, value in part.items()}
        return renamed | ({"name": part["name"] + suffix} if part.get("name") in names else {})
    if isinstance(part, list | tuple):
        if len(part) == 2 and part[0] == "ref":
            return ["ref", part[1] + suffix]
        return [_renamed(each, names, suffix) for each in part]
    return part


if __name__ == "__main__":
    main()
