"""What the file says about the curves: statements, measurements, marks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from app.imaging.waveform_notes import Note
from app.models.tips import plain_tip

_NOTE = Qt.ItemDataRole.UserRole
_MOST = 500


class NotesPanel(QTreeWidget):
    """A list in three parts; choosing a mark emits it."""

    chosen = Signal(object)
    """A `Note` that has a place in time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("waveform_notes")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(12)
        self._notes: tuple[Note, ...] = ()
        self.currentItemChanged.connect(self._on_current)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is listed."""
        return self._notes

    def show_notes(self, notes: tuple[Note, ...]) -> None:
        """List these."""
        self._notes = notes
        self.words()

    def words(self) -> None:
        """Every text, again after the language changed."""
        self.setAccessibleName(self.tr("Measurements and marks of the file"))
        blocked = self.blockSignals(True)
        self.clear()
        statements = [n for n in self._notes if not n.spans and n.concept is None]
        measured = [n for n in self._notes if not n.spans and n.concept is not None]
        marks = [n for n in self._notes if n.spans]
        for title, notes in (
            (self.tr("Statements"), statements),
            (self.tr("Measurements"), measured),
            (self.tr("Marks"), marks),
        ):
            if notes:
                self._add(title, notes)
        self.expandAll()
        self.resizeColumnToContents(0)
        self.blockSignals(blocked)

    def _add(self, title: str, notes: list[Note]) -> None:
        head = QTreeWidgetItem(self, [title])
        head.setFirstColumnSpanned(True)
        font = head.font(0)
        font.setBold(True)
        head.setFont(0, font)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        for note in notes[:_MOST]:
            value = note.words if note.concept is not None else ""
            begin = note.begin_s
            if begin is not None:
                value = "  ".join(part for part in (value, f"{begin:.3f} s") if part)
            item = QTreeWidgetItem(head, [note.title, value])
            item.setToolTip(0, plain_tip(note.title))
            item.setData(0, _NOTE, note)
            item.setFirstColumnSpanned(not value)
        if len(notes) > _MOST:
            QTreeWidgetItem(head, [self.tr("… and {n} more").format(n=len(notes) - _MOST)])

    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        note = item.data(0, _NOTE) if item is not None else None
        if isinstance(note, Note) and note.spans:
            self.chosen.emit(note)
