"""A derivation of the tests: how old people are, how often that was derived, and faults at will."""

from typing import Final

from sqlalchemy import Connection, text

from schemas.forms.definition import FormDefinition
from server.submissions.derivations import Derivation, StoredRevision

TABLE: Final = """
CREATE TABLE ages (sequence BIGINT PRIMARY KEY, age TEXT, is_current BOOLEAN, times INTEGER)
"""
FAULTY: Final = {"99"}
"""Ages at which it fails; a test that mends it takes them out."""
CONCERNED: Final = {"gorusme", "B1_birim_ziyaret"}


def concerns(definition: FormDefinition) -> bool:
    """Tell whether ages are derived of a form."""
    if "every form" in FAULTY:
        raise LookupError
    return definition.id in CONCERNED


def derive(connection: Connection, stored: StoredRevision) -> None:
    """Count how often a revision was derived; fail after having written."""
    values = {
        "sequence": stored.row.sequence,
        "age": stored.text.answers.get("yas", ""),
        "is_current": stored.row.is_current,
    }
    known = connection.execute(
        text("UPDATE ages SET times = times + 1, age = :age WHERE sequence = :sequence"),
        {name: values[name] for name in ("sequence", "age")},
    )
    if not known.rowcount:
        connection.execute(
            text("INSERT INTO ages VALUES (:sequence, :age, :is_current, 1)"), values
        )
    if values["age"] in FAULTY:
        raise ZeroDivisionError("what somebody has answered")


derivation = Derivation("ages", 1, concerns, derive)
