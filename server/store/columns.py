"""Column types both SQLite and PostgreSQL understand the same way."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import DateTime, String, Table, Uuid, true
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

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


UNREADABLE = datetime(1900, 1, 1, tzinfo=UTC)
"""What a time is read as that somebody has made into something else."""


class TrailTime(Utc):
    """A time of the audit trail: one that was tampered with must not keep the others from being
    read. SQLite takes any text for one."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            tolerant = _TamperedTime()  # type: ignore[no-untyped-call]  # SQLAlchemy annotates none
            return dialect.type_descriptor(tolerant)
        return dialect.type_descriptor(DateTime(timezone=True))


class TrailId(TypeDecorator[Any]):
    """An id of the audit trail as the driver answers it: hexadecimal digits on SQLite, which takes
    any text for one, a `UUID` on PostgreSQL."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(String() if sqlite else Uuid())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value.hex if isinstance(value, UUID) and dialect.name == "sqlite" else value


class _TamperedTime(DATETIME):
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        plain = super().result_processor(dialect, coltype)

        def read(value: Any) -> datetime | None:
            try:
                return plain(value) if plain is not None else value
            except (ValueError, TypeError):
                return UNREADABLE

        return read


class Base(DeclarativeBase):
    """Every table of the server."""

    type_annotation_map = {datetime: Utc}  # noqa: RUF012 - read by SQLAlchemy's metaclass


def among(column: Any, ids: Iterable[UUID]) -> Any:
    """A condition on a column: one of these, as far as a statement can name them. Of more than
    `MOST_NAMED` all rows are had, which is quicker as well, and the caller leaves some out."""
    asked = sorted(set(ids))
    return column.in_(asked) if len(asked) <= MOST_NAMED else true()


def table_of(mapped: type[Base]) -> Table:
    """For statements without the mapper, which costs as much as a short one of them, and makes
    several of rows whose empty columns differ."""
    return cast(Table, mapped.__table__)
