"""CPU seconds of a whole round of 1,000,000 interviews made anew, step by step, from its records.

Weights, the index table, every indicator of the citizen form but drivers, the small-area models,
1,000 bootstrap replicates of both measures, bands of ranks; then the table from totals at hand.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from analysis.engine.round_data import Round
from analysis.estimation.replicate_variance import replicated_means
from analysis.estimation.replicates import rao_wu
from analysis.figures.indicator_figures import estimated
from analysis.figures.modelled_figures import cell_models
from analysis.figures.ranks import joint_rank_region
from analysis.figures.satisfaction import SCALES, CellTotals, Figure, service_figures
from analysis.weighting.design_weights import Weighting
from benchmarks.index import PLATES, SERVICES, from_observations, generate
from benchmarks.indicators import MADE_ELSEWHERE
from schemas.rules.indicators import indicators
from schemas.rules.thresholds import thresholds
from server.indicators.observed_values import observed_values

T = TypeVar("T")
INTERVIEWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
PARTS = max(INTERVIEWS // 500_000, 1)


def main() -> None:
    """Print a line per step, and the sum."""
    with tempfile.TemporaryDirectory() as folder:
        segments, visits = generate(Path(folder), INTERVIEWS, PARTS)
        start = time.process_time()
        cells, weighting = _timed(
            "weights and PSU totals", lambda: from_observations(segments, visits)
        )
        figures = _timed("index table", lambda: _table(cells))
        observed = Round(segments, visits)
        _timed("every other indicator", lambda: _indicators(observed, weighting))
        _timed("small-area models", lambda: cell_models(cells, thresholds()))
        _timed("1,000 bootstrap replicates", lambda: _replicates(cells))
        _timed("bands of ranks", lambda: _ranks(figures))
        print(f"{'whole round':<28} {time.process_time() - start:>8.3f} CPU s")
        _timed("table from totals at hand", lambda: _table(cells))


def _table(cells: CellTotals) -> list[Figure]:
    return service_figures(cells, np.arange(len(PLATES)), services=SERVICES)


def _indicators(observed: Round, weighting: Weighting) -> int:
    made = 0
    for indicator in indicators():
        if indicator.rows in {"rating", "person"} and indicator.kind not in MADE_ELSEWHERE:
            table = observed_values(
                observed, indicator, indicator.by, weighting=weighting, teams={}
            )
            domains = len(table.domains)
            made += len(estimated(indicator, table.values, observed.design(), domains=domains))
    return made


def _replicates(cells: CellTotals) -> None:
    drawn = rao_wu(cells.design)
    for scale, _ in SCALES:
        replicated_means(cells.of(scale), drawn, len(PLATES) * len(SERVICES))


def _ranks(figures: list[Figure]) -> None:
    families: dict[tuple[str | None, str], list[Figure]] = {}
    for figure in figures:
        families.setdefault((figure.service, figure.measure), []).append(figure)
    for members in families.values():
        known = [member.estimate for member in members if member.estimate.standard_error]
        if known:
            joint_rank_region(
                [name.value or 0.0 for name in known],
                [name.standard_error or 0.0 for name in known],
                confidence=thresholds().rank_confidence,
                df=[name.df for name in known],
                highest_first=True,
            )


def _timed(name: str, work: Callable[[], T]) -> T:
    start = time.process_time()
    result = work()
    print(f"{name:<28} {time.process_time() - start:>8.3f} CPU s", flush=True)
    return result


if __name__ == "__main__":
    main()
