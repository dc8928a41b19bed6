"""The strip of series at the left: a picture, the modality, how many slices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from app.imaging.series import ObjectKind, Series
from app.viewers.dicom.bitmap import to_image
from app.viewers.dicom.reasons import direction_words, kind_words
from app.viewers.dicom.session import THUMBNAIL

SERIES_MIME = "application/x-huizhen-series"
"""What a dragged series carries: its `Series.uid` in UTF-8."""

_UID = Qt.ItemDataRole.UserRole
_WIDTH = 152


def _icon(pixmap: QPixmap) -> QIcon:
    """Without the tint that a style puts on a chosen item: a picture keeps its greys."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def _blank() -> QPixmap:
    pixmap = QPixmap(THUMBNAIL, THUMBNAIL)
    pixmap.fill(QColor(14, 16, 18))
    return pixmap


class ThumbnailStrip(QListWidget):
    """A list of series. A click or Enter chooses one for the active cell; dragging it onto a cell
    chooses it for that one; arrows only move through the list."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("series_thumbnails")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setFlow(QListWidget.Flow.TopToBottom)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.setGridSize(QSize(_WIDTH - 4, THUMBNAIL + 48))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(True)
        self.setFixedWidth(_WIDTH)
        self._pictures: dict[str, QPixmap] = {}
        self.setDragEnabled(True)
        self.setDragDropMode(QListWidget.DragDropMode.DragOnly)
        self.itemClicked.connect(self._on_chosen)
        self.itemActivated.connect(self._on_chosen)

    def show_series(self, series: tuple[Series, ...]) -> tuple[Series, ...]:
        """List these series in order; answers the image series that still lack a picture."""
        current = self.current_uid()
        self.blockSignals(True)
        # Rows are updated in place: the list grows while somebody scrolls in it.
        for row, entry in enumerate(series):
            item = self._row_of(entry.uid, row)
            words = self._words(entry)
            item.setText(words)
            item.setToolTip(words)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words.replace("\n", ", "))
        while self.count() > len(series):
            self.takeItem(self.count() - 1)
        if current:
            self.select(current)
        self.blockSignals(False)
        return tuple(
            entry
            for entry in series
            if entry.kind is ObjectKind.IMAGE and entry.uid not in self._pictures
        )

    def _row_of(self, uid: str, row: int) -> QListWidgetItem:
        found = self.item(row)
        if found is not None and found.data(_UID) == uid:
            return found
        item = QListWidgetItem(_icon(self._pictures.get(uid, _blank())), "")
        item.setData(_UID, uid)
        item.setSizeHint(QSize(_WIDTH - 4, THUMBNAIL + 46))
        item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
        for other in range(row, self.count()):
            if self.item(other).data(_UID) == uid:
                item = self.takeItem(other)
                break
        self.insertItem(row, item)
        return item

    @staticmethod
    def _words(series: Series) -> str:
        first = series.first
        count = len(series.slices)
        what = str(count) if series.kind is ObjectKind.IMAGE else kind_words(series.kind)
        name = first.series_description
        if series.parts > 1 and series.kind is ObjectKind.IMAGE:
            name = " ".join(part for part in (name, direction_words(series.plane(0))) if part)
        return f"{first.modality or '?'} · {what}\n{name}"

    def set_thumbnail(self, uid: str, levels: NDArray[np.uint8]) -> None:
        """Put a picture beside its series."""
        pixmap = _blank()
        painter = QPainter(pixmap)
        image = to_image(levels)
        left = (THUMBNAIL - image.width()) // 2
        painter.drawImage(left, (THUMBNAIL - image.height()) // 2, image)
        painter.end()
        self._pictures[uid] = pixmap
        for row in range(self.count()):
            if self.item(row).data(_UID) == uid:
                self.item(row).setIcon(_icon(pixmap))

    def current_uid(self) -> str:
        """The chosen series, empty when none is."""
        item = self.currentItem()
        return str(item.data(_UID)) if item is not None else ""

    def select(self, uid: str) -> None:
        """Mark a series as the one shown, without emitting `chosen`."""
        blocked = self.blockSignals(True)
        for row in range(self.count()):
            if self.item(row).data(_UID) == uid:
                self.setCurrentRow(row)
        self.blockSignals(blocked)

    def forget(self) -> None:
        """Forget every series."""
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)
        self._pictures.clear()

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        """What a drag carries."""
        data = QMimeData()
        if items:
            data.setData(SERIES_MIME, str(items[0].data(_UID)).encode())
        return data

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.chosen.emit(str(item.data(_UID)))
