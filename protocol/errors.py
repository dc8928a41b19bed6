"""Why a request was refused: one code each, so that the client can choose its own words.

`Problem` is the body of every refused REST request (RFC 9457, `application/problem+json`) and is
carried by the socket's `error` frame.
"""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from protocol.base import Answer, Moment


class ErrorCode(StrEnum):
    """Stable codes; the help desk may be told one."""

    INVALID_CREDENTIALS = "invalid_credentials"
    ACCOUNT_DISABLED = "account_disabled"
    PASSWORD_CHANGE_REQUIRED = "password_change_required"  # nosec B105  # a code, not a password
    SECOND_FACTOR_REQUIRED = "second_factor_required"
    SECOND_FACTOR_WRONG = "second_factor_wrong"
    SECOND_FACTOR_DUE = "second_factor_due"
    SIGNED_IN_ELSEWHERE = "signed_in_elsewhere"
    TOKEN_MISSING = "token_missing"  # nosec B105  # a code
    TOKEN_EXPIRED = "token_expired"  # nosec B105  # a code
    TOKEN_INVALID = "token_invalid"  # nosec B105  # a code
    SESSION_ENDED = "session_ended"
    REFRESH_REUSED = "refresh_reused"
    DEVICE_NEEDED = "device_needed"
    DEVICE_OF_OTHERS = "device_of_others"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    VALIDATION_FAILED = "validation_failed"
    STALE_VERSION = "stale_version"
    STALE_FENCE = "stale_fence"
    CLAIM_LOST = "claim_lost"
    RINGS_ANOTHER = "rings_another"
    DISPATCHERS_ASSIGN = "dispatchers_assign"
    NOT_YOUR_TURN = "not_your_turn"
    TRANSITION_REFUSED = "transition_refused"
    INCOMPLETE_CASE = "incomplete_case"
    STUDY_UNVERIFIED = "study_unverified"
    IMAGES_ARRIVING = "images_arriving"
    IMAGES_DOUBTED = "images_doubted"
    OPINIONS_MISSING = "opinions_missing"
    REVIEW_NEEDED = "review_needed"
    OPINIONS_CHANGED = "opinions_changed"
    INSTANCE_CONFLICT = "instance_conflict"
    NOT_DICOM = "not_dicom"
    HASH_MISMATCH = "hash_mismatch"
    NOT_ACCEPTABLE = "not_acceptable"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    SIGNATURE_INVALID = "signature_invalid"
    REAUTHENTICATION_FAILED = "reauthentication_failed"
    INVITATION_INVALID = "invitation_invalid"
    CONSENT_REQUIRED = "consent_required"
    BIRTH_DATE_WRONG = "birth_date_wrong"
    CALL_NOT_RUNNING = "call_not_running"
    NOT_A_MEMBER = "not_a_member"
    ROTA_OVERLAP = "rota_overlap"
    SCREEN_SHARING_OFF = "screen_sharing_off"
    MALFORMED_MESSAGE = "malformed_message"
    TOO_LARGE = "too_large"
    TOO_MANY_REQUESTS = "too_many_requests"
    NO_ROOM = "no_room"
    DAMAGED = "damaged"
    UNAVAILABLE = "unavailable"
    SERVER_ERROR = "server_error"


class FieldProblem(Answer):
    """One refused field: where it stands in the body and why it was refused."""

    location: tuple[str, ...]
    reason: str


class Problem(Answer):
    """Why a request was refused, and what helps the person at the screen mend it."""

    code: ErrorCode
    title: str
    status: int
    request_id: str | None = None
    fields: tuple[FieldProblem, ...] = ()
    missing: tuple[str, ...] = Field(
        default=(), description="what an incomplete case still needs, by `CaseItem` value"
    )
    holder: str | None = Field(default=None, description="display name of who holds the claim now")
    since: Moment | None = Field(default=None, description="since when, for holder or session")
    retry_after_s: int | None = None
    consultation_id: UUID | None = None
