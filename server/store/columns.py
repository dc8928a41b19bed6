"""Column types both SQLite and PostgreSQL understand the same way."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, true
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

MOST_NAMED = 10_000
"""Values in one statement; SQLite and asyncpg take some 32,000."""


class Utc(TypeDecorator[datetime]):
    """An absolute time: refuses one without a zone, answers UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the server."""

    type_annotation_map = {datetime: Utc}  # noqa: RUF012 - read by SQLAlchemy's metaclass


def among(column: Any, ids: Iterable[UUID]) -> Any:
    """A condition on a column: one of these, as far as a statement can name them. Of more than
    `MOST_NAMED` all rows are had, which is quicker as well, and the caller leaves some out."""
    asked = sorted(set(ids))
    return column.in_(asked) if len(asked) <= MOST_NAMED else true()
