"""Every measurement and mark of the study as rows, key images first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)

from app.imaging.annotation import Annotation
from app.imaging.series import SliceRef
from app.models.tips import plain_tip
from app.viewers.dicom.annotations.sheet import AnnotationSheet
from app.viewers.dicom.annotations.words import calibration_told, has_length, kind_words, lines

Index = QModelIndex | QPersistentModelIndex
PlaceWords = Callable[[SliceRef], str]


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One line of the list; `annotation` is None for a key image."""

    ref: SliceRef
    text: str
    annotation: UUID | None = None
    basis: str = ""
    """What its lengths rest on, in a sentence."""


class MarkListModel(QAbstractListModel):
    """`place` tells where a slice is found, in words such as "3 · 12 / 120"."""

    def __init__(self, sheet: AnnotationSheet, place: PlaceWords) -> None:
        super().__init__(sheet)
        self._sheet = sheet
        self._place = place
        self._rows: tuple[MarkRow, ...] = ()
        sheet.changed.connect(self.refresh)

    @property
    def rows(self) -> tuple[MarkRow, ...]:
        """What is listed."""
        return self._rows

    def refresh(self) -> None:
        """Read the sheet again; also after the language changed."""
        sheet = self._sheet.sheet
        key = QCoreApplication.translate("annotations", "Key image")
        rows = [
            MarkRow(ref, f"★ {key}  {self._place(ref)}")
            for ref in sorted(sheet.key_images, key=lambda r: (r.sop_instance_uid, r.frame))
        ]
        rows += [
            MarkRow(one.ref, self._words(one), one.id, self._basis(one))
            for one in sheet.annotations
        ]
        if tuple(rows) == self._rows:
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def _words(self, annotation: Annotation) -> str:
        told = lines(annotation, self._sheet.measured(annotation, None))
        first = told[0] if told else ""
        return f"{kind_words(annotation.kind)}  {first}\n{self._place(annotation.ref)}"

    def _basis(self, annotation: Annotation) -> str:
        found = self._sheet.measured(annotation, None)
        if found is None or not has_length(annotation, found):
            return ""
        return calibration_told(found.scale.calibration)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        text, basis = self._rows[index.row()].text, self._rows[index.row()].basis
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (*text.split("\n"), basis) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(basis) or None
        return None
