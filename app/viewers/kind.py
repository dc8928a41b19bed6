"""What a viewer is for, and what every viewer offers the workspace."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from app.imaging.series import ObjectKind
from app.imaging.source import StudySource


class ViewerKind(StrEnum):
    """The viewers there are; one package each."""

    DICOM = "dicom"
    WAVEFORM = "waveform"
    DOCUMENT = "document"
    VIDEO = "video"


class Viewer(Protocol):
    """Shows one series of a source; a QWidget besides."""

    def open_source(self, source: StudySource) -> None:
        """Begin showing what the source has."""
        ...

    def show_series(self, uid: str) -> None:
        """Show the series with that Series Instance UID."""
        ...


def viewer_for(kind: ObjectKind) -> ViewerKind:
    """The viewer that shows an object; what nothing shows, the document viewer names in words."""
    match kind:
        case ObjectKind.IMAGE | ObjectKind.APPLIED:
            return ViewerKind.DICOM
        case ObjectKind.WAVEFORM:
            return ViewerKind.WAVEFORM
        case ObjectKind.DOCUMENT:
            return ViewerKind.DOCUMENT
        case ObjectKind.VIDEO:
            return ViewerKind.VIDEO
        case ObjectKind.OTHER:
            return ViewerKind.DOCUMENT
