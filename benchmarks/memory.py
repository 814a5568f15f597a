"""How much memory an idle server holds: ``python -m benchmarks.memory``.

Proportional set size of the whole process tree, after each worker has answered.
"""

import os
import time
import urllib.request
from tempfile import TemporaryDirectory

from benchmarks.instance import free_port, memory_of_tree, running_instance, serving

BAR = 150.0
VISITS = 40


def main() -> None:
    """Measure both databases and print one line each."""
    with TemporaryDirectory() as folder:
        port = free_port()
        environment = os.environ | {"IZDES_DATA_DIR": folder, "IZDES_DATABASE_URL": ""}
        with serving(port, environment) as process:
            _visit(port)
            _report("SQLite, 1 process", memory_of_tree(process.pid))
    with running_instance(workers=2) as instance:
        _visit(instance.port)
        _report("PostgreSQL, 2 workers", instance.memory()["server"])


def _visit(port: int) -> None:
    # Enough for every worker to have loaded what its first pages need.
    for page in ("/healthz", "/sign-in", "/field/", "/api/v1/catalogue") * (VISITS // 4):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}") as answer:
            answer.read()
    time.sleep(2)


def _report(what: str, megabytes: float) -> None:
    share = megabytes / BAR
    print(f"idle server, {what}: {megabytes:.0f} MB = {share:.0%} of the {BAR:.0f} MB allowed")


if __name__ == "__main__":
    main()
