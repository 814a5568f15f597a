"""The two engines of ODK as programs: a question is a line of JSON, and so is the answer."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyxform

from server.assets.bundling import node

HERE = Path(__file__).parent
JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
NOW = "2026-11-21T10:00:00.000+03:00"
ZONE = "Europe/Istanbul"
DRAW = 0.372
# Short runs: the simple compiler and collector cost half the processor time of the default ones.
JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", f"-Duser.timezone={ZONE}")

Answer = list[Any] | dict[str, str]
"""What a form looked like at every look, or ``{"error": …}``."""
Ask = Callable[..., Answer]
"""Takes an XForm, steps, and the time it is."""


def java() -> str:
    """The Java to run; the tests need a JDK, see tests/needs."""
    home = os.environ.get("JAVA_HOME")
    return str(Path(home, "bin", "java")) if home else str(shutil.which("java"))


def commands() -> dict[str, tuple[str, ...]]:
    """How each engine is started."""
    return {
        "javarosa": (java(), *JAVA, "-cp", str(JAR), str(HERE / "JavaRosa.java")),
        "xforms-engine": (node(), str(HERE / "xforms_engine.mjs")),
    }


@contextmanager
def started(engine: str) -> Iterator[Ask]:
    """Start an engine; it takes any number of forms, one after another."""
    program = subprocess.Popen(
        commands()[engine],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "TZ": ZONE},
    )
    assert program.stdin
    assert program.stdout
    asked, answered = program.stdin, program.stdout

    def ask(xform: str, steps: Iterable[Any], now: str = NOW) -> Answer:
        question = {"xform": xform, "now": now, "draw": DRAW, "steps": list(steps)}
        asked.write(json.dumps(question) + "\n")
        asked.flush()
        line = answered.readline()
        assert line, f"{engine} broke down, exit code {program.wait()}"
        answer: Answer = json.loads(line)
        return answer

    with program:
        yield ask
        asked.close()


def validate(xform: Path) -> subprocess.CompletedProcess[str]:
    """Ask ODK Validate, the judge of XForms."""
    return subprocess.run(
        [java(), *JAVA, "-jar", str(JAR), str(xform)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
