"""Checks of the header rows: columns that are missing, misspelt, or mean something only in ODK."""

from typing import Final

from schemas.authoring.choice_rows import COLUMN, LIST
from schemas.authoring.parameters import THRESHOLD
from schemas.authoring.sheets import Report, Row, Sheets, languages_of, missing_languages
from schemas.expressions import foreign
from schemas.wording import LANGUAGES

_TEXTS: Final = ("label", "hint", "constraint_message", "soft_constraint_message")
SURVEY: Final = (
    *("type", "name", "required", "relevant", "constraint", "soft_constraint", "choice_filter"),
    *("appearance", "calculation", "calculate", "default", "repeat_count", "read_only", "readonly"),
    *("parameters", THRESHOLD, "service", "dimension", "scale", "core", "pii"),
)
_REFUSED: Final = frozenset({"trigger", "disabled", "bind", "control", "instance"})
"""Columns without which the form would ask something else."""


def check_headers(sheets: Sheets, report: Report) -> None:
    """Report what is wrong with the columns of each sheet."""
    _check_needed(sheets, report)
    head = sheets.head("survey")
    for header in sheets.survey_headers:
        if header in _TEXTS[1:] and any(row[header] for row in sheets.survey):
            report.error(head, header, "text_without_language", header=header)
        if header not in SURVEY and _base(header) not in _TEXTS:
            is_used = any(row[header] for row in sheets.survey)
            _report_unknown(head, header, report, is_used=is_used)
    for header in sheets.choice_headers:
        if (
            header not in (LIST, "name")
            and _base(header) != "label"
            and not COLUMN.fullmatch(header)
        ):
            code = "column_elsewhere" if "::" in header else "choice_column_form"
            report.warn(sheets.head("choices"), header, code, header=header)
    for header in sheets.settings[0].cells if sheets.settings else ():
        if _base(header) not in foreign.SETTINGS:
            report.warn(sheets.head("settings"), header, "setting_elsewhere", header=header)


def _base(header: str) -> str:
    return header.partition("::")[0].strip()


def _check_needed(sheets: Sheets, report: Report) -> None:
    survey, choices = sheets.head("survey"), sheets.head("choices")
    for header in ("type", "name"):
        if header not in sheets.survey_headers:
            report.error(survey, header, "header_missing", header=header)
    for language in missing_languages(sheets.survey_headers):
        report.error(survey, f"label::{language}", "language_missing", language=language)
    for language in languages_of(sheets.survey_headers, "label").keys() - set(LANGUAGES):
        report.warn(survey, "label", "language_other", language=language)
    if not sheets.choices:
        return
    for header in (LIST, "name"):
        if header not in sheets.choice_headers:
            report.error(choices, header, "header_missing", header=header)
    for language in missing_languages(sheets.choice_headers):
        report.error(choices, f"label::{language}", "language_missing", language=language)


def _report_unknown(head: Row, header: str, report: Report, *, is_used: bool) -> None:
    base = _base(header).lower()
    if base.partition(":")[0] in foreign.COLUMNS:
        if is_used and base in _REFUSED:
            report.error(head, header, "column_refused", header=header)
        elif is_used:
            report.warn(head, header, "column_elsewhere", header=header)
    elif near := foreign.nearest(base, [*SURVEY, *_TEXTS]):
        report.warn(head, header, "header_misspelt", header=header, near=near)
    else:
        report.warn(head, header, "header_unknown", header=header)
