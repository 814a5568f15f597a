"""``izdes observations rebuild``."""

import pytest
from click.testing import CliRunner, Result

from server.observations.segments import read_manifest
from server.shell.commands import izdes
from tests.server.indices.survey import OTHER_ROUND, ROUND, Survey, answers


@pytest.fixture
def instance(survey: Survey, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Survey:
    """An instance named by the environment, with interviews in both rounds."""
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    survey.bring(survey.plan("V1", "06"), answers("emn"), times=3)
    survey.bring(survey.plan("W1", "06", round_id=OTHER_ROUND), answers("emn"), times=2)
    return survey


def run(*options: str) -> Result:
    return CliRunner().invoke(izdes, ["--language", "en", "observations", "rebuild", *options])


def test_one_round_is_made_again_and_the_others_stay(instance: Survey) -> None:
    before = instance.refresh()
    result = run(ROUND)
    assert result.output == "Observations rebuilt: 3 interviews, up to record 5.\n"
    after = read_manifest(instance.folder)
    assert after.rounds[ROUND] != before.rounds[ROUND]
    assert after.rounds[OTHER_ROUND] == before.rounds[OTHER_ROUND]


def test_all_rounds_are_made_again(instance: Survey) -> None:
    before = instance.refresh()
    assert run("--all").output == "Observations rebuilt: 5 interviews, up to record 5.\n"
    after = read_manifest(instance.folder)
    assert all(after.rounds[name] != before.rounds[name] for name in (ROUND, OTHER_ROUND))


@pytest.mark.usefixtures("instance")
def test_a_change_of_the_plan_reaches_the_observations(instance: Survey) -> None:
    instance.refresh()
    instance.database.write(
        lambda connection: connection.exec_driver_sql("UPDATE visits SET stratum = 'new'")
    )
    run("--all")
    rows = instance.rows(read_manifest(instance.folder))
    assert {row["stratum"] for row in rows} == {"new"}


@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize("options", [(), (ROUND, "--all")])
def test_either_a_round_or_all_must_be_named(options: tuple[str, ...]) -> None:
    result = run(*options)
    assert result.exit_code == 2
    assert "Give a round, or --all." in result.output


@pytest.mark.usefixtures("instance")
def test_an_unknown_round_is_named() -> None:
    assert getattr(run("1999-1").exception, "code", None) == "unknown_round"
