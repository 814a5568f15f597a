"""Published form versions."""

from datetime import datetime
from typing import Final

from sqlalchemy import JSON, Table, UniqueConstraint, true
from sqlmodel import Field, SQLModel


class FormVersion(SQLModel, table=True):
    """A form version as it was published; its text never changes and it is never deleted."""

    __tablename__ = "form_versions"
    __table_args__ = (UniqueConstraint("form_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    form_id: str = Field(max_length=64)
    version: str = Field(max_length=32)
    title: dict[str, str] = Field(sa_type=JSON)
    digest: str = Field(max_length=71)
    definition: bytes
    published_at: datetime
    published_by: int | None = Field(default=None, foreign_key="users.id")
    is_offered: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    """Whether tablets are offered it; a form made of an import's mapping has nobody to ask."""


FORM_VERSIONS: Final[Table] = FormVersion.__table__  # type: ignore[attr-defined]
