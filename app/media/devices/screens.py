"""Screens and windows through QtMultimedia, in the capture process; all on its main thread."""

import logging
import os
import sys
import time
from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QScreen
from PySide6.QtMultimedia import (
    QCapturableWindow,
    QMediaCaptureSession,
    QScreenCapture,
    QVideoFrame,
    QVideoFrameFormat,
    QVideoSink,
    QWindowCapture,
)

from app.media.frames import FrameWriter
from app.media.sharing import (
    ListSurfaces,
    ScreenSource,
    Surface,
    Surfaces,
    SurfaceTrouble,
    WindowSource,
)
from app.media.surface_messages import (
    BeginCapture,
    CaptureCommand,
    Captured,
    CaptureEvent,
    CaptureFailed,
    EndCapture,
)

log = logging.getLogger(__name__)

TAKE_EVERY = 1 / 15
"""Seconds between two looks at the screen; Qt itself takes them at the screen's own rate."""
WINDOWS_LISTED = 60
_DIRECT = (
    QVideoFrameFormat.PixelFormat.Format_BGRX8888,
    QVideoFrameFormat.PixelFormat.Format_BGRA8888,
    QVideoFrameFormat.PixelFormat.Format_BGRA8888_Premultiplied,
)


class Screens(QObject):
    """The capture process's QGuiApplication and the one capture that runs in it.

    Args:
        emit: gets every event, on this thread.
    """

    given = Signal(object)

    def __init__(self, emit: Callable[[CaptureEvent], None]) -> None:
        if sys.platform == "linux":
            os.environ["XDG_SESSION_TYPE"] = "x11"  # else Qt 6.9.3 lists no windows
        self._application = QGuiApplication(["huizhen-capture"])
        super().__init__()
        self._emit = emit
        self._windows: dict[str, QCapturableWindow] = {}
        self._session: QMediaCaptureSession | None = None
        self._capture: QScreenCapture | QWindowCapture | None = None
        self._sink: QVideoSink | None = None
        self._writer: FrameWriter | None = None
        self._last: NDArray[np.uint8] | None = None
        self._taken_at = 0.0
        self._surface_id = ""
        self.given.connect(self._carry_out, Qt.ConnectionType.QueuedConnection)

    def run(self) -> None:
        """Until `quit`."""
        self._application.exec()
        self._end()

    def give(self, command: CaptureCommand) -> None:
        """From any thread."""
        self.given.emit(command)

    def quit(self) -> None:
        """Ends `run`; from any thread."""
        self.given.emit(None)

    @Slot(object)
    def _carry_out(self, command: CaptureCommand | None) -> None:
        match command:
            case ListSurfaces():
                self._emit(self._listed())
            case BeginCapture():
                self._begin(command.source)
            case EndCapture():
                self._end()
            case None:
                self._application.quit()

    # --- what there is -------------------------------------------------------------------

    def _listed(self) -> Surfaces:
        screens = QGuiApplication.screens()
        found = QWindowCapture.capturableWindows()[:WINDOWS_LISTED]
        named = [window for window in found if window.description().strip()]
        self._windows = {f"w{number}": window for number, window in enumerate(named)}
        return Surfaces(
            screens=tuple(
                _screen(number, screen, screens) for number, screen in enumerate(screens)
            ),
            windows=tuple(
                Surface(surface_id=id_, name=window.description().strip())
                for id_, window in self._windows.items()
            ),
        )

    # --- taking pictures -----------------------------------------------------------------

    def _begin(self, source: ScreenSource | WindowSource) -> None:
        self._end()
        self._surface_id = source.surface_id
        capture = self._opened(source)
        if capture is None:
            self._emit(CaptureFailed(trouble=SurfaceTrouble.UNAVAILABLE))
            return
        self._session, self._sink, self._capture = QMediaCaptureSession(), QVideoSink(), capture
        capture.errorOccurred.connect(self._failed)
        if isinstance(capture, QScreenCapture):
            self._session.setScreenCapture(capture)
        else:
            self._session.setWindowCapture(capture)
        self._session.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._arrived)
        capture.setActive(True)

    def _opened(
        self, source: ScreenSource | WindowSource
    ) -> QScreenCapture | QWindowCapture | None:
        if isinstance(source, ScreenSource):
            screens = {_screen_id(number): one for number, one in enumerate(app_screens())}
            screen = screens.get(source.surface_id)
            if screen is None:
                return None
            taken = QScreenCapture()
            taken.setScreen(screen)
            return taken
        if not self._windows:
            self._listed()  # a new process, after the one that listed it ended
        window = self._windows.get(source.surface_id)
        if window is None or (source.name and window.description().strip() != source.name):
            named = (one for one in self._windows.values() if one.description() == source.name)
            window = next(named, None)
        if window is None or not window.isValid():
            return None
        capture = QWindowCapture()
        capture.setWindow(window)
        return capture

    def _failed(self, error: object, _: str) -> None:
        refused = str(error).endswith("CapturingNotSupported")
        trouble = SurfaceTrouble.REFUSED if refused else SurfaceTrouble.UNAVAILABLE
        log.warning("a screen or window cannot be taken: %s", trouble.value)
        self._emit(CaptureFailed(trouble=trouble))

    def _arrived(self, frame: QVideoFrame) -> None:
        now = time.monotonic()
        if now - self._taken_at < TAKE_EVERY * 0.8:
            return
        self._taken_at = now
        pixels = bgra_of(frame)
        if pixels is None or (self._last is not None and np.array_equal(pixels, self._last)):
            return
        self._last = pixels
        height, width = pixels.shape[:2]
        if self._writer is None or not self._writer.fits(width, height):
            if self._writer is not None:
                self._writer.close()
            self._writer = FrameWriter(width, height)
            self._writer.write(pixels.data, width, height)
            self._emit(Captured(surface_id=self._surface_id, memory=self._writer.name))
        else:
            self._writer.write(pixels.data, width, height)

    def _end(self) -> None:
        if self._capture is not None:
            self._capture.setActive(False)
        if self._sink is not None:
            self._sink.videoFrameChanged.disconnect(self._arrived)
        self._session = self._sink = self._capture = self._last = None
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def app_screens() -> list[QScreen]:
    return list(QGuiApplication.screens())


def bgra_of(frame: QVideoFrame) -> NDArray[np.uint8] | None:
    """The picture, shape (height, width, 4), contiguous, both sides even; None without one."""
    width, height = frame.width() & ~1, frame.height() & ~1
    if not width or not height:
        return None
    if frame.pixelFormat() in _DIRECT and frame.map(QVideoFrame.MapMode.ReadOnly):
        try:
            stride = frame.bytesPerLine(0)
            rows = np.frombuffer(cast(bytes, frame.bits(0)), np.uint8)
            whole = rows[: stride * height].reshape(height, stride // 4, 4)
            return np.ascontiguousarray(whole[:, :width]).copy()
        finally:
            frame.unmap()
    image = frame.toImage().convertToFormat(QImage.Format.Format_RGB32)
    if image.isNull():
        return None
    pixels = np.frombuffer(image.constBits(), np.uint8)
    whole = pixels.reshape(image.height(), image.bytesPerLine() // 4, 4)
    return np.ascontiguousarray(whole[:height, :width])


def surfaces_trouble() -> SurfaceTrouble | None:
    """What is wrong before Qt is even asked: X clients do not see what a Wayland desktop shows."""
    if sys.platform != "linux":
        return None
    session = os.environ.get("XDG_SESSION_TYPE", "").lower()
    if session == "wayland" or os.environ.get("WAYLAND_DISPLAY"):
        return SurfaceTrouble.WAYLAND
    return None if os.environ.get("DISPLAY") else SurfaceTrouble.NO_DISPLAY


def _screen_id(number: int) -> str:
    return f"s{number}"


def _screen(number: int, screen: QScreen, screens: list[QScreen]) -> Surface:
    size, ratio = screen.size(), screen.devicePixelRatio()
    return Surface(
        surface_id=_screen_id(number),
        name=screen.name() if len(screens) > 1 else "",
        width=round(size.width() * ratio),
        height=round(size.height() * ratio),
    )
