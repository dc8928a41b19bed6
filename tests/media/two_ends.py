"""Two real media processes, and the relay between them that a server would be."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Any, Literal

from app.media.link import MediaLink
from app.media.messages import (
    AddPeer,
    ConnectionState,
    Event,
    Failed,
    GeneratedSource,
    PeerState,
    PeerStatistics,
    Role,
    StartCall,
    Statistics,
)
from app.media.signal_messages import LocalCandidate, LocalDescription, LocalSignal, RenewalAsked
from app.media.signals import command_of, signal_of
from tests.fakes.ears import Ears

MEDIA = (sys.executable, "-m", "app.cli.media")


class End(Ears[Event]):
    """One desktop's link, and what its process said."""

    def __init__(self, name: str, program: Sequence[str] = MEDIA) -> None:
        super().__init__()
        self.name = name
        self.deliver: Callable[[LocalSignal], None] = lambda _: None
        self.lost: list[tuple[int, bool]] = []
        self.stalled: list[bool] = []
        self.link = MediaLink(
            on_event=self.hear,
            on_lost=lambda code, again: self.lost.append((code, again)),
            on_stalled=self._stalls,
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

    async def begin(
        self,
        picture: GeneratedSource | None = None,
        codec: Literal["VP8", "H264"] | None = None,
        **ice: Any,
    ) -> None:
        """Starts the process with an empty call; `ice` as in StartCall."""
        await self.link.start()
        self.link.send(
            StartCall(video=picture or GeneratedSource(), play_audio=False, codec=codec, **ice)
        )

    def _stalls(self, stalled: bool) -> None:
        self.stalled.append(stalled)
        self.notify()

    async def stalls(self, *told: bool) -> None:
        """Until exactly this was told of standing still."""
        async with self.news:
            await self.news.wait_for(lambda: self.stalled == list(told))

    def forget(self) -> None:
        """From now on only what comes after counts."""
        self.events.clear()

    def hear(self, event: Event) -> None:
        super().hear(event)
        if isinstance(event, LocalDescription | LocalCandidate | RenewalAsked):
            self.deliver(event)


def relay(clinic: End, expert: End) -> None:
    """Gives what each end has to say to the other, as the server would."""

    def towards(other: End, sender: str) -> Callable[[LocalSignal], None]:
        return lambda event: other.link.send(command_of(sender, signal_of(event)))

    clinic.deliver = towards(expert, clinic.name)
    expert.deliver = towards(clinic, expert.name)


async def call(
    clinic: End,
    expert: End,
    picture: GeneratedSource | None = None,
    codec: Literal["VP8", "H264"] | None = None,
    *,
    between: Callable[[End, End], None] | None = relay,
    **ice: Any,
) -> None:
    """Starts both processes and connects them: the expert joined later, so it offers.

    Args:
        between: carries what they signal; None when something does already.
        ice: as in StartCall.
    """
    if between is not None:
        between(clinic, expert)
    await asyncio.gather(*(end.begin(picture, codec, **ice) for end in (clinic, expert)))
    clinic.link.send(AddPeer(peer_id=expert.name, role=Role.ANSWERER))
    expert.link.send(AddPeer(peer_id=clinic.name, role=Role.OFFERER))
    await asyncio.gather(clinic.connected(), expert.connected())


def failures(end: End) -> list[Failed]:
    return [event for event in end.events if isinstance(event, Failed)]
