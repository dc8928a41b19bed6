"""A call comes about whatever happens to its signals: real engines, and a line between them that
does what the test says."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from app.media.engine import CallEngine
from app.media.hardware import NoHardware
from app.media.messages import (
    AddPeer,
    ConnectionState,
    Event,
    GeneratedSource,
    PeerState,
    PeerStatistics,
    Role,
    StartCall,
    Statistics,
)
from app.media.pictures import NoPictures
from app.media.signal_messages import (
    LocalDescription,
    LocalSignal,
)
from app.media.signals import command_of, signal_of
from app.media.tries import Patience
from protocol.call import (
    IceCandidate,
    Limit,
    Motion,
    RenewRequest,
    Sending,
    SessionDescription,
    Signal,
)
from tests.fakes.ears import Ears

FIRST_TRY = 12.5
"""Seconds that are more than the first try is given."""

Line = Callable[["Seat", Signal, Callable[[], None]], None]
"""What becomes of a signal: who says it, what, and how it is delivered."""


class Skipping:
    """The real clock, and seconds may go by at once."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.monotonic() + self.ahead

    async def until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - self.now()))


class Seat(Ears[Event]):
    """One engine in the call; its only peer is the other."""

    def __init__(
        self, name: str, clock: Skipping, say: Callable[["Seat", LocalSignal], None]
    ) -> None:
        super().__init__()
        self.name = name
        self._say = say
        self._heard: asyncio.Queue[Signal] = asyncio.Queue()
        self.engine = CallEngine(self.hear, NoPictures(), NoHardware(), clock)
        self.carrying = asyncio.create_task(self._carry())

    def hear(self, event: Event) -> None:
        super().hear(event)
        if isinstance(event, LocalSignal):
            self._say(self, event)

    def take(self, signal: Signal) -> None:
        self._heard.put_nowait(signal)

    async def _carry(self) -> None:
        while True:
            await self.engine.handle(command_of("other", await self._heard.get()))

    async def sit(self, role: Role) -> None:
        source = GeneratedSource(width=160, height=120, fps=10)
        await self.engine.handle(StartCall(video=source, audio=source, play_audio=False))
        await self.engine.handle(AddPeer(peer_id="other", role=role))

    def said(self, kind: str) -> list[LocalDescription]:
        return [
            event
            for event in self.events
            if isinstance(event, LocalDescription) and event.description.type == kind
        ]

    async def counted(self, when: Callable[[PeerStatistics], bool]) -> PeerStatistics:
        event = await self.until(
            Statistics, lambda one: bool(one.peers) and when(one.peers[0]), len(self.events)
        )
        return event.peers[0]


class World:
    """The expert joined later, so it offers."""

    def __init__(self) -> None:
        self.clock = Skipping()
        self.line: Line = lambda _seat, _signal, deliver: deliver()
        self.clinic = Seat("clinic", self.clock, self._carry)
        self.expert = Seat("expert", self.clock, self._carry)

    def _carry(self, seat: Seat, event: LocalSignal) -> None:
        other = self.clinic if seat is self.expert else self.expert
        signal = signal_of(event)
        self.line(seat, signal, lambda: other.take(signal))

    async def meet(self) -> None:
        await self.clinic.sit(Role.ANSWERER)
        await self.expert.sit(Role.OFFERER)

    async def connected(self) -> None:
        for seat in (self.clinic, self.expert):
            await seat.until(PeerState, lambda told: told.state is ConnectionState.CONNECTED)
            await seat.counted(lambda peer: peer.audio_frames_received > 5)

    async def close(self) -> None:
        for seat in (self.clinic, self.expert):
            seat.carrying.cancel()
            await seat.engine.close()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    yield made
    await made.close()


async def test_what_is_said_twice_makes_one_connection(world: World) -> None:
    def twice(_seat: Seat, _signal: Signal, deliver: Callable[[], None]) -> None:
        deliver()
        deliver()

    world.line = twice
    await world.meet()
    await world.connected()
    assert len(world.expert.said("offer")) == len(world.clinic.said("answer")) == 1


@pytest.mark.parametrize("lost", ["offer", "answer"])
async def test_a_lost_description_is_followed_by_another_offer_in_its_time(
    world: World, lost: str
) -> None:
    gone = asyncio.Event()

    def line(_seat: Seat, signal: Signal, deliver: Callable[[], None]) -> None:
        if getattr(signal, "type", "") == lost and not gone.is_set():
            gone.set()
        else:
            deliver()

    world.line = line
    await world.meet()
    await gone.wait()
    world.clock.ahead += FIRST_TRY
    await world.connected()
    assert len(world.expert.said("offer")) == 2


async def test_a_wish_for_an_offer_that_is_on_its_way_does_not_start_it_anew(world: World) -> None:
    late: list[Callable[[], None]] = []
    world.line = lambda _seat, _signal, deliver: late.append(deliver)
    await world.meet()
    await world.expert.until(LocalDescription)
    for _ in range(3):
        world.expert.take(RenewRequest())
    world.line = lambda _seat, _signal, deliver: deliver()
    for deliver in late:
        deliver()
    await world.connected()
    assert len(world.expert.said("offer")) == 1


async def test_the_late_answer_to_an_offer_that_was_given_up_disturbs_nothing(world: World) -> None:
    late: list[Callable[[], None]] = []
    came = asyncio.Event()

    def line(seat: Seat, signal: Signal, deliver: Callable[[], None]) -> None:
        if seat is world.clinic and not came.is_set():
            late.append(deliver)
            came.set()
        else:
            deliver()

    world.line = line
    await world.meet()
    await came.wait()
    world.clock.ahead += FIRST_TRY
    await world.expert.until(LocalDescription, lambda _: len(world.expert.said("offer")) == 2)
    late[0]()
    await world.connected()
    assert len(world.expert.said("offer")) == 2


def test_each_further_try_is_given_longer_until_one_connects() -> None:
    patience = Patience()
    given = []
    for _ in range(6):
        patience.began()
        given.append(patience.seconds(first=True))
    assert given == [12.0, 18.0, 27.0, 40.5, 60.0, 60.0]
    patience.connected()
    patience.began()
    assert patience.seconds(first=True) == 12.0
    assert patience.seconds(first=False) == 5.0


async def test_candidates_that_overtake_their_offer_wait_for_it(world: World) -> None:
    """Neither description says where its end is: the candidates that do come before the offer."""

    def line(seat: Seat, signal: Signal, deliver: Callable[[], None]) -> None:
        if not isinstance(signal, SessionDescription):
            return
        lines = signal.sdp.splitlines(keepends=True)
        bare = [one for one in lines if not one.startswith(("a=candidate:", "a=end-of"))]
        other = world.clinic if seat is world.expert else world.expert
        if seat is world.expert:
            for one in dict.fromkeys(one for one in lines if one.startswith("a=candidate:")):
                other.take(
                    IceCandidate(
                        candidate=one.removeprefix("a=").strip(),
                        sdp_mid="0",
                        sdp_m_line_index=0,
                        attempt=signal.attempt,
                    )
                )
        other.take(signal.model_copy(update={"sdp": "".join(bare)}))

    world.line = line
    await world.meet()
    await world.connected()
    assert len(world.expert.said("offer")) == 1


async def test_what_a_browser_says_of_its_pictures_stands_in_the_statistics(world: World) -> None:
    world.line = lambda _seat, _signal, _deliver: None  # the other side says nothing beside media
    await world.meet()
    await world.expert.until(LocalDescription)
    world.expert.take(Sending(motion=Motion.SINGLE, limit=Limit.LINE))
    counted = await world.expert.counted(lambda peer: peer.their_limit is not None)
    assert (counted.their_motion, counted.their_limit) == (Motion.SINGLE, Limit.LINE)
