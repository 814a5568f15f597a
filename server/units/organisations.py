"""The register of institutions, filled from the reference file this version comes with."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select, update

from schemas.reference.organisations import Organisation, organisations
from schemas.turkish import search_word
from server.store import audit
from server.units.models import ORGANISATIONS


def fill_organisations(connection: Connection) -> None:
    """Add institutions that are new in the reference file, and put changed ones right.

    None is taken out: units and decisions name them. What is as it should be is left alone.
    """
    stored = connection.execute(select(ORGANISATIONS)).mappings()
    held = {row["code"]: dict(row) for row in stored}
    rows = [_row(place, each) for place, each in enumerate(organisations(), start=1)]
    added = [row for row in rows if row["code"] not in held]
    changed = [row for row in rows if held.get(row["code"], row) != row]
    if added:
        connection.execute(insert(ORGANISATIONS), added)
    for row in changed:
        mine = ORGANISATIONS.c.code == row["code"]
        connection.execute(update(ORGANISATIONS).where(mine).values(row))
    if added or changed:
        details = {"added": len(added), "changed": [row["code"] for row in changed]}
        audit.write(
            connection,
            actor=None,
            action="organisation.filled",
            object="organisations",
            details=details,
        )


def _row(place: int, organisation: Organisation) -> dict[str, Any]:
    spoken = (organisation.name_tr, organisation.name_en, organisation.short_tr, organisation.code)
    return {
        **asdict(organisation),
        "place": place,
        "search_word": search_word(" ".join(spoken)),
    }
