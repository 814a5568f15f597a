"""What figures of a round cost by its size, in CPU s and memory: mean and SE, eight statistics.

Of each size: the records are read for the first time, and the same again from the sums kept beside
the segments. Weighting to province × sex × age is part of the way, and its share in every variance.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.engine.round_data import INDEX, SATISFIED, Round
from analysis.engine.segment_sums import Segment
from analysis.estimation.estimation import Estimate, means
from analysis.estimation.residuals import Adjustment
from analysis.weighting.design_weights import poststratified
from benchmarks.index import ITEMS, PLATES, SERVICES, generate, planned
from schemas.reference.population import built_in_margins
from schemas.rules.measurement import measurement
from schemas.rules.thresholds import thresholds

SIZES = tuple(int(argument) for argument in sys.argv[1:] if argument.isdigit()) or (
    1_000_000,
    10_000_000,
)
SEGMENT = 500_000
REPEATS = 3
EIGHT = (
    INDEX,
    SATISFIED.format(satisfied_from=measurement().satisfied_from),
    *(f"25.0 * ({item} - 1)" for item in ITEMS[:6]),
)


def estimates(
    folder: Path, values: Sequence[str], *, calibrated: bool = True
) -> list[tuple[Estimate, ...]]:
    """Estimate every value for every province × service."""
    people = sorted(folder.glob("*.people.parquet"))
    segments = [
        Segment(person, person.with_name(person.name.replace("people", "ratings")))
        for person in people
    ]
    observed = Round(segments, planned())
    weighting = poststratified(
        observed.respondents(),
        built_in_margins(),
        least=thresholds().merge_weighting_cells_below,
    )
    found = observed.sums(values, weighting, provinces=PLATES, services=SERVICES)
    held = observed.calibrators(weighting) if calibrated else None
    design, domains = observed.design(), len(PLATES) * len(SERVICES)
    observed.close()
    return [
        means(
            totals,
            design,
            domains=domains,
            calibration=Adjustment(held, cross) if held else None,
        )
        for totals, cross in zip(found.totals, found.cross, strict=True)
    ]


def main() -> None:
    """Write files of each size, and measure each in a process of its own."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            for work in ("write", "measure"):
                command = (sys.executable, "-m", "benchmarks.engine_scale")
                subprocess.run([*command, work, folder, str(size)], check=True)


def measure(folder: Path, size: int) -> None:
    """Print a line per question."""
    estimates(folder, (INDEX,))  # what loads once in a process
    for name, values in (("mean and SE", EIGHT[:1]), ("8 statistics", EIGHT)):
        first = _least_cpu(lambda v=values: _forgotten(folder) or estimates(folder, v))  # type: ignore[misc]
        again = _least_cpu(lambda v=values: estimates(folder, v))  # type: ignore[misc]
        fixed = _least_cpu(lambda v=values: estimates(folder, v, calibrated=False))  # type: ignore[misc]
        print(
            f"{size:>11,} interviews, {name:<12} CPU s: first {first:.3f}, again {again:.3f}"
            f" (weights taken as fixed: {fixed:.3f})",
            flush=True,
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{size:>11,} interviews, peak memory of the process {memory:,.0f} MB", flush=True)


def _forgotten(folder: Path) -> None:
    for kept in folder.glob("*.sums.arrow"):
        kept.unlink()


def _least_cpu(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        generate(Path(sys.argv[2]), int(sys.argv[3]), max(int(sys.argv[3]) // SEGMENT, 1))
    elif sys.argv[1:2] == ["measure"]:
        measure(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
