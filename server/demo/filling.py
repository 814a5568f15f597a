"""Filling a demonstration: accounts, a round with visits, interviews sent as tablets do."""

import csv
import json
import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from random import Random
from uuid import UUID

from flask import Flask
from sqlalchemy import Connection

from schemas.flow import Questionnaire
from schemas.forms import FormDefinition
from schemas.submissions import Interview
from schemas.sync import BatchResult, Envelope, SubmissionBatch
from server.accounts.operations import create_user, known_user
from server.accounts.sessions import start_session
from server.database import Database
from server.demo import PASSWORD
from server.demo.interviews import FieldWork, HeldInterview, spelled
from server.demo.plan import PlannedVisit, plan_visits
from server.demo.population import true_scores
from server.rounds.operations import NewRound, NewVisit, add_visits, open_round

ACCOUNTS = (
    ("vali", "Emekli Vali Ahmet Yılmaz", "officer"),
    ("analist", "Analist Elif Kaya", "analyst"),
    ("yonetici", "Yönetici Deniz Demir", "admin"),
)
BATCH = 50
TURKEY = timezone(timedelta(hours=3))
FIRST_INTERVIEW = time(9, tzinfo=TURKEY)
MINUTES_BETWEEN = 21


@dataclass(frozen=True)
class Demonstration:
    """What is to be filled: a round of this size, as if held in the weeks before ``today``."""

    round_id: str
    interviews: int
    seed: int
    today: date
    truth_folder: Path


@dataclass(frozen=True)
class _Sent:
    instance_id: str
    visit: PlannedVisit
    officer: str
    held: HeldInterview


def prepare(database: Database, demo: Demonstration) -> list[PlannedVisit]:
    """Make the accounts, open the round, plan its visits; all or nothing."""
    visits = plan_visits(demo.interviews, today=demo.today, random=Random(demo.seed))

    def write(connection: Connection) -> None:
        ids = _make_accounts(connection, visits)
        open_round(connection, _round(demo), actor=ids["yonetici"])
        planned = [_planned(visit, ids) for visit in visits]
        planned += _visits_to_come(demo.today, ids["vali"])
        add_visits(connection, demo.round_id, planned, actor=ids["yonetici"])

    database.write(write)
    return visits


def send_interviews(
    app: Flask, definition: FormDefinition, demo: Demonstration, visits: list[PlannedVisit]
) -> Iterator[int]:
    """Hold and send every interview through the HTTP door; yield how many each batch brought."""
    work = FieldWork(Questionnaire(definition), seed=demo.seed)
    demo.truth_folder.mkdir(parents=True, exist_ok=True)
    _write_true_scores(work, demo.truth_folder / "true-scores.csv")
    database: Database = app.extensions["izdes.database"]
    tokens: dict[str, str] = {}
    with (demo.truth_folder / "interviews.csv").open("w", newline="", encoding="utf-8") as file:
        truth = csv.writer(file)
        truth.writerow(("instance_id", "visit", "officer", "kind"))
        for officer, batch in _batches(definition, work, visits):
            token = tokens.get(officer) or _open_session(database, officer)
            tokens[officer] = token
            _post(app, token, officer, [envelope for envelope, _ in batch])
            truth.writerows(
                (sent.instance_id, sent.visit.code, sent.officer, sent.held.kind)
                for _, sent in batch
            )
            yield len(batch)


def _make_accounts(connection: Connection, visits: list[PlannedVisit]) -> dict[str, int]:
    ids = {
        username: create_user(
            connection, username=username, full_name=name, role=role, password=PASSWORD
        )
        for username, name, role in ACCOUNTS
    }
    for username in sorted({officer for visit in visits for officer in visit.officers}):
        ids[username] = create_user(
            connection,
            username=username,
            full_name=f"Görevli {username.removeprefix('gorevli-')}",
            role="officer",
            password=secrets.token_urlsafe(24),
        )
    return ids


def _round(demo: Demonstration) -> NewRound:
    return NewRound(
        id=demo.round_id,
        name_tr=f"{demo.round_id} deneme turu (benzetim)",
        name_en=f"{demo.round_id} demonstration round (simulated)",
        selection_mode="systematic_exit",
        starts_on=demo.today - timedelta(days=60),
        ends_on=demo.today + timedelta(days=60),
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


def _visits_to_come(today: date, officer: int) -> list[NewVisit]:
    """Plan what the demo officer can work in at once."""
    places = (("06", "1231", "Ankara / Çankaya"), ("06", "1130", "Ankara / Altındağ"))
    return [
        NewVisit(
            code=f"Z-{plate}-V{number}",
            province=plate,
            district=district,
            stratum=plate,
            team="E-06-V",
            title_tr=title,
            title_en=title,
            planned_on=today + timedelta(days=number - 1),
            target=20,
            officers=(officer,),
        )
        for number, (plate, district, title) in enumerate(places, start=1)
    ]


def _batches(
    definition: FormDefinition, work: FieldWork, visits: list[PlannedVisit]
) -> Iterator[tuple[str, list[tuple[Envelope, _Sent]]]]:
    waiting: dict[str, list[tuple[Envelope, _Sent]]] = defaultdict(list)
    for visit in visits:
        for number in range(visit.target):
            officer = visit.officers[number % len(visit.officers)]
            waiting[officer].append(_hold(definition, work, visit, number))
            if len(waiting[officer]) == BATCH:
                yield officer, waiting.pop(officer)
    yield from waiting.items()


def _hold(
    definition: FormDefinition, work: FieldWork, visit: PlannedVisit, number: int
) -> tuple[Envelope, _Sent]:
    random = Random(f"{work.seed}/{visit.code}/{number}/when")
    start = datetime.combine(visit.day, FIRST_INTERVIEW) + timedelta(
        minutes=number * MINUTES_BETWEEN + random.randint(0, 5),
        milliseconds=random.randint(0, 59_999),
    )
    held = work.hold(visit, number, start=start)
    interview = Interview(
        form_id=definition.id,
        form_version=definition.version,
        visit=visit.code,
        language="tr",
        started_at=spelled(held.started_at),
        finished_at=spelled(held.finished_at),
        app_version="demo",
        answers=held.answers,
    )
    body = json.dumps(interview.model_dump(), ensure_ascii=False, separators=(",", ":"))
    instance_id = _instance_id(held.started_at, random)
    envelope = Envelope(
        instance_id=instance_id,
        revision=1,
        form_id=definition.id,
        form_version=definition.version,
        digest=f"sha256:{sha256(body.encode()).hexdigest()}",
        body=body,
    )
    return envelope, _Sent(instance_id, visit, visit.officers[number % len(visit.officers)], held)


def _instance_id(at: datetime, random: Random) -> str:
    """Give a UUIDv7 (RFC 9562) that the same seed gives again, so that a repeat is a duplicate."""
    value = int(at.timestamp() * 1000) << 80 | random.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(UUID(int=value & ~(0x3 << 62) | 0x2 << 62))


def _open_session(database: Database, officer: str) -> str:
    token = secrets.token_urlsafe(32)

    def write(connection: Connection) -> None:
        start_session(connection, token=token, user_id=known_user(connection, officer).user.id)

    database.write(write)
    return token


def _post(app: Flask, token: str, officer: str, envelopes: list[Envelope]) -> None:
    batch = SubmissionBatch(
        device_id=f"demo-{officer}",
        sent_at=spelled(datetime.now(TURKEY)),
        submissions=tuple(envelopes),
    )
    answer = app.test_client().post(
        "/api/v1/submissions",
        data=batch.model_dump_json(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    result = BatchResult.model_validate_json(answer.data) if answer.status_code == 200 else None
    if result is None or any(each.receipt is None for each in result.results):
        raise RuntimeError(f"the demonstration's interviews were not taken: {answer.text[:300]}")


def _write_true_scores(work: FieldWork, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("province", "service", "latent_score"))
        writer.writerows(true_scores(work.effects))
