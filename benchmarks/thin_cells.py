"""CPU seconds of what follows from stored PSU totals: models of thin cells, bootstrap, ranks.

The number of interviews (an argument) decides how many cells are thin, hardly how long it takes.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

if len(sys.argv) == 1:
    sys.argv.append("20000")

from analysis.estimation.replicate_variance import replicated_means
from analysis.estimation.replicates import rao_wu
from analysis.figures.modelled_figures import cell_models, shown_figures
from analysis.figures.ranks import joint_rank_region, ranks_of_replicates
from analysis.figures.satisfaction import CellTotals, service_figures
from benchmarks.index import PLATES, SERVICES, from_observations, generate, least_cpu
from schemas.rules.thresholds import thresholds


def replicated(cells: CellTotals) -> np.ndarray:
    """Draw a thousand times and give the mean of every cell each time."""
    return replicated_means(cells.index, rao_wu(cells.design), len(PLATES) * len(SERVICES))


def ranked(means: np.ndarray) -> None:
    """Rank the provinces in every service, jointly and in every replicate."""
    table = means.reshape(len(means), len(PLATES), len(SERVICES))
    for service in range(len(SERVICES)):
        column = table[:, :, service]
        joint_rank_region(np.nanmean(column, axis=0), np.nanstd(column, axis=0))
        ranks_of_replicates(column)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        cells, _ = from_observations(*generate(Path(folder)))
    areas, weights = np.arange(len(PLATES)), np.ones((len(PLATES), len(SERVICES)))
    figures = service_figures(cells, areas, services=SERVICES)
    limits = thresholds()
    models = cell_models(cells, limits)
    thin = sum(0 < figure.estimate.n < limits.model_based_below_answers for figure in figures)
    means = replicated(cells)

    def shown() -> object:
        return shown_figures(figures, models, areas, weights=weights, limits=limits)

    print(f"figures, and those of thin cells           {len(figures):>6} {thin:>6}")
    fitting = least_cpu(lambda: cell_models(cells, limits))
    print(f"two-level models of both scales, CPU s     {fitting:.3f}")
    print(f"thin figures replaced, CPU s               {least_cpu(shown):.3f}")
    print(f"1,000 replicates of every cell, CPU s      {least_cpu(lambda: replicated(cells)):.3f}")
    print(f"joint and bootstrap ranks, CPU s           {least_cpu(lambda: ranked(means)):.3f}")


if __name__ == "__main__":
    main()
