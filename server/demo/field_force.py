"""All officers at once: interviews are held in as many processes as there are cores."""

import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from random import Random
from uuid import UUID

from schemas.forms.definition import FormDefinition
from schemas.forms.flow import Questionnaire
from schemas.protocol.submissions import Interview
from schemas.protocol.sync import Envelope
from schemas.turkish import TURKISH_TIME
from server.demo.interviews import FieldWork, HeldInterview, spelled
from server.demo.plan import PlannedVisit

FIRST_INTERVIEW = time(9, tzinfo=TURKISH_TIME)
MINUTES_BETWEEN = 21


@dataclass(frozen=True)
class Record:
    """An interview ready to be sent, and what is known of how it came about."""

    officer: str
    visit: str
    kind: str
    envelope: Envelope


@contextmanager
def field_force(
    definition: FormDefinition, seed: int
) -> Iterator[Callable[[Iterable[PlannedVisit]], Iterator[Record]]]:
    """A function that holds the interviews of all visits, in the visits' order."""
    # Spawned: this process has threads, and a forked child would inherit their locks.
    pool = ProcessPoolExecutor(
        max_workers=os.cpu_count(),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_equip,
        initargs=(definition.model_dump_json(), seed),
    )
    try:
        yield lambda visits: (
            record for held in pool.map(_hold_all, visits, chunksize=4) for record in held
        )
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Equipment:
    definition: FormDefinition
    work: FieldWork


_equipment: list[_Equipment] = []
"""What a process of the pool works with; set once when it starts."""


def _equip(definition: str, seed: int) -> None:
    form = FormDefinition.model_validate_json(definition)
    _equipment.append(_Equipment(form, FieldWork(Questionnaire(form), seed=seed)))


def _hold_all(visit: PlannedVisit) -> list[Record]:
    [equipment] = _equipment
    return [_hold(equipment, visit, number) for number in range(visit.target)]


def _hold(equipment: _Equipment, visit: PlannedVisit, number: int) -> Record:
    random = Random(f"{equipment.work.seed}/{visit.code}/{number}/when")
    start = datetime.combine(visit.day, FIRST_INTERVIEW) + timedelta(
        minutes=number * MINUTES_BETWEEN + random.randint(0, 5),
        milliseconds=random.randint(0, 59_999),
    )
    held = equipment.work.hold(visit, number, start=start)
    body = _body(equipment.definition, visit, held)
    envelope = Envelope(
        instance_id=instance_id(start, random),
        revision=1,
        form_id=equipment.definition.id,
        form_version=equipment.definition.version,
        digest=f"sha256:{sha256(body.encode()).hexdigest()}",
        body=body,
    )
    officer = visit.officers[number % len(visit.officers)]
    return Record(officer, visit.code, held.kind, envelope)


def _body(definition: FormDefinition, visit: PlannedVisit, held: HeldInterview) -> str:
    interview = Interview(
        form_id=definition.id,
        form_version=definition.version,
        visit=visit.code,
        language="tr",
        started_at=spelled(held.started_at),
        finished_at=spelled(held.finished_at),
        app_version="demo",
        answers=held.answers,
        confirmations=held.confirmations,
    )
    return json.dumps(interview.model_dump(), ensure_ascii=False, separators=(",", ":"))


def instance_id(at: datetime, random: Random) -> str:
    """A UUIDv7 (RFC 9562) that the same seed gives again, so that a repeat is a duplicate."""
    value = int(at.timestamp() * 1000) << 80 | random.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(UUID(int=value & ~(0x3 << 62) | 0x2 << 62))
