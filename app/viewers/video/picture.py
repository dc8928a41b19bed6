"""One participant's moving picture: letterboxed, with a name, or what is to be said instead."""

from collections.abc import Callable
from enum import Enum, auto
from typing import assert_never

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QHideEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.theme import metrics
from app.models.tips import plain_tip
from app.viewers.video.frame import VideoFrame

SMALL = 160
"""Pixels of width below which a picture has a narrower name."""
POLL_MS = 15
"""Looking costs a few microseconds while there is no new picture; this is the delay it may add."""


class PictureState(Enum):
    """What the stream is doing; LIVE shows pictures as soon as there are any."""

    LIVE = auto()
    CONNECTING = auto()
    RECONNECTING = auto()
    CAMERA_OFF = auto()
    NO_PICTURE = auto()


class VideoPicture(QWidget):
    """Shows the latest picture of one stream.

    Args:
        latest: the stream's newest picture, or None; asked only while visible and active, and
            expected to return the same object while there is no newer one.
    """

    def __init__(
        self, latest: Callable[[], VideoFrame | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._latest = latest
        self._frame: VideoFrame | None = None
        self._state = PictureState.CONNECTING
        self._caption = self._word = ""
        self._mirrored = False
        self._speaks = False
        self._active = True
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.refresh)
        self.setMinimumSize(QSize(96, 72))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._describe()

    # --- what is shown -------------------------------------------------------------------

    @property
    def state(self) -> PictureState:
        return self._state

    def set_state(self, state: PictureState) -> None:
        """Anything but LIVE and RECONNECTING takes the last picture away."""
        if state is self._state:
            return
        self._state = state
        if state not in (PictureState.LIVE, PictureState.RECONNECTING):
            self._frame = None
        self._changed()

    def set_caption(self, name: str, word: str = "") -> None:
        """The participant's name, drawn over the picture's lower edge, and what is said beside it.

        Where both have no room the name stands alone, and a tool tip says the rest.
        """
        self._caption, self._word = name, word
        self.setToolTip(plain_tip(f"{name} · {word}" if word else ""))
        self._changed()

    def set_mirrored(self, mirrored: bool) -> None:
        """One's own picture is shown as in a mirror."""
        self._mirrored = mirrored
        self.update()

    def set_speaks(self, *, speaks: bool) -> None:
        """Who speaks has a frame."""
        if speaks is not self._speaks:
            self._speaks = speaks
            self.update()

    def set_active(self, active: bool) -> None:
        """An inactive picture asks for no frames, e.g. while the call is folded away."""
        self._active = active
        self._run_timer()

    def refresh(self) -> None:
        """Takes the latest picture now; the timer does this while visible and active."""
        if self._state is not PictureState.LIVE:
            return
        frame = self._latest()
        if frame is self._frame:
            return
        appeared = (frame is None) is not (self._frame is None)
        self._frame = frame
        if appeared:
            self._describe()
        self.update()

    def placeholder(self) -> str:
        """What is said in place of a picture; empty while there is one."""
        match self._state:
            case PictureState.LIVE:
                return "" if self._frame is not None else self.tr("Waiting for the picture…")
            case PictureState.CONNECTING:
                return self.tr("Connecting…")
            case PictureState.RECONNECTING:
                return self.tr("Reconnecting…")
            case PictureState.CAMERA_OFF:
                return self.tr("Camera off")
            case PictureState.NO_PICTURE:
                return self.tr("No picture")
            case _:
                assert_never(self._state)

    # --- Qt ------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_timer()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._run_timer()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.PaletteChange):
            self._changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(self.palette().ColorRole.Shadow))
        if self._frame is not None:
            self._paint_frame(painter, self._frame)
        text, word = self.placeholder(), self._word
        low = bool(text) and self._is_low()
        if text:
            self._paint_placeholder(painter, "" if low else text)
        if self._caption:
            self._paint_caption(painter, self.caption_text(text if low else word, whole=low))
        if self._speaks:
            painter.setPen(QPen(self.palette().color(self.palette().ColorRole.Highlight), 4))
            painter.drawRect(self.rect())
        painter.end()

    def picture_rect(self) -> QRect:
        """Where the picture is: as large as fits, undistorted, centred."""
        if self._frame is None:
            return self.rect()
        size = QSize(self._frame.width, self._frame.height)
        size.scale(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        where = QRect(0, 0, size.width(), size.height())
        where.moveCenter(self.rect().center())
        return where

    # --- painting ------------------------------------------------------------------------

    def _paint_frame(self, painter: QPainter, frame: VideoFrame) -> None:
        image = QImage(
            frame.pixels, frame.width, frame.height, frame.width * 4, QImage.Format.Format_RGB32
        )
        where = self.picture_rect()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._mirrored:
            painter.translate(where.left() + where.right() + 1, 0)
            painter.scale(-1, 1)
        painter.drawImage(where, image)
        painter.restore()

    def _paint_placeholder(self, painter: QPainter, text: str) -> None:
        roles = self.palette().ColorRole
        if self._frame is not None:  # the last picture stays, dimmed, while reconnecting
            veil = self.palette().color(roles.Shadow)
            veil.setAlphaF(0.6)
            painter.fillRect(self.rect(), veil)
        bad = self._state in (PictureState.RECONNECTING, PictureState.NO_PICTURE)
        painter.setPen(self.palette().color(roles.BrightText if bad else roles.Text))
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        room = self.words_rect()
        metrics = QFontMetrics(self.font())
        if not room.contains(metrics.boundingRect(room, flags, text)):
            flags = int(Qt.AlignmentFlag.AlignCenter)
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, flags, text)

    def _is_low(self) -> bool:
        """Whether words have no room above the name, so that they follow it."""
        line = QFontMetrics(self.font()).height()
        return bool(self._caption) and self.words_rect().height() < line

    def words_rect(self) -> QRect:
        """Where words in place of a picture stand: never under the name."""
        caption = QFontMetrics(self.caption_font()).height() + 6 if self._caption else 0
        edge = 8 if self.height() > 100 else 2
        return self.rect().adjusted(edge, edge, -edge, -edge - caption)

    def caption_font(self) -> QFont:
        """Smaller on a small picture."""
        font = self.font()
        if self.width() < SMALL:
            font.setPixelSize(metrics().type_small)
        return font

    def caption_text(self, word: str, *, whole: bool = False) -> str:
        """The name with a word, or what of the two has room; `whole`: not the name alone."""
        measured = QFontMetrics(self.caption_font())
        room = max(0, self.width() - 2 * self._caption_edge)
        text = f"{self._caption} · {word}" if word else self._caption
        if measured.horizontalAdvance(text) > room and not whole:
            text = self._caption
        return measured.elidedText(text, Qt.TextElideMode.ElideRight, room)

    @property
    def _caption_edge(self) -> int:
        return 4 if self.width() < SMALL else 8

    def _paint_caption(self, painter: QPainter, text: str) -> None:
        font, edge = self.caption_font(), self._caption_edge
        measured = QFontMetrics(font)
        painter.setFont(font)
        width = measured.horizontalAdvance(text) + 2 * edge
        label = QRect(0, 0, width, measured.height() + edge)
        label.moveBottomLeft(self.rect().bottomLeft())
        roles = self.palette().ColorRole
        painter.fillRect(label, self.palette().color(roles.ToolTipBase))
        painter.setPen(self.palette().color(roles.ToolTipText))
        painter.drawText(label, int(Qt.AlignmentFlag.AlignCenter), text)

    # --- state ---------------------------------------------------------------------------

    def _changed(self) -> None:
        self._describe()
        self.update()

    def _describe(self) -> None:
        """What a screen reader says: whose picture, and what it is doing."""
        name = self._caption or self.tr("Video")
        name = f"{name} · {self._word}" if self._word else name
        text = self.placeholder()
        self.setAccessibleName(f"{name}: {text}" if text else name)

    def _run_timer(self) -> None:
        if self._active and self.isVisible():
            self._timer.start()
            self.refresh()
        else:
            self._timer.stop()
