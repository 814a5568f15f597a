"""Filling an interview by taps, and remembering what was tapped."""

import re
from dataclasses import dataclass, field

from tests.journeys.tablet import Tablet

HOLDS = "(it, marks) => it.querySelector(marks) !== null"
VALUE = "it => it.value"
INPUT_MODE = "it => it.getAttribute('inputmode')"
IDS = "all => all.map(one => one.id)"


@dataclass
class Respondent:
    """Somebody who answers as ``says`` tells, and the other questions somehow."""

    says: dict[str, str]
    answers: dict[str, str] = field(default_factory=dict)

    def fill_section(self, tablet: Tablet) -> None:
        """Answer every question of the section, those included that only appear on the way."""
        tablet.page.locator(".question, .rowcard").first.wait_for()
        opened: set[str] = set()
        while True:
            while (name := self._next(tablet)) is not None:
                self.answers[name] = self._answer(tablet, name)
            if not self._open_next_row(tablet, opened):
                return

    def _open_next_row(self, tablet: Tablet, opened: set[str]) -> bool:
        """Open the first folded row nobody has opened yet; what was open is filled by now."""
        rows = tablet.page.locator(".rowcard")
        opened.update(tablet.page.locator(".rowcard--open").evaluate_all(IDS))
        left = [one for one in rows.evaluate_all(IDS) if one not in opened]
        if left:
            tablet.page.locator(f"[id='{left[0]}'] .rowcard__line").click()
        return bool(left)

    def fill_sections(self, tablet: Tablet, *, until: str | None = None) -> None:
        """Go through the sections up to the review, or stop before the one with that heading."""
        while not tablet.is_at_review():
            if until is not None and tablet.words(tablet.title) == until:
                return
            self.fill_section(tablet)
            tablet.go_on()

    def _next(self, tablet: Tablet) -> str | None:
        tablet.wait_for_frames()
        names = tablet.page.locator(".question").evaluate_all(IDS)
        wanted = (name.removeprefix("q-") for name in names)
        return next((name for name in wanted if name not in self.answers), None)

    def _answer(self, tablet: Tablet, name: str) -> str:
        ways = {
            ".fixed-answer, .attach, .place": self._leave,
            ".search, .chosen": self._find,
            "[type=radio]": self._choose_one,
            "[type=checkbox]": self._choose_several,
            ".clock": self._take_the_time,
            ".range": self._slide,
            ".rank": self._rank,
            ".date": self._keep_date,
        }
        question = tablet.question(name)
        known = (way for marks, way in ways.items() if question.evaluate(HOLDS, marks))
        return next(known, self._type)(tablet, name)

    def _leave(self, _tablet: Tablet, _name: str) -> str:
        return ""

    def _find(self, tablet: Tablet, name: str) -> str:
        tablet.find(name, self.says[name])
        return self.says[name]

    def _take_the_time(self, tablet: Tablet, name: str) -> str:
        tablet.question(name).get_by_role("button", name=re.compile("Şimdi|Now")).click()
        return ""

    def _choose_one(self, tablet: Tablet, name: str) -> str:
        values = (
            tablet.question(name)
            .get_by_role("radio")
            .evaluate_all("all => all.map(one => one.value)")
        )
        value = self.says.get(name) or values[len(name) % min(len(values), 5)]
        tablet.tap(name, value)
        return value

    def _choose_several(self, tablet: Tablet, name: str) -> str:
        boxes = tablet.question(name).get_by_role("checkbox")
        values = self.says.get(name, "").split() or [boxes.first.evaluate(VALUE)]
        for value in values:
            tablet.tap(name, value)
        return " ".join(values)

    def _keep_date(self, tablet: Tablet, name: str) -> str:
        tablet.question(name).get_by_role("button", name=re.compile("Bugün|Today")).click()
        return tablet.page.evaluate("new Intl.DateTimeFormat('sv').format(new Date())")

    def _slide(self, tablet: Tablet, name: str) -> str:
        question = tablet.question(name)
        if name in self.says:
            question.get_by_role("textbox").fill(self.says[name])
        else:
            question.get_by_role("button").last.click()
        tablet.wait_for_frames()
        typed: str = question.get_by_role("textbox").evaluate(VALUE)
        return typed.replace(",", ".")

    def _rank(self, tablet: Tablet, name: str) -> str:
        choices = tablet.question(name).locator(".rank__choice")
        names = [one.removeprefix(f"q-{name}-") for one in choices.evaluate_all(IDS)]
        wanted = self.says[name].split() if name in self.says else names
        for each in wanted:
            tablet.question(name).locator(f'[id="q-{name}-{each}"]').click()
        return " ".join(wanted)

    def _type(self, tablet: Tablet, name: str) -> str:
        box = tablet.question(name).get_by_role("textbox")
        text = self.says.get(name) or ("3" if box.evaluate(INPUT_MODE) else "")
        box.fill(text)
        return text
