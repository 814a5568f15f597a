"""Whether a password is quickly guessed, judged as those who guess do it.

zxcvbn (Wheeler, USENIX Security 2016) counts the guesses a program needs that knows words, names,
dates, keyboards and repetitions. It knows English; Turkish words, the names of provinces and
districts, and the person's own name are told to it.
"""

import re
from functools import cache

from schemas.reference.files import FOLDER
from schemas.reference.geography import districts, provinces
from schemas.turkish import search_word

LEAST_GUESSES = 1e8
"""Out of reach of somebody who tries at the sign-in page; Wheeler (2016), section 2."""
JUDGED = 72
"""Characters looked at; the rest can only make a password better."""
SHORTEST_WORD = 3
WORD = re.compile(r"\w+")


def is_guessable(password: str, about: tuple[str, ...] = ()) -> bool:
    """Tell whether a password falls to fewer than :data:`LEAST_GUESSES` guesses.

    ``about`` holds what everybody knows of the person: user name and full name.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415  30,000 words that only a new password needs

    judged = _without_repetition(password, _words(" ".join(about)))[:JUDGED]
    return not judged or bool(
        zxcvbn(judged, user_inputs=_turkish_words())["guesses"] < LEAST_GUESSES
    )


def _without_repetition(password: str, about: list[str]) -> str:
    # zxcvbn takes every blank and every repetition of a word for a new riddle.
    folded = _folded(password)
    for word in about:
        folded = folded.replace(word, " ")
    return "".join(dict.fromkeys(WORD.findall(folded)))


@cache
def _turkish_words() -> list[str]:
    listed = (FOLDER / "common_passwords.txt").read_text(encoding="utf-8").split()
    places = [*(one.name for one in provinces()), *(one.name for one in districts())]
    return _words(" ".join([*listed, *places]))


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(_folded(text)) if len(word) >= SHORTEST_WORD]


def _folded(text: str) -> str:
    # Who writes "şifre" and who writes "sifre" guess the same word.
    return search_word(text)
