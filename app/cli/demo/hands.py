"""Hands for a real window: find a control, click it, type into it, wait for what it shows."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

WidgetT = TypeVar("WidgetT", bound=QWidget)
LOOK_S = 0.02
PATIENCE_S = 90.0


class StepFailed(Exception):
    """A step of the demonstration did not come true; the message says which and what was seen."""


class Hands:
    """Acts on the windows of this process as a person would, and reports each step."""

    def __init__(self, who: str, out: Path) -> None:
        self._who = who
        self._out = out
        self._step = ""
        self._since = time.monotonic()
        self._pictures = 0

    # --- steps ---------------------------------------------------------------------------

    def begin(self, step: str) -> None:
        self._step = step
        self._since = time.monotonic()

    @property
    def spent_ms(self) -> int:
        """How long the step has taken so far."""
        return round((time.monotonic() - self._since) * 1000)

    def done(self, window: QWidget | None = None, **detail: object) -> None:
        """Reports the step, with a picture of the window as it looks now."""
        took = self.spent_ms
        picture = self.photograph(window) if window is not None else None
        self.tell(step=self._step, ms=took, picture=picture, **detail)

    def tell(self, **what: object) -> None:
        """One JSON line for the director."""
        sys.stdout.write(json.dumps({"who": self._who, **what}, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def photograph(self, window: QWidget, name: str = "") -> str:
        self._pictures += 1
        slug = (name or self._step).replace(" ", "-")
        file = self._out / f"{self._who}-{self._pictures:02d}-{slug}.png"
        window.grab().save(str(file))
        return file.name

    # --- waiting -------------------------------------------------------------------------

    async def until(
        self, condition: Callable[[], object], what: str, patience: float = PATIENCE_S
    ) -> None:
        """Looks until the condition holds; raises StepFailed after `patience` seconds."""
        ends = time.monotonic() + patience
        while not condition():
            if time.monotonic() > ends:
                raise StepFailed(f"{self._step}: waited {patience:.0f} s for {what}")
            await asyncio.sleep(LOOK_S)

    async def see(self, kind: type[WidgetT], name: str) -> WidgetT:
        """The visible control of that object name, once it can be used."""
        found: list[WidgetT] = []

        def look() -> bool:
            found[:] = [
                widget
                for window in QApplication.topLevelWidgets()
                for widget in (*window.findChildren(kind, name), window)
                if isinstance(widget, kind)
                and widget.objectName() == name
                and widget.isVisible()
                and widget.isEnabled()
            ]
            return bool(found)

        await self.until(look, f"the control {name}")
        return found[0]

    # --- acting --------------------------------------------------------------------------

    async def click(self, name: str) -> None:
        control = await self.see(QAbstractButton, name)
        QTest.mouseClick(control, Qt.MouseButton.LeftButton)
        await asyncio.sleep(0)

    async def write(self, name: str, text: str) -> None:
        """Types into a field through an input method, as Chinese is typed."""
        field = await self.see(QWidget, name)
        field.setFocus()
        if isinstance(field, QLineEdit | QPlainTextEdit):
            field.selectAll()
        for number, part in enumerate(text.splitlines() or [""]):
            if number:
                QTest.keyClick(field, Qt.Key.Key_Return)
            event = QInputMethodEvent()
            event.setCommitString(part)
            QApplication.sendEvent(field, event)
        await asyncio.sleep(0)

    async def press(self, name: str, key: Qt.Key) -> None:
        control = await self.see(QWidget, name)
        QTest.keyClick(control, key)
        await asyncio.sleep(0)

    async def choose(self, name: str, value: str) -> None:
        """Walks through a box with the arrow keys to the entry with this value."""
        box = await self.see(QComboBox, name)
        wanted = box.findData(value)
        if wanted < 0:
            raise StepFailed(f"{self._step}: {name} has no entry {value}")
        box.setFocus()
        for _ in range(box.count() + 1):
            if box.currentIndex() == wanted:
                return
            down = box.currentIndex() < wanted
            QTest.keyClick(box, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
        raise StepFailed(f"{self._step}: {name} cannot be set")

    async def choose_file(self, path: Path) -> None:
        """Answers the file dialog that is open, be it Qt's or the system's own."""
        dialog = await self.see(QFileDialog, "fileDialog")
        dialog.filesSelected.emit([str(path)])
        dialog.close()
        await asyncio.sleep(0)

    async def tick(self, name: str) -> None:
        control = await self.see(QAbstractButton, name)
        if not control.isChecked():
            QTest.keyClick(control, Qt.Key.Key_Space)

    async def wheel(self, widget: QWidget, notches: int) -> None:
        """Turns the wheel over a widget's middle; negative is towards the person."""
        middle = QPointF(widget.rect().center())
        across = QPointF(widget.mapToGlobal(widget.rect().center()))
        for _ in range(abs(notches)):
            event = QWheelEvent(
                middle,
                across,
                QPoint(),
                QPoint(0, 120 if notches > 0 else -120),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(widget, event)
            await asyncio.sleep(0.01)

    async def drag(self, widget: QWidget, button: Qt.MouseButton, by: QPoint) -> None:
        """Drags with a mouse button from the widget's middle."""
        start = widget.rect().center()
        QTest.mousePress(widget, button, Qt.KeyboardModifier.NoModifier, start)
        for part in range(1, 11):
            QTest.mouseMove(widget, start + by * (part / 10))
            await asyncio.sleep(0.01)
        QTest.mouseRelease(widget, button, Qt.KeyboardModifier.NoModifier, start + by)
