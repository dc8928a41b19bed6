"""The intake of a profile in this process, with everything it tells."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

from app.store.archive_outbox import ArchiveOutbox
from app.store.inbox import Inbox
from app.store.intake_settings import Caller, Hl7Receiver, IntakeSettings, Pacs, Receiver, Watched
from app.store.messages import KeptMessages
from app.store.sealed import Sealer
from app.transfer.finding import Unpacking
from app.transfer.inbox import InboxKeeper
from app.transfer.intake import Intake
from app.transfer.intake_messages import Configure, InboxRow, IntakeEvent, IntakeState
from protocol.base import new_id
from tests.bench.processes import free_port
from tests.fakes.ears import Ears

SEALER = Sealer(bytes(range(32)))
TITLE = "CLINIC"
TODAY_HERE = datetime(2026, 11, 27, 9, 30, tzinfo=timezone(timedelta(hours=8)))
KNOWN = Caller(ae_title="CT01")


class IntakeDesk(Ears[IntakeEvent]):
    """Intake and its ears."""

    patience = 60.0

    def __init__(self, folder: Path, *, reserve_bytes: int = 0, sealer: Sealer = SEALER) -> None:
        super().__init__()
        self.full = asyncio.Event()
        self.inbox = InboxKeeper(Inbox(folder, sealer), self.full.set, reserve_bytes)
        self.to_archive = ArchiveOutbox(folder, sealer)
        self.intake = Intake(
            self.inbox,
            self.hear,
            Unpacking(folder / "unpacking"),
            messages=KeptMessages(folder, sealer),
            to_archive=self.to_archive,
            key_lasts=sealer is SEALER,
            now=lambda: TODAY_HERE,
        )
        self.port = 0

    async def listen(self, **changed: object) -> None:
        """Switches the receiver on at a free port; `changed` as in `Receiver`."""
        self.port = free_port()
        given: dict[str, object] = {
            "on": True,
            "ae_title": TITLE,
            "port": self.port,
            "address": "127.0.0.1",
            "callers": (KNOWN,),
            **changed,
        }
        await self.configure(receiver=Receiver.model_validate(given))

    async def configure(
        self,
        receiver: Receiver | None = None,
        pacs: tuple[Pacs, ...] = (),
        watched: Watched | None = None,
        hl7: Hl7Receiver | None = None,
    ) -> None:
        settings = IntakeSettings(
            receiver=receiver or Receiver(),
            pacs=pacs,
            watched=watched or Watched(),
            hl7=hl7 or Hl7Receiver(),
        )
        await self.intake.handle(Configure(settings=settings))

    async def until_row(self, when: Callable[[InboxRow], bool] = lambda _: True) -> InboxRow:
        from app.transfer.intake_messages import InboxState

        state = await self.until(InboxState, lambda s: any(when(row) for row in s.studies))
        return next(row for row in state.studies if when(row))

    async def until_state(self, when: Callable[[IntakeState], bool]) -> IntakeState:
        return await self.until(IntakeState, when)

    def plain(self, study: str, uid: str) -> bytes:
        """The bytes that were kept of an instance."""
        with self.inbox.inbox.open(study, uid) as stream:
            return stream.read()


@asynccontextmanager
async def intake_desk(
    folder: Path, *, reserve_bytes: int = 0, sealer: Sealer = SEALER
) -> AsyncIterator[IntakeDesk]:
    """With another `sealer` as on a computer that keeps its key in memory only."""
    desk = IntakeDesk(folder, reserve_bytes=reserve_bytes, sealer=sealer)
    await asyncio.to_thread(desk.inbox.load)
    try:
        yield desk
    finally:
        await desk.intake.close()


def job() -> UUID:
    return new_id()
