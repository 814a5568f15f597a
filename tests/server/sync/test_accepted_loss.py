"""A loss that cannot be healed is accepted once, with an entry, and is history from then on."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from server.shell.commands import izdes
from server.store.epochs import accept_loss, has_lost, is_older, open_epochs
from tests.people import ADMIN
from tests.records import Field, envelope
from tests.server.sync.test_epochs import database_of, keys_of, put_back, receipts
from tests.server.sync.test_older_database_pages import browser, told

ENTRIES = "SELECT details FROM audit_entries WHERE action = 'receipts.loss_accepted'"
WARNED, HISTORY = (
    "✗ Veritabanı, verilen alındıları",
    "· Veritabanının eski bir kopyası geri konmuştu",
)


@pytest.fixture
def doctor(field: Field) -> Callable[..., Result]:
    config = field.app.extensions["izdes.config"]
    settings = {"IZDES_DATABASE_URL": config.database_url, "IZDES_DATA_DIR": str(config.data_dir)}
    return lambda *arguments: CliRunner().invoke(izdes, ["doctor", *arguments], env=settings)


def test_an_accepted_loss_is_told_as_history_only(
    field: Field, doctor: Callable[..., Result]
) -> None:
    receipts(field, envelope(), envelope())
    put_back(field, without=1)
    receipts(field, envelope())
    client = browser(field, ADMIN)
    assert told(client, "/people/")
    assert WARNED in doctor().output
    accepted = doctor("--accept-loss")
    assert "Kayıp kabul edildi" in accepted.output
    assert HISTORY in accepted.output
    assert WARNED not in accepted.output
    assert not told(client, "/people/")
    assert client.get("/healthz").json["database"] == "current"
    assert len(field.rows(ENTRIES)) == 1


def test_what_no_tablet_has_met_is_told_before_it_is_accepted(
    field: Field, doctor: Callable[..., Result]
) -> None:
    receipts(field, envelope(), envelope(), envelope())
    put_back(field, without=2)
    doctor("--accept-loss")
    ((details,),) = field.rows(ENTRIES)
    lost = (json.loads(details) if isinstance(details, str) else details)["lost"]
    assert lost["submissions"] == 3
    rows = field.rows("SELECT 1 FROM audit_entries WHERE action = 'receipts.database_older'")
    assert len(rows) == 1
    assert not is_older(database_of(field.app), keys_of(field.app))


def test_numbers_given_before_and_after_stay_in_their_lives(field: Field) -> None:
    kept, lost, after = envelope(), envelope(), envelope()
    first = receipts(field, kept, lost)[0]
    put_back(field, without=1)
    (second,) = receipts(field, after)
    assert accept_loss(database_of(field.app), keys_of(field.app))
    assert receipts(field, kept, after) == [first, second]
    assert receipts(field, lost)[0]["epoch"] == second["epoch"]


def test_the_next_older_database_is_told_anew(field: Field, doctor: Callable[..., Result]) -> None:
    receipts(field, envelope(), envelope())
    put_back(field, without=1)
    doctor("--accept-loss")
    receipts(field, envelope(), envelope())
    put_back(field, without=1)
    assert WARNED in doctor().output
    open_epochs(database_of(field.app), keys_of(field.app))
    assert has_lost(keys_of(field.app))


def test_without_a_loss_nothing_is_accepted(field: Field, doctor: Callable[..., Result]) -> None:
    receipts(field, envelope())
    lives = (keys_of(field.app) / "epochs.json").read_bytes()
    assert "Kabul edilecek bir kayıp yok" in doctor("--accept-loss").output
    put_back(field, without=1)
    doctor("--accept-loss")
    assert "Kabul edilecek bir kayıp yok" in doctor("--accept-loss").output
    assert len(field.rows(ENTRIES)) == 1
    assert lives != (keys_of(field.app) / "epochs.json").read_bytes()
