"""Why a request is refused. Each refusal carries one `ErrorCode` of the protocol.

Refusal
├── Unauthenticated     who asks is unknown or no longer signed in
├── Forbidden           who asks is known and may not
├── NotFound            there is no such thing, or none that the asker may know of
├── Invalid             the request itself is wrong; `fields` or `missing` say where
├── Conflict            the request is right, but not in the present state
└── Unavailable         try again later; `retry_after_s` says when
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from protocol.errors import ErrorCode, FieldProblem


@dataclass(frozen=True, slots=True)
class Details:
    """What helps the person at the screen; the fields of `protocol.errors.Problem`."""

    fields: tuple[FieldProblem, ...] = ()
    missing: tuple[str, ...] = ()
    holder: str | None = None
    since: datetime | None = None
    retry_after_s: int | None = None
    consultation_id: UUID | None = None


class Refusal(Exception):
    """A request that was refused and changed nothing."""

    def __init__(self, code: ErrorCode, title: str, **details: Any) -> None:
        super().__init__(title)
        self.code = code
        self.title = title
        self.details = Details(**details)
        self.shown = False
        """Whether it is known that the asker has been shown what it speaks of."""


class Unauthenticated(Refusal):
    """Who asks is unknown or no longer signed in."""


class Forbidden(Refusal):
    """Who asks may not do this."""

    def __init__(
        self, title: str = "you may not do this", code: ErrorCode = ErrorCode.FORBIDDEN
    ) -> None:
        super().__init__(code, title)


class NotFound(Refusal):
    """There is no such thing, or none that the asker may know of."""

    def __init__(self, title: str) -> None:
        super().__init__(ErrorCode.NOT_FOUND, title)


class Invalid(Refusal):
    """The request itself is wrong."""


class Conflict(Refusal):
    """The request is right, but not in the present state."""


class Unavailable(Refusal):
    """Try again later."""


def invalid_field(reason: str, *location: str) -> Invalid:
    """One refused field of a body."""
    return Invalid(
        ErrorCode.VALIDATION_FAILED,
        "the request has a field that cannot be used",
        fields=(FieldProblem(location=location, reason=reason),),
    )


def no_such_case() -> NotFound:
    """Said also of a case that is none of the asker's affair."""
    return NotFound("there is no such consultation")


def not_a_member() -> Forbidden:
    """The asker has no part in this case."""
    return Forbidden("you have no part in this consultation", ErrorCode.NOT_A_MEMBER)
