"""The way in from the field: records up, receipts and the catalogue down."""

from flask import Blueprint, current_app, request

from schemas.protocol.sync import AnonymousBatch, BatchResult, Catalogue, Officer, SubmissionBatch
from server import clock
from server.accounts.permissions import current_user, signed_in_user
from server.accounts.queries import SignedInUser
from server.accounts.scopes import may
from server.catalogue.visits import visit_summaries
from server.forms.queries import forms_in_use
from server.store.database import current_database
from server.submissions.derivations import current_derivations
from server.sync.batch import read_batch
from server.sync.newest_receipts import HEADER, hear
from server.sync.pace import Pace
from server.sync.receipts import spell_time
from server.sync.receiving import Reception, open_reception, receive, receive_anonymously
from server.web.access import allow, allow_public
from server.web.api import operation

blueprint = Blueprint("sync", __name__)

LARGEST_BATCH = 8_000_000


@blueprint.post("/api/v1/submissions")
@operation(request=SubmissionBatch, response=BatchResult, largest_body=LARGEST_BATCH)
@allow("record.write")
def receive_submissions() -> BatchResult:
    """Take records from a tablet and answer each with a receipt."""
    user = signed_in_user()
    batch = read_batch()
    _pace().take(f"{user.id}/{batch.device_id}", len(batch.envelopes))
    return receive(reception(), batch, user.id)


@blueprint.post("/api/v1/anonymous-records")
@operation(request=AnonymousBatch, response=BatchResult, largest_body=LARGEST_BATCH)
@allow("record.write")
def receive_anonymous_records() -> BatchResult:
    """Take records of anonymous forms: an officer may send them, and is not asked which one."""
    return receive_anonymously(reception(), read_batch(AnonymousBatch))


@blueprint.get("/api/v1/catalogue")
@operation(response=Catalogue)
@allow_public
def show_catalogue() -> Catalogue:
    """Everything a tablet keeps for working offline; officer and visits need a session.

    An officer's tablet shows the newest receipt it holds (server/sync/newest_receipts.py).
    """
    officer = _officer()
    if officer and (said := request.headers.get(HEADER)):
        hear(reception(), said)
    with current_database().read() as connection:
        forms = forms_in_use(connection)
        visits = visit_summaries(connection, reception().known.forms, officer) if officer else ()
    return Catalogue(
        server_time=spell_time(clock.now()),
        forms=forms,
        receipt_key=reception().signer.public,
        correction_days=current_app.extensions["izdes.config"].correction_days,
        officer=_shown(officer) if officer else None,
        visits=visits,
    )


def _officer() -> SignedInUser | None:
    user = current_user()
    return user if may(user, "record.write") else None


def _shown(user: SignedInUser) -> Officer:
    return Officer(
        username=user.username, full_name=user.full_name, role=user.role, language=user.language
    )


def _pace() -> Pace:
    most = current_app.extensions["izdes.config"].records_per_minute
    pace: Pace = current_app.extensions.setdefault("izdes.pace", Pace(most))
    return pace


def reception() -> Reception:
    """The application's reception, opened at the first need."""
    kept: Reception | None = current_app.extensions.get("izdes.reception")
    if kept is None:
        data_dir = current_app.extensions["izdes.config"].data_dir
        kept = open_reception(current_database(), data_dir, current_derivations())
        current_app.extensions["izdes.reception"] = kept
    return kept
