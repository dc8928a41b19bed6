"""Why a file cannot be shown, in the reader's words."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.imaging.errors import Reason
from app.imaging.series import ObjectKind


def _tr(source: str) -> str:
    return QCoreApplication.translate("DicomViewer", source)


def reason_words(code: Reason) -> str:
    """One plain sentence with what to do."""
    match code:
        case Reason.UNREADABLE:
            return _tr("The image could not be fetched. Check the connection and try again.")
        case Reason.NOT_DICOM:
            return _tr("This is not a DICOM file.")
        case Reason.TRUNCATED:
            return _tr("The file is cut off. Export or send it again.")
        case Reason.MISSING_TRANSFER_SYNTAX:
            return _tr("The file does not say how it is encoded. Export it again.")
        case Reason.MISSING_ATTRIBUTE:
            return _tr("The file lacks what is needed to show it. Export it again.")
        case Reason.MALFORMED:
            return _tr("The file is damaged. Export or send it again.")
        case Reason.NO_PIXEL_DATA:
            return _tr("The file carries no picture, or ends before it.")
        case Reason.PIXEL_SIZE:
            return _tr("The file claims a larger picture than it holds. Send it again.")
        case Reason.FRAME_INDEX:
            return _tr("This picture of the series does not exist in the file.")
        case Reason.UNSUPPORTED:
            return _tr("This kind of picture cannot be shown yet.")
        case Reason.DECODE:
            return _tr("The compressed picture is damaged. Send it again.")
        case Reason.DECODE_TIMEOUT:
            return _tr("The picture took too long to decode and was given up.")
        case Reason.CANCELLED:
            return _tr("Loading was cancelled.")
        case Reason.NOT_AN_IMAGE:
            return _tr("This is not a picture.")
        case _:
            assert_never(code)


def kind_words(kind: ObjectKind) -> str:
    """What a series is that this viewer does not show."""
    match kind:
        case ObjectKind.IMAGE:
            return _tr("Images")
        case ObjectKind.WAVEFORM:
            return _tr("Waveform")
        case ObjectKind.DOCUMENT:
            return _tr("Document")
        case ObjectKind.VIDEO:
            return _tr("Video")
        case ObjectKind.OTHER:
            return _tr("Other object")
        case _:
            assert_never(kind)


def preset_words(explanation: str) -> str:
    """The name of a preset; the file's own names stay as they are."""
    known = {
        "Soft tissue": _tr("Soft tissue"),
        "Lung": _tr("Lung"),
        "Bone": _tr("Bone"),
        "Brain": _tr("Brain"),
        "Liver": _tr("Liver"),
        "Mediastinum": _tr("Mediastinum"),
        "Angiography": _tr("Angiography"),
        "Subdural": _tr("Subdural"),
        "Temporal bone": _tr("Temporal bone"),
        "Auto": _tr("Auto"),
    }
    return known.get(explanation, explanation)
