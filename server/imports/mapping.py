"""The mapping file: which column answers which question, and what its values mean.

Its format is described for analysts in docs/guide (İçe aktarma, Imports).
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from schemas.forms import Text, Wire
from server.imports.reading import Fault, Unreadable


class Source(Wire):
    """Where a value comes from: a column by its header or number (``#3``), or one for all rows.

    ``recode``: what stands in the file → what is meant, by code or label; blank: no answer.
    """

    column: str | None = None
    constant: str | None = None
    recode: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_either(self) -> Self:
        if (self.column is None) == (self.constant is None):
            raise ValueError("column | constant")
        return self


class QuestionSource(Source):
    """The source of a question's answers.

    ``reversed`` turns the scale round: what stands first in the file is the last of the scale. The
    rest describes the question where the mapping makes a form of its own.
    """

    reversed: bool = False
    label: Text = Field(default_factory=dict)
    type: Literal["text", "integer", "decimal", "date"] | None = None
    scale: str | None = None
    service: str | None = None
    dimension: str | None = None
    core: bool | None = None


class ScaleChoice(Wire):
    """One answer of a scale; ``also`` are other words that mean it in the file."""

    code: str
    label: Text
    also: tuple[str, ...] = ()


class NewForm(Wire):
    """A form to be made of the mapping and published, because no published one fits."""

    id: str
    version: str = "1"
    title: Text


class Mapping(Wire):
    """A mapping file. Without ``form`` the file's headers tell which published form it answers.

    ``missing`` are values that mean no answer, in every column.
    """

    form: NewForm | str | None = None
    scales: dict[str, tuple[ScaleChoice, ...]] = Field(default_factory=dict)
    questions: dict[str, QuestionSource] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()
    id: Source | None = None
    province: Source | None = None
    stratum: Source | None = None
    psu: Source | None = None
    weight: Source | None = None
    interviewer: Source | None = None
    date: Source | None = None
    started: Source | None = None
    finished: Source | None = None


FACTS = (
    *("id", "province", "stratum", "psu", "weight", "interviewer", "date", "started", "finished"),
)
"""What is known of an interview beside its answers, as mapping files name it."""


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; every fault of its form is named with its place."""
    try:
        return Mapping.model_validate_json(path.read_bytes())
    except ValidationError as error:
        faults = [
            Fault("mapping_form", {"place": ".".join(map(str, each["loc"])), "error": each["msg"]})
            for each in error.errors()
        ]
        raise Unreadable(*faults) from None
