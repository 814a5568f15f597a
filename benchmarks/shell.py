"""CPU seconds of `izdes index` in a shell: again, from nothing, and without compiled Python files.

What it starts from is a demonstration of 6,000 interviews (or as many as its argument says), or the
data folder named by IZDES_DATA_DIR. Each line is the least of three runs, with all threads.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

INTERVIEWS = int(sys.argv[1]) if sys.argv[1:2] and sys.argv[1].isdigit() else 6_000
RUNS = 3
IZDES = (sys.executable, "-c", "from server.shell.commands import main; main()")


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(os.environ.get("IZDES_DATA_DIR", folder))
        if not (data / "izdes.sqlite3").exists():
            run(data, "demo", "--fill-only", "--interviews", str(INTERVIEWS))
        round_id = newest_round(data)
        compiled = {"PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled")}
        run(data, "index", round_id, PYTHONDONTWRITEBYTECODE="", **compiled)
        never = {"PYTHONPYCACHEPREFIX": str(Path(folder) / "none"), "PYTHONDONTWRITEBYTECODE": "1"}

        def from_nothing() -> None:
            shutil.rmtree(data / "observations", ignore_errors=True)
            run(data, "index", round_id, **compiled)

        measured: dict[str, Callable[[], None]] = {
            "izdes --help": lambda: run(data, "--help", **compiled),
            "izdes index": lambda: run(data, "index", round_id, **compiled),
            "izdes index, records read anew": from_nothing,
            "izdes index, Python compiled each time": lambda: run(data, "index", round_id, **never),
        }
        for name, work in measured.items():
            print(f"{name:40} {least(work):6.2f} CPU s")


def newest_round(data: Path) -> str:
    """The code of the round that is listed first."""
    listed = subprocess.run(
        [*IZDES, "round", "list"], env=environment(data), check=True, capture_output=True, text=True
    )
    return listed.stdout.split()[0]


def run(data: Path, *arguments: str, **settings: str) -> None:
    """Run a command as an administrator does."""
    subprocess.run(
        [*IZDES, *arguments],
        env=environment(data) | settings,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def environment(data: Path) -> dict[str, str]:
    """The settings of a command."""
    return os.environ | {"IZDES_DATA_DIR": str(data), "IZDES_LANGUAGE": "en"}


def least(work: Callable[[], None]) -> float:
    """The least CPU time of a few runs."""
    times = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        work()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


if __name__ == "__main__":
    main()
