"""Both engines of ODK give to every expression vector what we give, or what the table says."""

import re
from typing import Any

import pytest

from tests.oracles.differences import SAME, differences
from tests.oracles.engines import NOW, Ask, started
from tests.oracles.vector_forms import calculation, form_of
from tests.schemas.expressions.test_expressions import VECTORS

Vector = tuple[str, dict[str, Any]]
ERROR = "error"
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def canonical(expected: Any) -> str:
    return {True: "true", False: "false"}[expected] if isinstance(expected, bool) else expected


def answers(ask: Ask, vectors: list[Vector]) -> dict[str, str]:
    """Ask all at once; if that form does not load, halve it until the guilty one is alone."""
    looks = ask(form_of(vectors), [["look"]], vectors[0][1].get("now", NOW))
    if isinstance(looks, list):
        # Of a calculation in rows the last one counts: it stands in the vector's own row.
        values = {node["name"]: node.get("value", "") for node in looks[0]}
        return {name: values[calculation(at)] for at, (name, _) in enumerate(vectors)}
    if len(vectors) == 1:
        return {vectors[0][0]: ERROR}
    half = len(vectors) // 2
    return answers(ask, vectors[:half]) | answers(ask, vectors[half:])


def asked() -> list[list[Vector]]:
    """The vectors to ask, those of one clock together."""
    by_clock: dict[str, list[Vector]] = {}
    for name, vector in VECTORS:
        if name not in differences("not asked"):
            by_clock.setdefault(vector.get("now", NOW), []).append((name, vector))
    return list(by_clock.values())


@pytest.mark.parametrize("engine", ["javarosa", "xforms-engine"])
def test_an_engine_of_odk_gives_what_we_give(engine: str) -> None:
    accepted = differences("expression")
    expected = {name: canonical(vector["expect"]) for name, vector in VECTORS}
    found: dict[str, str] = {}
    with started(engine) as ask:
        for vectors in asked():
            found |= answers(ask, vectors)
    differs = {name: answer for name, answer in found.items() if answer != expected[name]}
    table = {name: row.said_by(engine) for name, row in accepted.items()}
    assert differs == {name: answer for name, answer in table.items() if answer != SAME}


def test_what_is_not_asked_cannot_be_asked() -> None:
    known = dict(VECTORS)
    for name in differences("not asked"):
        vector = known[name]
        unstorable = any(map(NO_XML.search, strings(vector)))
        assert unstorable or "random" in vector or "time" in vector["types"].values()


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


def test_every_case_of_the_table_is_a_vector() -> None:
    names = {name for name, _ in VECTORS}
    assert differences("expression").keys() | differences("not asked").keys() <= names
