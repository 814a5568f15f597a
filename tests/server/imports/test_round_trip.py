"""Our own exports, imported elsewhere, are the records they were made from."""

import csv
import json
import zlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server import create_app
from server.config import Config
from server.forms.publishing import publish
from server.migrations import migrate
from tests.records import FORM, ROUND, Field, envelope, interview
from tests.server.imports.shell import Shell

OPENED = ("round", "open", ROUND.id, "--name-tr", "R", "--name-en", "R", "--mode", "quota",
          "--from", "2026-01-01", "--until", "2027-12-31")  # fmt: skip
BILINGUAL = FORM.model_copy(
    update={
        "id": "cift",
        "lists": {
            name: tuple(
                choice.model_copy(
                    update={"label": {"tr": choice.label["tr"], "en": choice.label["tr"]}}
                )
                for choice in choices
            )
            for name, choices in FORM.lists.items()
        },
    }
)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Flask]:
    """Another instance, which has the same form and no records."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    app = create_app(Config(data_dir=folder, database_url=f"sqlite:///{folder / 'b.sqlite3'}"))
    migrate(app.extensions["izdes.database"])
    app.extensions["izdes.database"].write(
        lambda connection: publish(connection, BILINGUAL, actor=None)
    )
    yield app
    app.extensions["izdes.database"].close()


def stored(app: Flask) -> dict[str, Any]:
    with app.extensions["izdes.database"].read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT instance_id, province, district, body FROM submissions WHERE is_current"
        ).all()
    return {
        str(instance).replace("-", ""): (province, district, json.loads(zlib.decompress(body)))
        for instance, province, district, body in rows
    }


@pytest.mark.parametrize("chosen", list(product(("csv", "csv-tr"), ("codes", "labels"))))
def test_an_export_is_imported_as_it_was(
    field: Field,
    elsewhere: Flask,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    chosen: tuple[str, str],
) -> None:
    dialect, values = chosen
    field.app.extensions["izdes.database"].write(
        lambda connection: publish(connection, BILINGUAL, actor=None)
    )
    names = {"form_id": BILINGUAL.id}
    for answers in ({}, {"yas": "17", "oneri": "=1+1"}, {"ilce": "", "oneri": '-iyi; "çok"'}):
        field.send(envelope(interview(**names, answers=answers), **names))
    out = tmp_path / "out.csv"
    here = Shell(field.app, monkeypatch, tmp_path)
    here.done("export", ROUND.id, "--format", dialect, "--values", values, "--out", out)
    there = Shell(elsewhere, monkeypatch, tmp_path)
    there.done(*OPENED)
    said = there.done("import", ROUND.id, out)
    assert "Every value was understood." in said
    before, after = stored(field.app), stored(elsewhere)
    assert before.keys() == after.keys()
    for instance, (province, district, body) in before.items():
        assert after[instance][:2] == (province, district)
        answers, again = body["answers"], after[instance][2]["answers"]
        clock = {"baslangic", "bitis"}
        assert {key: text for key, text in again.items() if key not in clock} == {
            key: text for key, text in answers.items() if text and key not in clock
        }
        # The Turkish dialect tells times to the minute, by the clock of Türkiye.
        if dialect == "csv":
            assert {key: again[key] for key in clock} == {key: answers[key] for key in clock}
        assert after[instance][2]["visit"] == body["visit"]
    assert "Interviews stored in round “2026-2”: 0" in there.done("import", ROUND.id, out)


def test_headings_may_be_labels_in_any_language(shell: Shell, tmp_path: Path) -> None:
    labelled = BILINGUAL.model_copy(
        update={
            "body": tuple(
                node.model_copy(update={"label": {"tr": "Kaç yaşındasınız?", "en": "Your age?"}})
                if node.name == "yas"
                else node
                for node in BILINGUAL.body
            )
        }
    )
    shell.app.extensions["izdes.database"].write(
        lambda connection: publish(connection, labelled, actor=None)
    )
    for number, heading in enumerate(("KAÇ YAŞINDASINIZ?", "your age?")):
        file = shell.file(f"{number}.csv", f"İl\t{heading}\tbaşka\nankara\t4{number}\tx\n")
        said = shell.done("import", "R", file)
        assert "not taken: 1\n  başka" in said
    shell.done("export", "R", "--out", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as written:
        assert [(row["il"], row["yas"]) for row in csv.DictReader(written)] == [
            ("06", "40"),
            ("06", "41"),
        ]
