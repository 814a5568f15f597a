"""A simulated officer holds an interview: fills the real form through the real evaluator.

The officer knows the questionnaire as a person does: reads the questions in order, asks those that
are relevant, and picks among the choices that are offered. Nothing is filled that is not asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from schemas.forms.definition import Node
from schemas.forms.flow import Interview, Questionnaire
from schemas.forms.validation import confirmations
from server.demo.plan import PlannedVisit
from server.demo.population import Adults, Effects, rating, services_met

HONEST, SPEEDER, STRAIGHT_LINER = "honest", "speeder", "straight_liner"
CARELESS_OFFICERS = 0.08
SECONDS_PER_ANSWER = 9.0
REASON = "Yeniden soruldu, doğru."
"""Why an unlikely answer stands."""

SUGGESTIONS = {
    "hiz": ("Bekleme süresi kısalmalı.", "Yoğun saatlerde daha çok görevli olmalı."),
    "ilgi": ("Görevliler daha ilgili olabilir.", "Teşekkür ederim, çok ilgilendiler."),
    "bilgi": (
        "Hangi belgenin gerektiği önceden söylenmeli.",
        "İşlemin ne zaman biteceği bildirilmeli.",
    ),
    "fiziki": ("Bekleme alanına sandalye konulmalı.", "Engelli rampası yok, çok zorlandık."),
}


@dataclass(frozen=True)
class HeldInterview:
    """What came out: the answers, when it was held, and what kind of officer filled it."""

    answers: dict[str, object]
    confirmations: dict[str, str]
    started_at: datetime
    finished_at: datetime
    kind: str


@dataclass
class Respondent:
    """One person, seen by the officer who interviews."""

    visit: PlannedVisit
    officer: str
    random: Random
    sex: str
    age: str
    met: list[str]
    mood: float
    takes_part: bool
    is_adult: bool
    kind: str
    habit: str


class FieldWork:
    """Everything the simulated interviews share."""

    def __init__(self, questionnaire: Questionnaire, *, seed: int) -> None:
        self.effects = Effects(seed)
        self._questionnaire = questionnaire
        self.seed = seed
        self._adults = Adults()

    def hold(self, visit: PlannedVisit, number: int, *, start: datetime) -> HeldInterview:
        """Hold interview ``number`` of ``visit``; the same seed gives the same interview."""
        random = Random(f"{self.seed}/{visit.code}/{number}")
        person = self._meet(visit, visit.officers[number % len(visit.officers)], random)
        interview = Interview(self._questionnaire, {}, now=spelled(start), draw=random.random)
        answered = 0
        for _path, node, row in interview.fields():
            if answer := self._answer(interview, node, person):
                interview.set(node.name, answer, row)
                answered += 1
            if node.soft_constraint:
                interview.confirm(node.name, REASON, row)
        finish = start + _duration(answered, person)
        interview.clock(spelled(finish))
        return HeldInterview(
            interview.output(), confirmations(interview), start, finish, person.kind
        )

    def _meet(self, visit: PlannedVisit, officer: str, random: Random) -> Respondent:
        sex, age = self._adults.draw(visit.province, random)
        met = services_met(visit.province, random)
        return Respondent(
            visit=visit,
            officer=officer,
            random=random,
            sex=sex,
            age=age,
            met=met,
            mood=random.gauss(0, 0.8),
            takes_part=random.random() < 0.93,
            is_adult=random.random() < 0.985,
            kind=self._kind(officer, random),
            habit=random.choice("345"),
        )

    def _kind(self, officer: str, random: Random) -> str:
        """Careless officers rush one interview in six and tick one column in five."""
        if Random(f"{self.seed}/careless/{officer}").random() > CARELESS_OFFICERS:
            return HONEST
        return random.choices((HONEST, SPEEDER, STRAIGHT_LINER), (63, 17, 20))[0]

    def _answer(self, interview: Interview, node: Node, person: Respondent) -> str:
        if node.scale:
            return self._rate(node, person)
        if node.name in KNOWN:
            return KNOWN[node.name](person)
        kind = node.name.rpartition("_")[2] if node.service else ""
        if kind in ABOUT_A_SERVICE:
            return ABOUT_A_SERVICE[kind](person)
        if node.type == "select_one":
            return person.random.choice(interview.choices(node.name)).name
        return ""

    def _rate(self, node: Node, person: Respondent) -> str:
        if person.kind == STRAIGHT_LINER:
            return person.habit
        visit = person.visit
        score = (
            self.effects.of_cell(
                visit.province, node.service or node.name, is_earlier=visit.is_earlier
            )
            + self.effects.of("visit", visit.code)
            + self.effects.of("officer", person.officer)
            + self.effects.item(node.dimension or node.name)
            + person.mood
        )
        return rating(score, person.random, not_met=node.scale in {"memnun5", "memnun5k"})


def spelled(moment: datetime) -> str:
    """Write a time as tablets do: milliseconds and the local offset."""
    return moment.isoformat(timespec="milliseconds")


def _duration(answered: int, person: Respondent) -> timedelta:
    pace = 0.14 if person.kind == SPEEDER else person.random.lognormvariate(0, 0.3)
    return timedelta(seconds=round(30 * pace + answered * SECONDS_PER_ANSWER * pace, 3))


def _chance(share: float) -> Callable[[Respondent], str]:
    return lambda person: "1" if person.random.random() < share else "0"


def _one_of(**shares: int) -> Callable[[Respondent], str]:
    names, weights = list(shares), list(shares.values())
    return lambda person: person.random.choices(names, weights)[0]


def _suggestion(person: Respondent) -> str:
    if person.random.random() > 0.2:
        return ""
    return person.random.choice(person.random.choice(list(SUGGESTIONS.values())))


def _result(person: Respondent) -> str:
    if not person.takes_part:
        return "ret"
    return "tam" if person.is_adult else "uygun_degil"


KNOWN: dict[str, Callable[[Respondent], str]] = {
    "ziyaret_no": lambda person: person.visit.code,
    "ekip_no": lambda person: person.visit.team,
    "gorevli_no": lambda person: person.officer,
    "tarih": lambda person: person.visit.day.isoformat(),
    "il": lambda person: person.visit.province,
    "ilce": lambda person: person.visit.district.code,
    "yerlesim": lambda person: person.visit.settlement,
    "gorusme_dili": _one_of(tr=93, ku=4, ar=2, en=1),
    "yalniz": _chance(0.88),
    "aydinlatma": lambda _: "1",
    "katilim": lambda person: str(int(person.takes_part)),
    "on8": lambda person: str(int(person.is_adult)),
    "kullanilan": lambda person: " ".join(person.met) or "yok",
    "toplanti": _chance(0.07),
    "sikayet": lambda person: person.random.choices(
        ("yok", "cimer", "birim", "muhtar"), (78, 12, 6, 4)
    )[0],
    "genel_oneri": _suggestion,
    "cinsiyet": lambda person: person.sex,
    "yas_grubu": lambda person: person.age,
    "statu": _one_of(tc=40, ikamet=35, gecici=20, uluslararasi=5),
    "sonuc_kodu": _result,
    "gorevli_notu": lambda _: "",
}
"""What the officer or the respondent says to a question with this name."""

ABOUT_A_SERVICE: dict[str, Callable[[Respondent], str]] = {
    "bekleme": lambda person: str(min(1440, round(person.random.lognormvariate(3.0, 0.9)))),
    "tekrar": lambda person: person.random.choices("1234", (62, 25, 9, 4))[0],
    "sorun": _chance(0.18),
    "tur": _one_of(bekleme=35, belge=15, davranis=15, bilgi=20, sonucsuz=15),
    "oneri": _suggestion,
}
"""The same for the questions every service's module repeats."""
