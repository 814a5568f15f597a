"""How long the demonstration takes: 20,000 interviews through the real ingest path on SQLite."""

import os
import subprocess
import sys
import tempfile
import time

INTERVIEWS = 20_000


def main() -> None:
    """Print how long filling took."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from server.commands import main; main()", "demo"]
        started = time.monotonic()
        subprocess.run(
            [*command, "--fill-only", "--interviews", str(INTERVIEWS)],
            env=os.environ | {"IZDES_DATA_DIR": folder, "IZDES_LANGUAGE": "en"},
            check=True,
        )
        seconds = time.monotonic() - started
        print(f"{INTERVIEWS} interviews from nothing: {seconds:.1f} s wall clock (at most 60)")


if __name__ == "__main__":
    main()
