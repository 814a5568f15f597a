"""Where the demonstration's teams go: visits in all 81 provinces, the primary sampling units."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from random import Random

from schemas.reference.geography import District, districts, provinces

FIELD_DAYS = 40
PER_VISIT = 20
OFFICERS_PER_TEAM = 2


@dataclass(frozen=True)
class PlannedVisit:
    """One day of one team in one district."""

    code: str
    province: str
    province_name: str
    district: District
    team: str
    day: date
    target: int
    settlement: str
    is_earlier: bool = False
    """Whether it belongs to the round before, when some services were better or worse."""

    @property
    def officers(self) -> tuple[str, ...]:
        """User names of the team."""
        return tuple(f"gorevli-{self.province}-{k}" for k in range(1, OFFICERS_PER_TEAM + 1))


def plan_visits(
    interviews: int, *, today: date, random: Random, earlier: str | None = None
) -> list[PlannedVisit]:
    """Spread ``interviews`` over visits in every province, larger provinces getting more.

    ``earlier`` is the id of the round before, if the visits are that one's.
    """
    first_day = today - timedelta(days=FIELD_DAYS)
    plan = []
    for plate, share in _shares(interviews).items():
        here = [district for district in districts() if district.plate == plate]
        visits = max(min(2, share), round(share / PER_VISIT))
        days = sorted(random.sample(range(FIELD_DAYS), min(visits, FIELD_DAYS)))
        for number in range(visits):
            district = random.choices(here, [district.population for district in here])[0]
            plan.append(
                PlannedVisit(
                    code=f"{f'{earlier}-' if earlier else ''}Z-{plate}-{number + 1:03d}",
                    province=plate,
                    province_name=_names()[plate],
                    district=district,
                    team=f"E-{plate}",
                    day=first_day + timedelta(days=days[number % len(days)]),
                    target=share // visits + (number < share % visits),
                    settlement=random.choices(
                        ("il_merkezi", "ilce_merkezi", "belde", "koy"), (45, 35, 5, 15)
                    )[0],
                    is_earlier=earlier is not None,
                )
            )
    return plan


def _names() -> dict[str, str]:
    return {province.plate: province.name for province in provinces()}


def _shares(interviews: int) -> dict[str, int]:
    """Give each province its interviews: by the square root of its people, at least one."""
    roots = {province.plate: sqrt(province.population) for province in provinces()}
    largest_first = sorted(roots, key=lambda plate: -roots[plate])
    spare = max(0, interviews - len(roots))
    whole = sum(roots.values())
    shares = {plate: 1 + int(spare * root / whole) for plate, root in roots.items()}
    for plate in largest_first[: max(0, interviews - sum(shares.values()))]:
        shares[plate] += 1
    return shares if interviews >= len(roots) else dict.fromkeys(largest_first[:interviews], 1)
