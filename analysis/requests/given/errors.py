"""What is wrong with a request: a stable code, and a sentence in every language."""

from collections.abc import Iterable
from difflib import get_close_matches

from analysis.method_errors import MethodError
from schemas.wording import say


class RequestError(MethodError):
    """A request that cannot be answered; its sentences stand in the room ``estimating``.

    Attributes
    ----------
    near
        The known name that is most like an unknown one, if any is.
    """

    def __init__(self, code: str, /, near: str | None = None, **details: object) -> None:
        self.near = near
        super().__init__(code, **details)

    @property
    def sentence(self) -> str:
        """Name the sentence."""
        return f"estimating.{self.code}"

    def said(self, language: str) -> str:
        """The sentence in ``language``."""
        sentence = super().said(language)
        if self.near is None:
            return sentence
        return f"{sentence} {say('estimating.did_you_mean', language, near=self.near)}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like another one, if any is."""
    found = get_close_matches(name.lower(), {name.lower(): name for name in known}, n=1)
    return next((name for name in known if name.lower() == found[0]), None) if found else None
