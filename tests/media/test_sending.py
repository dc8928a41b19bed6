"""What is sent follows the decision: rate, size, key frames, and packets that are spread."""

import asyncio
import itertools
import statistics
from collections.abc import Iterator

import av
import numpy as np
import pytest

from app.media.encoders import PictureEncoder, SpeechEncoder, encoder_for
from app.media.generated import GeneratedAudio, GeneratedVideo
from app.media.ladder import LADDER
from app.media.pacing import DEPTH_S, PacedSending, Spending
from app.media.scaling import scaled, size_on
from app.media.sending import ENCODED_SHARE, LATE, encoded_share
from app.media.smoothness import Smoothness
from app.media.sources import VIDEO_CLOCK, VIDEO_TIME_BASE

FPS = 15
RATES_KBPS = (400, 250, 600, 350)


class Steps:
    """A clock that moves only when somebody waits for it."""

    def __init__(self) -> None:
        self.time = 10.0

    def now(self) -> float:
        return self.time

    async def until(self, moment: float) -> None:
        self.time = max(self.time, moment)
        await asyncio.sleep(0)


def pictures(noise: int = 12) -> Iterator[av.VideoFrame]:
    source = GeneratedVideo(640, 360, FPS, Steps(), noise)
    for turn in itertools.count():
        pixels = source.draw(turn, turn / FPS)
        frame = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = turn * VIDEO_CLOCK // FPS, VIDEO_TIME_BASE
        yield frame


def made(name: str) -> PictureEncoder:
    encoder = encoder_for(name)
    assert encoder is not None
    return encoder


@pytest.mark.parametrize("name", ["VP8", "H264"])
def test_the_rate_follows_without_a_new_encoder(name: str) -> None:
    encoder, source = made(name), pictures()
    keys = 0
    for kbps in RATES_KBPS:
        octets = 0
        for turn in range(FPS * 5):
            encoded = encoder.encode(next(source), kbps * 1000, key=False, alone=False)
            if encoded is not None:
                keys += encoded.is_key
                octets += sum(map(len, encoded.payloads)) if turn >= FPS else 0
        assert octets * 8 / 4 / 1000 == pytest.approx(kbps, rel=0.2)
    assert keys == 1, "a new encoder would begin with a key frame"


@pytest.mark.parametrize("name", ["VP8", "H264"])
def test_a_picture_that_waited_for_the_one_before_it_gets_the_bits_of_one(name: str) -> None:
    source = pictures()

    def of_usual(**longest: float) -> float:
        """The size of a picture half a second late beside the usual one, by the median."""
        encoder, sizes = made(name), []
        for turn in range(FPS * 2):
            frame = next(source)
            frame.pts = turn * VIDEO_CLOCK // FPS + VIDEO_CLOCK // 2 * (turn >= FPS)
            encoded = encoder.encode(frame, 400_000, key=False, alone=False, **longest)
            sizes.append(0 if encoded is None else len(encoded.data))
        late = sum(sizes[FPS : FPS + 3])
        return late / 3 / statistics.median(sizes[5:FPS])

    assert of_usual() > 1.5
    assert of_usual(longest_s=LATE / FPS) < 1.3


@pytest.mark.parametrize("name", ["VP8", "H264"])
def test_a_noisy_picture_is_not_now_small_and_then_huge(name: str) -> None:
    encoder, source = made(name), pictures(noise=6)
    coded = [encoder.encode(next(source), 330_000, key=False, alone=False) for _ in range(FPS * 6)]
    sizes = [len(one.data) if one is not None else 0 for one in coded[FPS * 2 :]]
    assert max(sizes) < 3 * statistics.mean(sizes), "one of them keeps the next one waiting"


@pytest.mark.parametrize("name", ["VP8", "H264"])
def test_a_key_frame_comes_when_it_is_asked_for(name: str) -> None:
    encoder, source = made(name), pictures(noise=0)
    asked = [
        encoder.encode(next(source), 500_000, key=turn == 10, alone=False) for turn in range(20)
    ]
    keys = [encoded.timestamp for encoded in asked if encoded is not None and encoded.is_key]
    assert keys == [0, 10 * VIDEO_CLOCK // FPS]


@pytest.mark.parametrize("name", ["VP8", "H264"])
def test_a_single_picture_is_not_kept_back(name: str) -> None:
    encoder, source = made(name), pictures(noise=0)
    singles = [encoder.encode(next(source), 60_000, key=True, alone=True) for _ in range(3)]
    assert all(encoded is not None and encoded.is_key for encoded in singles)


async def test_speech_keeps_its_timestamps_when_its_rate_changes() -> None:
    source = GeneratedAudio(Steps())
    octets, stamps = [], []
    poor, rich = SpeechEncoder(24), SpeechEncoder(48)
    for turn, encoder in enumerate((poor, poor, rich, rich)):
        frame = await source.next_frame()
        frame.pts = turn * 960
        payloads, timestamp = encoder.encode(frame)
        octets.append(sum(map(len, payloads)))
        stamps.append(timestamp)
    assert stamps == [0, 960, 1920, 2880]
    assert octets[3] > octets[1]


@pytest.mark.parametrize(
    ("rung", "size", "sent"),
    [
        (0, (1280, 720), (1280, 720)),
        (2, (1280, 720), (852, 480)),
        (3, (1280, 720), (640, 360)),
        (3, (640, 480), (552, 416)),
        (3, (720, 1280), (360, 640)),
        (4, (320, 240), (320, 240)),
    ],
)
def test_pictures_are_brought_down_to_the_rung_and_never_up(
    rung: int, size: tuple[int, int], sent: tuple[int, int]
) -> None:
    found = size_on(LADDER[rung], *size)
    assert found == pytest.approx(sent, abs=4)
    grey = np.full((size[1] * 3 // 2, size[0]), 90, np.uint8)
    frame = av.VideoFrame.from_ndarray(grey, format="yuv420p")
    small = scaled(frame, found)
    assert (small.width, small.height) == found
    assert set(np.unique(small.to_ndarray())) == {90}


async def test_packets_leave_at_the_rate_after_what_was_saved_up() -> None:
    clock = Steps()
    pacing = PacedSending(clock, 800)
    began = clock.time
    for _ in range(100):
        await pacing.turn(1000)
    assert clock.time - began == pytest.approx(100 * 8000 / 800_000, abs=DEPTH_S)


async def test_what_is_sent_again_is_paid_for_by_new_packets() -> None:
    clock = Steps()
    pacing = PacedSending(clock, 800)
    began = clock.time
    again = 0
    for _ in range(100):
        again += pacing.may_resend(1000)
        await pacing.turn(1000)
    assert clock.time - began == pytest.approx((100 + again) * 0.01, abs=2 * DEPTH_S)
    assert 20 < again < 80, "not every request is answered"


def test_an_encoder_leaves_room_for_what_is_sent_again() -> None:
    assert encoded_share(0.0) == ENCODED_SHARE
    assert encoded_share(0.05) == pytest.approx(ENCODED_SHARE * 0.9), "each twice"
    assert encoded_share(0.9) > 0.5


@pytest.mark.parametrize(("over", "share"), [(1.2, 1 / 1.2), (0.6, 1.0), (3.0, 0.75)])
def test_an_encoder_that_spends_too_much_is_given_less(over: float, share: float) -> None:
    spending, now, given = Spending(10.0), 10.0, 1.0
    for _ in range(FPS * 30):
        now += 1 / FPS
        spending.add(round(600_000 / 8 / FPS * over * given))
        given = spending.share(now, 600)
    assert given == pytest.approx(share, rel=0.02)


def test_a_freeze_is_a_pause_unlike_the_ones_before() -> None:
    watched = Smoothness()
    moments = [turn / FPS for turn in range(30)]
    for moment in (*moments, 2.9, 2.97, 3.04):
        watched.shown(moment)
    assert watched.freezes == 1


def test_pictures_that_are_meant_to_stand_do_not_freeze() -> None:
    watched = Smoothness()
    for moment in (0.0, 3.0, 6.0, 9.0):
        watched.shown(moment, meant_still=True)
    assert watched.freezes == 0
