"""A call survives its network: breaks on the same path, another path, and a path one way only."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from app.media.messages import (
    AddPeer,
    ConnectionState,
    FramesGone,
    PeerState,
    PeerStatistics,
    Role,
    Statistics,
)
from app.media.signal_messages import LocalDescription, RenewalAsked
from tests.media.passage import Passages
from tests.media.two_ends import End, call, failures

pytestmark = pytest.mark.live


@pytest.fixture
async def passages(ends: tuple[End, End]) -> AsyncIterator[Passages]:
    """A running call whose packets go through one passage; the expert makes the offers."""
    clinic, expert = ends
    made = Passages(clinic, expert)
    await call(clinic, expert, between=None)
    await asyncio.gather(*(end.statistics(moving) for end in ends))
    for end in ends:
        end.forget()
    yield made
    made.close()


def moving(peer: PeerStatistics) -> bool:
    return peer.frames_decoded > 5 and peer.audio_frames_received > 5


async def silent(end: End) -> None:
    await end.until(PeerState, lambda event: event.state is ConnectionState.SILENT)


async def newer_pictures(end: End) -> PeerStatistics:
    """The first statistics after a break that count more pictures than before it."""
    before = await end.statistics(lambda _: True)
    return await end.statistics(lambda peer: peer.frames_decoded > before.frames_decoded + 5)


def heard_more_than(frames: int) -> Callable[[PeerStatistics], bool]:
    return lambda peer: peer.audio_frames_received > frames


def pictures_gone(end: End) -> list[FramesGone]:
    return [event for event in end.events if isinstance(event, FramesGone)]


@pytest.mark.allow_logs("a picture that the break cut in two cannot be decoded")
async def test_a_short_break_on_the_same_path_just_goes_on(
    ends: tuple[End, End], passages: Passages
) -> None:
    (way,) = passages.made
    way.cut()
    passages.dead_ones = 100  # during the break nothing gets through on any
    await asyncio.gather(*(silent(end) for end in ends))
    for end in ends:
        end.forget()
    way.mend()
    await asyncio.gather(*(end.connected() for end in ends))
    for counted in await asyncio.gather(*(newer_pictures(end) for end in ends)):
        assert counted.reconnects == 0
    assert not any(pictures_gone(end) for end in ends)


async def test_a_path_that_is_gone_is_replaced_by_a_new_connection_while_the_picture_stays(
    ends: tuple[End, End], passages: Passages
) -> None:
    clinic, _ = ends
    before = await clinic.statistics(lambda _: True)
    passages.made[0].cut()
    for end in ends:
        counted = await end.statistics(lambda peer: peer.reconnects >= 1 and peer.fps > 5)
        assert counted.frames_decoded > before.frames_decoded, "totals go on"
        assert not pictures_gone(end)
        assert not failures(end)
    assert clinic.link.latest_frame("expert") is not None


async def test_sound_missed_between_two_connections_is_counted(
    ends: tuple[End, End], passages: Passages
) -> None:
    for end in ends:
        before = await end.statistics(lambda _: True)
        assert before.audio_concealed < 20
    passages.made[0].cut()
    for end in ends:
        gone = await end.statistics(lambda peer: peer.reconnects == 0 and peer.audio_concealed > 40)
        after = await end.statistics(lambda peer: peer.reconnects >= 1 and peer.fps > 5)
        assert after.audio_concealed > gone.audio_concealed, "it goes on until sound is there again"
        enough = after.audio_frames_received + 100
        later = await end.statistics(heard_more_than(enough))
        assert later.audio_concealed <= after.audio_concealed + 20, "it is over"


async def test_one_who_hears_nothing_asks_the_one_who_offers_and_does_hear(
    ends: tuple[End, End], passages: Passages
) -> None:
    clinic, expert = ends
    passages.made[0].cut("clinic")
    await silent(clinic)
    await clinic.until(RenewalAsked)
    clinic.forget()
    await clinic.connected()
    for end in ends:
        await end.statistics(lambda peer: peer.reconnects >= 1 and peer.fps > 5)
    heard = [event for event in expert.events if isinstance(event, PeerState)]
    assert not heard, "its own side never fell silent"


async def test_a_new_connection_that_comes_to_nothing_is_followed_by_another(
    ends: tuple[End, End], passages: Passages
) -> None:
    _, expert = ends
    passages.dead_ones = 1
    passages.made[0].cut()
    await silent(expert)
    first = await expert.until(LocalDescription)
    await expert.until(
        LocalDescription, lambda event: event.description.attempt != first.description.attempt
    )
    for end in ends:
        await end.statistics(lambda peer: peer.reconnects >= 1 and peer.fps > 5)
        assert not failures(end)


async def test_a_third_participant_is_not_disturbed(
    ends: tuple[End, End], passages: Passages
) -> None:
    clinic, _ = ends
    patient = End("patient")
    try:
        await join_later(patient, clinic, passages)
        undisturbed = await clinic.until(
            Statistics, lambda event: any(p.peer_id == "patient" and p.fps > 5 for p in event.peers)
        )
        assert len(undisturbed.peers) == 2
        passages.made[0].cut()
        await clinic.until(
            Statistics,
            lambda event: any(p.peer_id == "expert" and p.reconnects == 1 for p in event.peers),
        )
        states = [
            event.state
            for event in clinic.events
            if isinstance(event, PeerState) and event.peer_id == "patient"
        ]
        assert ConnectionState.SILENT not in states
    finally:
        await patient.link.close()


async def join_later(patient: End, clinic: End, passages: Passages) -> None:
    """The patient comes to the clinic's call by a direct way."""
    passages.also(patient, clinic)
    await patient.begin()
    clinic.link.send(AddPeer(peer_id=patient.name, role=Role.ANSWERER))
    patient.link.send(AddPeer(peer_id=clinic.name, role=Role.OFFERER))
    await patient.connected()
