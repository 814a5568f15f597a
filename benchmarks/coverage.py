"""How often the interval shown holds the truth, by design, number of answers and of PSUs.

Countries of 81 provinces × 9 services, each drawn from once, by stratified cluster samples with 2
to 30 PSUs a province. Scores do not come from the model under test: latent feelings are cut to
seven items of five points and averaged to 0–100, so the truth of each cell is known exactly.
Printed per scenario and class: figures, the share that is not shown, coverage of what is shown,
beside it that of the own Taylor variance (t), mean width, and the share that is a remark
(not wider than the last class of precision). Composites are the mean of a province's services.
The bar is 92–98 % in every class of 1,000 figures or more; classes outside 93–97 % are counted too.
It exits with 1 if a class misses the bar by more than two standard errors of the simulation itself:
the figures of one draw go together, so they are taken from the spread of coverage between draws.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import ndtr

from analysis.cluster_variance.precision import is_finding
from analysis.disclosure.rules import released
from analysis.estimation.estimation import Estimate, combinations, means
from analysis.sampling.design import Design
from analysis.sampling.totals import PsuTotals, psu_totals, recoded
from analysis.small_areas.area_model import AreaModel, area_model, coefficients
from analysis.small_areas.shown_estimates import Rule, shown_estimate
from schemas.rules.thresholds import thresholds

SERVICES, ITEMS = 9, 7
PEOPLE, ITEM_NOISE, OVERALL_NOISE = 0.8, 0.75, 0.5
"""Standard deviations of the latent feeling between people, and of each answer."""
CANDIDATES = 5
"""Persons met in a PSU for each one interviewed."""
ANSWERS = ((10, 29), (30, 59), (60, 99), (100, 100_000))
UNITS = ((2, 3), (4, 5), (6, 8), (9, 1000))
BAR, AIM = (0.92, 0.98), (0.93, 0.97)
COUNTED = 1_000
"""Classes with fewer figures are printed and not judged."""
ALLOWANCE = 2.0
"""Standard errors of a coverage by which a class may miss the bar by chance."""


@dataclass(frozen=True)
class Scenario:
    """How scores are spread and how people are drawn."""

    name: str
    cuts: tuple[float, ...] = (-1.45, -0.75, 0.05, 1.05)
    psu_effect: float = 0.22
    informative: float = 0.0
    unequal: float = 0.0
    share: bool = False


SCENARIOS = (
    Scenario("probability"),
    Scenario("probability, satisfied %", share=True),
    Scenario("skewed", cuts=(-2.6, -2.1, -1.5, -0.6)),
    Scenario("skewed, satisfied %", cuts=(-2.6, -2.1, -1.5, -0.6), share=True),
    Scenario("strong clustering", psu_effect=0.5),
    Scenario("unequal weights", unequal=0.7),
    Scenario("informative weights", informative=0.5, unequal=0.3),
    Scenario("informative, skewed", cuts=(-2.6, -2.1, -1.5, -0.6), informative=0.5, unequal=0.3),
)
PSUS, PERSONS = (2, 3, 4, 5, 8, 15, 30), 20
"""PSUs of one province after the other, and interviews in each."""
REGION = 7
"""Provinces of a region."""


def effects(random: np.random.Generator, provinces: int) -> Any:
    """Make a country up: the latent mean of every province × service."""
    return (
        random.normal(0.25, 0.35, SERVICES)
        + random.normal(0, 0.25, (provinces, 1))
        + random.normal(0, 0.15, (provinces, SERVICES))
    )


def true_means(latent: Any, scenario: Scenario) -> Any:
    """The mean of everybody in each cell: the chance to pass each cut, added up."""
    noise = OVERALL_NOISE if scenario.share else ITEM_NOISE
    spread = (scenario.psu_effect**2 + PEOPLE**2 + noise**2) ** 0.5
    passed = ndtr((latent[..., None] - np.array(scenario.cuts)) / spread)
    return 100 * passed[..., 2] if scenario.share else 25 * passed.sum(axis=-1)


def draw(latent: Any, scenario: Scenario, random: np.random.Generator) -> tuple[PsuTotals, Design]:
    """Draw PSUs, and persons in them: unequally, and likelier the worse they were served."""
    province = np.repeat(np.arange(len(latent)), np.resize(PSUS, len(latent)))
    units = len(province)
    share = np.arange(SERVICES, 0, -1) ** 1.2
    service = random.choice(SERVICES, (units, CANDIDATES * PERSONS), p=share / share.sum())
    feeling = (
        latent[province[:, None], service]
        + random.normal(0, scenario.psu_effect, (units, 1))
        + random.normal(0, PEOPLE, service.shape)
    )
    score = answers(feeling, scenario, random)
    rank = (score - score.mean()) / score.std()
    appeal = np.exp(random.normal(0, scenario.unequal, score.shape) - scenario.informative * rank)
    chance = np.minimum(PERSONS * appeal / appeal.sum(axis=1, keepdims=True), 1)
    taken = random.random(score.shape) < chance
    unit = np.broadcast_to(np.arange(units)[:, None], score.shape)[taken]
    totals = psu_totals(
        domain=province[unit] * SERVICES + service[taken],
        psu=unit,
        weight=1 / chance[taken],
        value=score[taken],
    )
    return totals, Design(tuple(range(len(latent))), province, np.zeros(len(latent)))


def answers(feeling: Any, scenario: Scenario, random: np.random.Generator) -> Any:
    """Let everybody answer: the mean of seven items, or whether the service as a whole is good."""
    cuts = np.array(scenario.cuts)
    if scenario.share:
        return np.where(
            feeling + random.normal(0, OVERALL_NOISE, feeling.shape) > cuts[2], 100.0, 0
        )
    total = np.zeros(feeling.shape)
    for _ in range(ITEMS):
        total += np.searchsorted(cuts, feeling + random.normal(0, ITEM_NOISE, feeling.shape))
    return 25 * total / ITEMS


@dataclass
class Tally:
    """Figures of one class, over all draws."""

    figures: int = 0
    shown: int = 0
    held: int = 0
    taylor_held: int = 0
    width: float = 0.0
    remarks: int = 0
    draws: dict[int, list[int]] = field(default_factory=dict)
    """Figures shown and held, by draw."""

    @property
    def coverage(self) -> float:
        """Share of the figures shown that hold the truth."""
        return self.held / max(self.shown, 1)

    @property
    def error(self) -> float:
        """Standard error of the coverage, by draws."""
        apart = [held - self.coverage * shown for shown, held in self.draws.values()]
        return float(np.sqrt(sum(difference**2 for difference in apart)) / max(self.shown, 1))

    @property
    def is_judged(self) -> bool:
        """Whether there are enough figures to say anything."""
        return self.shown >= COUNTED

    def misses(self, bar: tuple[float, float], *, allowance: float = 0.0) -> bool:
        """Tell whether the coverage lies outside, by more than so many standard errors."""
        slack = allowance * self.error
        return not bar[0] - slack <= self.coverage <= bar[1] + slack

    def add(
        self, direct: Estimate, shown: Estimate, truth: float, *, share: bool, draw: int
    ) -> None:
        """Count one figure."""
        self.figures += 1
        release = released(shown, thresholds(), share=share)
        if release.estimate is None or shown.low is None or shown.high is None:
            return
        holds = shown.low <= truth <= shown.high
        self.shown += 1
        self.held += holds
        counted = self.draws.setdefault(draw, [0, 0])
        counted[0] += 1
        counted[1] += holds
        if direct.low is not None and direct.high is not None:
            self.taylor_held += direct.low <= truth <= direct.high
        self.width += shown.high - shown.low
        self.remarks += is_finding(shown.low, shown.high, thresholds())


@dataclass(frozen=True)
class Drawn:
    """One sample, what is shown of it, and the truth."""

    totals: PsuTotals
    design: Design
    truth: Any
    model: AreaModel
    rule: Rule

    def figures(self, area_of: Any, services: Any) -> Iterator[tuple[Estimate, Estimate, float]]:
        """The mean of some services of every area: direct, shown, and as it is."""
        areas, weight = int(area_of.max()) + 1, self.model.cells.weight
        people = np.stack(
            [np.bincount(area_of, weight[:, item]) for item in range(SERVICES)], axis=1
        )
        totals = recoded(
            self.totals,
            (area_of[:, None] * SERVICES + np.arange(SERVICES)).reshape(-1),
        )
        planned = np.where(people > 0, services, 0.0)
        share = planned / np.maximum(planned.sum(axis=1, keepdims=True), 1)
        direct = (
            combinations(
                totals,
                self.design,
                group=np.repeat(np.arange(areas), SERVICES),
                coefficient=share.ravel(),
            )
            if np.sum(services) > 1
            else means(totals, self.design, domains=areas * SERVICES)[
                int(np.argmax(services)) :: SERVICES
            ]
        )
        for area, estimate in enumerate(direct):
            if not estimate.n:
                continue
            inside = coefficients(self.model, area_of, area, services)
            truth = float((inside * self.truth).sum())
            yield estimate, shown_estimate(estimate, self.model, inside, self.rule), truth


def sample(scenario: Scenario, number: int, provinces: int) -> Drawn:
    """Make a country up and draw from it; every draw has its own seed."""
    random = np.random.default_rng([SCENARIOS.index(scenario), number])
    latent = effects(random, provinces)
    totals, design = draw(latent, scenario, random)
    n = totals.per_domain(totals.n, latent.size).reshape(latent.shape)
    limits = thresholds()
    model = area_model(
        totals,
        design,
        areas=provinces,
        items=SERVICES,
        least_areas=limits.model_needs_provinces,
        shown=n >= limits.suppress_below_answers,
    )
    rule = Rule.of(limits, share=scenario.share)
    return Drawn(totals, design, true_means(latent, scenario), model, rule)


def study(scenario: Scenario, draws: Iterable[int], provinces: int) -> dict[str, Tally]:
    """Draw again and again, and count by class."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    own, country = np.arange(provinces), np.zeros(provinces, dtype=np.int64)
    for number in draws:
        drawn = sample(scenario, number, provinces)
        for item in range(SERVICES):
            one = np.eye(SERVICES)[item]
            for direct, shown, truth in drawn.figures(own, one):
                name = class_of(direct)
                if name:
                    tallies[name].add(direct, shown, truth, share=scenario.share, draw=number)
            for label, areas in (("region", own // REGION), ("country", country)):
                for direct, shown, truth in drawn.figures(areas, one):
                    tallies[label].add(direct, shown, truth, share=scenario.share, draw=number)
        seen = drawn.model.shown.any(axis=0).astype(np.float64)
        for label, areas in (("composite", own), ("composite, region", own // REGION)):
            for direct, shown, truth in drawn.figures(areas, seen):
                name = label if areas is not own else f"{label}, {units_of(direct)} PSUs"
                tallies[name].add(direct, shown, truth, share=scenario.share, draw=number)
    return tallies


def class_of(direct: Estimate) -> str | None:
    """Name the class of a cell, None if it is too small to be shown."""
    for low, high in ANSWERS:
        if low <= direct.n <= high and direct.psus >= 2:
            return f"{low:>3}–{high if high < 1000 else '':<4}{units_of(direct)} PSUs"
    return None


def units_of(direct: Estimate) -> str:
    """Name the class of a number of PSUs."""
    for low, high in UNITS:
        if low <= direct.psus <= high:
            return f"{low}–{high}" if high < 1000 else f"{low}+"
    return "1"


def main() -> int:
    """Print the table; 1 if a class misses the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first draw")
    parser.add_argument("--provinces", type=int, default=81, help="fewer than 10 have no model")
    parser.add_argument("--scenario", type=int, help="only this one, from 0")
    given = parser.parse_args()
    print(f"{'scenario':<26}{'class':<22}{'figures':>8}{'hidden':>8}{'coverage':>10}{'± 2 se':>8}"
          f"{'Taylor':>9}{'width':>8}{'remarks':>10}")  # fmt: skip
    chosen = SCENARIOS if given.scenario is None else SCENARIOS[given.scenario :][:1]
    judged: list[Tally] = []
    for scenario in chosen:
        tallies = study(scenario, range(given.first, given.first + given.draws), given.provinces)
        for name in sorted(tallies):
            print(described(scenario, name, tallies[name]), flush=True)
        judged += [tally for tally in tallies.values() if tally.is_judged]
    for low, high in (AIM, BAR):
        outside = sum(tally.misses((low, high)) for tally in judged)
        print(f"of {len(judged)} classes of {COUNTED:,} figures outside {low:.0%}–{high:.0%}: "
              f"{outside}")  # fmt: skip
    missed = sum(tally.misses(BAR, allowance=ALLOWANCE) for tally in judged)
    print(f"outside {BAR[0]:.0%}–{BAR[1]:.0%} by more than chance: {missed}")
    return int(missed > 0)


def described(scenario: Scenario, name: str, tally: Tally) -> str:
    """The line of a class."""
    shown = max(tally.shown, 1)
    hidden = 1 - tally.shown / max(tally.figures, 1)
    return (
        f"{scenario.name:<26}{name:<22}{tally.figures:>8}{hidden:>8.1%}{tally.coverage:>10.1%}"
        f"{ALLOWANCE * tally.error:>8.1%}{tally.taylor_held / shown:>9.1%}"
        f"{tally.width / shown:>8.1f}{tally.remarks / shown:>10.1%}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
