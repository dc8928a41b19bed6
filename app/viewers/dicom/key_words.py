"""The keys of the viewer as a person reads them, from the table that binds them."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from app.viewers.dicom.tools import KEYS, Action


def viewer_keys() -> tuple[tuple[str, str], ...]:
    """(what it does, its keys) in the language that is on."""
    words = _words()
    keys: dict[Action, list[str]] = {}
    for key, action in KEYS.items():
        text = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        keys.setdefault(action, []).append(text)
    named = [(words[action], " ".join(bound)) for action, bound in keys.items()]
    presets = QCoreApplication.translate("DicomViewer", "Window presets")
    return (*named, (presets, "1 … 9"))


def _words() -> dict[Action, str]:
    translate = QCoreApplication.translate
    return {
        Action.PREVIOUS: translate("DicomViewer", "Previous slice"),
        Action.NEXT: translate("DicomViewer", "Next slice"),
        Action.PAGE_BACK: translate("DicomViewer", "Ten slices back"),
        Action.PAGE_ON: translate("DicomViewer", "Ten slices on"),
        Action.FIRST: translate("DicomViewer", "First slice"),
        Action.LAST: translate("DicomViewer", "Last slice"),
        Action.INVERT: translate("DicomViewer", "Invert"),
        Action.FIT: translate("DicomViewer", "Fit into the pane"),
        Action.ONE_TO_ONE: translate("DicomViewer", "One picture point a screen point"),
        Action.ZOOM_IN: translate("DicomViewer", "Larger"),
        Action.ZOOM_OUT: translate("DicomViewer", "Smaller"),
        Action.TEXTS: translate("DicomViewer", "Patient texts on or off"),
    }
