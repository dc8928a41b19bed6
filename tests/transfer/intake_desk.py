"""The intake of a profile in this process, with everything it tells."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from app.store.inbox import Inbox
from app.store.intake_settings import Caller, IntakeSettings, Pacs, Receiver, Watched
from app.store.sealed import Sealer
from app.transfer.inbox import InboxKeeper
from app.transfer.intake import Intake
from app.transfer.intake_messages import Configure, InboxRow, IntakeEvent, IntakeState
from protocol.base import new_id
from tests.bench.processes import free_port

SEALER = Sealer(bytes(range(32)))
TITLE = "CLINIC"
KNOWN = Caller(ae_title="CT01")
EventT = TypeVar("EventT")


class IntakeDesk:
    """Intake and its ears."""

    def __init__(self, folder: Path, *, reserve_bytes: int = 0) -> None:
        self.events: list[IntakeEvent] = []
        self.full = asyncio.Event()
        self._news = asyncio.Condition()
        self._notes: set[asyncio.Task[None]] = set()
        self.inbox = InboxKeeper(Inbox(folder, SEALER), self.full.set, reserve_bytes)
        self.intake = Intake(self.inbox, self._heard)
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
    ) -> None:
        settings = IntakeSettings(
            receiver=receiver or Receiver(), pacs=pacs, watched=watched or Watched()
        )
        await self.intake.handle(Configure(settings=settings))

    async def until(
        self, kind: type[EventT], when: Callable[[EventT], bool] = lambda _: True
    ) -> EventT:
        """The first such event, past or future."""
        seen = 0
        async with asyncio.timeout(60), self._news:
            while True:
                for event in self.events[seen:]:
                    if isinstance(event, kind) and when(event):
                        return event
                seen = len(self.events)
                await self._news.wait()

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

    def _heard(self, event: IntakeEvent) -> None:
        self.events.append(event)

        async def notify() -> None:
            async with self._news:
                self._news.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)


@asynccontextmanager
async def intake_desk(folder: Path, *, reserve_bytes: int = 0) -> AsyncIterator[IntakeDesk]:
    desk = IntakeDesk(folder, reserve_bytes=reserve_bytes)
    await asyncio.to_thread(desk.inbox.load)
    try:
        yield desk
    finally:
        await desk.intake.close()


def job() -> UUID:
    return new_id()
