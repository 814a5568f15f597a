"""What an attacker wins from everything printed, and what protecting it costs.

He knows all figures with their one decimal, all weights, and how many people stand in every cell.
He wins where linear programming proves the mean of one to nine people to within five points.
``python -m benchmarks.disclosure [ROUNDS [ATTACKS]]``; without a data folder on synthetic rounds.
"""

import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.disclosure.audit import Printed, least_people, narrowest
from analysis.disclosure.groups import Counts, Least, Ledger, Tree, Wait, admitted, groups_in
from analysis.disclosure.rules import printed_value
from schemas.reference.geography import provinces
from schemas.reference.services import is_offered
from schemas.rules.thresholds import thresholds
from server.observations.areas import PARENTS, PLATES, SERVICES

WIN = 10.0
"""Points: a mean proved to within five to both sides."""
INTERVIEWS = (3_000, 8_000, 20_000, 60_000)
SIZE = len(PLATES) * len(SERVICES)
TREE = Tree(
    place=np.arange(SIZE, dtype=np.int64) // len(SERVICES),
    kind=np.arange(SIZE, dtype=np.int64) % len(SERVICES),
    parents=PARENTS,
)


@dataclass(frozen=True)
class SyntheticRound:
    """The cells of a round: people, units, weight and true mean of each."""

    people: IntArray
    units: IntArray
    weight: FloatArray
    mean: FloatArray


def synthetic_round(seed: int, interviews: int) -> SyntheticRound:
    """Draw a round: provinces by the root of their people, services as they are used."""
    random = np.random.default_rng(seed)
    root = np.sqrt([province.population for province in provinces()])
    used = random.dirichlet(np.full(len(SERVICES), 1.5)) * 1.13
    expected = interviews * np.outer(root / root.sum(), used)
    there = [[is_offered(service, plate) for service in SERVICES] for plate in PLATES]
    people = np.where(there, random.poisson(expected), 0).ravel()
    units = np.where(people > 0, 1 + random.binomial(np.maximum(people - 1, 0), 0.2), 0)
    weight = people * random.lognormal(0, 0.4, SIZE)
    return SyntheticRound(people, units, weight, np.clip(random.normal(65, 15, SIZE), 2, 98))


def released(held: SyntheticRound, *, least: Least | None = None) -> Ledger:
    """Admit the groups of a closed round."""
    limits = thresholds()
    now = Counts(held.people, held.units, held.people, np.zeros(SIZE, dtype=np.int64))
    rule = least or Least(limits.suppress_below_answers, limits.suppress_below_psus)
    none = Wait(is_on=False, answers=0)
    return admitted(Ledger.empty(SIZE), now, TREE, least=rule, wait=none, is_closed=True)[0]


def members(ledger: Ledger) -> Iterator[BoolArray]:
    """The cells of every printed figure: shown cells, then areas of each service."""
    yield from np.eye(SIZE, dtype=bool)[ledger.shown]
    pool = ledger.pool[:, None] == np.arange(len(ledger.pools))
    for level in (1, 2):
        area = groups_in(ledger, TREE, level)
        leaf, pools = area[:SIZE], area[SIZE:]
        for number in range(int(PARENTS[level].max()) + 1):
            inside = (leaf == number) | (pool & (pools == number)).any(axis=1)
            for kind in range(len(SERVICES)):
                yield inside & (TREE.kind == kind)


def printed_figures(held: SyntheticRound, ledger: Ledger) -> Printed:
    """Print every direct figure with ten people, as the doors do."""
    figures = [
        inside * held.weight
        for inside in members(ledger)
        if held.people[inside].sum() >= thresholds().suppress_below_answers
    ]
    share = np.array(figures)
    share /= share.sum(axis=1, keepdims=True)
    value = np.array([printed_value(float(value)) for value in share @ held.mean], dtype=np.float64)
    return Printed(csr_array(share), value, reach=0.05)


def targets(
    held: SyntheticRound, ledger: Ledger, random: np.random.Generator
) -> Iterator[FloatArray]:
    """Draw whom to attack: a hidden cell, or two of a service, with fewer than ten people."""
    hidden = np.flatnonzero(~ledger.shown & (held.people > 0) & (held.people < 10))
    while hidden.size:
        group = [int(random.choice(hidden))]
        like = hidden[(TREE.kind[hidden] == TREE.kind[group[0]]) & (hidden != group[0])]
        if like.size and random.random() < 0.5:
            group.append(int(random.choice(like)))
        if held.people[group].sum() < 10:
            target = np.zeros(SIZE)
            target[group] = held.weight[group] / held.weight[group].sum()
            yield target


def attack(rounds: int, attacks: int) -> tuple[int, int]:
    """Attack seeded rounds in turn; give the attacks made and won.

    A round in which nothing is hidden is not attacked; the others take its share.
    """
    waiting = deque(attacks_on(seed) for seed in range(rounds))
    made = won = 0
    while waiting and made < attacks:
        of_round = waiting.popleft()
        narrow = next(of_round, None)
        if narrow is not None:
            made += 1
            won += narrow < WIN
            waiting.append(of_round)
    return made, won


def attacks_on(seed: int) -> Iterator[float]:
    """Attack one round again and again; give the width of what is proven each time."""
    held = synthetic_round(seed, INTERVIEWS[seed % len(INTERVIEWS)])
    ledger = released(held)
    printed = printed_figures(held, ledger)
    for target in targets(held, ledger, np.random.default_rng(seed)):
        yield narrowest(printed, target)


def fewest_people(rounds: int, atoms: int) -> float:
    """The fewest people that anything computed from the figures of any round speaks of."""
    fewest = np.inf
    for seed in range(rounds):
        held = synthetic_round(seed, INTERVIEWS[seed % len(INTERVIEWS)])
        queries = csr_array(np.array(list(members(released(held))), dtype=np.float64))
        small = np.flatnonzero((held.people > 0) & (held.people < 10))
        asked = np.random.default_rng(seed).permutation(small)[:atoms]
        fewest = min(fewest, least_people(queries, held.people, asked).min(initial=np.inf))
    return float(fewest)


def main() -> None:
    """Print what is hidden, what is lost, what an attacker wins, and the CPU seconds of each."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    attacks = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    for interviews in INTERVIEWS:
        held = synthetic_round(1, interviews)
        started = time.process_time()
        ledger = released(held)
        seconds = time.process_time() - started
        there = held.people > 0
        lost = held.people[there & ledger.pending].sum() / held.people.sum()
        print(
            f"{interviews} interviews: {(there & ~ledger.shown).sum()} of {there.sum()} cells"
            f" hidden, {100 * lost:.2f} % of answers in no figure, {len(ledger.pools)} pools,"
            f" {1000 * seconds:.1f} ms"
        )
    started = time.process_time()
    print(f"fewest people anything speaks of: {fewest_people(rounds, 20):.1f} (at least 10)")
    made, won = attack(rounds, attacks)
    print(f"attacks won: {won} of {made} ({time.process_time() - started:.0f} CPU s)")


if __name__ == "__main__":
    main()
