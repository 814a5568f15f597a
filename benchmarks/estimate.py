"""CPU seconds and memory of ``izdes estimate`` on one table of records, weights given.

The question R `survey` was asked: mean and standard error of an index in 81 provinces × 9 services,
stratified by province, clustered in visits. Starting Python and reading the file are part of it.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.index import PLATES, SERVICES, VISITS_PER_PROVINCE

SIZES = tuple(int(argument) for argument in sys.argv[1:] if argument.isdigit()) or (
    100_000,
    1_000_000,
)
REQUEST = {
    "design": {"strata": "province", "psu": "visit", "weights": "weight"},
    "estimate": {"kind": "mean", "y": "index", "by": "province+service"},
}
"""With texts in every column but the last two."""


def write(file: Path, records: int) -> None:
    """Write records by seed 1."""
    random = np.random.default_rng(1)
    visit = random.integers(0, len(PLATES) * VISITS_PER_PROVINCE, records)
    service = random.integers(0, len(SERVICES), records)
    columns = {
        "province": np.array(PLATES)[visit // VISITS_PER_PROVINCE],
        "visit": np.char.mod("Z-%05d", visit),
        "service": np.array(SERVICES)[service],
        "weight": random.uniform(0.5, 2, records),
        "index": random.normal(60, 20, records).clip(0, 100),
    }
    pq.write_table(pa.table(columns), file)


def main() -> None:
    """Print a line per size."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            data, design, out = (Path(folder) / name for name in ("d.parquet", "d.json", "o.json"))
            write(data, size)
            design.write_text(json.dumps(REQUEST))
            cpu, memory = _run("--data", str(data), "--design", str(design), "--out", str(out))
            rows = json.loads(out.read_text())
            assert len(rows) == len(PLATES) * len(SERVICES)
        print(f"{size:>10,} records, 729 means with SE: {cpu:.2f} CPU s, {memory:,.0f} MB")


def _run(*options: str) -> tuple[float, float]:
    """Run the command; give its CPU seconds and its peak memory in MB."""
    command = [sys.executable, "-c", "from server.shell.commands import main; main()", "estimate"]
    process = os.posix_spawn(sys.executable, [*command, *options], os.environ)
    _, status, used = os.wait4(process, 0)
    assert status == 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
