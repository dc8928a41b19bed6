"""The one owner of what is drawn in the opened study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from app.imaging.annotation import Annotation, Aside, Book, Measured, Sheet, measured, touched
from app.imaging.calibration import Scales
from app.imaging.hand_calibration import HandCalibration, Pictures, calibrated, valid_for
from app.imaging.picture import Picture
from app.imaging.series import SliceRef


class AnnotationSheet(QObject):
    """Every cell of the viewer draws into the same sheet; each change can be undone."""

    changed = Signal()
    """Something was drawn, chosen or measured otherwise; not by a step besides the sheet."""
    calibrated = Signal()
    """Other pictures are calibrated by hand than before."""
    returned = Signal(object)
    """Frames on which a step was undone or done again, a tuple of `SliceRef`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book = Book()
        self._selected: UUID | None = None
        self._measured: dict[Annotation, Measured] = {}
        self._seen: dict[SliceRef, tuple[Pictures, Scales]] = {}

    @property
    def sheet(self) -> Sheet:
        """What is drawn now."""
        return self._book.sheet

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return bool(self._book.past)

    @property
    def can_redo(self) -> bool:
        """Whether a step that was taken back can come again."""
        return bool(self._book.undone)

    @property
    def selected(self) -> UUID | None:
        """The annotation that Delete removes."""
        return self._selected

    def select(self, id_: UUID | None) -> None:
        """Choose one, or none."""
        if id_ != self._selected:
            self._selected = id_
            self.changed.emit()

    def put(self, annotation: Annotation, picture: Picture | None = None) -> None:
        """Add or change one, as one step; measured on the picture it was drawn on."""
        self.measured(annotation, picture)
        self._step(self.sheet.put(annotation))

    def remove(self, id_: UUID) -> None:
        """Take one away, as one step."""
        self._step(self.sheet.without(id_))

    def toggle_key_image(self, ref: SliceRef) -> None:
        """Mark a frame as key image, or no longer, as one step."""
        self._step(self.sheet.toggled(ref))

    def mark_key_images(self, refs: Iterable[SliceRef]) -> None:
        """Mark frames as key images besides those that are, as one step."""
        marked = self.sheet.key_images | frozenset(refs)
        self._step(replace(self.sheet, key_images=marked))

    def calibrate(self, by: HandCalibration) -> None:
        """Calibrate pictures by hand, as one step."""
        self._step(self.sheet.calibrated(by))

    def uncalibrate(self, pictures: Pictures) -> bool:
        """Take a calibration by hand off, as one step; False where there is none."""
        before = self.sheet
        self._step(before.uncalibrated(pictures))
        return self.sheet != before

    def as_calibrated(self, pictures: Pictures, picture: Picture) -> Picture:
        """A picture of the file with the lengths that hold for it now."""
        self._seen[pictures.ref] = pictures, picture.scales
        by = valid_for(self.sheet.calibrations, pictures)
        return picture if by is None else calibrated(picture, by)

    def bring_back(self, kept: Sheet, numbers: Mapping[Annotation, Measured]) -> None:
        """Put what was drawn before to what is drawn now, as one step."""
        self._measured.update((one, numbers[one]) for one in kept.annotations if one in numbers)
        sheet = replace(self.sheet, key_images=self.sheet.key_images | kept.key_images)
        for one in kept.annotations:
            sheet = sheet.put(one)
        for by in kept.calibrations:
            sheet = sheet.calibrated(by)
        self._step(sheet)

    def aside(self, step: Aside) -> None:
        """Something else was changed, which is undone in its turn."""
        self._turn(self._book.aside(step))

    def undo(self) -> None:
        """Take the last step back; one that changes nothing any more goes unseen."""
        while self.can_undo:
            step = self._book.past[-1]
            self._turn(self._book.undo(), tell=True)
            if not isinstance(step, Aside) or step.undo():
                return

    def redo(self) -> None:
        """Do a step again that was taken back."""
        while self.can_redo:
            step = self._book.undone[-1]
            self._turn(self._book.redo(), tell=True)
            if not isinstance(step, Aside) or step.redo():
                return

    def forget(self) -> None:
        """Another study: nothing of the last one stays."""
        self._selected = None
        self._measured.clear()
        self._seen.clear()
        self._turn(Book())

    def measured(self, annotation: Annotation, picture: Picture | None) -> Measured | None:
        """The numbers of an annotation that is or was in the sheet, by the calibration that holds
        now; pixels are looked at once."""
        known = self._measured.get(annotation)
        if known is None and picture is not None and annotation.complete:
            known = self._measured[annotation] = measured(annotation, picture)
        seen = self._seen.get(annotation.ref)
        if known is None or seen is None:
            return known
        by = valid_for(self.sheet.calibrations, seen[0])
        scale = seen[1].at(annotation.points) if by is None else by.scale
        if scale != known.scale:
            known = self._measured[annotation] = known.rescaled(annotation, scale)
        return known

    def _step(self, sheet: Sheet) -> None:
        self._turn(self._book.done(sheet))

    def _turn(self, book: Book, *, tell: bool = False) -> None:
        before, self._book = self.sheet, book
        if before == book.sheet:
            return
        if self._selected is not None and self.sheet.find(self._selected) is None:
            self._selected = None
        if before.calibrations != book.sheet.calibrations:
            self.calibrated.emit()
        self.changed.emit()
        refs = touched(before, self.sheet) if tell else ()
        if refs:
            self.returned.emit(refs)
