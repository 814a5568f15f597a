"""What an import found and did, as a report for people."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.wording import catalogue, say
from server.imports.reading import SEPARATORS
from server.imports.writing import Decision

SHOWN_PUZZLES = 50
LONGEST_SHOWN = 60
SEPARATOR_NAMES = dict(zip(SEPARATORS, ("comma", "semicolon", "tab"), strict=True))


@dataclass(frozen=True)
class Puzzle:
    """A value that was not understood: where, how often, and the first row that has it."""

    column: str
    value: str
    count: int
    row: int


@dataclass(frozen=True)
class ImportReport:
    """A file, and what of it was understood.

    ``placeless``: rows without a province, which no table counts.
    """

    round: str
    form: str
    form_is_new: bool
    encoding: str
    separator: str
    rows: int
    matched: tuple[tuple[str, str], ...]
    unmatched: tuple[str, ...]
    puzzles: tuple[Puzzle, ...]
    visits: int
    placeless: int
    digest: str
    decided: tuple[Decision, ...] = ()
    rated: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    """Of a form the mapping makes: service, questions its index averages, its other ratings."""


@dataclass
class Outcome:
    """What became (or would become) of the rows, counted while it happens.

    ``held``: stored before, word for word; ``differing``: stored before with other content, and
    left as it is; ``corrected``: likewise, and given a new revision. ``flags``: how often each rule
    is broken by what is new.
    """

    is_stored: bool
    new: int = 0
    held: int = 0
    differing: int = 0
    corrected: int = 0
    flags: Counter[str] = field(default_factory=Counter)


def report_lines(report: ImportReport, outcome: Outcome, language: str) -> Iterator[str]:
    """Say what the file holds, what was not understood, and what was or would be stored."""
    separator = say(f"imports.separator_{SEPARATOR_NAMES[report.separator]}", language)
    yield say(
        "imports.file", language, rows=report.rows, encoding=report.encoding, separator=separator
    )
    yield say(
        "imports.form_new" if report.form_is_new else "imports.form", language, form=report.form
    )
    yield say("imports.matched", language, number=len(report.matched))
    for column, name in report.matched:
        yield f"  {column} → {name}" if column != name else f"  {name}"
    if report.unmatched:
        yield say("imports.unmatched", language, number=len(report.unmatched))
        yield from (f"  {column}" for column in report.unmatched)
    for service, core, other in report.rated:
        key = "imports.index_of" if core else "imports.index_of_nothing"
        about = {"core": ", ".join(core), "other": ", ".join(other) or "–"}
        yield say(key, language, service=service, **about)
    for decision in report.decided:
        key = f"imports.{decision.kind}_{decision.found.replace('-', '_')}"
        yield say(key, language, column=decision.column)
    yield from _puzzle_lines(report, language)
    yield say("imports.units", language, visits=report.visits)
    if report.placeless:
        yield say("imports.placeless", language, number=report.placeless)
    yield from _outcome_lines(report.round, outcome, language)


def _puzzle_lines(report: ImportReport, language: str) -> Iterator[str]:
    if not report.puzzles:
        yield say("imports.all_understood", language)
        return
    total = sum(puzzle.count for puzzle in report.puzzles)
    yield say("imports.puzzles", language, number=total)
    for puzzle in report.puzzles[:SHOWN_PUZZLES]:
        value = _shown(puzzle.value)
        yield "  " + say(
            "imports.puzzle",
            language,
            column=puzzle.column,
            value=value,
            count=puzzle.count,
            row=puzzle.row,
        )
    if len(report.puzzles) > SHOWN_PUZZLES:
        yield "  " + say("imports.more", language, number=len(report.puzzles) - SHOWN_PUZZLES)


def _shown(value: str) -> str:
    """A cell in one short line, without what a terminal would obey."""
    line = "".join(letter if letter.isprintable() else " " for letter in value)
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"


def _outcome_lines(round_id: str, outcome: Outcome, language: str) -> Iterator[str]:
    if outcome.flags:
        yield say("imports.flags", language)
    for code, count in outcome.flags.most_common():
        key = f"imports.flag_{code}"
        name = say(key, language) if key in catalogue() else code
        yield f"  {name}: {count}"
    if outcome.held:
        yield say("imports.held", language, number=outcome.held)
    if outcome.differing:
        yield say("imports.differing", language, number=outcome.differing)
    if outcome.corrected:
        key = "imports.corrected" if outcome.is_stored else "imports.would_correct"
        yield say(key, language, number=outcome.corrected)
    done = "imports.stored" if outcome.is_stored else "imports.would_store"
    yield say(done, language, number=outcome.new, round=round_id)
