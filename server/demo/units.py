"""Where the demonstration's teams meet staff and hold meetings: units, re-visits, minutes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from schemas.reference.geography import District, districts, provinces
from server.demo.plan import FIELD_DAYS, PlannedVisit
from server.rounds.operations import NewVisit

UNIT, STAFF = "B1_birim_ziyaret", "B2_personel_gorusme"
REVISIT, MEETING = "C_tekrar_ziyaret", "D_toplanti_tutanagi"
CITIZENS = "A_vatandas_gorusme"

UNITS = {
    "emniyet": "{place} İlçe Emniyet Müdürlüğü",
    "nufus": "{place} İlçe Nüfus Müdürlüğü",
    "karakol": "{place} Jandarma Karakol Komutanlığı",
    "trafik": "{place} Trafik Birimi",
    "goc": "{place} Göç İdaresi Birimi",
    "kaymakamlik": "{place} Kaymakamlığı",
}
"""Type of unit → what one in a district is called."""
REVISITED = 3
"""Every third unit is visited again."""


@dataclass(frozen=True)
class OfficeVisit:
    """A team at a unit, again at a unit, or at a meeting."""

    code: str
    forms: tuple[str, ...]
    province: str
    district: District
    day: date
    officer: str
    staff: int = 0
    unit_type: str | None = None
    unit_name: str | None = None

    @property
    def team(self) -> str:
        """The province's team."""
        return f"E-{self.province}"


def office_visits(
    visits: Sequence[PlannedVisit], *, today: date, random: Random
) -> list[OfficeVisit]:
    """Plan a unit, a meeting and now and then a re-visit for every province with interviews."""
    named = dict.fromkeys(visit.province for visit in visits)
    plan: list[OfficeVisit] = []
    for number, plate in enumerate(sorted(named)):
        district = max(
            (district for district in districts() if district.plate == plate),
            key=lambda place: place.population,
        )
        plan += _of_province(number, district, today, random)
    return plan


def _of_province(
    number: int, district: District, today: date, random: Random
) -> Iterator[OfficeVisit]:
    plate = district.plate
    kind = list(UNITS)[number % len(UNITS)]
    unit = OfficeVisit(
        code=f"B-{plate}-1",
        forms=(UNIT, STAFF),
        province=plate,
        district=district,
        day=today - timedelta(days=random.randint(FIELD_DAYS // 2, FIELD_DAYS)),
        officer=f"gorevli-{plate}-1",
        staff=random.randint(5, 10),
        unit_type=kind,
        unit_name=UNITS[kind].format(place=district.name),
    )
    yield unit
    meeting = replace(unit, code=f"D-{plate}-1", forms=(MEETING,), staff=0)
    yield replace(meeting, day=unit.day + timedelta(days=1), unit_type=None, unit_name=None)
    if number % REVISITED == 0:
        again = unit.day + timedelta(days=14)
        yield replace(unit, code=f"C-{plate}-1", forms=(REVISIT,), day=again, staff=0)


def planned_offices(visits: Sequence[OfficeVisit], ids: dict[str, int]) -> list[NewVisit]:
    """The visits as a round plans them."""
    return [_planned(visit, ids) for visit in visits]


def _planned(visit: OfficeVisit, ids: dict[str, int]) -> NewVisit:
    title = visit.unit_name or visit.district.name
    return NewVisit(
        code=visit.code,
        province=visit.province,
        district=visit.district.code,
        stratum=visit.province,
        team=visit.team,
        title_tr=title,
        title_en=title,
        planned_on=visit.day,
        target=1 + visit.staff,
        officers=(ids[visit.officer],),
        forms=visit.forms,
        unit_type=visit.unit_type,
        unit_name=visit.unit_name,
    )


def visits_to_come(visits: Sequence[OfficeVisit], today: date, officer: int) -> list[NewVisit]:
    """Plan what the demo officer can work in at once: citizens, a unit, a re-visit, a meeting."""
    ankara = {district.code: district for district in districts()}["1231"]
    citizens = OfficeVisit("Z-06-V1", (CITIZENS,), "06", ankara, today, "vali")
    name = UNITS["emniyet"].format(place=ankara.name)
    plan = [
        citizens,
        replace(citizens, code="B-06-V2", forms=(UNIT, STAFF), unit_type="emniyet", unit_name=name),
    ]
    reported = [visit for visit in visits if UNIT in visit.forms][:1]
    plan += [
        replace(visit, code="C-06-V3", forms=(REVISIT,), day=today, officer="vali", staff=0)
        for visit in reported
    ]
    tomorrow = today + timedelta(days=1)
    plan.append(replace(citizens, code="D-06-V4", forms=(MEETING,), day=tomorrow))
    return [_to_come(visit, officer) for visit in plan]


def _to_come(visit: OfficeVisit, officer: int) -> NewVisit:
    title = visit.unit_name or _place(visit.district)
    planned = _planned(visit, {visit.officer: officer})
    target = 20 if CITIZENS in visit.forms else planned.target
    return replace(planned, title_tr=title, title_en=title, team="E-06-V", target=target)


def _place(district: District) -> str:
    (name,) = [province.name for province in provinces() if province.plate == district.plate]
    return f"{name} / {district.name}"
