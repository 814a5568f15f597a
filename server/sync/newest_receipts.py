"""What a tablet's newest receipt tells: whether this database still holds what it was signed for.

Whoever puts a whole machine back, with the database also what is kept beside the key, has nothing
left that knows of younger records. The tablets do: each shows the newest receipt it holds whenever
it asks for the catalogue. A receipt of our own key, for a record that is not here, comes from a
younger life of the database.
"""

import logging
from typing import Final

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from schemas.protocol.sync import Receipt
from server.store.database import Database
from server.store.epochs import Numbers
from server.submissions.models import QUARANTINE, SUBMISSIONS
from server.sync.receiving import Reception

log = logging.getLogger("izdes")

HEADER: Final = "Izdes-Newest-Receipt"


def hear(reception: Reception, said: str) -> None:
    """Begin a new epoch if a receipt of ours is for a record that is not held any more."""
    receipt = _read(said)
    # The receipts of anonymous records have no number, and lead to none.
    if receipt is None or receipt.sequence == 0 or not reception.signer.has_signed(receipt):
        return
    if is_held(reception.database, receipt):
        return
    shelf = "quarantine" if receipt.status == "quarantined" else "submissions"
    lost = Numbers.model_validate({shelf: receipt.sequence})
    try:
        reception.epochs.lose(reception.database, receipt.epoch, lost)
    except (DBAPIError, OSError):
        # The catalogue is for work in the field; whoever comes next tells it again.
        log.exception("could not note that the database is older than a tablet's receipt")


def is_held(database: Database, receipt: Receipt) -> bool:
    """Tell whether the text that a receipt is for lies here, understood or not."""
    digest = bytes.fromhex(receipt.digest.removeprefix("sha256:"))
    with database.read() as connection:
        return any(
            connection.execute(
                select(shelf.c.sequence).where(
                    shelf.c.instance_id == receipt.instance_id,
                    shelf.c.revision == receipt.revision,
                    shelf.c.digest == digest,
                )
            ).first()
            for shelf in (SUBMISSIONS, QUARANTINE)
        )


def _read(said: str) -> Receipt | None:
    try:
        return Receipt.model_validate_json(said)
    except ValidationError:
        return None
