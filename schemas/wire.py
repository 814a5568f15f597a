"""What crosses a border: strict models, and wording in two languages."""

from pydantic import BaseModel, ConfigDict

Text = dict[str, str]
"""Wording per language code: ``{"tr": …, "en": …}``."""


class Wire(BaseModel):
    """Base of everything that crosses a border: unknown keys and silent coercions are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
