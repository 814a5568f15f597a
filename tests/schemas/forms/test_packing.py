"""A form version packed is the same form version; texts of before are read as ever."""

import json
import random
from typing import Any

import pytest

from schemas.forms.definition import FormDefinition
from schemas.forms.packing import pack, unpack
from server.forms.publishing import shipped_forms
from tests.pwa.random_forms import random_form
from tests.schemas.vectors import vectors

VECTORS = vectors("packing", {"name", "form", "packed"})


@pytest.mark.parametrize(
    "vector", [vector for _, vector in VECTORS], ids=[name for name, _ in VECTORS]
)
def test_a_form_is_packed_and_unpacked_as_the_vectors_say(vector: dict[str, Any]) -> None:
    definition = FormDefinition.model_validate_json(json.dumps(vector["form"]))
    assert json.loads(pack(definition)) == vector["packed"]
    assert unpack(json.dumps(vector["packed"])) == definition
    assert unpack(json.dumps(vector["form"])) == definition


@pytest.mark.parametrize("definition", shipped_forms(), ids=lambda each: each.id)
def test_a_questionnaire_comes_out_as_it_went_in_but_for_the_wording_of_expressions(
    definition: FormDefinition,
) -> None:
    text = pack(definition)
    again = unpack(text)
    assert pack(again) == text
    assert without_sources(again) == without_sources(definition)


def test_random_forms_come_out_as_they_went_in() -> None:
    for seed in range(300):
        definition = random_form(random.Random(seed))
        assert without_sources(unpack(pack(definition))) == without_sources(definition), seed


def without_sources(definition: FormDefinition) -> Any:
    def trees(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: trees(each) for key, each in part.items() if key != "source"}
        return [trees(each) for each in part] if isinstance(part, list | tuple) else part

    return trees(definition.model_dump())
