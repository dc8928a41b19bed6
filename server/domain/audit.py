"""What the audit trail says of every access to clinical data: who, when, what, which case."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Access(StrEnum):
    """FHIR AuditEvent.action, in words."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    EXECUTE = "execute"


class Resource(StrEnum):
    """What was accessed."""

    CONSULTATION = "consultation"
    WORKLIST = "worklist"
    QUEUE = "queue"
    TIMELINE = "timeline"
    STUDY = "study"
    INSTANCE = "instance"
    OPINION = "opinion"
    REPORT = "report"
    PRESENTED_FORM = "presented_form"
    REPORT_PICTURE = "report_picture"
    REPORT_COPY = "report_copy"
    CHAT = "chat"
    CALL = "call"
    INVITATION = "invitation"
    CONSENT = "consent"
    RECORDING = "recording"
    RECORD = "record"
    CANDIDATES = "candidates"
    LIBRARY = "library"
    ACCOUNT = "account"
    INSTITUTION = "institution"
    AGREEMENT = "agreement"
    SESSION = "session"
    SECOND_FACTOR = "second_factor"
    ROTA = "rota"
    SERVICE_LINE = "service_line"
    CONTACT = "contact"
    ALERT = "alert"
    SIGNING_KEY = "signing_key"
    TRAIL = "trail"
    """The trail itself and the database it is in: restored, backed up, written out, gone on with,
    its keys and tables changed."""
    OPERATION = "operation"
    """Something the roles of the asker do not allow."""
    EMERGENCY_ACCESS = "emergency_access"
    EXPORT = "export"
    """What left the program at a client (`protocol.export`); entries say that it was begun."""
    AUDIT = "audit"
    NOTIFICATIONS = "notifications"


class Purpose(StrEnum):
    """What for: codes of HL7's v3-ActReason (PurposeOfUse)."""

    TREATMENT = "TREAT"
    EMERGENCY = "ETREAT"
    OPERATIONS = "HOPERAT"
    """Dispatching, reviewing, being asked to take a case: what keeps the service going."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the trail. `target` is an identifier, never a name or a text of the case;
    `origin` is the address it was asked from, `name@computer` of who ran a command at the server,
    None for what the server did itself; `outcome` says in a word why it was not done."""

    id: UUID
    at: datetime
    account_id: UUID | None
    access: Access
    resource: Resource
    target: str = ""
    consultation_id: UUID | None = None
    detail: str = ""
    request_id: str | None = None
    origin: str | None = None
    outcome: str | None = None
    purpose: str | None = None
