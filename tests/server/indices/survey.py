"""A small satisfaction survey whose interviews tests bring in one by one."""

import json
import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from flask import Flask
from sqlalchemy import Connection, insert

from schemas.forms.definition import Choice, FormDefinition, Node
from server.forms.publishing import publish
from server.indices.index_rows import IndexRow, IndexTable
from server.indices.queries import index_table
from server.observations.observations import rebuild, refresh
from server.observations.segments import Manifest, files
from server.rounds.models import VISITS
from server.rounds.operations import NewRound, open_round
from server.submissions.arrivals import Arrival
from server.submissions.storing import store

ROUND, OTHER_ROUND = "2026-2", "2027-1"
CORE = ("erisim", "hiz", "ilgi", "bilgi", "adil", "fiziki", "sonuc")
DAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _question(name: str, service: str | None = None, dimension: str | None = None) -> Node:
    return Node(
        name=name,
        type="select_one",
        value_type="choice",
        list="any",
        service=service,
        dimension=dimension,
        scale="memnun5" if dimension else None,
        core=dimension != "yetkinlik" if dimension else None,
    )


def _module(service: str, core: tuple[str, ...]) -> Node:
    items = (*core, "yetkinlik", "genel")
    questions = [_question(f"{service}_{item}", service, item) for item in items]
    return Node(
        name=f"m_{service}",
        kind="group",
        service=service,
        children=(*questions, _question(f"{service}_sorun", service)),
    )


FORM = FormDefinition(
    id="anket",
    version="1",
    title={"tr": "Anket", "en": "Survey"},
    languages=("tr", "en"),
    lists={"any": (Choice(name="1", label={"tr": "1"}),)},
    body=(
        _question("katilim"),
        _question("on8"),
        _question("degerlendirilen"),
        _module("emn", CORE),
        _module("acm", tuple(each for each in CORE if each != "fiziki")),
        _module("jan", CORE),
        _question("cinsiyet"),
        _question("yas_grubu"),
    ),
)


def answers(
    *services: str, score: int | str = 4, overall: int | str | None = None, **more: str
) -> dict[str, str]:
    """The answers of somebody who gives every item of these services the same score."""
    given = {
        "katilim": "1",
        "on8": "1",
        "degerlendirilen": " ".join(services),
        "cinsiyet": "kadin",
        "yas_grubu": "35-44",
    }
    for service in services:
        for dimension in (*CORE, "yetkinlik"):
            given[f"{service}_{dimension}"] = str(score)
        given[f"{service}_genel"] = str(score if overall is None else overall)
    return given | more


@dataclass
class Survey:
    """A database with the form and two rounds, and a data folder for the observations."""

    app: Flask
    visits: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    brought: int = 0

    @property
    def database(self) -> Any:
        """The application's database."""
        return self.app.extensions["izdes.database"]

    @property
    def data_dir(self) -> Path:
        """The application's data folder."""
        folder: Path = self.app.extensions["izdes.config"].data_dir
        return folder

    @property
    def folder(self) -> Path:
        """Where the observations lie."""
        return self.data_dir / "observations"

    def plan(
        self,
        code: str,
        province: str,
        *,
        weight: float | None = None,
        round_id: str = ROUND,
        forms: list[str] | None = None,
        stratum: str | None = None,
    ) -> str:
        """Plan a visit, whatever the plan's door would say to it."""

        def write(connection: Connection) -> int:
            row = {
                "code": code,
                "round_id": round_id,
                "province": province,
                "stratum": stratum or province,
                "design_weight": weight,
                "team": "E-1",
                "title_tr": code,
                "title_en": code,
                "planned_on": date(2026, 11, 20),
                "target": 10,
                "forms": forms,
            }
            return connection.execute(insert(VISITS).returning(VISITS.c.id), row).scalar_one()

        self.visits[code] = self.database.write(write), province, round_id
        return code

    def bring(
        self,
        visit: str | None,
        given: dict[str, str],
        *,
        instance: int | None = None,
        revision: int = 1,
        province: str | None = "06",
        times: int = 1,
        start: datetime = DAY,
    ) -> None:
        """Store interviews as the sync stores them; one held in no visit belongs to ``ROUND``."""
        visit_id, province, round_id = self.visits[visit] if visit else (None, province, ROUND)
        place = {"visit_id": visit_id, "province": province, "round_id": round_id}
        place |= {"started_at": start, "finished_at": start + timedelta(minutes=10)}
        arrivals = [self._arrival(given, place, instance, revision) for _ in range(times)]
        derivations = self.app.extensions["izdes.derivations"]
        self.database.write(
            lambda connection: store(connection, arrivals, actor=1, derivations=derivations)
        )

    def _arrival(
        self, given: dict[str, str], place: dict[str, Any], instance: int | None, revision: int
    ) -> Arrival:
        self.brought += 1
        body = json.dumps({"answers": given, "number": self.brought}).encode()
        return Arrival(
            instance_id=str(UUID(int=instance if instance is not None else 10**6 + self.brought)),
            revision=revision,
            digest=sha256(body).digest(),
            attached=(),
            columns={
                **place,
                "received_at": DAY,
                "form_version_id": 1,
                "officer_id": 1,
                "district": None,
                "device_id": "tablet-1",
                "encoding": "plain",
                "flags": None,
                "attachments": None,
                "body": zlib.compress(body),
            },
        )

    def table(self, **wanted: Any) -> IndexTable:
        """Ask for the index table of the round."""
        with self.app.app_context():
            return index_table(ROUND, **wanted)

    def row(self, measure: str = "index", **wanted: Any) -> IndexRow:
        """Ask for the only row of a measure."""
        (row,) = [row for row in self.table(**wanted).rows if row.measure == measure]
        return row

    def refresh(self) -> Manifest:
        """Take in what is new."""
        return refresh(self.database, self.folder)

    def rebuild(self, round_id: str | None = None) -> Manifest:
        """Make the observations again."""
        return rebuild(self.database, self.folder, round_id)

    def rows(self, manifest: Manifest, round_id: str = ROUND) -> list[dict[str, Any]]:
        """Read every rating that counts."""
        return self._read(manifest, round_id, kind=1)

    def people(self, manifest: Manifest, round_id: str = ROUND) -> list[dict[str, Any]]:
        """Read every person that counts."""
        return self._read(manifest, round_id, kind=0)

    def _read(self, manifest: Manifest, round_id: str, *, kind: int) -> list[dict[str, Any]]:
        parts = [
            pq.read_table(files(self.folder, round_id, segment)[kind])
            for segment in manifest.rounds.get(round_id, [])
        ]
        if not parts:
            return []
        table = pa.concat_tables(parts)
        void = pa.array(manifest.replaced.get(round_id, []), pa.int64())
        kept = table.filter(pc.invert(pc.is_in(table["sequence"], void)))
        rows: list[dict[str, Any]] = kept.to_pylist()
        return sorted(rows, key=lambda row: (row["sequence"], row.get("service", "")))


def prepare_survey(app: Flask) -> Survey:
    """Publish the form and open two rounds."""

    def write(connection: Connection) -> None:
        publish(connection, FORM, actor=None)
        for round_id in (ROUND, OTHER_ROUND):
            new = NewRound(
                id=round_id,
                name_tr=round_id,
                name_en=round_id,
                selection_mode="systematic_exit",
                starts_on=date(2026, 11, 1),
                ends_on=date(2027, 12, 31),
            )
            open_round(connection, new, actor=None)

    app.extensions["izdes.database"].write(write)
    return Survey(app)
