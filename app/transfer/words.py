"""Plain English sentences for what the server refuses; the window may translate them."""

from app.net.errors import NetError, NotUnderstood, Refused, Unreachable, Untrusted
from protocol.errors import ErrorCode
from protocol.imaging import FailureReason

_STORE_FAILURES: dict[int, str] = {
    FailureReason.CONFLICT: "The server already holds a different image under the same identity.",
    FailureReason.SOP_CLASS_NOT_SUPPORTED: "The server does not take this kind of object.",
    FailureReason.NO_ROOM: "The server has no room for this image.",
    FailureReason.OTHER_STUDY: "The image says that it belongs to another study.",
    FailureReason.NOT_DICOM: "The server cannot read this file as DICOM.",
    FailureReason.TRUNCATED: "The file ends before its picture does.",
    FailureReason.HASH_MISMATCH: "The image arrived changed.",
}
PASSING_FAILURES: frozenset[int] = frozenset(
    {FailureReason.PROCESSING_FAILURE, FailureReason.NO_ROOM, FailureReason.HASH_MISMATCH}
)
"""FailureReasons that sending once more may mend."""

DAMAGED = "The copy on this computer is damaged: import the image again."
OTHER_IMAGES = "The server holds other images of this study: import the whole study."
NO_LONGER = "The server does not list this image."

_REFUSALS = {
    ErrorCode.NOT_FOUND: "The server does not know this study, or it is not yours to see.",
    ErrorCode.FORBIDDEN: "The server does not let this account do that.",
    ErrorCode.NOT_A_MEMBER: "This account does not take part in the case.",
    ErrorCode.TRANSITION_REFUSED: "The case takes no more images: it was submitted or closed.",
    ErrorCode.TOO_LARGE: "The image is larger than the server takes.",
    ErrorCode.INSTANCE_CONFLICT: _STORE_FAILURES[FailureReason.CONFLICT],
    ErrorCode.NOT_DICOM: _STORE_FAILURES[FailureReason.NOT_DICOM],
    ErrorCode.HASH_MISMATCH: _STORE_FAILURES[FailureReason.HASH_MISMATCH],
    ErrorCode.VALIDATION_FAILED: "The server does not accept the list of images of this study.",
}


def store_failure(reason: int) -> str:
    """Why one instance was not stored, from its FailureReason (0008,1197)."""
    return _STORE_FAILURES.get(reason, f"The server did not store the image (0x{reason:04X}).")


def net_reason(error: NetError) -> str:
    """Why something could not be sent or fetched."""
    match error:
        case Refused():
            return _REFUSALS.get(error.code, f"The server refused it ({error.code.value}).")
        case Untrusted():
            return "The server's certificate is not the one this profile trusts."
        case NotUnderstood():
            return "The server's answer was not understood."
        case Unreachable():
            return "The server cannot be reached."
        case _:
            return "There is no session with the server."
