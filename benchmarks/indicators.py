"""CPU seconds of every indicator of the citizen form, of 1,000,000 interviews, from observations.

Province × service (or what the indicator is split by), each figure with standard error, the
weighting counted in it; the observations are those of ``benchmarks.index``.
"""

import tempfile
import time
from pathlib import Path

from analysis.engine.round_data import Round
from analysis.figures.indicator_figures import estimated
from analysis.weighting.design_weights import poststratified
from benchmarks.index import generate
from schemas.reference.population import built_in_margins
from schemas.rules.indicators import indicators
from schemas.rules.thresholds import thresholds
from server.indicators.observed_values import observed_values

MADE_ELSEWHERE = ("index", "dimensions", "drivers")


def main() -> None:
    """Print a line an indicator, and the sum."""
    with tempfile.TemporaryDirectory() as folder:
        segments, visits = generate(Path(folder))
        observed = Round(segments, visits)
        weighting = poststratified(
            observed.respondents(),
            built_in_margins(),
            least=thresholds().merge_weighting_cells_below,
        )
        total = 0.0
        for indicator in indicators():
            if indicator.rows in {"rating", "person"} and indicator.kind not in MADE_ELSEWHERE:
                start = time.process_time()
                table = observed_values(
                    observed, indicator, indicator.by, weighting=weighting, teams={}
                )
                figures = estimated(
                    indicator, table.values, observed.design(), domains=len(table.domains)
                )
                spent = time.process_time() - start
                total += spent
                print(f"{indicator.code:<10} {len(figures):>6} figures {spent:>8.3f} CPU s")
        print(f"{'together':<10} {'':>14} {total:>8.3f} CPU s")


if __name__ == "__main__":
    main()
