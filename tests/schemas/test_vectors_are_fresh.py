"""What is derived in the vectors is what the compiler gives today."""

import json

import pytest

from tests.schemas.vectors import FOLDER
from tests.vectors.refresh import definitions, expression_text

DEFINITIONS = dict(definitions())


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_committed_definition_is_the_compiled_one(name: str) -> None:
    committed = (FOLDER / "definitions" / f"{name}.json").read_text("utf-8")
    assert committed == DEFINITIONS[name], "run: python -m tests.vectors.refresh"


def test_no_definition_is_left_over() -> None:
    committed = {file.stem for file in (FOLDER / "definitions").glob("*.json")}
    assert committed == DEFINITIONS.keys()


@pytest.mark.parametrize("name", [file.name for file in (FOLDER / "expressions").glob("*.json")])
def test_committed_trees_are_the_parsed_ones(name: str) -> None:
    text = (FOLDER / "expressions" / name).read_text("utf-8")
    assert text == expression_text(json.loads(text)), "run: python -m tests.vectors.refresh"
