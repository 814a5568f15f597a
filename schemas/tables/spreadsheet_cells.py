"""What a spreadsheet makes of a cell of a CSV file, and how a text stays what it is.

A cell that looks like a formula is run (CWE-1236); one that looks like a date, a time or a number
becomes one: 1-3 is the first of March, 06 is 6. The first kind is kept by an apostrophe, the second
by a formula that gives the text.
"""

import re
from typing import Final

from schemas.turkish import search_word

SIGNS: Final = "=+\\-@\t\r\n＝＋－＠"
# Before the sign they skip blanks, quotes, controls and whatever cannot be seen: the categories Cc,
# Cf, Zs, Zl and Zp of Unicode. The full-width signs count in East Asian editions.
UNSEEN: Final = (
    "\\s\"'`\x00-\x20\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_FORMULA: Final = re.compile(f"[{UNSEEN}]*[{SIGNS}]")
_APOSTROPHE: Final = re.compile(f"'[{UNSEEN}]*[{SIGNS}]")
_KEPT: Final = re.compile(r'="((?:[^"]|"")*)"')
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,10}")
"""Short whole numbers are shown as written; of longer ones a spreadsheet keeps 15 digits."""
_LIKE_A_NUMBER: Final = re.compile(
    r"[(%₺$€£]?\s*[-+]?[0-9.,][0-9\s.,:/\\-]*(e[-+]?[0-9]+)?\s*(%|₺|tl|€|\$|am|pm|a|p)?\)?"
)
_MONTHS: Final = re.compile(
    r"(?<![a-z])(ocak?|sub(at)?|mart?|nis(an)?|may(is)?|haz(iran)?|tem(muz)?|agu(stos)?|eyl(ul)?|ekim?"
    r"|kas(im)?|ara(lik)?|jan(uary)?|feb(ruary)?|march|apr(il)?|june?|july?|aug(ust)?|sep(tember)?"
    r"|oct(ober)?|nov(ember)?|dec(ember)?)(?![a-z])"
)
_TRUTHS: Final = frozenset({"dogru", "yanlis", "true", "false"})
LONGEST: Final = 40
"""No text of more characters is taken for a date or a number."""


def looks_like_a_formula(text: str) -> bool:
    """Tell whether a spreadsheet may run the text."""
    return _FORMULA.match(text) is not None


def would_be_changed(text: str) -> bool:
    """Tell whether a spreadsheet would take the text for a date, a time, a truth or a number."""
    if len(text) > LONGEST or _WHOLE.fullmatch(text):
        return False
    word = search_word(text).strip()
    if not any(sign.isdecimal() for sign in word):
        return word in _TRUTHS
    return _LIKE_A_NUMBER.fullmatch(word) is not None or (
        _MONTHS.search(word) is not None and len(word.split()) <= 3  # noqa: PLR2004  day month year
    )


def kept_as_text(text: str) -> str:
    """The formula whose result is the text."""
    return '="' + text.replace('"', '""') + '"'


def as_written(cell: str) -> str:
    """The text that a cell protected by this module holds; any other as it is."""
    if cell.startswith('="') and (kept := _KEPT.fullmatch(cell)):
        return kept[1].replace('""', '"')
    if cell.startswith("'") and _APOSTROPHE.match(cell):
        return cell[1:]
    return cell
