"""Measuring and marking in one viewer: the sheet, its list, and keeping it as DICOM objects."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.imaging.annotation import ON_PLANES, Annotation, AnnotationKind, PlaneRef
from app.imaging.errors import ImagingError
from app.imaging.series import Instance, Series, SliceRef
from app.imaging.writing.origin import Author
from app.imaging.writing.wording import Wording
from app.models.language import reads_chinese
from app.viewers.dicom.annotations.entries import MarkAction
from app.viewers.dicom.annotations.keeping import (
    Fetch,
    Kept,
    Lost,
    Marks,
    Part,
    keep,
    log_failure,
)
from app.viewers.dicom.annotations.layer import AnnotationLayer
from app.viewers.dicom.annotations.list_model import MarkRow
from app.viewers.dicom.annotations.looking import look_of
from app.viewers.dicom.annotations.mark_store import MarkStore
from app.viewers.dicom.annotations.memory import MarkMemory
from app.viewers.dicom.annotations.panel import MarkPanel
from app.viewers.dicom.annotations.shapes import Glass
from app.viewers.dicom.annotations.sheet import AnnotationSheet
from app.viewers.dicom.annotations.word_entry import WordEntry
from app.viewers.dicom.annotations.words import kind_words, lines
from app.viewers.dicom.calibrating.cell import calibrate
from app.viewers.dicom.mpr.plane_view import PlaneView
from app.viewers.dicom.mpr.room import PlanesRoom
from app.viewers.dicom.mpr.trio import View
from app.viewers.dicom.reasons import reason_words
from app.viewers.dicom.stack import StackView
from app.viewers.gate import Gate
from protocol.export import Exported, ExportKind, ExportTo

_PLACES_TOLD = 5
_NOTE_MS = 500
"""After a mark has changed, until it is on the disk as well."""


class Source(Protocol):
    """What marking must know of the opened study."""

    def place_words(self, ref: SliceRef) -> str:
        """Where a slice is found, as "series · 12 / 120"."""
        ...

    def go_to(self, ref: SliceRef) -> None:
        """Show a slice in the active cell."""
        ...

    @property
    def series(self) -> Sequence[Series]:
        """What is open."""
        ...

    def fetch(self, sop_instance_uid: str) -> bytes:
        """A whole object; runs in a thread. Errors as `StudySource.fetch`."""
        ...


class Marking(QObject):
    """One sheet for all cells of a viewer. `author` signs what is kept."""

    changed = Signal()
    kept = Signal(object)
    """The paths of the files that were written."""
    exported = Signal(object)
    """`Exported`, as files begin to be written."""
    _ended = Signal(object)
    _store_failed = Signal()

    def __init__(self, source: Source, parent: QWidget) -> None:
        super().__init__(parent)
        self._source = source
        self._cells: list[StackView] = []
        self.author: Callable[[], Author] = lambda: Author("")
        self.sheet = AnnotationSheet(self)
        self._memory = MarkMemory()
        self.panel = MarkPanel(self.sheet, source.place_words, parent)
        self.panel.hide()
        self.panel.chosen.connect(self._choose)
        self.panel.save_wanted.connect(self._ask_folder)
        self.sheet.changed.connect(self.changed)
        self._note_due = QTimer(self, singleShot=True, interval=_NOTE_MS)
        self._note_due.timeout.connect(self._note)
        self.sheet.changed.connect(self._note_soon)
        self._store_failed.connect(self._say_store_failed, Qt.ConnectionType.QueuedConnection)
        self.sheet.returned.connect(self._bring)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def keep_unsaved_in(self, store: MarkStore) -> None:
        """Keep what nobody has saved as DICOM in a store, so that it outlives the program."""
        gate = Gate()
        self.destroyed.connect(gate.close)
        self._memory.use(store, lambda: gate.say(self._store_failed.emit))

    @Slot()
    def _note_soon(self) -> None:
        if self._memory.outlives and not self._note_due.isActive():
            self._note_due.start()

    @Slot()
    def _note(self) -> None:
        self._memory.note(self.sheet, _instances(self._source.series))

    @Slot()
    def _say_store_failed(self) -> None:
        self.panel.say(
            self.tr(
                "Marks cannot be kept on this computer until they are saved: its disk may be full. "
                "Save them as DICOM now."
            )
        )

    def layer_for(self, cell: StackView) -> AnnotationLayer:
        """The layer of one cell, with its line for words; calibrating lies below it."""
        self._cells.append(cell)
        calibrate(cell, self.sheet)
        layer = AnnotationLayer(self.sheet, cell.pane, lambda: cell.ref, cell)
        entry = WordEntry(layer, cell.pane)

        def ask(annotation: Annotation) -> None:
            viewport = cell.pane.own_viewport()
            if viewport is not None:
                at = Glass(viewport).on(annotation.points[-1])
                entry.ask(annotation, QPoint(round(at.x()), round(at.y())))

        layer.words_wanted.connect(ask)
        return layer

    def measure_on(self, room: PlanesRoom) -> None:
        """A layer for each of the planes through a volume."""
        for view, cell in room.cells.items():

            def where(view: View = view, cell: PlaneView = cell) -> SliceRef | None:
                ref = cell.ref
                if ref is None:
                    return None
                there = dict.fromkeys(one.ref for one in self.sheet.sheet.annotations)
                planes = [other for other in there if isinstance(other, PlaneRef)]
                near = room.half_step(view) if planes else 0.0
                return next((other for other in planes if other.shows(ref.plane, near)), ref)

            layer = AnnotationLayer(self.sheet, cell.pane, where, cell, kinds=ON_PLANES)
            cell.pane.add_layer(layer)
            cell.marks = layer.lying

    def act(self, action: str) -> bool:
        """What concerns no single cell."""
        if action == MarkAction.UNDO:
            self.sheet.undo()
            return True
        if action == MarkAction.REDO:
            self.sheet.redo()
            return True
        if action != MarkAction.MARKS:
            return False
        self.panel.setVisible(self.panel.isHidden())
        self.changed.emit()
        return True

    def is_on(self, action: str, ref: SliceRef | None) -> bool:
        """Whether a switch of these rows is on, for the frame that is shown."""
        match action:
            case MarkAction.MARKS:
                return not self.panel.isHidden()
            case MarkAction.KEY_IMAGE:
                return ref in self.sheet.sheet.key_images
            case _:
                return False

    def close(self, series: Iterable[Series]) -> None:
        """Another study; what was drawn in these series is kept until they are opened again."""
        self._memory.keep(self.sheet, _instances(series))
        self.sheet.forget()
        self._note_due.stop()
        self.panel.say("")

    def bring_back(self, series: Iterable[Series]) -> str:
        """What was drawn in these series before, as one step; answers what to say of it."""
        count = self._memory.bring_back(self.sheet, _instances(series))
        if not count:
            return ""
        said = self.tr("%n mark(s) from before are here again.", "", count)
        self.panel.say(said)
        return said

    @Slot(object)
    def _choose(self, row: MarkRow) -> None:
        self._source.go_to(row.ref)

    @Slot(object)
    def _bring(self, refs: tuple[SliceRef, ...]) -> None:
        """What was undone or done again is seen: its slice comes to the screen."""
        if not any(cell.ref in refs for cell in self._cells if cell.isVisible()):
            self._source.go_to(refs[0])

    # --- keeping --------------------------------------------------------------------------

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self.panel, self.tr("Folder for the DICOM files"))
        dialog.setObjectName("markFolder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.keep_in(Path(path)))
        dialog.open()

    def keep_in(self, folder: Path) -> None:
        """Write what is marked into a folder, in a thread; the panel says what became of it."""
        sheet = self.sheet
        found = {one: sheet.measured(one, None) for one in sheet.sheet.annotations}
        marks = Marks(
            sheet=sheet.sheet,
            numbers={one: numbers for one, numbers in found.items() if numbers is not None},
            lines={one: lines(one, numbers) for one, numbers in found.items()},
            looks={one.ref: look_of(one.ref, self._cells) for one in found},
        )
        self.panel.say(self.tr("Saving…"))
        self.exported.emit(Exported.of(ExportKind.MARKS, ExportTo.FILE, len(found)))
        chinese = reads_chinese()
        wording = Wording(
            "zh" if chinese else "en",
            {kind: kind_words(kind) for kind in AnnotationKind},
            self.tr("Marks and measurements"),
        )
        work = (marks, self._source.fetch, folder, self.author(), wording)
        threading.Thread(target=self._keep, args=work, name="keep-marks", daemon=True).start()

    def _keep(
        self, marks: Marks, fetch: Fetch, folder: Path, author: Author, wording: Wording
    ) -> None:
        """In its own thread."""
        outcome: object
        try:
            outcome = keep(marks, fetch, folder, author, wording)
        except (ImagingError, ValueError, OSError) as error:
            outcome = error
        except Exception as error:  # whatever it is, the panel must not wait for ever
            log_failure("marks", error)
            outcome = error
        self._ended.emit(outcome)

    @Slot(object)
    def _on_ended(self, outcome: object) -> None:
        if isinstance(outcome, Kept):
            text = self._told(outcome)
            self._memory.saved(outcome.saved, self.sheet, _instances(self._source.series))
            if outcome.files:
                self.kept.emit(outcome.files)
        elif isinstance(outcome, ImagingError):
            text = self.tr("Not saved: {reason}").format(reason=reason_words(outcome.code))
        elif isinstance(outcome, OSError):
            text = self.tr("Not saved: the folder cannot be written to.")
        elif isinstance(outcome, ValueError):
            text = self.tr("Not saved: these pictures cannot be referred to.")
        else:
            text = self.tr("Not saved: something unexpected went wrong; the log tells where.")
        self.panel.say(text)

    def _told(self, kept: Kept) -> str:
        words = {
            Part.REPORT: self.tr("Not saved: the report of the measurements."),
            Part.STATE: self.tr("Not saved: what is drawn on some of the pictures."),
            Part.KEYS: self.tr("Not saved: the list of key images."),
        }
        some = {
            Part.REPORT: self.tr("Left out of the report of the measurements: {places}."),
            Part.STATE: self.tr("What is drawn on these pictures is not saved: {places}."),
            Part.KEYS: self.tr("Left out of the list of key images: {places}."),
        }
        told = [self.tr("%n file(s) saved.", "", len(kept.files))] if kept.files else []
        for one in kept.lost:
            said = words[one.part]
            if one.places:
                said = some[one.part].format(places=self._places(one.places))
            told.append(f"{said} {self._cause(one)}")
        return "\n".join(told)

    def _places(self, refs: Sequence[SliceRef]) -> str:
        """The first few pictures, and how many others."""
        named = [self._source.place_words(ref) for ref in refs[:_PLACES_TOLD]]
        more = len(refs) - len(named)
        told = [self.tr("%n more", "", more)] if more else []
        return "; ".join([*(one for one in named if one), *told])

    def _cause(self, lost: Lost) -> str:
        if lost.lacks:
            cause = self.tr("The picture's file lacks its {attribute}. Have it exported again.")
            return cause.format(attribute=lost.lacks)
        cause = self.tr("The marks stay here. Tell the help desk this code: {code}")
        return cause.format(code=lost.code)


def _instances(series: Iterable[Series]) -> list[Instance]:
    return [instance for one in series for instance in one.instances]
