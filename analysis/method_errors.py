"""What cannot be estimated, and why: a stable code, and a sentence in every language."""

from schemas.wording import say


class MethodError(ValueError):
    """An estimate that the data do not allow, or an order that no method can carry out.

    Attributes
    ----------
    code
        Stable name of what is wrong.
    details
        What the sentence says it about.
    """

    def __init__(self, code: str, /, **details: object) -> None:
        self.code, self.details = code, details
        super().__init__(self.said("en"))

    @property
    def sentence(self) -> str:
        """Name the sentence."""
        return f"methods.{self.code}"

    def said(self, language: str) -> str:
        """The sentence in ``language``."""
        details = {
            name: value.said(language) if isinstance(value, MethodError) else value
            for name, value in self.details.items()
        }
        return say(self.sentence, language, **details)
