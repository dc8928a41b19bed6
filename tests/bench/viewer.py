"""The viewer on the phantom at 1366x768: first picture, window drag, scrolling."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.imaging.guard import GuardedDecoder
from app.imaging.source import FolderSource
from app.imaging.workers.parent import DecodeWorker
from app.ipc.child import huizhen_argv
from app.viewers.dicom.viewer import DicomViewer
from tests.bench.errors import BenchFailed
from tests.bench.instances import phantom
from tests.bench.measure import Bound, Goal, Measure, percentile

SLICES = 120
SIZE = (1366, 768)
OPENINGS = 5
DRAGS = 200
PATIENCE_S = 30
FRAME = Goal(Bound.AT_MOST, 16.7)
FIRST = Goal(Bound.AT_MOST, 300)
NOTCH = 120


def _say(_kind: QtMsgType, _where: QMessageLogContext, text: str | None) -> None:
    if text and "propagateSizeHints" not in text:  # the offscreen platform says it at every show
        print(text, file=sys.stderr)


def run() -> Iterator[Measure]:
    qInstallMessageHandler(_say)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    decoder = GuardedDecoder([DecodeWorker(huizhen_argv("decode-worker"))])
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as name:
        folder = Path(name)
        phantom(folder, SLICES)
        viewer = DicomViewer(decoder=decoder)
        viewer.resize(*SIZE)
        viewer.show()
        try:
            yield _first_image(viewer, folder)
            _wait(lambda: _all_decoded(viewer), "every slice")
            paints = Paints(viewer.pane)
            yield _drag(viewer, paints)
            yield _scroll(viewer, paints)
        finally:
            viewer.close()
            decoder.close()
            viewer.deleteLater()
            app.processEvents()


class Paints(QObject):
    """Counts what is painted: a frame that paints nothing must not count."""

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self.count = 0
        pane.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def _wait(until: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not until():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        if time.monotonic() > ends:
            raise BenchFailed(f"the viewer did not show {what}")


def _painted(viewer: DicomViewer) -> bool:
    return viewer.pane.picture is not None and viewer.pane.levels is not None


def _first_image(viewer: DicomViewer, folder: Path) -> Measure:
    """From opening the folder until the picture is painted; the last of them stays open."""
    took = []
    for _ in range(OPENINGS):
        viewer.close_source()
        QApplication.processEvents()
        began = time.perf_counter()
        viewer.open_source(FolderSource([folder]))
        _wait(lambda: _painted(viewer), "the first picture")
        viewer.pane.repaint()
        took.append((time.perf_counter() - began) * 1000)
    return Measure(
        f"viewer: first image of a folder of {SLICES} slices of 512², median",
        percentile(took, 50),
        "ms",
        goal=FIRST,
    )


def _all_decoded(viewer: DicomViewer) -> bool:
    """Whether every slice can be shown without waiting; leaves the first one on the screen."""
    if not viewer.series or len(viewer.series[0].slices) < SLICES:
        return False
    for index in range(SLICES):
        viewer.scroll_to(index)
        if viewer.pane.picture is None:
            return False
    viewer.scroll_to(0)
    return viewer.pane.picture is not None


def _frame(paints: Paints, act: Callable[[], object]) -> float:
    """Milliseconds from an event of a hand until all it asked for is painted."""
    before, began = paints.count, time.perf_counter()
    act()
    QApplication.processEvents()
    took = (time.perf_counter() - began) * 1000
    if paints.count == before:
        raise BenchFailed("nothing was painted")
    return took


def _mouse(kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> QMouseEvent:
    held = Qt.MouseButton.LeftButton
    return QMouseEvent(kind, at, at, button, held, Qt.KeyboardModifier.NoModifier)


def _drag(viewer: DicomViewer, paints: Paints) -> Measure:
    pane = viewer.pane
    middle = QPointF(pane.width() / 2, pane.height() / 2)
    send = QApplication.sendEvent
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    send(pane, _mouse(QEvent.Type.MouseButtonPress, middle, left))
    before, frames = pane.voi, []
    for step in range(DRAGS):
        at = middle + QPointF(step % 80 + 1, step % 60 + 1)
        move = _mouse(QEvent.Type.MouseMove, at, none)
        frames.append(_frame(paints, lambda move=move: send(pane, move)))  # type: ignore[misc]
    send(pane, _mouse(QEvent.Type.MouseButtonRelease, middle, left))
    if pane.voi == before:
        raise BenchFailed("the drag did not change the window")
    levels = pane.levels
    assert levels is not None
    return Measure(
        f"viewer: window/level drag, p95 frame at {SIZE[0]}×{SIZE[1]}",
        percentile(frames, 95),
        "ms",
        beside="numpy LUT of the same viewport, p95",
        beside_value=_plain_lut(levels.shape),
        goal=FRAME,
    )


def _plain_lut(shape: tuple[int, ...]) -> float:
    """One table look-up a pixel, the floor of any window change."""
    stored = np.random.default_rng(1).integers(0, 4096, shape[:2], dtype=np.uint16)
    out = np.empty(stored.shape, np.uint8)
    took = []
    for step in range(DRAGS):
        began = time.perf_counter()
        table = np.clip((np.arange(4096) - 1000 - step) * (255 / 400), 0, 255).astype(np.uint8)
        np.take(table, stored, out=out, mode="clip")
        took.append((time.perf_counter() - began) * 1000)
    return percentile(took, 95)


def _scroll(viewer: DicomViewer, paints: Paints) -> Measure:
    pane = viewer.pane
    at = QPointF(pane.width() / 2, pane.height() / 2)
    frames = []
    for turn in (-NOTCH, NOTCH):
        for _ in range(SLICES - 1):
            before = viewer.index
            wheel = QWheelEvent(
                at,
                at,
                QPoint(),
                QPoint(0, turn),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            frames.append(_frame(paints, lambda wheel=wheel: QApplication.sendEvent(pane, wheel)))  # type: ignore[misc]
            if viewer.index == before or pane.picture is None:
                raise BenchFailed("a slice was dropped while scrolling")
    return Measure(
        f"viewer: scroll through {SLICES} decoded slices, p95 frame",
        percentile(frames, 95),
        "ms",
        goal=FRAME,
    )
