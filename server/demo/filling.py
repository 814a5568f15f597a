"""Filling a demonstration: accounts, a round with visits, interviews sent as tablets do."""

import csv
import json
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import Connection

from schemas.forms.definition import FormDefinition
from server import clock
from server.accounts.operations import create_user, known_user
from server.demo import PASSWORD
from server.demo.field_force import Record, field_force
from server.demo.plan import PlannedVisit, plan_visits
from server.demo.population import Effects, true_scores
from server.demo.sending import Tokens, post
from server.demo.units import OfficeVisit, office_visits, planned_offices, visits_to_come
from server.rounds.operations import NewRound, NewVisit, add_visits, open_round, set_round_status
from server.store.database import Database

ACCOUNTS = (
    ("vali", "Ahmet Yılmaz", "officer", ()),
    ("lider", "Murat Çelik", "lead", ("E-65",)),
    ("koordinator", "Selin Aydın", "coordinator", ("65",)),
    ("analist", "Elif Kaya", "analyst", ()),
    ("yonetici", "Deniz Demir", "admin", ()),
)
BATCH = 50
A_YEAR = timedelta(weeks=52)
EARLIER_SHARE = 5
"""The round before has one interview for so many of this one: enough to tell what has changed."""
PLAN = "plan.json"


@dataclass(frozen=True)
class Demonstration:
    """What is to be filled: a round of this size, as if held in the weeks before ``today``."""

    round_id: str
    interviews: int
    seed: int
    today: date
    folder: Path
    """Where the truth about the simulated interviews is written."""
    earlier_round: str | None = None
    """The round of a year before, to compare with; None in what an older İZDES began."""

    @classmethod
    def of_today(cls, interviews: int, seed: int, folder: Path) -> "Demonstration":
        """Decide on a demonstration that ends today."""
        today = clock.today()
        return cls(
            _round_id(today),
            interviews,
            seed,
            today,
            folder,
            earlier_round=_round_id(today - A_YEAR),
        )

    @classmethod
    def written_down(cls, folder: Path) -> "Demonstration | None":
        """The demonstration that was begun here, if one was."""
        file = folder / PLAN
        try:
            plan = json.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            return None
        return cls(**plan | {"today": date.fromisoformat(plan["today"]), "folder": folder})

    def write_down(self) -> None:
        """Keep what was decided, so that an interrupted filling can go on another day."""
        self.folder.mkdir(parents=True, exist_ok=True)
        plan = {
            "round_id": self.round_id,
            "interviews": self.interviews,
            "seed": self.seed,
            "today": self.today.isoformat(),
            "earlier_round": self.earlier_round,
        }
        (self.folder / PLAN).write_text(json.dumps(plan), "utf-8")


def _round_id(day: date) -> str:
    return f"{day.year}-{1 if day.month < 7 else 2}"


def visits_of(demo: Demonstration) -> list[PlannedVisit]:
    """Plan the visits; the same demonstration always gives the same."""
    return plan_visits(demo.interviews, today=demo.today, random=Random(demo.seed))


def earlier_visits_of(demo: Demonstration) -> list[PlannedVisit]:
    """Plan the visits of the round before, drawn from the same districts."""
    if demo.earlier_round is None:
        return []
    return plan_visits(
        max(1, demo.interviews // EARLIER_SHARE),
        today=demo.today - A_YEAR,
        random=Random(f"{demo.seed}/earlier"),
        earlier=demo.earlier_round,
    )


def offices_of(demo: Demonstration, visits: list[PlannedVisit]) -> list[OfficeVisit]:
    """Plan units, re-visits and meetings in the provinces that are interviewed."""
    return office_visits(visits, today=demo.today, random=Random(f"{demo.seed}/offices"))


def prepare(database: Database, demo: Demonstration, visits: list[PlannedVisit]) -> None:
    """Make the accounts, open the round, plan its visits; all or nothing."""

    def write(connection: Connection) -> None:
        before = earlier_visits_of(demo)
        ids = _make_accounts(connection, [*before, *visits])
        if demo.earlier_round is not None:
            opened = _round(demo.earlier_round, demo.today - A_YEAR)
            open_round(connection, opened, actor=ids["yonetici"])
            earlier = [_planned(visit, ids) for visit in before]
            add_visits(connection, opened.id, earlier, actor=ids["yonetici"])
        open_round(connection, _round(demo.round_id, demo.today), actor=ids["yonetici"])
        planned = [_planned(visit, ids) for visit in visits]
        offices = offices_of(demo, visits)
        planned += planned_offices(offices, ids)
        planned += visits_to_come(offices, demo.today, ids["vali"])
        add_visits(connection, demo.round_id, planned, actor=ids["yonetici"])

    database.write(write)


def close_earlier_round(database: Database, demo: Demonstration) -> None:
    """Close the round of the year before, as it is done when its fieldwork is over."""
    if (earlier := demo.earlier_round) is not None:
        database.write(
            lambda connection: set_round_status(
                connection, earlier, "closed", actor=known_user(connection, "yonetici").user.id
            )
        )


def send_interviews(
    app: Flask, definition: FormDefinition, demo: Demonstration, visits: list[PlannedVisit]
) -> Generator[int, None, None]:
    """Hold and send every interview through the HTTP door; yield how many each batch brought."""
    demo.folder.mkdir(parents=True, exist_ok=True)
    _write_true_scores(demo)
    tokens = Tokens(app.extensions["izdes.database"])
    with (
        (demo.folder / "interviews.csv").open("w", newline="", encoding="utf-8") as file,
        field_force(definition, demo.seed) as hold_all,
    ):
        truth = csv.writer(file)
        truth.writerow(("instance_id", "visit", "officer", "kind"))
        for officer, batch in _batches(hold_all(visits)):
            post(app, tokens[officer], officer, [record.envelope for record in batch])
            truth.writerows(
                (record.envelope.instance_id, record.visit, officer, record.kind)
                for record in batch
            )
            yield len(batch)


def _batches(records: Iterable[Record]) -> Iterator[tuple[str, list[Record]]]:
    waiting: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        waiting[record.officer].append(record)
        if len(waiting[record.officer]) == BATCH:
            yield record.officer, waiting.pop(record.officer)
    yield from waiting.items()


def _make_accounts(connection: Connection, visits: list[PlannedVisit]) -> dict[str, int]:
    ids = {
        username: create_user(
            connection,
            username=username,
            full_name=name,
            role=role,
            places=places,
            password=PASSWORD,
        )
        for username, name, role, places in ACCOUNTS
    }
    for username in sorted({officer for visit in visits for officer in visit.officers}):
        ids[username] = create_user(
            connection,
            username=username,
            full_name=f"Görevli {username.removeprefix('gorevli-')}",
            role="officer",
            password=None,
        )
    return ids


def _round(round_id: str, today: date) -> NewRound:
    return NewRound(
        id=round_id,
        name_tr=f"{round_id} deneme turu (benzetim)",
        name_en=f"{round_id} demonstration round (simulated)",
        selection_mode="systematic_exit",
        starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=60),
    )


def _planned(visit: PlannedVisit, ids: dict[str, int]) -> NewVisit:
    title = f"{visit.province_name} / {visit.district.name}"
    return NewVisit(
        code=visit.code,
        province=visit.province,
        district=visit.district.code,
        stratum=visit.province,
        team=visit.team,
        title_tr=title,
        title_en=title,
        planned_on=visit.day,
        target=visit.target,
        officers=tuple(ids[officer] for officer in visit.officers),
    )


def _write_true_scores(demo: Demonstration) -> None:
    path = demo.folder / "true-scores.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("province", "service", "latent_score", "a_year_before"))
        writer.writerows(true_scores(Effects(demo.seed)))
