"""Why a file cannot be shown, in the reader's words."""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.imaging.errors import Reason
from app.imaging.planes import Plane
from app.imaging.series import ObjectKind

translate = QCoreApplication.translate


def reason_words(code: Reason) -> str:
    """One plain sentence with what to do."""
    match code:
        case Reason.UNREADABLE:
            return translate(
                "DicomViewer", "The image could not be fetched. Check the connection and try again."
            )
        case Reason.NOT_DICOM:
            return translate("DicomViewer", "This is not a DICOM file.")
        case Reason.TRUNCATED:
            return translate("DicomViewer", "The file is cut off. Export or send it again.")
        case Reason.MISSING_TRANSFER_SYNTAX:
            return translate(
                "DicomViewer", "The file does not say how it is encoded. Export it again."
            )
        case Reason.MISSING_ATTRIBUTE:
            return translate(
                "DicomViewer", "The file lacks what is needed to show it. Export it again."
            )
        case Reason.MALFORMED:
            return translate("DicomViewer", "The file is damaged. Export or send it again.")
        case Reason.NO_PIXEL_DATA:
            return translate("DicomViewer", "The file carries no picture, or ends before it.")
        case Reason.PIXEL_SIZE:
            return translate(
                "DicomViewer", "The file claims a larger picture than it holds. Send it again."
            )
        case Reason.FRAME_INDEX:
            return translate(
                "DicomViewer", "This picture of the series does not exist in the file."
            )
        case Reason.UNSUPPORTED:
            return translate("DicomViewer", "This kind of picture cannot be shown yet.")
        case Reason.DECODE:
            return translate("DicomViewer", "The compressed picture is damaged. Send it again.")
        case Reason.DECODE_TIMEOUT:
            return translate("DicomViewer", "The picture took too long to decode and was given up.")
        case Reason.CANCELLED:
            return translate("DicomViewer", "Loading was cancelled.")
        case Reason.DISK_FULL:
            return translate("DicomViewer", "There is no room left there. Choose another place.")
        case Reason.NOT_WRITABLE:
            return translate(
                "DicomViewer", "The folder cannot be written to. Choose another folder."
            )
        case Reason.NAME_TAKEN:
            return translate(
                "DicomViewer",
                "Files of these names are there already and stay. Choose another folder.",
            )
        case Reason.SAME_UID:
            return translate(
                "DicomViewer",
                "Another file with the same number (SOP Instance UID) and other contents is open. "
                "This one is not shown. Check whose it is.",
            )
        case Reason.PICTURES_ABSENT:
            return translate(
                "DicomViewer",
                "It belongs to pictures that are not here. Open it together with them.",
            )
        case Reason.NOT_AN_IMAGE:
            return translate("DicomViewer", "This is not a picture.")
        case _:
            assert_never(code)


def kind_words(kind: ObjectKind) -> str:
    """What a series is that this viewer does not show."""
    match kind:
        case ObjectKind.IMAGE:
            return translate("DicomViewer", "Images")
        case ObjectKind.WAVEFORM:
            return translate("DicomViewer", "Waveform")
        case ObjectKind.DOCUMENT:
            return translate("DicomViewer", "Document")
        case ObjectKind.VIDEO:
            return translate("DicomViewer", "Video")
        case ObjectKind.APPLIED:
            return translate("DicomViewer", "Shown over pictures")
        case ObjectKind.OTHER:
            return translate("DicomViewer", "Other object")
        case _:
            assert_never(kind)


def direction_words(plane: Plane | None) -> str:
    """The direction of a picture in the patient, by the axis its normal is nearest to."""
    if plane is None:
        return ""
    words = (
        translate("DicomViewer", "sagittal"),
        translate("DicomViewer", "coronal"),
        translate("DicomViewer", "axial"),
    )
    normal = [abs(part) for part in plane.normal]
    return words[normal.index(max(normal))]


def preset_words(explanation: str) -> str:
    """The name of a preset; the file's own names stay as they are."""
    known = {
        "Soft tissue": translate("DicomViewer", "Soft tissue"),
        "Lung": translate("DicomViewer", "Lung"),
        "Bone": translate("DicomViewer", "Bone"),
        "Brain": translate("DicomViewer", "Brain"),
        "Liver": translate("DicomViewer", "Liver"),
        "Mediastinum": translate("DicomViewer", "Mediastinum"),
        "Angiography": translate("DicomViewer", "Angiography"),
        "Subdural": translate("DicomViewer", "Subdural"),
        "Temporal bone": translate("DicomViewer", "Temporal bone"),
        "Auto": translate("DicomViewer", "Auto"),
        "Full range": translate("DicomViewer", "Full range"),
        "More contrast": translate("DicomViewer", "More contrast"),
        "Bright parts": translate("DicomViewer", "Bright parts"),
    }
    return known.get(explanation, explanation)
