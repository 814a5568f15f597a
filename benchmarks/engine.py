"""What a tap costs the form engine on the citizen form and on one of 500 questions, in CPU time."""

import json
import subprocess
import tempfile
from pathlib import Path

from benchmarks.big_form import big_form
from schemas.forms.definition import FormDefinition
from schemas.forms.dependencies import standings
from server.assets.bundling import ESBUILD, node, run_node
from server.forms.publishing import shipped_forms

SLOWER = 4
SOURCE = Path(__file__).with_name("engine.ts")


def main() -> None:
    """Print median and 99th percentile, times four as on a slow tablet."""
    citizen = next(form for form in shipped_forms() if form.id.startswith("A_"))
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "engine.mjs"
        options = ("--bundle", "--platform=node", "--format=esm", "--log-level=warning")
        program.write_text(run_node(ESBUILD, str(SOURCE), *options), "utf-8")
        for form in (citizen, big_form()):
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
    return sum(standing.node.kind == "field" for standing in standings(form.body).values())


if __name__ == "__main__":
    main()
