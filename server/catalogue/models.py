"""What is kept so that a catalogue need not read interviews."""

from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Column, Table
from sqlmodel import Field, SQLModel


class TopicReport(SQLModel, table=True):
    """What one revision says of the topics of its unit: of its answers those, and the day.

    ``sequence`` is that of the revision; which one counts is asked of ``submissions``.
    """

    __tablename__ = "topic_reports"

    sequence: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    answers: dict[str, Any] = Field(sa_type=JSON)


TOPIC_REPORTS: Final[Table] = TopicReport.__table__  # type: ignore[attr-defined]
