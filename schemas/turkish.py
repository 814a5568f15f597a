"""The Turkish alphabet, which no library folds and sorts right, and the clock of Türkiye."""

import unicodedata
from zoneinfo import ZoneInfo

TURKISH_TIME = ZoneInfo("Europe/Istanbul")

_ALPHABET = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}
_WITHOUT_HAT = str.maketrans("âîû", "aiu")
_ASCII = str.maketrans("çğıöşüâîû", "cgiosuaiu")
_LOWER = str.maketrans("İI", "iı")
_UPPER = str.maketrans("iı", "İI")


def lower_turkish(text: str) -> str:
    """Lower-case as Turkish does: İ→i, I→ı, where ``str.lower`` gives i̇ and i."""
    return text.translate(_LOWER).lower()


def upper_turkish(text: str) -> str:
    """Upper-case as Turkish does: i→İ, ı→I."""
    return text.translate(_UPPER).upper()


def search_word(text: str) -> str:
    """Reduce a text to lower-case ASCII letters, so that igdir finds Iğdır."""
    # A Mac writes ğ as two characters, which look like one.
    return lower_turkish(unicodedata.normalize("NFC", text)).translate(_ASCII)


def turkish_sort_key(text: str) -> tuple[tuple[int, int], ...]:
    """The key that sorts texts as a Turkish dictionary does."""
    plain = lower_turkish(text).translate(_WITHOUT_HAT)
    return tuple((1, _RANK[letter]) if letter in _RANK else (0, ord(letter)) for letter in plain)
