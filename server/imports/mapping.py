"""The mapping file: which column answers which question, and what its values mean.

Its format is described for analysts in docs/guide (İçe aktarma, Imports).
"""

import json
import unicodedata
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from schemas.tables.text_files import decoded
from schemas.wire import Text, Wire
from server.imports.reading import Fault, Unreadable

DateOrder = Literal["day-first", "month-first"]
Decimals = Literal["point", "comma"]


class Source(Wire):
    """Where a value comes from: a column by its header or number (``#3``), or one for all rows.

    ``recode``: what stands in the file → what is meant, by code or label; blank: no answer.
    ``dates`` and ``decimals`` say how the column is written, where the mapping as a whole does not.
    ``found`` is what a draft says of the column, for the reader alone.
    """

    column: str | None = None
    constant: str | None = None
    recode: dict[str, str] = Field(default_factory=dict)
    dates: DateOrder | None = None
    decimals: Decimals | None = None
    found: tuple[str, ...] = ()

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

    ``missing`` are values that mean no answer, in every column. ``dates`` and ``decimals`` say how
    days and numbers are written in columns that do not prove it themselves.
    """

    form: NewForm | str | None = None
    scales: dict[str, tuple[ScaleChoice, ...]] = Field(default_factory=dict)
    questions: dict[str, QuestionSource] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()
    dates: DateOrder | None = None
    decimals: Decimals | None = None
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
    read = decoded(path.read_bytes())
    try:
        # Letters of a Mac are put together also where they are written as \u signs.
        return Mapping.model_validate_json(
            json.dumps(_composed(json.loads(read[0] if read else "")))
        )
    except json.JSONDecodeError as error:
        fault = {"row": error.lineno, "column": error.colno, "error": error.msg}
        raise Unreadable(Fault("mapping_no_json", fault)) from None
    except ValidationError as error:
        faults = [
            Fault(
                "mapping_form",
                {"place": ".".join(map(str, details["loc"])), "error": details["msg"]},
            )
            for details in error.errors()
        ]
        raise Unreadable(*faults) from None


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_composed(key): _composed(part) for key, part in value.items()}
    return [_composed(part) for part in value] if isinstance(value, list) else value
