"""How often the interval shown by default holds the truth, by design and number of answers.

Countries of 81 provinces × 9 services, each drawn from once, by stratified cluster samples of three
sizes. Scores do not come from the model under test: latent feelings are cut to seven items of five
points and averaged to 0–100, so the truth of each cell is known exactly. Printed per design and
class of n: cells, the share kept back by the disclosure gate, coverage of what is shown and beside
it of the cell alone (Taylor t; Korn–Graubard for shares), mean half width, and the share marked
imprecise. The bar is 92–98 % wherever fewer than 30 answers are shown.
"""

import argparse
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from analysis.design import Design
from analysis.disclosure import released
from analysis.estimation import STANDARD, Estimate, means
from analysis.satisfaction import as_shares, cut
from analysis.thin_cells import AreaModel, Rule, area_model, shown_estimate
from analysis.totals import PsuTotals, psu_totals
from schemas.thresholds import thresholds

SERVICES, ITEMS = 9, 7
PEOPLE, ITEM_NOISE, OVERALL_NOISE = 0.8, 0.75, 0.5
"""Standard deviations of the latent feeling between people, and of each answer."""
CANDIDATES = 5
"""Persons met in a PSU for each one interviewed."""
CLASSES = ((1, 5), (5, 10), (10, 15), (15, 30), (30, 60), (60, 100_000))
BAR = (0.92, 0.98)


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
SIZES = ((6, 20), (10, 25), (20, 30))
"""PSUs per province × interviews per PSU."""


def effects(random: np.random.Generator, provinces: int) -> Any:
    """Make a country up: the latent mean of every province × service."""
    return (
        random.normal(0.25, 0.35, SERVICES)
        + random.normal(0, 0.25, (provinces, 1))
        + random.normal(0, 0.15, (provinces, SERVICES))
    )


def true_means(latent: Any, scenario: Scenario) -> Any:
    """Give the mean of everybody in each cell: the chance to pass each cut, added up."""
    noise = OVERALL_NOISE if scenario.share else ITEM_NOISE
    spread = (scenario.psu_effect**2 + PEOPLE**2 + noise**2) ** 0.5
    passed = ndtr((latent[..., None] - np.array(scenario.cuts)) / spread)
    return 100 * passed[..., 2] if scenario.share else 25 * passed.sum(axis=-1)


def draw(
    latent: Any, scenario: Scenario, size: tuple[int, int], random: np.random.Generator
) -> tuple[PsuTotals, Design]:
    """Draw PSUs, and persons in them: unequally, and likelier the worse they were served."""
    psus, persons = size
    units = len(latent) * psus
    share = np.arange(SERVICES, 0, -1) ** 1.2
    service = random.choice(SERVICES, (units, CANDIDATES * persons), p=share / share.sum())
    province = np.repeat(np.arange(len(latent)), psus)
    feeling = (
        latent[province[:, None], service]
        + random.normal(0, scenario.psu_effect, (units, 1))
        + random.normal(0, PEOPLE, service.shape)
    )
    score = answers(feeling, scenario, random)
    rank = (score - score.mean()) / score.std()
    appeal = np.exp(random.normal(0, scenario.unequal, score.shape) - scenario.informative * rank)
    chance = np.minimum(persons * appeal / appeal.sum(axis=1, keepdims=True), 1)
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
    """Cells of one class, over all draws of a design."""

    cells: int = 0
    shown: int = 0
    held: int = 0
    taylor: int = 0
    taylor_held: int = 0
    half_width: float = 0.0
    marked: int = 0

    def add(self, direct: Estimate, shown: Estimate, truth: float, *, share: bool) -> None:
        """Count one cell."""
        self.cells += 1
        if direct.low is not None and direct.high is not None:
            self.taylor += 1
            self.taylor_held += direct.low <= truth <= direct.high
        release = released(shown, thresholds(), share=share)
        if release.estimate is None or shown.low is None or shown.high is None:
            return
        self.shown += 1
        self.marked += release.precision == "imprecise"
        self.held += shown.low <= truth <= shown.high
        self.half_width += (shown.high - shown.low) / 2


def study(scenario: Scenario, size: tuple[int, int], draws: int, provinces: int) -> list[Tally]:
    """Make a country up and draw from it, again and again; every draw has its own seed."""
    tallies = [Tally() for _ in CLASSES]
    for number in range(draws):
        random = np.random.default_rng([SCENARIOS.index(scenario), *size, number])
        latent = effects(random, provinces)
        truth = true_means(latent, scenario).reshape(-1)
        totals, design = draw(latent, scenario, size, random)
        direct = means(totals, design, domains=latent.size)
        if scenario.share:
            direct = as_shares(direct, totals, level=STANDARD.level)
        least = thresholds().model_needs_provinces
        model = area_model(totals, design, areas=provinces, items=SERVICES, least_areas=least)
        for cell, estimate in enumerate(direct):
            for tally, (least, most) in zip(tallies, CLASSES, strict=True):
                if least <= estimate.n < most:
                    shown = by_default(estimate, model, cell, share=scenario.share)
                    tally.add(estimate, shown, truth[cell], share=scenario.share)
    return tallies


def by_default(direct: Estimate, model: AreaModel, cell: int, *, share: bool) -> Estimate:
    """Give what the product shows of a cell."""
    coefficient = np.zeros(model.cells.n.shape)
    coefficient.flat[cell] = 1
    return cut(shown_estimate(direct, model, coefficient, Rule.of(thresholds(), share=share)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--provinces", type=int, default=81, help="fewer than 10 have no model")
    given = parser.parse_args()
    print(f"{'design':<26}{'n':>8}{'cells':>8}{'kept back':>11}{'coverage':>10}"
          f"{'alone':>10}{'half width':>12}{'marked':>8}")  # fmt: skip
    outside = 0
    for scenario in SCENARIOS:
        sums = [Tally() for _ in CLASSES]
        for size in SIZES:
            for whole, part in zip(
                sums, study(scenario, size, given.draws, given.provinces), strict=True
            ):
                for name, value in vars(part).items():
                    setattr(whole, name, getattr(whole, name) + value)
        for (low, high), tally in zip(CLASSES, sums, strict=True):
            outside += printed(scenario, (low, high), tally)
    print(
        f"classes below 30 answers that are shown and outside {BAR[0]:.0%}–{BAR[1]:.0%}: {outside}"
    )


def printed(scenario: Scenario, bounds: tuple[int, int], tally: Tally) -> bool:
    """Print a line; tell whether the bar was missed."""
    name = f"{bounds[0]}–{bounds[1] - 1}" if bounds[1] < 1000 else f"≥{bounds[0]}"
    shown = max(tally.shown, 1)
    coverage = tally.held / shown
    taylor = tally.taylor_held / max(tally.taylor, 1)
    hidden = 1 - tally.shown / max(tally.cells, 1)
    print(
        f"{scenario.name:<26}{name:>8}{tally.cells:>8}{hidden:>11.1%}"
        + (f"{coverage:>10.1%}" if tally.shown else f"{'–':>10}")
        + f"{taylor:>10.1%}{tally.half_width / shown:>12.1f}{tally.marked / shown:>8.0%}",
        flush=True,
    )
    return bool(tally.shown) and bounds[1] <= 30 and not BAR[0] <= coverage <= BAR[1]


if __name__ == "__main__":
    main()
