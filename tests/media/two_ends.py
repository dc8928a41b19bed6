"""Two real media processes, and the relay between them that a server would be."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from app.media.link import MediaLink
from app.media.messages import (
    AddPeer,
    ConnectionState,
    Event,
    Failed,
    GeneratedSource,
    LocalDescription,
    PeerState,
    PeerStatistics,
    RemoteDescription,
    Role,
    StartCall,
    Statistics,
)

MEDIA = (sys.executable, "-m", "app.cli.media")
EventT = TypeVar("EventT")


@dataclass(eq=False)
class End:
    """One desktop's link, and what its process said."""

    name: str
    deliver: Callable[[LocalDescription], None] = lambda _: None
    events: list[Event] = field(default_factory=list)
    _telling: set[asyncio.Task[None]] = field(default_factory=set)
    lost: list[tuple[int, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._news = asyncio.Condition()
        self.link = MediaLink(
            on_event=self._heard,
            on_lost=lambda code, again: self.lost.append((code, again)),
            argv=MEDIA,
        )

    async def until(
        self, kind: type[EventT], when: Callable[[EventT], bool] = lambda _: True
    ) -> EventT:
        """The first event of the kind, past or future, that fulfils the condition."""
        seen = 0
        async with self._news:
            while True:
                for event in self.events[seen:]:
                    if isinstance(event, kind) and when(event):
                        return event
                seen = len(self.events)
                await self._news.wait()

    async def statistics(self, when: Callable[[PeerStatistics], bool]) -> PeerStatistics:
        """The first statistics of the only peer that fulfil the condition."""
        event = await self.until(
            Statistics, lambda found: bool(found.peers) and when(found.peers[0])
        )
        return event.peers[0]

    async def connected(self) -> None:
        await self.until(PeerState, lambda event: event.state is ConnectionState.CONNECTED)

    def forget(self) -> None:
        """From now on only what comes after counts."""
        self.events.clear()

    def _heard(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, LocalDescription):
            self.deliver(event)
        telling = asyncio.get_running_loop().create_task(self._tell())
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def relay(clinic: End, expert: End) -> None:
    """Gives each end's descriptions to the other, as the server would."""

    def towards(other: End, sender: str) -> Callable[[LocalDescription], None]:
        return lambda event: other.link.send(
            RemoteDescription(peer_id=sender, description=event.description)
        )

    clinic.deliver = towards(expert, clinic.name)
    expert.deliver = towards(clinic, expert.name)


async def call(
    clinic: End,
    expert: End,
    picture: GeneratedSource | None = None,
    codec: Literal["VP8", "H264"] | None = None,
) -> None:
    """Starts both processes and connects them: the expert joined later, so it offers."""
    relay(clinic, expert)
    await asyncio.gather(clinic.link.start(), expert.link.start())
    for end in (clinic, expert):
        end.link.send(StartCall(video=picture or GeneratedSource(), play_audio=False, codec=codec))
    clinic.link.send(AddPeer(peer_id=expert.name, role=Role.ANSWERER))
    expert.link.send(AddPeer(peer_id=clinic.name, role=Role.OFFERER))
    await asyncio.gather(clinic.connected(), expert.connected())


def failures(end: End) -> list[Failed]:
    return [event for event in end.events if isinstance(event, Failed)]
