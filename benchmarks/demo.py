"""How long the demonstration takes: 20,000 interviews and the round before, on SQLite.

All of them go through the real ingest path.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time

INTERVIEWS = 20_000


def main() -> None:
    """Print how long filling took."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from server.shell.commands import main; main()", "demo"]
        started = time.monotonic()
        subprocess.run(
            [*command, "--fill-only", "--interviews", str(INTERVIEWS)],
            env=os.environ | {"IZDES_DATA_DIR": folder, "IZDES_LANGUAGE": "en"},
            check=True,
        )
        seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    print(f"{INTERVIEWS} interviews from nothing: {seconds:.1f} s wall clock (at most 60)")
    print(f"CPU time: {cpu:.1f} s")


if __name__ == "__main__":
    main()
