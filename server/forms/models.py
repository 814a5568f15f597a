"""Published form versions."""

from datetime import datetime
from typing import Final

from sqlalchemy import JSON, Table, UniqueConstraint
from sqlmodel import Field, SQLModel


class FormVersion(SQLModel, table=True):
    """A form version as tablets received it; the row never changes and is never deleted."""

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


FORM_VERSIONS: Final[Table] = FormVersion.__table__  # type: ignore[attr-defined]
