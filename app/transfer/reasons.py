"""Why an image was left out, refused or cannot be had: codes; the words are the screen's."""

from enum import StrEnum

from app.imaging.errors import Reason
from app.net.errors import NetError, NotUnderstood, Refused, Unreachable, Untrusted
from protocol.errors import ErrorCode
from protocol.imaging import FailureReason


class TransferReason(StrEnum):
    """What the transfer itself finds, or the server says; no value is one of `Reason`."""

    OTHER_IMAGE_IMPORTED = "other-image-imported"
    COPY_DAMAGED = "copy-damaged"
    NOT_KEPT = "not-kept"
    OTHER_IMAGE_ON_SERVER = "other-image-on-server"
    OTHER_STUDY = "other-study"
    OTHER_PATIENT = "other-patient"
    KIND_NOT_TAKEN = "kind-not-taken"
    NO_ROOM = "no-room"
    ARRIVED_CHANGED = "arrived-changed"
    SERVER_CANNOT_READ = "server-cannot-read"
    NOT_STORED = "not-stored"
    TOO_LARGE = "too-large"
    NOT_YOURS = "not-yours"
    NOT_ALLOWED = "not-allowed"
    NOT_IN_CASE = "not-in-case"
    CASE_CLOSED = "case-closed"
    LIST_NOT_ACCEPTED = "list-not-accepted"
    REFUSED = "refused"
    UNTRUSTED = "untrusted"
    NOT_UNDERSTOOD = "not-understood"
    UNREACHABLE = "unreachable"
    NO_SESSION = "no-session"
    ARCHIVE_DAMAGED = "archive-damaged"
    ARCHIVE_ENCRYPTED = "archive-encrypted"
    ARCHIVE_NESTED = "archive-nested"
    ARCHIVE_BOMB = "archive-bomb"
    UNSAFE_NAME = "unsafe-name"
    NAMED_ABSENT = "named-absent"


ImageReason = Reason | TransferReason
"""One set of codes for one place on the screen."""

_STORE_FAILURES: dict[int, ImageReason] = {
    FailureReason.CONFLICT: TransferReason.OTHER_IMAGE_ON_SERVER,
    FailureReason.SOP_CLASS_NOT_SUPPORTED: TransferReason.KIND_NOT_TAKEN,
    FailureReason.NOT_AUTHORIZED: TransferReason.NOT_ALLOWED,
    FailureReason.NO_ROOM: TransferReason.NO_ROOM,
    FailureReason.OTHER_STUDY: TransferReason.OTHER_STUDY,
    FailureReason.OTHER_PATIENT: TransferReason.OTHER_PATIENT,
    FailureReason.NOT_DICOM: TransferReason.SERVER_CANNOT_READ,
    FailureReason.TRUNCATED: Reason.TRUNCATED,
    FailureReason.HASH_MISMATCH: TransferReason.ARRIVED_CHANGED,
    FailureReason.PIXELS_TOO_SHORT: Reason.PIXEL_SIZE,
}
PASSING_FAILURES: frozenset[int] = frozenset(
    {FailureReason.PROCESSING_FAILURE, FailureReason.NO_ROOM, FailureReason.HASH_MISMATCH}
)
"""FailureReasons that sending once more may mend."""

_REFUSALS = {
    ErrorCode.NOT_FOUND: TransferReason.NOT_YOURS,
    ErrorCode.FORBIDDEN: TransferReason.NOT_ALLOWED,
    ErrorCode.NOT_A_MEMBER: TransferReason.NOT_IN_CASE,
    ErrorCode.TRANSITION_REFUSED: TransferReason.CASE_CLOSED,
    ErrorCode.TOO_LARGE: TransferReason.TOO_LARGE,
    ErrorCode.INSTANCE_CONFLICT: TransferReason.OTHER_IMAGE_ON_SERVER,
    ErrorCode.NOT_DICOM: TransferReason.SERVER_CANNOT_READ,
    ErrorCode.HASH_MISMATCH: TransferReason.ARRIVED_CHANGED,
    ErrorCode.VALIDATION_FAILED: TransferReason.LIST_NOT_ACCEPTED,
}


def store_failure(reason: int) -> ImageReason:
    """Why one instance was not stored, from its FailureReason (0008,1197)."""
    return _STORE_FAILURES.get(reason, TransferReason.NOT_STORED)


def net_reason(error: NetError) -> TransferReason:
    """Why something could not be sent or fetched."""
    match error:
        case Refused():
            return _REFUSALS.get(error.code, TransferReason.REFUSED)
        case Untrusted():
            return TransferReason.UNTRUSTED
        case NotUnderstood():
            return TransferReason.NOT_UNDERSTOOD
        case Unreachable():
            return TransferReason.UNREACHABLE
        case _:
            return TransferReason.NO_SESSION


def reason_of(kept: str) -> ImageReason | None:
    """The code as the outbox keeps it; what an older client kept is only known as refused."""
    if not kept:
        return None
    for codes in (Reason, TransferReason):
        if kept in list(codes):
            return codes(kept)
    return TransferReason.REFUSED
