"""Sources keep time, look like a camera, sound like a voice, and play files in a loop."""

import asyncio
from pathlib import Path

import av
import numpy as np
import pytest

from app.media.capture import AudioStamper, Feed, VideoStamper
from app.media.errors import SourceEndedError, SourceUnavailableError
from app.media.files import FileAudio, FileVideo
from app.media.generated import GeneratedAudio, GeneratedVideo, read_stamp
from app.media.sources import AUDIO_RATE, AUDIO_SAMPLES, Pacer
from tests.media.films import make_film


class StepClock:
    """A clock that is exactly where its user waits until."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    async def until(self, moment: float) -> None:
        self.time = max(self.time, moment)
        await asyncio.sleep(0)


async def test_turns_come_in_equal_steps() -> None:
    clock = StepClock()
    pacer = Pacer(clock, 0.04)
    for turn in range(5):
        assert await pacer.next_turn() == turn
        assert clock.now() == pytest.approx(1000 + turn * 0.04)


async def test_a_late_caller_skips_turns_and_never_gets_one_twice() -> None:
    clock = StepClock()
    pacer = Pacer(clock, 0.04)
    await pacer.next_turn()
    clock.time += 0.4
    turns = [await pacer.next_turn() for _ in range(3)]
    assert turns == [10, 11, 12]


async def test_late_sound_catches_up_within_its_patience() -> None:
    clock = StepClock()
    pacer = Pacer(clock, 0.02, patience=3)
    await pacer.next_turn()
    clock.time += 0.2
    assert [await pacer.next_turn() for _ in range(4)] == [7, 8, 9, 10]


async def test_the_generated_picture_moves_and_carries_its_moment() -> None:
    clock = StepClock()
    source = GeneratedVideo(640, 480, 25, clock)
    first, second = await source.next_frame(), await source.next_frame()
    before, after = (frame.to_ndarray(format="bgra") for frame in (first, second))
    assert before.shape == (480, 640, 4)
    assert (before != after).any()
    assert read_stamp(after.astype(np.uint8)) == int(clock.now() * 1000) % (1 << 24)


def test_a_picture_without_a_stamp_is_not_misread() -> None:
    assert read_stamp(np.zeros((480, 640, 4), np.uint8)) is None
    assert read_stamp(np.full((480, 640, 4), 255, np.uint8)) is None


@pytest.mark.parametrize("size", [(64, 64), (320, 240), (1280, 720), (1920, 1080)])
def test_every_allowed_size_is_drawn(size: tuple[int, int]) -> None:
    width, height = size
    assert GeneratedVideo(width, height, 25, StepClock()).draw(0, 1.0).shape == (height, width, 3)


async def test_the_generated_sound_is_quiet_speech_like_and_in_20_ms_frames() -> None:
    source = GeneratedAudio(StepClock())
    frames = [await source.next_frame() for _ in range(100)]
    assert {(frame.samples, frame.sample_rate) for frame in frames} == {(960, 48_000)}
    levels = [float(np.abs(frame.to_ndarray().astype(np.int64)).max()) for frame in frames]
    assert 1000 < max(levels) < 8000
    assert min(levels) < 10, "there are pauses between syllables"


async def test_timestamps_only_grow_even_when_the_source_changes() -> None:
    clock = StepClock()
    stamp = VideoStamper(clock)
    moments: list[int] = []
    for fps in (25, 10, 30):
        source = GeneratedVideo(64, 64, fps, clock)
        moments += [(stamp(await source.next_frame())).pts or 0 for _ in range(4)]
    assert moments == sorted(set(moments))


async def test_sound_counts_samples_and_follows_the_clock_after_a_pause() -> None:
    clock = StepClock()
    stamp = AudioStamper(clock)
    source = GeneratedAudio(clock)
    first = [stamp(await source.next_frame()).pts for _ in range(3)]
    assert first == [0, 960, 1920]
    clock.time += 5
    resumed = stamp(await source.next_frame()).pts
    assert resumed is not None
    assert resumed == pytest.approx(clock.now() * AUDIO_RATE - 1000 * AUDIO_RATE, abs=AUDIO_RATE)
    assert resumed % AUDIO_SAMPLES == 0


class ThreeFrames:
    """A source that gives three pictures and ends; says when it was closed."""

    def __init__(self, clock: StepClock) -> None:
        self._inner = GeneratedVideo(64, 64, 25, clock)
        self._left = 3
        self.closed = False

    async def next_frame(self) -> av.VideoFrame:
        if not self._left:
            raise SourceEndedError
        self._left -= 1
        return await self._inner.next_frame()

    def close(self) -> None:
        self.closed = True


@pytest.mark.allow_logs("the source runs dry at the end of the test")
async def test_a_slow_peer_loses_the_oldest_picture_and_others_none() -> None:
    clock, ended = StepClock(), asyncio.Event()
    source = ThreeFrames(clock)
    feed: Feed[av.VideoFrame] = Feed("video", 2, VideoStamper(clock), on_ended=ended.set)
    slow = feed.track()
    await feed.use(source)
    await ended.wait()
    late = [(await slow.recv()).pts, (await slow.recv()).pts]
    assert late == [3600, 7200]
    assert slow.frames_sent == 2
    await feed.close()
    assert source.closed


@pytest.mark.allow_logs("the source runs dry at the end of the test")
async def test_a_muted_feed_gives_nothing() -> None:
    clock, ended = StepClock(), asyncio.Event()
    seen: list[av.VideoFrame] = []
    feed: Feed[av.VideoFrame] = Feed(
        "video", 2, VideoStamper(clock), on_frame=seen.append, on_ended=ended.set
    )
    feed.muted = True
    await feed.use(ThreeFrames(clock))
    await ended.wait()
    assert not seen
    await feed.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five pictures at 10 a second, and half a second of a tone."""
    path = tmp_path_factory.mktemp("film") / "film.mkv"
    return make_film(path, width=64, height=48, fps=10, pictures=5)


async def test_a_film_is_played_at_its_own_pace_and_starts_again(film: Path) -> None:
    clock = StepClock()
    source = FileVideo(film, clock)
    shades = [int((await source.next_frame()).to_ndarray(format="gray")[0, 0]) for _ in range(12)]
    assert shades[5:10] == shades[:5]
    assert clock.now() == pytest.approx(1000 + 11 * 0.1)
    source.close()
    with pytest.raises(SourceEndedError):
        await source.next_frame()


async def test_the_films_sound_is_brought_to_the_calls_format(film: Path) -> None:
    source = FileAudio(film, StepClock())
    frames = [await source.next_frame() for _ in range(40)]
    assert {(frame.samples, frame.sample_rate, frame.format.name) for frame in frames} == {
        (960, 48_000, "s16")
    }
    source.close()


@pytest.mark.parametrize("kind", [FileVideo, FileAudio])
def test_a_text_file_is_no_film(kind: type[FileVideo] | type[FileAudio], tmp_path: Path) -> None:
    path = tmp_path / "note.mp4"
    path.write_text("not a film")
    with pytest.raises(SourceUnavailableError):
        kind(path, StepClock())
