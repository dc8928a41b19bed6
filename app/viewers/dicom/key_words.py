"""The keys of the viewer as a person reads them, from the bindings in force."""

from typing import TypeAlias

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtGui import QKeySequence

from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.entry import Group

translate = QCoreApplication.translate


KeyGroup: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]
"""A title, and (what it does, its keys and mouse chords) line by line."""


def viewer_keys(settings: QSettings | None = None) -> tuple[KeyGroup, ...]:
    """Every key of the viewers by group, in the language that is on.

    `settings` is what the viewers keep their bindings in; without it the defaults are told.
    """
    bindings = Bindings(settings)
    found = ((group, _lines(bindings, group)) for group in Group)
    return (*((group.words, lines) for group, lines in found if lines), _fixed())


def _fixed() -> KeyGroup:
    """What no choice changes, because it is the same everywhere."""
    return translate("DicomViewer", "Always"), tuple(
        (words, "  ".join(native(key) for key in keys))
        for words, keys in (
            (translate("DicomViewer", "Next control or picture"), ("Tab",)),
            (translate("DicomViewer", "Away, or back to the pictures"), ("Esc",)),
            (translate("DicomViewer", "Close a polygon"), ("Return",)),
            (
                translate("DicomViewer", "Move the chosen mark"),
                ("Alt+Left", "Alt+Right", "Alt+Up", "Alt+Down"),
            ),
            (
                translate("DicomViewer", "Move paper, pages or calipers"),
                ("Left", "Right", "Up", "Down"),
            ),
        )
    )


def _lines(bindings: Bindings, group: Group) -> tuple[tuple[str, str], ...]:
    lines: dict[str, list[str]] = {}
    for entry in bindings.table.of(group):
        hint = bindings.hint(entry.id)
        if entry.family:
            name = translate("DicomViewer", entry.family)
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
