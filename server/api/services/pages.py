"""Cursors of long lists, opaque to the client, and what a list showed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from server.domain.case import Case
from server.domain.errors import invalid_field
from server.store.cases import Cursor


def cursor_of(case: Case) -> str:
    """Where a page that ends with this case continues."""
    return _cursor(case.created_at, case.id)


def entry_cursor_of(at: datetime, id_: UUID) -> str:
    """The same, of a line of the audit trail."""
    return _cursor(at, id_)


def _cursor(at: datetime, id_: UUID) -> str:
    return urlsafe_b64encode(f"{at.isoformat()}|{id_}".encode()).decode()


def read_cursor(text: str | None) -> Cursor | None:
    """Raises `Invalid` when the cursor is not one of ours."""
    if not text:
        return None
    try:
        at, _, case_id = urlsafe_b64decode(text.encode()).decode().partition("|")
        return Cursor(datetime.fromisoformat(at), UUID(case_id))
    except ValueError as error:
        raise invalid_field("not a cursor of this list", "after") from error


def numbers_of(cases: Iterable[Case]) -> str:
    """Which cases a list showed, for the audit trail."""
    return " ".join(case.number for case in cases)
