"""The window's side of a real transfer process, and what it heard."""

import asyncio
import base64
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from app.transfer.link import TransferLink
from app.transfer.messages import Event, ImageStage, Open, Ready, UploadState, UseSession
from protocol import paths
from protocol.account import TokenPair
from tests.server.people import Someone

TRANSFER = (sys.executable, "-m", "app.cli.transfer")
KEY = bytes(range(32))
EventT = TypeVar("EventT")


class Desk:
    """One profile's window; it may be opened again on the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events: list[Event] = []
        self.lost: list[tuple[int, bool]] = []
        self._news = asyncio.Condition()
        self._notes: set[asyncio.Task[None]] = set()
        self.link = TransferLink(on_event=self._heard, on_lost=self._lost, argv=TRANSFER)

    async def open(self) -> None:
        await self.link.start()
        await self.until(Ready)
        self.send_open()

    def send_open(self) -> None:
        self.link.send(Open(folder=self.folder, store_key=base64.b64encode(KEY).decode()))

    def use(self, who: Someone, url: str, ca: Path) -> None:
        """Gives the process a session of its own, as the window does."""
        answer = who.send("POST", paths.TRANSFER_SESSION)
        assert answer.is_success, answer.text
        pair = TokenPair.model_validate_json(answer.content)
        self.link.send(
            UseSession(
                server=url,
                ca_pem=ca.read_text(),
                refresh_token=pair.refresh_token,
                account_id=pair.account.id,
            )
        )

    async def until(
        self, kind: type[EventT], when: Callable[[EventT], bool] = lambda _: True, after: int = 0
    ) -> EventT:
        """The first event of the kind from place `after` on, past or future."""
        seen = after
        async with asyncio.timeout(40), self._news:
            while True:
                for event in self.events[seen:]:
                    if isinstance(event, kind) and when(event):
                        return event
                seen = len(self.events)
                await self._news.wait()

    async def died(self) -> tuple[int, bool]:
        """How the process ended, when it has."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: bool(self.lost))
        return self.lost[-1]

    def kill(self) -> None:
        """As a power cut would."""
        assert self.link.pid is not None
        os.kill(self.link.pid, signal.SIGKILL)

    def _heard(self, event: Event) -> None:
        self.events.append(event)
        self._notify()

    def _lost(self, returncode: int, will_restart: bool) -> None:
        self.lost.append((returncode, will_restart))
        self._notify()

    def _notify(self) -> None:
        async def notify() -> None:
            async with self._news:
                self._news.notify_all()

        task = asyncio.create_task(notify())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)


def count(state: UploadState, *stages: ImageStage) -> int:
    return sum(image.stage in stages for image in state.images)


def of_case(case_id: UUID) -> Callable[[UploadState], bool]:
    return lambda state: state.consultation_id == case_id
