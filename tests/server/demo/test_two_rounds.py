"""The demonstration's two rounds: what the generator changed is what comparing them finds."""

import json
import re
import shutil
from collections.abc import Iterator
from math import erf, sqrt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from schemas.reference.geography import provinces
from schemas.reference.services import is_offered, services
from schemas.wording import LANGUAGES, say
from server import create_app
from server.demo import PASSWORD
from server.demo.population import CHANGE, CUTS, SPREAD, Effects
from server.rounds.models import VISITS
from server.shell.commands import izdes
from server.submissions.models import SUBMISSIONS
from server.web.formats import decimal, interval
from tests.people import Person, sign_in

INTERVIEWS, SEED = 4_000, 1
README = Path(__file__).parents[3] / "README.md"
COMMAND = re.compile(r"\.venv/bin/izdes ([^#\n]+)")
NINETY_FIVE_PERCENT = 1.96
PERSON, NOISE = 0.8, 0.7
"""How far people's moods and single answers lie apart (server/demo/interviews, population)."""


@pytest.fixture(scope="module", autouse=True)
def demonstration(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """An instance with a filled demonstration, named by the environment."""
    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copy(migrated_sqlite, folder / "izdes.sqlite3")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("IZDES_DATA_DIR", str(folder))
        environment.delenv("IZDES_DATABASE_URL", raising=False)
        filled = run("demo", "--fill-only", "--interviews", str(INTERVIEWS), "--seed", str(SEED))
        assert filled.exit_code == 0, filled.output
        yield folder


def run(*words: str) -> Result:
    return CliRunner().invoke(izdes, ["--language", "en", *words])


def test_the_later_round_is_open_and_the_earlier_one_closed() -> None:
    later, earlier = json.loads(run("round", "list", "--format", "json").output)
    assert (later["status"], earlier["status"]) == ("open", "closed")
    assert earlier["ends_on"] < later["starts_on"]
    assert earlier["selection_mode"] == later["selection_mode"]


def test_the_earlier_round_is_smaller_and_breaks_no_rule_either() -> None:
    app = create_app()
    with app.extensions["izdes.database"].read() as connection:
        rows = connection.execute(
            select(SUBMISSIONS.c.round_id, SUBMISSIONS.c.flags, VISITS.c.round_id)
            .join(VISITS, VISITS.c.id == SUBMISSIONS.c.visit_id)
            .where(VISITS.c.code.contains("Z-"))
        ).all()
    app.extensions["izdes.database"].close()
    assert {flags for _, flags, _ in rows} == {None}
    assert all(held == planned for held, _, planned in rows)
    sizes = sorted([held for held, _, _ in rows].count(each) for each in {row[0] for row in rows})
    assert sizes == [INTERVIEWS // 5, INTERVIEWS]


def test_comparing_finds_what_the_generator_changed() -> None:
    """One slope through all services: 1 if the changes printed are those that were put in."""
    compared = run("compare", "--by", "service", "--format", "json")
    rows = [load for load in json.loads(compared.output) if load["measure"] == "index"]
    assert {row["service"] for row in rows} == {service.code for service in services()}
    put_in = {row["service"]: true_change(row["service"]) for row in rows}
    error = {row["service"]: standard_error(row) for row in rows}
    for row in rows:
        name = row["service"]
        assert abs(row["change"] - put_in[name]) < 3.5 * error[name], row
        assert (put_in[name] == 0) == (name not in CHANGE)
    information = sum((put_in[name] / error[name]) ** 2 for name in put_in)
    slope = sum(put_in[row["service"]] * row["change"] / error[row["service"]] ** 2 for row in rows)
    slope /= information
    assert abs(slope - 1) < 2 / sqrt(information)
    assert slope > 2 / sqrt(information)


def standard_error(row: dict[str, Any]) -> float:
    assert row["low"] < row["high"]
    return float(row["high"] - row["low"]) / (2 * NINETY_FIVE_PERCENT)


def true_change(service: str) -> float:
    """The change of the index by the law interviews are drawn from, provinces by people."""
    effects = Effects(SEED)
    items = [effects.item(name) for name in ("erisim", "hiz", "ilgi", "bilgi", "adil", "sonuc")]
    people = changed = 0.0
    for place in provinces():
        if not is_offered(service, place.plate):
            continue
        now = effects.of_cell(place.plate, service)
        before = effects.of_cell(place.plate, service, is_earlier=True)
        moved = sum(expected(now + item) - expected(before + item) for item in items) / len(items)
        people += place.population
        changed += place.population * moved
    return changed / people


def expected(score: float) -> float:
    """The mean rating, 0 to 100, of a latent score seen through people, visits and noise."""
    spread = sqrt(PERSON**2 + NOISE**2 + SPREAD["visit"] ** 2 + SPREAD["officer"] ** 2)
    return 25 * sum((1 + erf((score - cut) / spread / sqrt(2))) / 2 for cut in CUTS)


def test_rounds_that_are_not_named_are_the_last_two() -> None:
    later, earlier = (
        load["id"] for load in json.loads(run("round", "list", "--format", "json").output)
    )
    by = ("--by", "service", "--format", "json")
    unnamed = run("compare", *by)
    assert unnamed.exit_code == 0
    assert unnamed.output == run("compare", earlier, later, *by).output
    assert unnamed.output == run("compare", earlier, *by).output


def test_the_dashboard_tells_the_same_changes_as_the_command() -> None:
    by_service = json.loads(run("compare", "--by", "service", "--format", "json").output)
    average = json.loads(run("compare", "--by", "country", "--format", "json").output)
    app = create_app()
    client = app.test_client()
    sign_in(client, Person("analist", "Elif Kaya", "analyst", PASSWORD))
    parts = client.get("/dashboards/data").json["parts"]
    app.extensions["izdes.database"].close()
    for row in by_service:
        if row["measure"] == "index":
            assert printed(row) in parts["services"], row
    (overall,) = [row for row in average if row["measure"] == "composite_index"]
    assert f"turundan bu yana değişim: {printed(overall)}" in parts["headline"]


def printed(row: dict[str, Any]) -> str:
    sign = "+" if row["change"] > 0 else ""
    return f"{sign}{decimal(row['change'], 'tr')} ({interval(row['low'], row['high'], 'tr')})"


def commands() -> list[str]:
    """The commands that the README and the greeting print."""
    greeting = [
        say("demo.welcome", language, address="", password="", truth="") for language in LANGUAGES
    ]
    found = [
        each for text in (README.read_text("utf-8"), *greeting) for each in COMMAND.findall(text)
    ]
    return sorted({each.strip() for each in found})


@pytest.mark.parametrize("command", commands())
def test_what_the_readme_and_the_greeting_tell_to_type_works(command: str) -> None:
    typed = run(*command.split())
    assert typed.exit_code == 0, typed.output
    assert typed.output.strip()


def test_comparing_is_among_what_is_told_to_type() -> None:
    assert any(command.startswith("compare") for command in commands())
