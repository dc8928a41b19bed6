"""Every image of one study on its way, as a list that stays where it was scrolled to."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.image_reasons import reason_words
from app.models.words import word
from app.session.upload import ImageUpload

ROOT = QModelIndex()


class ImageList(QAbstractListModel):
    """Words are made for the rows that are seen, and only rows that changed are drawn anew: a study
    may have 20,000 images."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._images: tuple[ImageUpload, ...] = ()

    def show_images(self, images: tuple[ImageUpload, ...]) -> None:
        """Images of a study come at its end; of another study all are others."""
        before, count = self._images, len(images)
        if count < len(before):
            self.beginRemoveRows(ROOT, count, len(before) - 1)
            self._images = before[:count]
            self.endRemoveRows()
        elif count > len(before):
            self.beginInsertRows(ROOT, len(before), count - 1)
            self._images = (*before, *images[len(before) :])
            self.endInsertRows()
        shared = zip(before, images, strict=False)
        changed = [row for row, (old, new) in enumerate(shared) if old != new]
        self._images = images
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._images)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> str | None:
        if not index.isValid() or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        image = self._images[index.row()]
        parts = (image.label, word(image.stage), reason_words(image.code))
        return " · ".join(part for part in parts if part)
