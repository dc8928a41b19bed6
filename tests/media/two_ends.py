"""Two real media processes, and the relay between them that a server would be."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Literal

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
from tests.fakes.ears import Ears

MEDIA = (sys.executable, "-m", "app.cli.media")


class End(Ears[Event]):
    """One desktop's link, and what its process said."""

    def __init__(self, name: str, program: Sequence[str] = MEDIA) -> None:
        super().__init__()
        self.name = name
        self.deliver: Callable[[LocalDescription], None] = lambda _: None
        self.lost: list[tuple[int, bool]] = []
        self.link = MediaLink(
            on_event=self.hear,
            on_lost=lambda code, again: self.lost.append((code, again)),
            argv=program,
        )

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

    def hear(self, event: Event) -> None:
        super().hear(event)
        if isinstance(event, LocalDescription):
            self.deliver(event)


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
