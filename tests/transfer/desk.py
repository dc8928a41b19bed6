"""The window's side of a real transfer process, and what it heard."""

import asyncio
import base64
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from app.transfer.link import TransferLink
from app.transfer.messages import Event, ImageStage, Open, Ready, UploadState, UseSession
from protocol import paths
from protocol.account import TokenPair
from tests.fakes.ears import Ears
from tests.server.people import Someone

TRANSFER = (sys.executable, "-m", "app.cli.transfer")
KEY = bytes(range(32))


class Desk(Ears[Event]):
    """One profile's window; it may be opened again on the same folder."""

    patience = 40.0

    def __init__(self, folder: Path, program: Sequence[str] = TRANSFER) -> None:
        super().__init__()
        self.folder = folder
        self.lost: list[tuple[int, bool]] = []
        self.link = TransferLink(on_event=self.hear, on_lost=self._lost, argv=program)

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

    async def died(self) -> tuple[int, bool]:
        """How the process ended, when it has."""
        async with asyncio.timeout(20), self.news:
            await self.news.wait_for(lambda: bool(self.lost))
        return self.lost[-1]

    def kill(self) -> None:
        """As a power cut would."""
        assert self.link.pid is not None
        os.kill(self.link.pid, signal.SIGKILL)

    def _lost(self, returncode: int, will_restart: bool) -> None:
        self.lost.append((returncode, will_restart))
        self.notify()


def count(state: UploadState, *stages: ImageStage) -> int:
    return sum(image.stage in stages for image in state.images)


def of_case(case_id: UUID) -> Callable[[UploadState], bool]:
    return lambda state: state.consultation_id == case_id
