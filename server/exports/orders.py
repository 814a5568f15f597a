"""What somebody asked to be exported, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeVar

from schemas.problems import Problem
from schemas.wording import LANGUAGES, say
from server.exports.dialects import DIALECTS, Dialect

What = Literal["interviews", "index"]
Values = Literal["codes", "labels"]

WHAT: Final[tuple[What, ...]] = ("interviews", "index")
VALUES: Final[tuple[Values, ...]] = ("codes", "labels")
SPLITS: Final[dict[str, tuple[str, ...]]] = {
    "province-service": ("province", "service"),
    "region-service": ("region", "service"),
    "service": ("service",),
    "province": ("province",),
    "region": ("region",),
    "country": (),
}
"""How the index table can be split, by the word that addresses use."""

Word = TypeVar("Word", bound=str)


@dataclass(frozen=True)
class Order:
    """One export: of a form in a round, of a repeat in that form, or of the index table."""

    round: str
    what: What
    form: str | None = None
    repeat: str | None = None
    by: str = "province-service"
    dialect: Dialect = DIALECTS["csv"]
    values: Values = "codes"
    language: str = LANGUAGES[0]

    def file_name(self, day: date) -> str:
        """Name the file so that a reader knows later what it holds, and of when."""
        content = say(f"exports.file_{self.what}", self.language)
        parts = ("izdes", self.round, content, self.form, self.repeat, day.isoformat())
        return f"{'_'.join(filter(None, parts))}.csv"


def order_from(query: Mapping[str, str], *, what: What, language: str) -> Order:
    """Read the parameters of an address; a word that means nothing is a problem."""
    # Of an index table neither says anything, and nobody would look whether they exist.
    asked = query if what == "interviews" else {}
    return Order(
        round=query.get("round", ""),
        what=what,
        form=asked.get("form") or None,
        repeat=asked.get("repeat") or None,
        by=_known("by", query.get("by", "province-service"), tuple(SPLITS)),
        dialect=DIALECTS[_known("dialect", query.get("dialect", "csv"), tuple(DIALECTS))],
        values=_known("values", query.get("values", "codes"), VALUES),
        language=_known("language", query.get("language", language), LANGUAGES),
    )


def _known(name: str, word: str, words: tuple[Word, ...]) -> Word:
    for named in words:
        if named == word:
            return named
    raise Problem("invalid_request", detail=name)
