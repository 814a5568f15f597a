"""A form made of a mapping, for surveys whose questions stand in no published form."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.authoring.compiler import compile_form
from schemas.authoring.sheets import Remark, Row, Sheets
from schemas.forms.definition import FormDefinition
from schemas.rules.measurement import measurement
from schemas.wording import LANGUAGES, say
from server.imports.mapping import Mapping, NewForm, QuestionSource
from server.imports.reading import Fault, Unreadable

LABELS = {language: f"label::{language} ({language})" for language in LANGUAGES}
SURVEY = ("type", "name", *LABELS.values(), "service", "dimension", "scale", "core", "pii")
CHOICES = ("list_name", "name", *LABELS.values())


def form_of_mapping(mapping: Mapping, form: NewForm) -> FormDefinition:
    """Compile the form a mapping describes, by the rules every published form keeps.

    A scale that has no code for "no answer" gets one, as forms of İZDES need; nothing is imported
    as it. Where weights differ within a sampling unit, a hidden question holds what a rating's
    weight is divided by (see :mod:`server.imports.drafts`).
    """
    sheets = Sheets(
        survey=tuple(Row("questions", 0, cells) for cells in _survey(mapping)),
        choices=tuple(Row("scales", 0, cells) for cells in _choices(mapping)),
        settings=(Row("form", 0, {}),),
        survey_headers=SURVEY,
        choice_headers=CHOICES,
    )
    definition, remarks = compile_form(
        sheets, form_id=form.id, version=form.version, title=form.title
    )
    if definition is None:
        errors = (remark for remark in remarks if remark.is_error)
        raise Unreadable(*(FormFault("mapping_form", {}, error) for error in errors))
    return definition


@dataclass(frozen=True)
class FormFault(Fault):
    """A remark of the form compiler, said as a fault of the mapping."""

    remark: Remark

    def said(self, language: str) -> str:
        """Say it with its place in the form the mapping describes."""
        place, sentence = self.remark.place(language), self.remark.sentence(language)
        return say(f"imports.{self.key}", language, place=place, error=sentence)


def _survey(mapping: Mapping) -> Iterator[dict[str, str]]:
    for name, source in mapping.questions.items():
        yield {
            "type": f"select_one {source.scale}" if source.scale else source.type or "text",
            "name": name,
            **{header: _label(source, name, language) for language, header in LABELS.items()},
            "service": source.service or "",
            "dimension": source.dimension or "",
            "scale": (source.scale or "") if source.dimension else "",
            "core": "" if source.core is None else str(int(source.core)),
            "pii": "" if source.scale or source.type not in (None, "text") else "free_text",
        }
    if mapping.weight is not None and mapping.psu is not None:
        yield {"type": "hidden", "name": measurement().selection_probability}


def _label(source: QuestionSource, name: str, language: str) -> str:
    return source.label.get(language) or source.column or name


def _choices(mapping: Mapping) -> Iterator[dict[str, str]]:
    for name, choices in mapping.scales.items():
        for choice in choices:
            labels = {header: choice.label.get(label, "") for label, header in LABELS.items()}
            yield {"list_name": name, "name": choice.code, **labels}
        *_, none, _blank = measurement().unknown
        if not {choice.code for choice in choices} & set(measurement().unknown):
            labels = {header: say("imports.no_answer", label) for label, header in LABELS.items()}
            yield {"list_name": name, "name": none, **labels}
