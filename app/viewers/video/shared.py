"""A shared screen or device: whole and sharp, or pixel for pixel with panning."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from app.kit.widgets import set_property, set_words, tool
from app.viewers.video.frame import VideoFrame
from app.viewers.video.picture import VideoPicture

STEP = 60
"""Pixels of the screen that an arrow key pans by."""
BUTTON_FROM = 240
"""Narrower pictures have no button: they are for seeing that there is something."""
_ARROWS = {
    Qt.Key.Key_Left: QPoint(STEP, 0),
    Qt.Key.Key_Right: QPoint(-STEP, 0),
    Qt.Key.Key_Up: QPoint(0, STEP),
    Qt.Key.Key_Down: QPoint(0, -STEP),
}


class SharedPicture(VideoPicture):
    """Fits its room, or shows each pixel as one of the screen (key 1, or a double click)."""

    def __init__(
        self, latest: Callable[[], VideoFrame | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(latest, parent)
        self.setObjectName("sharedPicture")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._one_to_one = False
        self._pan = QPoint()
        self._grip: QPoint | None = None
        self._fitted: tuple[int, QSize, QImage] | None = None
        self._size_button: QToolButton = tool("sharedSize", "view-one-to-one", self.toggle)
        self._size_button.setParent(self)
        set_property(self._size_button, "kind", "over")
        self._size_button.setCheckable(True)
        self._say()

    @property
    def one_to_one(self) -> bool:
        return self._one_to_one

    def toggle(self) -> None:
        """From the whole picture to its pixels and back."""
        self._one_to_one = not self._one_to_one
        self._pan = QPoint()
        self._size_button.setChecked(self._one_to_one)
        self.setCursor(
            Qt.CursorShape.OpenHandCursor if self._one_to_one else Qt.CursorShape.ArrowCursor
        )
        self._say()
        self.update()

    def pan(self, by: QPoint) -> None:
        """Moves the picture, as far as there is something to see."""
        if self._one_to_one:
            self._pan += by
            self.update()

    def picture_rect(self) -> QRect:
        if not self._one_to_one or self._frame is None:
            return super().picture_rect()
        ratio = self.devicePixelRatioF()
        size = QSize(round(self._frame.width / ratio), round(self._frame.height / ratio))
        where = QRect(QPoint(), size)
        where.moveCenter(self.rect().center())
        over = QSize(max(0, size.width() - self.width()), max(0, size.height() - self.height()))
        self._pan = QPoint(
            max(-over.width() // 2, min(over.width() // 2, self._pan.x())),
            max(-over.height() // 2, min(over.height() // 2, self._pan.y())),
        )
        return where.translated(self._pan)

    # --- Qt ------------------------------------------------------------------------------

    def _paint_frame(self, painter: QPainter, frame: VideoFrame) -> None:
        where, ratio = self.picture_rect(), self.devicePixelRatioF()
        wanted = QSize(round(where.width() * ratio), round(where.height() * ratio))
        if wanted.width() >= frame.width:
            if wanted.width() > frame.width or self._one_to_one:
                painter.setRenderHint(
                    QPainter.RenderHint.SmoothPixmapTransform, not self._one_to_one
                )
            painter.drawImage(where, image_of(frame))
            return
        if self._fitted is None or self._fitted[:2] != (frame.sequence, wanted):
            self._fitted = (frame.sequence, wanted, reduced(frame, wanted))
        painter.drawImage(where, self._fitted[2])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size_button.setVisible(self.width() >= BUTTON_FROM)
        self._size_button.adjustSize()
        self._size_button.move(self.width() - self._size_button.width() - 4, 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_1:
            self.toggle()
        elif self._one_to_one and key in _ARROWS:
            self.pan(_ARROWS[key])
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.toggle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._one_to_one and event.button() is Qt.MouseButton.LeftButton:
            self._grip = event.position().toPoint()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            super().mouseMoveEvent(event)
            return
        now = event.position().toPoint()
        self.pan(now - self._grip)
        self._grip = now

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        super().mouseReleaseEvent(event)

    def _changed(self) -> None:
        super()._changed()
        self._say()

    def _say(self) -> None:
        text = self.tr("Fit the picture") if self._one_to_one else self.tr("Pixel for pixel")
        set_words(self._size_button, text, "1")


def image_of(frame: VideoFrame) -> QImage:
    """The picture without a copy: `frame` must outlive it."""
    return QImage(
        frame.pixels, frame.width, frame.height, frame.width * 4, QImage.Format.Format_RGB32
    )


def reduced(frame: VideoFrame, size: QSize) -> QImage:
    """A smaller copy in which each pixel is the mean of those it stands for: text stays legible."""
    import cv2
    import numpy as np

    pixels = np.frombuffer(frame.pixels, np.uint8).reshape(frame.height, frame.width, 4)
    wanted = (max(1, size.width()), max(1, size.height()))
    small = cv2.resize(pixels, wanted, interpolation=cv2.INTER_AREA)
    made = QImage(small.tobytes(), wanted[0], wanted[1], wanted[0] * 4, QImage.Format.Format_RGB32)
    return made.copy()
