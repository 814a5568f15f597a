"""How long a filled demonstration takes from the command to its first answer."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from urllib.error import URLError
from urllib.request import urlopen

PORT = 18431
COMMAND = [sys.executable, "-c", "from server.shell.commands import main; main()", "demo"]


def main() -> None:
    """Print seconds."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"IZDES_DATA_DIR": folder, "IZDES_LANGUAGE": "en"}
        fill = [*COMMAND, "--fill-only", "--interviews", "500"]
        subprocess.run(fill, env=environment, check=True, stdout=subprocess.DEVNULL)
        before = cpu()
        started = time.monotonic()
        serving = subprocess.Popen([*COMMAND, "--port", str(PORT)], env=environment)
        try:
            seconds = _first_answer() - started
        finally:
            serving.terminate()
            serving.wait()
    print(f"second start to first answer: {seconds:.1f} s (at most 5)")
    print(f"CPU time, from the command to its end: {cpu() - before:.1f} s")


def cpu() -> float:
    """The CPU seconds of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _first_answer() -> float:
    while True:
        try:
            urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1).close()
        except (URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return time.monotonic()


if __name__ == "__main__":
    main()
