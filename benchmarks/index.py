"""CPU seconds of the index table of 1,000,000 interviews: from observations, from PSU totals.

The table is 81 provinces × 9 services, index and satisfied share, each with standard error,
interval, effective n and design effect; weighting to province × sex × age is part of the way.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.columns import PEOPLE, RATINGS
from analysis.engine import Round, Visit
from analysis.satisfaction import CellTotals, service_figures
from analysis.segment_sums import Segment
from analysis.weighting import Weighting, poststratified
from schemas.geography import provinces
from schemas.measurement import measurement
from schemas.population import population_margins
from schemas.services import services
from schemas.thresholds import thresholds

INTERVIEWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
VISITS_PER_PROVINCE = 50
REPEATS = 5
PLATES = tuple(each.plate for each in provinces())
SERVICES = (*(each.code for each in services()), "xxx")
SEXES = ("erkek", "kadin")
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
ITEMS = ("erisim", "hiz", "ilgi", "bilgi", "adil", "fiziki", "sonuc")
CUTS = (-1.45, -0.75, 0.05, 1.05)


def generate(folder: Path) -> tuple[list[Segment], list[Visit]]:
    """Write observations with effects of province, service, visit and person; seed 1."""
    random = np.random.default_rng(1)
    visits = len(PLATES) * VISITS_PER_PROVINCE
    visit = np.sort(random.integers(0, visits, INTERVIEWS))
    province = visit // VISITS_PER_PROVINCE
    service = random.integers(0, len(SERVICES), INTERVIEWS)
    feeling = (
        random.normal(0.45, 0.35, len(SERVICES))[service]
        + random.normal(0, 0.25, len(PLATES))[province]
        + random.normal(0, 0.22, visits)[visit]
        + random.normal(0, 0.8, INTERVIEWS)
    )
    sex, age = random.integers(0, 2, INTERVIEWS), random.integers(0, 6, INTERVIEWS)
    cells = ["|".join(cell) for cell in product(PLATES, SEXES, AGES)]
    people = {
        "sequence": pa.array(np.arange(1, INTERVIEWS + 1)),
        "instance_id": pa.array(np.char.mod("%012d", np.arange(INTERVIEWS))),
        "province": _coded(province, PLATES),
        "stratum": _coded(province, PLATES),
        "psu": _coded(visit, [f"Z-{number:05}" for number in range(visits)]),
        "sex": _coded(sex, SEXES),
        "age_group": _coded(age, AGES),
        "cell": _coded((province * 2 + sex) * 6 + age, cells),
        "rated": pa.array(np.ones(INTERVIEWS, dtype=np.int8)),
    }
    ratings = people | {"service": _coded(service, SERVICES)} | _scores(feeling, random)
    files = folder / "people.parquet", folder / "ratings.parquet"
    for file, schema, columns in ((files[0], PEOPLE, people), (files[1], RATINGS, ratings)):
        pq.write_table(_table(schema, columns), file, compression="zstd")
    planned = [
        Visit(f"Z-{number:05}", plate, plate, None)
        for number, plate in enumerate(np.repeat(PLATES, VISITS_PER_PROVINCE).tolist())
    ]
    return [Segment(*files)], planned


def from_observations(segments: list[Segment], visits: list[Visit]) -> tuple[CellTotals, Weighting]:
    """Weight the interviews and add them up to PSU totals."""
    observed = Round(segments, visits)
    weighting = poststratified(
        observed.respondents(),
        population_margins(),
        least=thresholds().merge_weighting_cells_below,
    )
    cells = observed.totals(
        weighting,
        provinces=PLATES,
        services=SERVICES,
        satisfied_from=measurement().satisfied_from,
    )
    observed.close()
    return cells, weighting


def table(cells: CellTotals) -> int:
    """Estimate every cell."""
    return len(service_figures(cells, np.arange(len(PLATES)), services=SERVICES))


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        segments, visits = generate(Path(folder))
        whole = least_cpu(lambda: table(from_observations(segments, visits)[0]))
        cells, _ = from_observations(segments, visits)
        again = least_cpu(lambda: table(cells))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"interviews                     {INTERVIEWS:>12,}")
    print(f"figures in the table           {table(cells):>12,}")
    print(f"rows of PSU totals             {len(cells.index.domain):>12,}")
    print(f"from observations, CPU s       {whole:>12.3f}   (bar 0.3)")
    print(f"from stored PSU totals, CPU s  {again:>12.4f}   (bar 0.05)")
    print(f"peak memory with generator, MB {memory:>12.0f}")


def least_cpu(work: Callable[[], object]) -> float:
    """Give the least CPU time, all threads together, of a few runs."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _scores(feeling: Any, random: np.random.Generator) -> dict[str, pa.Array]:
    columns: dict[str, pa.Array] = {}
    total, answered = np.zeros(INTERVIEWS), np.zeros(INTERVIEWS)
    for name in ITEMS:
        score = np.searchsorted(CUTS, feeling + random.normal(0, 0.75, INTERVIEWS)) + 1
        missing = random.random(INTERVIEWS) < 0.03
        columns[name] = pa.array(score.astype(np.int8), mask=missing)
        total += np.where(missing, 0, score)
        answered += ~missing
    index = 25 * (total / np.maximum(answered, 1) - 1)
    overall = np.searchsorted(CUTS, feeling + random.normal(0, 0.5, INTERVIEWS)) + 1
    return columns | {
        "respondent_index": pa.array(index, mask=answered < len(ITEMS) / 2),
        "overall": pa.array(overall.astype(np.int8)),
    }


def _coded(codes: Any, names: Any) -> pa.Array:
    coded = pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(list(names)))
    return coded.cast(pa.string())


def _table(schema: pa.Schema, columns: dict[str, pa.Array]) -> pa.Table:
    return pa.table(
        [
            columns[field.name] if field.name in columns else pa.nulls(INTERVIEWS, field.type)
            for field in schema
        ],
        schema=schema,
    )


if __name__ == "__main__":
    main()
