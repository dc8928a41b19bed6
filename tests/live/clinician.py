"""A person at the real windows: clicks, types, and reads what is on the screen."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.commands.wishes import Language, Wish, WishLanguage, WishOpenCase
from app.composition.desk import Desk
from app.composition.program import Program
from app.imaging.guard import GuardedDecoder
from app.session.link import LinkPhase
from app.session.state import State
from app.store.profile import Profile
from tests.server.people import PASSWORD

WidgetT = TypeVar("WidgetT", bound=QWidget)
LOOK_S = 0.02
PATIENCE_S = 60.0
WHOLE_S = 180.0


class Clinician:
    """Somebody at one program. What they see is English."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.decoders: set[GuardedDecoder] = set()
        program.wish(WishLanguage(Language.EN))

    # --- looking -------------------------------------------------------------------------

    @property
    def state(self) -> State:
        return self.program.session.state

    @property
    def desk(self) -> Desk:
        assert self.program.desk is not None, "nobody is signed in"
        return self.program.desk

    def screen(self) -> str:
        """Every text that can be read on the visible windows."""
        return "\n".join(
            label.text()
            for window in self._windows()
            if window.isVisible()
            for label in window.findChildren(QLabel)
            if label.isVisible() and label.text()
        )

    def _windows(self) -> tuple[QWidget, ...]:
        desk = self.program.desk
        return (
            self.program.sign_in,
            *((desk.window, desk.identity.window) if desk is not None else ()),
        )

    async def until(
        self, condition: Callable[[], object], what: str, seen: Callable[[], object] = str
    ) -> None:
        """`seen` says what there was instead, where the screen does not show it."""
        ends = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > ends:
                found = f"{what}; {seen()}; on the screen:\n{self.screen()}"
                raise AssertionError(f"waited in vain for {found}")
            await asyncio.sleep(LOOK_S)

    async def read(self, words: str) -> None:
        """Waits until these words are on the screen."""
        await self.until(lambda: words in self.screen(), f"the words {words!r}")

    async def see(self, kind: type[WidgetT], name: str) -> WidgetT:
        """The visible, usable control of that object name."""

        def found() -> list[WidgetT]:
            return [
                widget
                for window in self._windows()
                for widget in window.findChildren(kind, name)
                if widget.isVisible() and widget.isEnabled()
            ]

        await self.until(found, f"the control {name}")
        return found()[0]

    # --- acting --------------------------------------------------------------------------

    async def click(self, name: str) -> None:
        QTest.mouseClick(await self.see(QAbstractButton, name), Qt.MouseButton.LeftButton)

    async def write(self, name: str, text: str) -> None:
        """Fills a field as typing or pasting does."""
        field = await self.see(QWidget, name)
        assert isinstance(field, QLineEdit | QPlainTextEdit)
        field.setFocus()
        field.selectAll()
        if isinstance(field, QLineEdit):
            field.insert(text)
        else:
            field.insertPlainText(text)

    def wish(self, wish: Wish) -> None:
        """What a control would ask for that the screen has just taken away."""
        self.program.wish(wish)

    async def enter(self, server: str, username: str, password: str = PASSWORD) -> None:
        """Fills in the sign-in window and presses the button."""
        for name, text in (("server", server), ("username", username), ("password", password)):
            await self.write(name, text)
        await self.click("signIn")

    async def online(self) -> None:
        await self.until(
            lambda: self.program.desk is not None and self.state.link.phase is LinkPhase.ONLINE,
            "the connection",
        )
        decoder = self.desk.viewer._decoder
        assert isinstance(decoder, GuardedDecoder)
        self.decoders.add(decoder)

    async def sign_in(self, server: str, username: str) -> None:
        await self.enter(server, username)
        await self.online()

    async def open_case(self, case_id: str | UUID) -> None:
        self.wish(WishOpenCase(UUID(str(case_id))))
        await self.until(
            lambda: self.state.case is not None and str(self.state.case.id) == str(case_id),
            "the opened case",
        )


Part = Callable[[Clinician], Awaitable[None]]


def play(app: QApplication, folder: Path, trusted: dict[str, Path], part: Part) -> None:
    """Runs the real program on a fresh profile until the part is played.

    Args:
        trusted: CA files by server address, as if the first contact had been.
    """
    folder.mkdir(parents=True, exist_ok=True)
    Profile(folder).remember(pins={url: ca.read_text() for url, ca in trusted.items()})
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    try:
        with loop:
            program = Program(app, folder, generated_media=True)
            run = program.run(lambda program: _in_time(part, program))
            loop.run_until_complete(run)
            program.deleteLater()
    finally:
        asyncio.set_event_loop(None)


async def _in_time(part: Part, program: Program) -> None:
    person = Clinician(program)
    try:
        async with asyncio.timeout(WHOLE_S):
            await part(person)
    finally:
        for decoder in person.decoders:
            await asyncio.to_thread(decoder.close)
