"""What the tables of a round are made of: segments, visits, the population; and a name for it."""

from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import case, func, select

from analysis.engine.round_data import Visit
from analysis.engine.segment_sums import Segment
from schemas.problems import Problem
from schemas.reference.margin_files import margins_version
from schemas.reference.population import Margins, population_margins
from schemas.rules.thresholds import thresholds
from server import clock
from server.forms.rating_forms import rating_forms
from server.observations.observations import refresh
from server.observations.segments import FORMAT, Manifest, files
from server.rounds.margins import built_in_of, margins_of
from server.rounds.models import ROUNDS, VISITS
from server.store.database import Database


@dataclass(frozen=True)
class Plan:
    """What of a round's plan its figures depend on; ``sampled`` changes when visits do."""

    selection_mode: str
    is_closed: bool
    sampled: tuple[object, ...]


@dataclass(frozen=True)
class Sources:
    """What the tables of a round are made of at one moment."""

    folder: Path
    round_id: str
    plan: Plan
    manifest: Manifest
    segments: tuple[Segment, ...]
    margins: Margins
    margins_version: str
    """The edition of the built-in population table, or the name of an institution's own."""

    @property
    def key(self) -> tuple[object, ...]:
        """Equal as long as nothing came, went, fell due or was planned."""
        return self.folder, self.round_id, self.segments, self.plan, self.margins_version

    @property
    def name(self) -> str:
        """The same in a word, for whoever has seen tables of it; thresholds are part of it."""
        version = margins_version(self.margins)
        made_of = self.plan, self.segments, version, thresholds(), FORMAT
        return blake2b(repr(made_of).encode(), digest_size=12).hexdigest()

    def without(self, left_out: tuple[int, ...]) -> "Sources":
        """The same moment, but for some records."""
        manifest = self.manifest.without(self.round_id, left_out)
        segments = segments_of(self.folder, self.round_id, manifest)
        return replace(self, manifest=manifest, segments=segments)


def sources_of(
    database: Database, data_dir: Path, round_id: str, *, manifest: Manifest | None = None
) -> Sources:
    """Look at a round once, every committed submission included, or those of a look before.

    Something else where a record came or went, the plan changed, a visit fell due, or the
    population table did: it costs a look at the manifest, not a table.
    """
    folder = observations_folder(data_dir)
    plan = plan_of(database, round_id)
    manifest = manifest or refresh(database, folder)
    segments = segments_of(folder, round_id, manifest)
    margins, version = margins_in_force(database, data_dir, round_id)
    return Sources(folder, round_id, plan, manifest, segments, margins, version)


def observations_folder(data_dir: Path) -> Path:
    """The folder the observations of an instance lie in."""
    return data_dir / "observations"


def plan_of(database: Database, round_id: str) -> Plan:
    """How people are selected, whether the round is closed, and what changes with visits."""
    with database.read() as connection:
        found = connection.execute(
            select(ROUNDS.c.selection_mode, ROUNDS.c.status).where(ROUNDS.c.id == round_id)
        ).one_or_none()
        sampled = connection.execute(
            select(
                func.count(),
                func.max(VISITS.c.id),
                func.sum(VISITS.c.design_weight),
                func.sum(case((VISITS.c.planned_on <= clock.today(), 1), else_=0)),
                func.max(VISITS.c.standing_since),
            ).where(VISITS.c.round_id == round_id)
        ).one()
    if found is None:
        raise Problem("unknown_round", round=round_id)
    return Plan(found.selection_mode, found.status == "closed", tuple(sampled))


def promised_in(database: Database, round_id: str) -> dict[str, int]:
    """Count the interviews with citizens that the plan still promises, by province.

    Those of visits that are not due yet: nobody knows of the others which will still come.
    """
    with database.read() as connection:
        rating = rating_forms(connection)
        rows = connection.execute(
            select(VISITS.c.province, VISITS.c.target, VISITS.c.forms).where(
                VISITS.c.round_id == round_id, VISITS.c.planned_on > clock.today()
            )
        )
        promised: dict[str, int] = {}
        for row in rows:
            if row.forms is None or rating.intersection(row.forms):
                promised[row.province] = promised.get(row.province, 0) + row.target
    return promised


def segments_of(folder: Path, round_id: str, manifest: Manifest) -> tuple[Segment, ...]:
    """The observations of a round, each segment with its records that are void."""
    return tuple(
        Segment(*files(folder, round_id, segment), manifest.replaced_in(round_id, segment))
        for segment in manifest.rounds.get(round_id, [])
    )


def margins_in_force(database: Database, data_dir: Path, round_id: str) -> tuple[Margins, str]:
    """The population a round is weighted to: its own table, the institution's, or ours."""
    with database.read() as connection:
        own = margins_of(connection, round_id)
        built_in = built_in_of(connection, round_id)
    if own is not None:
        return own.margins, own.version
    everywhere = data_dir / "population_margins.csv"
    try:
        margins = population_margins(everywhere, everywhere.stat().st_mtime_ns)
    except FileNotFoundError:
        return built_in.margins, built_in.version
    return margins, margins_version(margins)


def visits_of(database: Database, round_id: str) -> list[Visit]:
    """The visits citizens are sampled in."""
    today = clock.today()
    names = ("code", "province", "stratum", "design_weight", "planned_on", "forms")
    with database.read() as connection:
        rating = rating_forms(connection)
        rows = connection.execute(
            select(*(VISITS.c[name] for name in names)).where(VISITS.c.round_id == round_id)
        )
        return [
            Visit(row.code, row.province, row.stratum, row.design_weight, row.planned_on <= today)
            for row in rows
            # Where staff are met or minutes are taken, no citizens were sampled.
            if row.forms is None or rating.intersection(row.forms)
        ]
