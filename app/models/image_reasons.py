"""Why a file or an image was left out or refused, in the language that is on."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.imaging.errors import Reason
from app.session.upload import LeftOutFile
from app.transfer.reasons import ImageReason, TransferReason

CONTEXT = "image_reasons"
_FILE = {
    Reason.UNREADABLE: QT_TRANSLATE_NOOP("image_reasons", "The file cannot be read from the disk."),
    Reason.NOT_DICOM: QT_TRANSLATE_NOOP(
        "image_reasons",
        "This is not a DICOM file. Photographs and PDF files must be chosen themselves.",
    ),
    Reason.TRUNCATED: QT_TRANSLATE_NOOP("image_reasons", "The file ends before its picture does."),
    Reason.MISSING_TRANSFER_SYNTAX: QT_TRANSLATE_NOOP(
        "image_reasons", "The file does not say how its data are encoded (no transfer syntax)."
    ),
    Reason.MISSING_ATTRIBUTE: QT_TRANSLATE_NOOP(
        "image_reasons", "The file lacks what an image needs."
    ),
    Reason.MALFORMED: QT_TRANSLATE_NOOP("image_reasons", "The structure of the file is broken."),
    Reason.NO_PIXEL_DATA: QT_TRANSLATE_NOOP("image_reasons", "The file carries no picture."),
    Reason.PIXEL_SIZE: QT_TRANSLATE_NOOP("image_reasons", "The file claims more than it can hold."),
    Reason.FRAME_INDEX: QT_TRANSLATE_NOOP(
        "image_reasons", "The file does not have this picture of the series."
    ),
    Reason.UNSUPPORTED: QT_TRANSLATE_NOOP(
        "image_reasons", "This kind of picture cannot be shown yet."
    ),
    Reason.DECODE: QT_TRANSLATE_NOOP("image_reasons", "The compressed picture is damaged."),
    Reason.DECODE_TIMEOUT: QT_TRANSLATE_NOOP(
        "image_reasons", "The picture took too long to decode."
    ),
    Reason.CANCELLED: QT_TRANSLATE_NOOP("image_reasons", "Reading the file was cancelled."),
    Reason.DISK_FULL: QT_TRANSLATE_NOOP("image_reasons", "There is no room left on the disk."),
    Reason.NOT_WRITABLE: QT_TRANSLATE_NOOP("image_reasons", "The folder cannot be written to."),
    Reason.NAME_TAKEN: QT_TRANSLATE_NOOP("image_reasons", "A file of this name is there already."),
    Reason.SAME_UID: QT_TRANSLATE_NOOP(
        "image_reasons", "Another file with the same identity and other contents is there."
    ),
    Reason.PICTURES_ABSENT: QT_TRANSLATE_NOOP(
        "image_reasons", "The object belongs to pictures that are not here."
    ),
    Reason.NOT_AN_IMAGE: QT_TRANSLATE_NOOP("image_reasons", "This is not a picture."),
}
_TRANSFER = {
    TransferReason.OTHER_IMAGE_IMPORTED: QT_TRANSLATE_NOOP(
        "image_reasons", "Another image under the same identity is being sent already."
    ),
    TransferReason.COPY_DAMAGED: QT_TRANSLATE_NOOP(
        "image_reasons", "The copy on this computer is damaged: import the image again."
    ),
    TransferReason.NOT_KEPT: QT_TRANSLATE_NOOP(
        "image_reasons", "The image cannot be kept on this computer. Make room on the disk."
    ),
    TransferReason.OTHER_IMAGE_ON_SERVER: QT_TRANSLATE_NOOP(
        "image_reasons", "The server already holds a different image under the same identity."
    ),
    TransferReason.OTHER_STUDY: QT_TRANSLATE_NOOP(
        "image_reasons", "The image says that it belongs to another study."
    ),
    TransferReason.OTHER_PATIENT: QT_TRANSLATE_NOOP(
        "image_reasons",
        "The image names another patient than the other images of this study. Compare names and "
        "numbers, and send it with that patient's case.",
    ),
    TransferReason.KIND_NOT_TAKEN: QT_TRANSLATE_NOOP(
        "image_reasons", "The server does not take this kind of object."
    ),
    TransferReason.NO_ROOM: QT_TRANSLATE_NOOP(
        "image_reasons", "The server has no room for this image."
    ),
    TransferReason.ARRIVED_CHANGED: QT_TRANSLATE_NOOP(
        "image_reasons", "The image arrived changed."
    ),
    TransferReason.SERVER_CANNOT_READ: QT_TRANSLATE_NOOP(
        "image_reasons", "The server cannot read this file as DICOM."
    ),
    TransferReason.NOT_STORED: QT_TRANSLATE_NOOP(
        "image_reasons", "The server did not store the image."
    ),
    TransferReason.TOO_LARGE: QT_TRANSLATE_NOOP(
        "image_reasons", "The image is larger than the server takes."
    ),
}
_SERVER = {
    TransferReason.NOT_YOURS: QT_TRANSLATE_NOOP(
        "image_reasons", "The server does not know this study, or it is not yours to see."
    ),
    TransferReason.NOT_ALLOWED: QT_TRANSLATE_NOOP(
        "image_reasons", "The server does not let this account do that."
    ),
    TransferReason.NOT_IN_CASE: QT_TRANSLATE_NOOP(
        "image_reasons", "This account does not take part in the case."
    ),
    TransferReason.CASE_CLOSED: QT_TRANSLATE_NOOP(
        "image_reasons", "The case takes no more images: its report is signed or it has ended."
    ),
    TransferReason.LIST_NOT_ACCEPTED: QT_TRANSLATE_NOOP(
        "image_reasons", "The server does not accept the list of images of this study."
    ),
    TransferReason.REFUSED: QT_TRANSLATE_NOOP("image_reasons", "The server refused the image."),
    TransferReason.UNTRUSTED: QT_TRANSLATE_NOOP(
        "image_reasons", "The server's certificate is not the one this profile trusts."
    ),
    TransferReason.NOT_UNDERSTOOD: QT_TRANSLATE_NOOP(
        "image_reasons", "The server's answer was not understood."
    ),
    TransferReason.UNREACHABLE: QT_TRANSLATE_NOOP("image_reasons", "The server cannot be reached."),
    TransferReason.NO_SESSION: QT_TRANSLATE_NOOP(
        "image_reasons", "There is no session with the server."
    ),
}
_ARCHIVE = {
    TransferReason.ARCHIVE_DAMAGED: QT_TRANSLATE_NOOP(
        "image_reasons", "The archive is damaged or of a kind that cannot be read. Unpack it first."
    ),
    TransferReason.ARCHIVE_ENCRYPTED: QT_TRANSLATE_NOOP(
        "image_reasons", "The archive asks for a password. Unpack it first."
    ),
    TransferReason.ARCHIVE_NESTED: QT_TRANSLATE_NOOP(
        "image_reasons", "This is an archive inside an archive. Unpack it and add it by itself."
    ),
    TransferReason.ARCHIVE_BOMB: QT_TRANSLATE_NOOP(
        "image_reasons", "The archive would unpack to far more than pictures need: it is not read."
    ),
    TransferReason.UNSAFE_NAME: QT_TRANSLATE_NOOP(
        "image_reasons", "The name leads out of its folder: the file is not read."
    ),
    TransferReason.NAMED_ABSENT: QT_TRANSLATE_NOOP(
        "image_reasons", "The disc's table of contents names this file, but it is not on the disc."
    ),
}
_SOURCES: dict[ImageReason, str] = {
    code: str(source) for code, source in (_FILE | _TRANSFER | _SERVER | _ARCHIVE).items()
}


def reason_words(code: ImageReason | None) -> str:
    """One plain sentence; empty where there is no reason."""
    return "" if code is None else QCoreApplication.translate(CONTEXT, _SOURCES[code])


def left_out_words(files: tuple[LeftOutFile, ...]) -> str:
    """A sentence for each file."""
    return " ".join(f"{name}: {reason_words(code)}" for name, code in files)
