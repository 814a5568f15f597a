"""CPU time of judging one citizen interview: ``python -m benchmarks.validation``.

Prints the best of several rounds for interviews with one and with two rated services, and what
holding such an interview costs the simulator.
"""

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import schemas
from schemas.authoring.compiler import compile_form
from schemas.forms.flow import Interview, Questionnaire
from schemas.forms.validation import advise, check, confirmations
from server.forms.importing import read_xlsform

SURVEY = Path(schemas.__file__).parent / "definitions" / "A_vatandas_gorusme" / "survey.csv"
NOW = "2026-11-21T10:12:00.000+03:00"
ROUNDS = 7
RECORDS = 200


Record = tuple[dict[str, Any], dict[str, str]]


def held(questionnaire: Questionnaire, seed: int, services: int) -> Record:
    """Hold one interview that rates so many services, and give answers and confirmations."""
    chance = random.Random(seed)
    interview = Interview(questionnaire, {"cihaz_no": "tablet-1"}, now=NOW)
    for name, node, row in interview.fields():
        if name in ("katilim", "on8"):
            interview.set(name, "1")
        elif name == "kullanilan":
            choices = [choice.name for choice in interview.choices(name) if choice.name != "yok"]
            interview.set(name, " ".join(chance.sample(choices, min(services, len(choices)))))
        elif node.type in ("select_one", "select_multiple"):
            interview.set(name, chance.choice(interview.choices(name, row)).name)
        elif node.type == "integer":
            interview.set(name, str(chance.randrange(50)))
        elif node.type == "text" and chance.random() < 0.3:
            interview.set(name, "Bekleme süresi kısalmalı.")
    for doubted in advise(interview):
        interview.confirm(doubted.path, "iki kez soruldu")
    return interview.output(), confirmations(interview)


def check_all(questionnaire: Questionnaire, records: list[Record]) -> None:
    """Judge every record; none has a fault."""
    for answers, reasons in records:
        assert not check(questionnaire, answers, now=NOW, confirmations=reasons)


def cpu_ms(run: Callable[[], object]) -> float:
    """CPU milliseconds of a run, the best of several."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best * 1000


def main() -> None:
    """Measure and print."""
    definition, _ = compile_form(read_xlsform(SURVEY))
    assert definition is not None
    questionnaire = Questionnaire(definition)
    for services in (1, 2):
        records = [held(questionnaire, seed, services) for seed in range(RECORDS)]
        answers = sum(len(record[0]) for record in records) / len(records)
        cost = cpu_ms(partial(check_all, questionnaire, records)) / RECORDS
        print(f"check, {services} service(s), {answers:.0f} answers: {cost:.3f} ms CPU")
    cost = cpu_ms(lambda: [held(questionnaire, seed, 2) for seed in range(20)]) / 20
    print(f"holding an interview in the simulator: {cost:.2f} ms CPU")


if __name__ == "__main__":
    main()
