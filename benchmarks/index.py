"""CPU seconds of the index table of 1,000,000 interviews: from observations, from PSU totals.

The table is 81 provinces × 9 services, index and satisfied share, each with standard error,
interval, effective n and design effect; weighting to province × sex × age is part of the way.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.engine.round_data import Round, Visit
from analysis.engine.segment_sums import Segment
from analysis.figures.satisfaction import CellTotals, service_figures
from analysis.records.columns import PEOPLE, RATINGS
from analysis.weighting.design_weights import Weighting, poststratified
from schemas.reference.geography import provinces
from schemas.reference.population import built_in_margins
from schemas.reference.services import services
from schemas.rules.measurement import measurement
from schemas.rules.thresholds import thresholds
from server.observations.segments import ORDER

INTERVIEWS = int(sys.argv[1]) if sys.argv[1:2] and sys.argv[1].isdigit() else 1_000_000
VISITS_PER_PROVINCE = 50
REPEATS = 5
PLATES = tuple(province.plate for province in provinces())
SERVICES = (*(service.code for service in services()), "xxx")
SEXES = ("erkek", "kadin")
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
ITEMS = ("erisim", "hiz", "ilgi", "bilgi", "adil", "fiziki", "sonuc")
CUTS = (-1.45, -0.75, 0.05, 1.05)


@dataclass(frozen=True)
class Effects:
    """How people differ by service, province and visit."""

    service: Any
    province: Any
    visit: Any


def generate(
    folder: Path, interviews: int = INTERVIEWS, parts: int = 1
) -> tuple[list[Segment], list[Visit]]:
    """Write observations, in segments by visit, as interviews arrive; seed 1."""
    random = np.random.default_rng(1)
    effects = Effects(
        random.normal(0.45, 0.35, len(SERVICES)),
        random.normal(0, 0.25, len(PLATES)),
        random.normal(0, 0.22, len(PLATES) * VISITS_PER_PROVINCE),
    )
    return [
        _segment(folder, part, interviews // parts, (part / parts, (part + 1) / parts), effects)
        for part in range(parts)
    ], planned()


def planned() -> list[Visit]:
    """The visits."""
    return [
        Visit(f"Z-{number:05}", plate, plate, None)
        for number, plate in enumerate(np.repeat(PLATES, VISITS_PER_PROVINCE).tolist())
    ]


def _segment(
    folder: Path, part: int, size: int, share: tuple[float, float], effects: Effects
) -> Segment:
    random = np.random.default_rng([1, part])
    visits = len(effects.visit)
    visit = np.sort(random.integers(int(share[0] * visits), int(share[1] * visits), size))
    province = visit // VISITS_PER_PROVINCE
    service = random.integers(0, len(SERVICES), size)
    feeling = (
        effects.service[service]
        + effects.province[province]
        + effects.visit[visit]
        + random.normal(0, 0.8, size)
    )
    sex, age = random.integers(0, 2, size), random.integers(0, 6, size)
    cells = ["|".join(cell) for cell in product(PLATES, SEXES, AGES)]
    first = part * size
    people = {
        "sequence": pa.array(np.arange(first + 1, first + size + 1)),
        "instance_id": pa.array(np.char.mod("%012d", np.arange(first, first + size))),
        "form_version": _coded(np.zeros(size), ("anket/1",)),
        "province": _coded(province, PLATES),
        "stratum": _coded(province, PLATES),
        "psu": _coded(visit, [f"Z-{number:05}" for number in range(visits)]),
        "sex": _coded(sex, SEXES),
        "age_group": _coded(age, AGES),
        "cell": _coded((province * 2 + sex) * 6 + age, cells),
        "rated": pa.array(np.ones(size, dtype=np.int8)),
    }
    ratings = people | {"service": _coded(service, SERVICES)} | _scores(feeling, random)
    segment = Segment(folder / f"{part}.people.parquet", folder / f"{part}.ratings.parquet")
    for file, schema, columns in (
        (segment.people, PEOPLE, people),
        (segment.ratings, RATINGS, ratings),
    ):
        pq.write_table(_table(schema, columns).sort_by(ORDER), file, compression="zstd")
    return segment


def from_observations(segments: list[Segment], visits: list[Visit]) -> tuple[CellTotals, Weighting]:
    """Weight the interviews and add them up to PSU totals."""
    observed = Round(segments, visits)
    weighting = poststratified(
        observed.respondents(),
        built_in_margins(),
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

        def first() -> int:
            for kept in Path(folder).glob("*.sums.arrow"):
                kept.unlink()
            return table(from_observations(segments, visits)[0])

        whole = least_cpu(first)
        kept = least_cpu(lambda: table(from_observations(segments, visits)[0]))
        cells, _ = from_observations(segments, visits)
        again = least_cpu(lambda: table(cells))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"interviews                     {INTERVIEWS:>12,}")
    print(f"figures in the table           {table(cells):>12,}")
    print(f"rows of PSU totals             {len(cells.index.domain):>12,}")
    print(f"from observations, CPU s       {whole:>12.3f}   (bar 0.3)")
    print(f"from kept sums, CPU s          {kept:>12.3f}")
    print(f"from stored PSU totals, CPU s  {again:>12.4f}   (bar 0.05)")
    print(f"peak memory with generator, MB {memory:>12.0f}")


def least_cpu(work: Callable[[], object]) -> float:
    """The least CPU time, all threads together, of a few runs."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _scores(feeling: Any, random: np.random.Generator) -> dict[str, pa.Array]:
    columns: dict[str, pa.Array] = {}
    size = len(feeling)
    total, answered = np.zeros(size), np.zeros(size)
    for name in ITEMS:
        score = np.searchsorted(CUTS, feeling + random.normal(0, 0.75, size)) + 1
        missing = random.random(size) < 0.03
        columns[name] = pa.array(score.astype(np.int8), mask=missing)
        total += np.where(missing, 0, score)
        answered += ~missing
    index = 25 * (total / np.maximum(answered, 1) - 1)
    overall = np.searchsorted(CUTS, feeling + random.normal(0, 0.5, size)) + 1
    return columns | {
        "respondent_index": pa.array(index, mask=answered < len(ITEMS) / 2),
        "overall": pa.array(overall.astype(np.int8)),
    }


def _coded(codes: Any, names: Any) -> pa.Array:
    coded = pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(list(names)))
    return coded.cast(pa.string())


def _table(schema: pa.Schema, columns: dict[str, pa.Array]) -> pa.Table:
    size = len(columns["sequence"])
    return pa.table(
        [
            columns[field.name] if field.name in columns else pa.nulls(size, field.type)
            for field in schema
        ],
        schema=schema,
    )


if __name__ == "__main__":
    main()
