"""Why an image was not taken, in words for IT: what stands behind a FailureReason."""

from protocol.imaging import FailureReason

_WORDS: dict[int, str] = {
    FailureReason.PROCESSING_FAILURE: "could not be processed, or its bytes here are damaged",
    FailureReason.CONFLICT: "another image with this UID is there already",
    FailureReason.SOP_CLASS_NOT_SUPPORTED: "images of this class are not taken",
    FailureReason.NOT_AUTHORIZED: "the study is somebody else's, or was taken back meanwhile",
    FailureReason.NO_ROOM: "there is no room for it, or it is larger than is taken",
    FailureReason.OTHER_STUDY: "belongs to another study than it was sent for",
    FailureReason.OTHER_PATIENT: "names another patient than its study",
    FailureReason.NOT_DICOM: "is no DICOM file",
    FailureReason.TRUNCATED: "is cut off",
    FailureReason.HASH_MISMATCH: "is not the image the clinic has declared",
    FailureReason.PIXELS_TOO_SHORT: "has fewer pixels than it says",
}


def failure_words(reason: int) -> str:
    """A part of a sentence; a number nobody knows stays one."""
    return _WORDS.get(reason, "no reason was given")
