"""The audit trail as auditors read it, and what it warns of."""

from enum import StrEnum
from uuid import UUID

from protocol.base import Answer, Moment
from protocol.consultation import Person


class AuditEntry(Answer):
    """One line (FHIR AuditEvent): who did what to what, when, from where, and whether it was done.

    `access` and `resource` are words of the trail; `number` is that of the case it is about;
    `outcome` says in a word why it was not done, `purpose` what for (HL7 v3-ActReason).
    """

    id: UUID
    at: Moment
    by: Person | None
    username: str | None
    access: str
    resource: str
    target: str
    consultation_id: UUID | None
    number: str | None
    origin: str | None
    outcome: str | None
    request_id: str | None
    detail: str
    purpose: str | None = None


class AuditPage(Answer):
    """Newest first; `next` continues after the last row, absent at the end."""

    items: tuple[AuditEntry, ...]
    next: str | None = None


class AlertKind(StrEnum):
    EMERGENCY = "emergency"
    LOCK_OUT = "lock_out"
    MANY_CASES = "many_cases"
    ROLES = "roles"
    RESET = "reset"
    TRAIL = "trail"


class AuditAlert(Answer):
    """Something of the last day that an auditor should look at; `count` are wrong passwords and
    codes, or cases that were read within an hour, or 1. `username` is that of `by`, `about` that of
    whose account it was, or which entry of the trail; `detail` the words of the trail."""

    kind: AlertKind
    at: Moment
    by: Person | None
    count: int
    number: str | None = None
    origins: tuple[str, ...] = ()
    username: str | None = None
    about: str = ""
    detail: str = ""


class LockOut(Answer):
    """Whose password or code was guessed wrong in the last day; nobody's where the name is unknown.
    `waits_until`: the next try is refused until then, by the process that answers."""

    by: Person | None
    username: str | None
    wrong: int
    last_at: Moment
    origins: tuple[str, ...]
    waits_until: Moment | None = None
