"""The people of the demonstration: how satisfied they are, whom they met, and who they are.

A rating is a latent score cut into five steps: effects of the service, the province, the province's
own service, the visit, the interviewer and the respondent, plus noise. The sizes of the effects are
those of research on public-service satisfaction surveys: people differ far more than places.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from random import Random

from schemas.reference.files import reference_rows
from schemas.reference.geography import provinces
from schemas.reference.services import is_offered, services

CUTS = (-1.45, -0.75, 0.05, 1.05)
USED_SHARE = {
    "emn": 0.24,
    "trf": 0.27,
    "acm": 0.15,
    "nuf": 0.42,
    "goc": 0.05,
    "jan": 0.14,
    "shl": 0.05,
    "afd": 0.10,
}
"""Share of adults who met a service in twelve months; invented, but plausible beside each other."""

SPREAD = {"service": 0.30, "province": 0.25, "cell": 0.15, "visit": 0.22, "officer": 0.12}

CHANGE = {"emn": 0.25, "trf": -0.30, "nuf": 0.20}
"""What a service's latent score has moved by since the round before; the others stayed as they
were. 0.1 is two to three points of the index."""


class Effects:
    """Latent effects, each drawn on first use from its own seed, so that order never matters."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn: dict[tuple[str, str], float] = {}

    def of(self, kind: str, name: str) -> float:
        """The effect of ``name`` among its ``kind``."""
        key = (kind, name)
        if key not in self._drawn:
            self._drawn[key] = Random(f"{self._seed}/{kind}/{name}").gauss(0, SPREAD[kind])
        return self._drawn[key]

    def of_cell(self, province: str, service: str, *, is_earlier: bool = False) -> float:
        """How good this service is in this province, now or in the round before."""
        return (
            0.45
            - (CHANGE.get(service, 0) if is_earlier else 0)
            + self.of("service", service)
            + self.of("province", province)
            + self.of("cell", f"{province}/{service}")
        )

    def item(self, dimension: str) -> float:
        """How much harder or easier a dimension is to please."""
        return Random(f"{self._seed}/item/{dimension}").gauss(0, 0.2)


def rating(score: float, random: Random, *, not_met: bool) -> str:
    """Cut a latent score, seen with noise, into a step 1 to 5; now and then there is no opinion.

    ``not_met``: whether the scale offers "did not experience this" (97).
    """
    if random.random() < 0.03:
        return random.choice(("97", "98", "99") if not_met else ("98", "99"))
    return str(1 + bisect(CUTS, score + random.gauss(0, 0.7)))


def services_met(province: str, random: Random) -> list[str]:
    """Draw which services a person met; the coast guard only where there is a coast."""
    return [
        service
        for service, share in USED_SHARE.items()
        if random.random() < share and is_offered(service, province)
    ]


class Adults:
    """Draws sex and age group as they are distributed in a province."""

    def __init__(self) -> None:
        people: dict[str, list[tuple[str, str]]] = defaultdict(list)
        weights: dict[str, list[float]] = defaultdict(list)
        for row in reference_rows("adult_composition_2018.csv"):
            people[row["plate"]].append((row["sex"], row["age_group"]))
            # Women are met a little more often, as in every face-to-face survey by day.
            weights[row["plate"]].append(
                float(row["share_in_province"]) * (1.15 if row["sex"] == "kadin" else 1)
            )
        self._people = dict(people)
        self._weights = dict(weights)

    def draw(self, province: str, random: Random) -> tuple[str, str]:
        """``(sex, age group)``."""
        return random.choices(self._people[province], self._weights[province])[0]


def true_scores(effects: Effects) -> Iterator[tuple[str, str, float, float]]:
    """Province, service, true latent score and the one of the round before.

    For checking what is estimated.
    """
    for province in provinces():
        for service in services():
            if is_offered(service.code, province.plate):
                place = province.plate, service.code
                yield *place, effects.of_cell(*place), effects.of_cell(*place, is_earlier=True)
