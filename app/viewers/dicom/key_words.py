"""The keys of the viewer as a person reads them, from the bindings in force."""

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtGui import QKeySequence

from app.viewers.dicom.bindings import Bindings


def viewer_keys(settings: QSettings | None = None) -> tuple[tuple[str, str], ...]:
    """(what it does, its keys and mouse chords) in the language that is on.

    `settings` is what the viewer keeps its bindings in; without it the defaults are told.
    """
    bindings = Bindings(settings)
    lines: dict[str, list[str]] = {}
    for entry in bindings.table:
        hint = bindings.hint(entry.id)
        if entry.family:
            name = QCoreApplication.translate("DicomViewer", entry.family)
        else:
            name = entry.words
        if hint:
            lines.setdefault(name, []).append(hint)
    return tuple((name, _joined(hints)) for name, hints in lines.items())


def _joined(hints: list[str]) -> str:
    """Keys of one line; a row of digits as "1 … 9"."""
    if len(hints) > 2 and all(len(hint) == 1 and hint.isdigit() for hint in hints):
        return f"{hints[0]} … {hints[-1]}"
    return "  ".join(hints)


def native(key: str) -> str:
    """A portable key text as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
