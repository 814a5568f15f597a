"""Signs on records are kept up to date: whatever came, was corrected or left the round since."""

from datetime import timedelta
from random import Random

import pytest
from flask import Flask

from analysis.fieldwork.assessment import SIGNS, assessed
from schemas.rules.quality import quality_rules
from server.observations.segments import COMPACT_FROM
from server.quality import signs
from server.quality.queries import fieldwork_of
from server.quality.signs import signs_of
from tests.server.indices.survey import DAY, OTHER_ROUND, ROUND, Survey, answers, prepare_survey

STEPS = 45


@pytest.fixture
def survey(app: Flask) -> Survey:
    """A published form, two open rounds without interviews, a visit in each of both."""
    survey = prepare_survey(app)
    survey.plan("here", "06")
    survey.plan("there", "65", round_id=OTHER_ROUND)
    return survey


def kept(survey: Survey) -> dict[str, list[int]]:
    known = signs_of(survey.database, survey.data_dir, ROUND)
    numbers = known.fieldwork.sequence.tolist()
    return {name: [each for each in numbers if name in known.of(each)] for name in SIGNS}


def fresh(survey: Survey) -> dict[str, list[int]]:
    fieldwork, _, _ = fieldwork_of(survey.folder, ROUND, survey.refresh())
    found = assessed(fieldwork, quality_rules()).signs
    return {name: fieldwork.sequence[found[name]].tolist() for name in SIGNS}


class History:
    """What happens to a round, drawn by lot; every record has a number of its own."""

    def __init__(self, survey: Survey, random: Random) -> None:
        self._survey, self._random = survey, random
        self._revisions: dict[int, int] = {}

    def go_on(self) -> None:
        """Let one thing happen."""
        what = self._come, self._be_corrected, self._leave, self._be_seen, self._be_made_again
        self._random.choices(what, (10, 6, 2, 6, 1))[0]()

    def _come(self) -> None:
        for _ in range(self._random.randint(1, 3)):
            number = len(self._revisions) + 1
            self._revisions[number] = 1
            self._write(number, "here")

    def _be_corrected(self) -> None:
        if self._revisions:
            self._revise("here")

    def _leave(self) -> None:
        """A correction says that it was held in another round's visit."""
        if self._revisions:
            self._revise("there")

    def _revise(self, visit: str) -> None:
        number = self._random.choice(list(self._revisions))
        self._revisions[number] += 1
        self._write(number, visit)

    def _be_seen(self) -> None:
        """Another process takes in what is new; it may put segments together."""
        self._survey.refresh()

    def _be_made_again(self) -> None:
        self._survey.rebuild(self._random.choice((None, ROUND)))

    def _write(self, number: int, visit: str) -> None:
        random = self._random
        services = random.sample(("emn", "acm", "jan"), random.randint(0, 3))
        given = answers(*services, score=random.randint(1, 5))
        for service in services:
            if random.random() < 0.5:
                given[f"{service}_hiz"] = str(random.randint(1, 5))
        start = DAY + timedelta(minutes=random.choice((0, 5, 60, 600, 900)))
        revision = self._revisions[number]
        self._survey.bring(visit, given, instance=number, revision=revision, start=start)


@pytest.mark.parametrize("seed", range(3))
def test_kept_signs_are_those_of_a_fresh_look(survey: Survey, seed: int) -> None:
    random = Random(seed)
    history = History(survey, random)
    seen: set[str] = set()
    for _ in range(STEPS):
        history.go_on()
        if random.random() < 0.6:
            now = kept(survey)
            assert now == fresh(survey)
            seen |= {name for name, found in now.items() if found}
    assert kept(survey) == fresh(survey)
    assert seen >= {"flat", "overlap", "near_duplicate", "night"}


def test_an_account_outlives_segments_that_were_put_together(survey: Survey) -> None:
    for step in range(3 * COMPACT_FROM):
        survey.bring("here", answers("emn", score=1 + step % 5), start=DAY + timedelta(hours=step))
        if step % 5 == 0:
            assert kept(survey) == fresh(survey)
        survey.refresh()
    assert kept(survey) == fresh(survey)
    assert len(kept(survey)["flat"]) == 3 * COMPACT_FROM


def test_nothing_new_costs_no_second_account(survey: Survey) -> None:
    survey.bring("here", answers("emn", score=4), times=3)
    first = signs_of(survey.database, survey.data_dir, ROUND)
    assert signs_of(survey.database, survey.data_dir, ROUND) is first
    survey.bring("there", answers("emn", score=4))
    assert signs_of(survey.database, survey.data_dir, ROUND) is first


def test_few_rounds_stay_in_memory(survey: Survey) -> None:
    kept = vars(signs)["_recent"]
    for number in range(2 * kept.most):
        signs_of(survey.database, survey.data_dir, f"round-{number}")
    assert len(kept) == kept.most
