"""What is wrong with a request: a stable code, and a sentence in every language."""

from collections.abc import Iterable
from difflib import get_close_matches

from schemas.wording import say


class RequestError(ValueError):
    """A request that cannot be answered.

    Attributes
    ----------
    code
        Stable name of what is wrong: a key of the room ``estimating``.
    details
        What the sentence says it about.
    near
        The known name that is most like an unknown one, if any is.
    """

    def __init__(self, code: str, /, near: str | None = None, **details: object) -> None:
        self.code, self.near, self.details = code, near, details
        super().__init__(self.said("en"))

    def said(self, language: str) -> str:
        """Give the sentence in ``language``."""
        details = {
            name: value.said(language) if isinstance(value, RequestError) else value
            for name, value in self.details.items()
        }
        sentence = say(f"estimating.{self.code}", language, **details)
        if self.near is None:
            return sentence
        return f"{sentence} {say('estimating.did_you_mean', language, near=self.near)}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the known name that is most like another one, if any is."""
    found = get_close_matches(name.lower(), {each.lower(): each for each in known}, n=1)
    return next((each for each in known if each.lower() == found[0]), None) if found else None
