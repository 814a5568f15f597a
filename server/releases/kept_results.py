"""Results over all answers of a service that move only when ten people are new.

What explains satisfaction, or how items go together, is measured from single answers and not from
groups. Told anew after every interview it would speak of one person; so it stays until enough
others have come.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from schemas.rules.thresholds import thresholds
from server.observations.segments import made_durable
from server.releases.releases import deciding, folder_of


@dataclass(frozen=True)
class Measurable:
    """A service as it is now: how many answered in full, and what measures it."""

    service: str
    people: int
    measure: Callable[[], Any]
    """Gives what JSON can hold; None where it cannot be measured."""


def kept_results(
    data_dir: Path, round_id: str, family: str, found: Iterable[Measurable], *, through: int
) -> dict[str, Any]:
    """The results of the services by code, measured again where ten people have changed.

    ``through`` is the last record ``found`` was made of: where somebody has measured on more
    records, that result stays.
    """
    least = thresholds().suppress_below_answers
    with deciding(data_dir, round_id):
        file = folder_of(data_dir, round_id) / f"{quote(family, safe='')}.json"
        held: dict[str, Any] = json.loads(file.read_bytes()) if file.exists() else {}
        before = json.dumps(held)
        for measurable in found:
            last = held.get(measurable.service)
            if measurable.people >= least and (
                last is None
                or (
                    last.get("through", 0) <= through
                    and abs(measurable.people - last["people"]) >= least
                )
            ):
                held[measurable.service] = {
                    "people": measurable.people,
                    "through": through,
                    "result": measurable.measure(),
                }
        if json.dumps(held) != before:
            _write(file, held)
    return {service: kept["result"] for service, kept in held.items() if kept["result"] is not None}


def _write(file: Path, held: dict[str, Any]) -> None:
    draft = file.with_name(f"{file.name}.{uuid4().hex}")
    draft.write_text(json.dumps(held), "utf-8")
    made_durable(draft)
    draft.replace(file)
    made_durable(file.parent)
