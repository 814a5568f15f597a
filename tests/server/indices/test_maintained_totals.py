"""Totals kept beside segments give what a rebuild gives, whatever arrived and whoever looked."""

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.reference.margin_files import margin_text, read_margin_table
from schemas.reference.population import built_in_margins
from server.observations import round_totals, segments
from server.observations.round_totals import RoundTotals, totals_of
from server.rounds.margins import set_margins
from tests.forgetting import forget
from tests.server.indices.survey import ROUND, Survey, answers

MAIN = "from server.shell.commands import main; main()"
ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 4),  # which interview
        st.integers(1, 3),  # which revision
        st.sampled_from(["V1", "V2", "V3", None]),
        st.sampled_from(["emn", "acm", "emn acm", ""]),
        st.integers(1, 5),
        st.sampled_from(["kadin", "erkek", ""]),
        st.sampled_from(["0", "1"]),  # agreed, or has withdrawn
        st.sampled_from(["0.5", "0.333333333", "1", ""]),  # chance of the service to be drawn
        st.sampled_from(["", "look", "margins"]),
    ),
    min_size=1,
    max_size=14,
)


def maintained(survey: Survey) -> RoundTotals:
    """The totals as a server that has just started makes them of what it finds on disk."""
    forget(vars(round_totals)["_recent"])
    return totals_of(survey.database, survey.data_dir, ROUND)


def from_scratch(survey: Survey) -> RoundTotals:
    for kept in survey.folder.glob("*/*.sums.arrow"):
        kept.unlink()
    survey.rebuild()
    return maintained(survey)


def sums(totals: RoundTotals) -> dict[str, Any]:
    """Everything the figures are made of, in an order of its own."""
    cells = totals.cells
    assert cells.calibration is not None
    found: dict[str, Any] = {"ratings": cells.ratings, "strata": cells.design.stratum}
    for scale in (cells.index, cells.satisfied):
        order = np.lexsort((scale.psu, scale.domain))
        for name in ("domain", "psu", "n", "w", "wy", "wyy", "ww"):
            found[f"{name} {len(found)}"] = getattr(scale, name)[order]
    names = sorted(totals.weighting.factors)
    code = np.array([names.index(factor) for factor in totals.weighting.factors], dtype=np.int64)
    for cross in (cells.calibration.index, cells.calibration.satisfied):
        order = np.lexsort((code[cross.variable], cross.domain))
        found[f"x {len(found)}"], found[f"xy {len(found)}"] = cross.x[order], cross.xy[order]
    found["held"] = cells.calibration.calibrators.sums.toarray()[:, np.argsort(code)]
    found["factors"] = np.array([totals.weighting.factors[name] for name in names])
    return found


def assert_same(got: RoundTotals, wanted: RoundTotals) -> None:
    assert (got.excluded, got.form_versions) == (wanted.excluded, wanted.form_versions)
    left, right = sums(got), sums(wanted)
    for name, column in right.items():
        np.testing.assert_allclose(left[name], column, rtol=1e-9, err_msg=name)


def replace_margins(survey: Survey, number: int) -> None:
    margins = {cell: 1 + (size * number) % 977 for cell, size in built_in_margins().items()}
    table = read_margin_table(margin_text(margins))
    survey.database.write(lambda connection: set_margins(connection, ROUND, table, actor=None))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(arrivals=ARRIVALS)
def test_what_is_maintained_equals_a_rebuild(
    survey: Survey, monkeypatch: pytest.MonkeyPatch, arrivals: list[tuple[Any, ...]]
) -> None:
    monkeypatch.setattr(segments, "COMPACT_FROM", 3)
    monkeypatch.setattr(segments, "SMALL", 6)
    if not survey.visits:
        for code, province, weight in (("V1", "06", 2.0), ("V2", "06", 3.0), ("V3", "34", None)):
            survey.plan(code, province, weight=weight)
    # Every example adds to what the earlier ones left behind.
    start = 10 * survey.brought
    for number, (who, revision, visit, services, score, sex, agrees, drawn, then) in enumerate(
        arrivals, 1
    ):
        given_answers = answers(*services.split(), score=score, cinsiyet=sex, katilim=agrees)
        given_answers |= {"secilme_olasiligi": drawn}
        survey.bring(visit, given_answers, instance=start + who, revision=revision)
        if then == "margins":
            replace_margins(survey, number)
        if then:
            maintained(survey)
    followed = maintained(survey)
    assert_same(followed, from_scratch(survey))


def test_a_record_costs_its_own_segment_only(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn"), times=3)
    maintained(survey)
    before = {file: file.stat().st_mtime_ns for file in survey.folder.glob("*/*.sums.arrow")}
    survey.bring(visit, answers("emn", score=1))
    maintained(survey)
    after = {file: file.stat().st_mtime_ns for file in survey.folder.glob("*/*.sums.arrow")}
    assert len(before) == 2
    assert len(after) == 4
    assert before.items() <= after.items()


def test_damaged_sums_are_made_again(survey: Survey) -> None:
    survey.bring(survey.plan("V1", "06"), answers("emn"), times=3)
    right = maintained(survey)
    for file in survey.folder.glob("*/*.sums.arrow"):
        file.write_bytes(file.read_bytes()[:100])
    assert_same(maintained(survey), right)


def test_sums_of_what_no_longer_counts_are_deleted(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn", score=1), instance=1)
    maintained(survey)
    survey.bring(visit, answers("emn", score=5), instance=1, revision=2)
    maintained(survey)
    monkeypatch.setattr(segments, "KEPT_SECONDS", -1)
    survey.bring(visit, answers("emn"))
    manifest = survey.refresh()
    left = set(survey.folder.glob("*/*.sums.arrow"))
    assert left == segments.sums_that_count(survey.folder, manifest)
    assert len(left) == 4


def test_several_processes_keep_the_same_sums(survey: Survey, database_url: str) -> None:
    visit = survey.plan("V1", "06")
    for score in (1, 4, 5):
        survey.bring(visit, answers("emn", score=score), times=10)
        survey.refresh()
    told = {"IZDES_DATABASE_URL": database_url, "IZDES_DATA_DIR": str(survey.data_dir)}
    command = [sys.executable, "-c", MAIN, "index", ROUND, "--format", "csv"]
    running = [
        subprocess.Popen(command, env=os.environ | told, stdout=subprocess.PIPE) for _ in range(3)
    ]
    printed = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(set(printed)) == 1
    assert printed[0]
    assert not list(survey.folder.glob("*/*.draft.*"))
    assert_same(maintained(survey), from_scratch(survey))
