"""The strip of series at the left, by study: a picture or a sign, the modality, how many slices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from app.imaging.listed import ListedSeries
from app.imaging.priors import CaseStudy
from app.imaging.series import ObjectKind, Series
from app.models.tips import plain_tip
from app.viewers.dicom.bitmap import to_image
from app.viewers.dicom.hanging.words import relation_words, study_words
from app.viewers.dicom.reasons import direction_words
from app.viewers.dicom.session import THUMBNAIL
from app.viewers.dicom.signs import GROUND, cross, sign_of, sign_picture, sign_words
from app.viewers.dicom.strip_painter import RELATION, UID, StripPainter

SERIES_MIME = "application/x-huizhen-series"
"""What a dragged series carries: its `Series.uid` in UTF-8."""

_WIDTH = 152
_OVER_PICTURES = ("PR", "SEG", "RTSTRUCT")
"""Modalities of what is no tile when it is here (`_tiles`)."""


_SHOWN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled


def _icon(pixmap: QPixmap) -> QIcon:
    """Without the tint that a style puts on a chosen item: a picture keeps its greys."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def _blank() -> QPixmap:
    pixmap = QPixmap(THUMBNAIL, THUMBNAIL)
    pixmap.fill(GROUND)
    return pixmap


def _centred(image: QImage) -> QPixmap:
    pixmap = _blank()
    painter = QPainter(pixmap)
    left = (THUMBNAIL - image.width()) // 2
    painter.drawImage(left, (THUMBNAIL - image.height()) // 2, image)
    painter.end()
    return pixmap


def _tiles(study: CaseStudy) -> tuple[Series, ...]:
    """What lies over pictures is no tile of its own."""
    return tuple(one for one in study.series if one.kind is not ObjectKind.APPLIED)


class ThumbnailStrip(QListWidget):
    """A list of series. A click or Enter chooses one for the active cell, Shift+Enter for the next
    cell; dragging it onto a cell chooses it for that one; arrows only move through the list."""

    chosen = Signal(str)
    chosen_for_next = Signal(str)
    """A series for the cell after the active one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("series_thumbnails")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setFixedWidth(_WIDTH)
        self._painter = StripPainter(THUMBNAIL, _WIDTH - 16, self)
        self.setItemDelegate(self._painter)
        self._pictures: dict[str, QPixmap] = {}
        self._previews: dict[str, QPixmap] = {}
        """What the source gave of series whose images are on the way."""
        self._listed: tuple[ListedSeries, ...] = ()
        self.at_source: dict[str, int] = {}
        """Slices that the source has, by Series Instance UID; the cells read the same."""
        self.setDragEnabled(True)
        self.setDragDropMode(QListWidget.DragDropMode.DragOnly)
        self.itemClicked.connect(self._on_chosen)
        self.itemActivated.connect(self._on_chosen)

    def show_series(self, studies: Sequence[CaseStudy]) -> tuple[Series, ...]:
        """List the series of these studies in order, under a head where there are several, then
        those of which nothing is here yet; answers the image series that still lack a picture."""
        current = self.current_uid()
        self.blockSignals(True)
        # Rows are updated in place: the list grows while somebody scrolls in it.
        row = 0
        coming = self._coming(studies)
        several = len(studies) > 1 or (bool(studies) and bool(coming[-1]))
        for study, to_come in zip(studies, coming, strict=False):
            if several:
                self._head(row, f"study {study.uid}", study_words(study), str(study.relation))
                row += 1
            for entry in _tiles(study):
                self._series(row, entry, study if several else None)
                row += 1
            row = self._empty_tiles(row, to_come)
        if several and coming[-1]:
            self._head(row, "coming", self.tr("Not here yet"), "")
            row += 1
        row = self._empty_tiles(row, coming[-1])
        while self.count() > row:
            self.takeItem(self.count() - 1)
        if current:
            self.select(current)
        self.blockSignals(False)
        return tuple(
            entry
            for study in studies
            for entry in _tiles(study)
            if entry.kind is ObjectKind.IMAGE and entry.uid not in self._pictures
        )

    def now_at_source(self, listed: Iterable[ListedSeries]) -> bool:
        """Takes what the source has; whether that is news."""
        before, self._listed = self._listed, tuple(listed)
        self.at_source.clear()
        self.at_source.update((one.series_instance_uid, one.slices) for one in self._listed)
        return self._listed != before

    def _coming(self, studies: Sequence[CaseStudy]) -> list[list[ListedSeries]]:
        """The listed series of which nothing is here: of each of these studies, and of others."""
        here = {one.series_instance_uid for study in studies for one in study.series}
        place = {study.study_instance_uid: n for n, study in reversed([*enumerate(studies)])}
        found: list[list[ListedSeries]] = [[] for _ in (*studies, None)]
        for one in self._listed:
            if one.series_instance_uid not in here and one.modality not in _OVER_PICTURES:
                found[place.get(one.study_instance_uid, -1)].append(one)
        return found

    def _empty_tiles(self, row: int, coming: Iterable[ListedSeries]) -> int:
        """A tile that says what will be there for each; answers the row after them."""
        for one in coming:
            item = self._row_of(one.series_instance_uid, row)
            words = f"{one.modality or '?'} · 0 / {one.slices}\n{one.description}"
            whole = f"{words}\n{self.tr('Not here yet')}"
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setIcon(_icon(self._previews.get(one.series_instance_uid) or _blank()))
            item.setText(words)
            item.setToolTip(plain_tip(whole))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, whole.replace("\n", ", "))
            row += 1
        return row

    def _head(self, row: int, uid: str, words: str, relation: str) -> None:
        item = self._row_of(uid, row)
        item.setData(RELATION, relation)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setText(words)
        item.setToolTip(plain_tip(words))

    def _series(self, row: int, entry: Series, study: CaseStudy | None) -> None:
        item = self._row_of(entry.uid, row)
        words = self._words(entry)
        if item.icon().isNull() or not item.flags():  # or nothing of it was here until now
            item.setFlags(_SHOWN)
            known = self._pictures.get(entry.uid) or self._previews.get(entry.uid)
            item.setIcon(_icon(known or self._sign(entry)))
        item.setText(words)
        whole = words if study is None else f"{words}\n{relation_words(study)}"
        item.setToolTip(plain_tip(whole))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, whole.replace("\n", ", "))

    def _sign(self, entry: Series) -> QPixmap:
        if entry.kind is ObjectKind.IMAGE:
            return _blank()
        return sign_picture(sign_of(entry), THUMBNAIL, self.font())

    def _row_of(self, uid: str, row: int) -> QListWidgetItem:
        found = self.item(row)
        if found is not None and found.data(UID) == uid:
            return found
        item = next((i for i in self._items(row) if i.data(UID) == uid), None)
        if item is None:
            item = QListWidgetItem()
            item.setData(UID, uid)
        else:
            item = self.takeItem(self.row(item))
        self.insertItem(row, item)
        return item

    def _items(self, start: int = 0) -> Iterator[QListWidgetItem]:
        return (self.item(row) for row in range(start, self.count()))

    def _words(self, series: Series) -> str:
        first = series.first
        if series.kind is not ObjectKind.IMAGE:
            what = sign_words(sign_of(series))
            return f"{what}\n{first.series_description}"
        name = first.series_description
        if series.parts > 1:
            name = " ".join(part for part in (name, direction_words(series.plane(0))) if part)
        here, listed = series.here, self.at_source.get(series.uid, 0)
        count = f"{here} / {listed}" if series.parts == 1 and listed > here else str(here)
        return f"{first.modality or '?'} · {count}\n{name}"

    def set_thumbnail(self, uid: str, levels: NDArray[np.uint8] | None) -> None:
        """Put a picture beside its series, a cross where its picture cannot be shown."""
        if levels is None:
            pixmap = _blank()
            painter = QPainter(pixmap)
            cross(painter, THUMBNAIL)
            painter.end()
        else:
            pixmap = _centred(to_image(levels))
        self._pictures[uid] = pixmap
        self._show_picture(uid, pixmap)

    def set_preview(self, series_instance_uid: str, jpeg: bytes) -> None:
        """Put a picture that the source made beside a series until there is one of its own."""
        image = QImage.fromData(jpeg)
        if image.isNull() or series_instance_uid in self._pictures:
            return
        fitted = image.scaled(
            THUMBNAIL,
            THUMBNAIL,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._previews[series_instance_uid] = pixmap = _centred(fitted)
        self._show_picture(series_instance_uid, pixmap)

    def _show_picture(self, uid: str, pixmap: QPixmap) -> None:
        for item in self._items():
            if item.data(UID) == uid:
                item.setIcon(_icon(pixmap))

    def current_uid(self) -> str:
        """The chosen series, empty when none is."""
        item = self.currentItem()
        return str(item.data(UID)) if item is not None else ""

    def select(self, uid: str) -> None:
        """Mark a series as the one shown, without emitting `chosen`."""
        blocked = self.blockSignals(True)
        for row, item in enumerate(self._items()):
            if item.data(UID) == uid:
                self.setCurrentRow(row)
        self.blockSignals(blocked)

    def forget(self) -> None:
        """Forget every series."""
        self.now_at_source(())
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)
        self._pictures.clear()
        self._previews.clear()

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        """What a drag carries."""
        data = QMimeData()
        if items:
            data.setData(SERIES_MIME, str(items[0].data(UID)).encode())
        return data

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        item = self.currentItem()
        if enter and item is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.chosen_for_next.emit(str(item.data(UID)))
            return
        super().keyPressEvent(event)

    def _on_chosen(self, item: QListWidgetItem) -> None:
        if item.data(RELATION) is None:
            self.chosen.emit(str(item.data(UID)))
