"""CPU time of reading what is open in units, as every catalogue does, on the demonstration.

The median of fifteen readings of all units at once; the process has read every form before.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from sqlalchemy import select

from server.catalogue.topics import histories
from server.store.database import Database
from server.submissions.models import SUBMISSIONS

TIMES = 15


def main() -> None:
    """Print milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from server.shell.commands import main; main()", "demo"]
        subprocess.run(
            [*command, "--fill-only", "--interviews", "100"],
            env=os.environ | {"IZDES_DATA_DIR": folder, "IZDES_LANGUAGE": "en"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        database = Database(f"sqlite:///{Path(folder) / 'izdes.sqlite3'}")
        with database.read() as connection:
            of_units = select(SUBMISSIONS.c.unit).where(SUBMISSIONS.c.unit.is_not(None))
            units = list(connection.scalars(of_units))
            spent = []
            for _ in range(TIMES):
                before = time.process_time()
                found = histories(connection, set(units))
                spent.append((time.process_time() - before) * 1000)
            topics = sum(len(history.topics) for history in found.values())
        database.close()
    print(f"{len(units)} records of {len(found)} units, {topics} topics open")
    print(f"reading them: {median(spent):.1f} CPU ms, {median(spent) / len(units):.3f} a record")


if __name__ == "__main__":
    main()
