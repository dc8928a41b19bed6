"""A recording plays: in order, from any place, over pauses; what it needs it asks for."""

import asyncio
from collections.abc import AsyncIterator, Callable

import av
import numpy as np
import pytest

from app.media.encoders import SpeechEncoder, SteadyVp8
from app.media.pieces import EncodedPacket, TrackPart, matroska
from app.media.player import Player, needed_from, packets_of
from app.media.playing_messages import PieceTimes, PieceWanted, PlayerAt, PlayerEvent
from app.media.playout import SilentPlayout
from app.media.sources import AUDIO_RATE, AUDIO_SAMPLES
from tests.fakes.ears import Ears

PIECE_MS, EVERY_MS = 1_000, 40


class QuickClock:
    """Time passes when somebody waits for it."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> float:
        return self.at

    async def until(self, moment: float) -> None:
        self.at = max(self.at, moment)


class Screen:
    """Remembers how bright the pictures were, in the order in which they were shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, int]] = []

    def show(self, stream: str, frame: av.VideoFrame) -> None:
        self.shown.append((stream, int(frame.to_ndarray(format="gray").mean())))

    def forget(self, stream: str) -> None:
        self.shown.append((stream, -1))

    def close(self) -> None:
        """Nothing is held."""


class Speaker(SilentPlayout):
    def __init__(self) -> None:
        self.heard: dict[str, int] = {}

    def play(self, peer_id: str, frame: av.AudioFrame) -> None:
        self.heard[peer_id] = self.heard.get(peer_id, 0) + frame.samples


def brightness(at_ms: int) -> int:
    return 20 + at_ms // 40 % 200


@pytest.fixture(scope="module")
def pieces() -> list[bytes]:
    """Six seconds of one camera with a key frame every two, and its sound."""
    encoder, speech = SteadyVp8(), SpeechEncoder(24)
    camera, sound = [], []
    for at_ms in range(0, 6_000, EVERY_MS):
        grey = np.full((72, 96), brightness(at_ms), np.uint8)
        frame = av.VideoFrame.from_ndarray(grey, format="gray").reformat(format="yuv420p")
        frame.pts = at_ms * 90
        made = encoder.encode(frame, 400_000, key=at_ms % 2_000 == 0, alone=False)
        if made is not None:
            camera.append(EncodedPacket(made.data, at_ms, made.is_key))
    for number in range(300):
        samples = np.zeros((1, AUDIO_SAMPLES), np.int16)
        quiet = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        quiet.sample_rate, quiet.pts = AUDIO_RATE, number * AUDIO_SAMPLES
        for data in speech.encode(quiet)[0]:
            sound.append(EncodedPacket(data, number * 20, True))

    def part(title: str, codec: str, packets: list[EncodedPacket], n: int) -> TrackPart:
        inside = [one for one in packets if n * PIECE_MS <= one.at_ms < (n + 1) * PIECE_MS]
        return TrackPart(title, codec, (96, 72), b"", inside)

    return [
        matroska([part("a camera", "VP8", camera, n), part("a sound", "opus", sound, n)])
        for n in range(6)
    ]


class Machine(Ears[PlayerEvent]):
    """A player whose pieces come as soon as they are asked for."""

    def __init__(self, pieces: list[bytes], times: tuple[PieceTimes, ...]) -> None:
        super().__init__()
        self.pieces, self.asked = pieces, list[int]()
        self.screen, self.speaker, self.clock = Screen(), Speaker(), QuickClock()
        self.player = Player(times, self.screen, self.speaker, self.clock, self.hear)

    async def give(self) -> None:
        """Answers what is asked until the end, or until nothing is asked any more."""
        answered = 0
        while True:
            wanted = await self.until(PieceWanted, after=answered)
            answered = self.events.index(wanted, answered) + 1
            self.asked.append(wanted.index)
            await self.player.take(wanted.index, self.pieces[wanted.index])

    async def at_the_end(self, after: int = 0) -> PlayerAt:
        return await self.until(PlayerAt, lambda event: event.over, after)


def whole() -> tuple[PieceTimes, ...]:
    return tuple(
        PieceTimes(index=n, start_ms=n * PIECE_MS, end_ms=(n + 1) * PIECE_MS) for n in range(6)
    )


@pytest.fixture
async def machine(pieces: list[bytes]) -> AsyncIterator[Callable[..., Machine]]:

    made: list[Machine] = []
    giving: list[asyncio.Task[None]] = []

    def build(times: tuple[PieceTimes, ...] = whole()) -> Machine:
        made.append(Machine(pieces, times))
        giving.append(asyncio.create_task(made[-1].give()))
        return made[-1]

    yield build
    for task in giving:
        task.cancel()
    await asyncio.gather(*giving, return_exceptions=True)
    for one in made:
        await one.player.close()


async def test_it_plays_to_the_end_with_every_picture_and_all_sound(
    machine: Callable[..., Machine],
) -> None:
    played = machine()
    last = await played.at_the_end()
    assert last.position_ms == 6_000
    assert not last.playing
    pictures = [grey for stream, grey in played.screen.shown if stream == "played a camera"]
    assert len(pictures) > 120
    assert pictures == pytest.approx(sorted(pictures), abs=12), "in order"
    assert played.speaker.heard["a sound"] / AUDIO_RATE == pytest.approx(6.0, abs=0.1)
    assert played.asked == list(range(6)), "each piece once, in order"


async def test_a_place_in_the_middle_shows_the_picture_of_that_moment(
    machine: Callable[..., Machine],
) -> None:
    played = machine()
    await played.at_the_end()
    played.screen.shown.clear()
    played.speaker.heard.clear()
    before = len(played.events)
    played.player.seek(3_500)
    await played.at_the_end(before)
    first = played.screen.shown[0][1]
    assert first == pytest.approx(brightness(3_480), abs=12), "not the key frame before it"
    assert played.speaker.heard["a sound"] / AUDIO_RATE == pytest.approx(2.5, abs=0.1)


async def test_a_pause_of_the_recording_is_skipped(machine: Callable[..., Machine]) -> None:
    times = (*whole()[:2], *whole()[4:])
    played = machine(times)
    last = await played.at_the_end()
    assert last.position_ms == 6_000
    assert played.clock.at < 5.0, "four seconds were recorded"
    assert played.asked == [0, 1, 4, 5]


async def test_standing_still_is_where_it_stood(machine: Callable[..., Machine]) -> None:
    played = machine()
    await played.until(PlayerAt, lambda event: event.position_ms > 1_000)
    played.player.go(playing=False)
    still = await played.until(PlayerAt, lambda event: not event.playing)
    assert not still.over
    played.player.go(playing=True)
    last = await played.at_the_end()
    assert last.position_ms == 6_000


def test_what_must_be_decoded_begins_at_the_last_key_frame(pieces: list[bytes]) -> None:
    packets = [packet for piece in pieces for packet in packets_of(piece)]
    needed = needed_from(packets, 3_500)
    assert min(one.at_ms for one in needed if not one.is_sound) == 2_000
    assert min(one.at_ms for one in needed if one.is_sound) == 3_500


async def test_a_damaged_piece_is_a_gap(
    machine: Callable[..., Machine], pieces: list[bytes]
) -> None:
    played = machine()
    played.pieces = [pieces[0], b"no piece at all", *pieces[2:]]
    assert (await played.at_the_end()).position_ms == 6_000
