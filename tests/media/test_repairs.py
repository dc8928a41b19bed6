"""On a lossy link a received stream stays fluent: the repairs of aiortc's receiver."""

import asyncio
import itertools

import aiortc
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import RtpPacket

from app.media.negotiating import Path, opened, prefer
from app.media.relays import Relays
from app.media.repairs import (
    AUDIO_PATIENCE,
    REPAIRED_VERSION,
    AudioJitterBuffer,
    PersistentNack,
    VideoJitterBuffer,
    repair,
)


class Now:
    """Monotonic seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.time = 50.0

    def __call__(self) -> float:
        return self.time


def packet(sequence: int, picture: int = 0, *, last: bool = True) -> RtpPacket:
    made = RtpPacket(sequence_number=sequence % 65536, timestamp=picture * 3600, marker=int(last))
    setattr(made, "_data", f"[{sequence}]".encode())  # noqa: B010 the receiver sets it
    return made


def data(frame: JitterFrame | None) -> str | None:
    return frame.data.decode() if frame is not None else None


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def video(now: Now) -> VideoJitterBuffer:
    return VideoJitterBuffer(now)


@pytest.mark.parametrize("start", [0, 65534], ids=["", "over the wrap of sequence numbers"])
def test_a_picture_is_released_with_its_last_packet(video: VideoJitterBuffer, start: int) -> None:
    assert video.add(packet(start, last=False)) == (False, None)
    assert video.add(packet(start + 1, last=False)) == (False, None)
    assert data(video.add(packet(start + 2))[1]) == "".join(f"[{start + at}]" for at in range(3))
    assert video.frames_received == 1


KEYS = {
    "VP8": bytes.fromhex("100000 9d012a a0007800"),
    "H.264": bytes.fromhex("00000001 67 42e01f da0280f4"),
}
OTHERS = {"VP8": bytes.fromhex("110000 00000000 0000"), "H.264": bytes.fromhex("00000001 41 9a00")}


def coded(sequence: int, payload: bytes) -> RtpPacket:
    made = packet(sequence, sequence)
    setattr(made, "_data", payload)  # noqa: B010 the receiver sets it
    return made


@pytest.mark.parametrize("codec", ["VP8", "H.264"])
def test_of_a_stream_joined_in_its_middle_nothing_is_decoded_before_a_key_frame(
    now: Now, codec: str
) -> None:
    joined = VideoJitterBuffer(now, joins=True)
    assert joined.add(coded(1, OTHERS[codec])) == (True, None), "a key frame is asked for"
    assert joined.add(coded(2, OTHERS[codec])) == (False, None), "but not with every packet"
    assert joined.frames_received == 0
    for sequence, payload in ((3, KEYS[codec]), (4, OTHERS[codec])):
        wants_key, frame = joined.add(coded(sequence, payload))
        assert not wants_key
        assert frame is not None
        assert frame.data == payload


def test_a_late_packet_completes_its_picture(video: VideoJitterBuffer) -> None:
    video.add(packet(1, 1, last=False))
    assert video.add(packet(3, 1)) == (False, None)
    assert data(video.add(packet(2, 1, last=False))[1]) == "[1][2][3]"


def test_pictures_are_released_in_order(video: VideoJitterBuffer) -> None:
    video.add(packet(1, 1))
    assert video.add(packet(3, 3)) == (False, None)
    assert data(video.add(packet(2, 2))[1]) == "[2]"
    assert data(video.add(packet(4, 4))[1]) == "[3]"


@pytest.mark.parametrize("hole", [2, 3, 4], ids=["first", "middle", "last"])
def test_a_picture_with_a_hole_is_given_up_and_a_key_frame_asked_for(
    video: VideoJitterBuffer, now: Now, hole: int
) -> None:
    assert data(video.add(packet(1, 1))[1]) == "[1]"
    for sequence in (2, 3, 4):
        if sequence != hole:
            video.add(packet(sequence, 2, last=sequence == 4))
    assert video.add(packet(5, 3)) == (False, None)
    now.time += 0.4
    assert video.add(packet(6, 4)) == (False, None), "it may still come"
    now.time += 0.1
    released = [video.add(packet(sequence, sequence)) for sequence in (7, 8, 9)]
    assert [asked for asked, _ in released] == [True, False, False]
    assert all(frame is not None for _, frame in released)
    assert "[2]" not in (data(released[0][1]) or "")


def test_on_a_long_way_a_hole_is_waited_for_until_it_may_have_been_sent_twice(
    video: VideoJitterBuffer, now: Now
) -> None:
    for hole in range(2, 20, 2):  # each comes 250 ms late
        video.add(packet(hole + 1, hole + 1))
        now.time += 0.25
        video.add(packet(hole, hole))
    video.add(packet(31, 31))
    now.time += 0.6
    assert video.add(packet(32, 32)) == (False, None)
    now.time += 0.1
    assert video.add(packet(33, 33))[0], "a key frame is asked for"


def test_key_frames_are_asked_for_at_most_every_300_ms(video: VideoJitterBuffer, now: Now) -> None:
    asked: list[float] = []
    for step in range(200):  # every third packet is lost, 100 packets a second
        now.time += 0.01
        if step % 3 and video.add(packet(step, step))[0]:
            asked.append(now.time)
    assert asked
    assert all(later - sooner >= 0.3 for sooner, later in itertools.pairwise(asked))


def test_a_stream_that_starts_anew_is_followed(video: VideoJitterBuffer) -> None:
    video.add(packet(30_000, 1))
    assert data(video.add(packet(100, 2))[1]) == "[100]"


def test_a_lost_packet_is_asked_for_again_every_40_ms_for_one_second(now: Now) -> None:
    nack = PersistentNack(now)
    nack.add(packet(1))
    asked = []
    for sequence in range(3, 203):
        if nack.add(packet(sequence)):
            asked.append(now.time - 50.0)
        now.time += 0.01
    assert asked[0] == 0
    gaps = [later - sooner for sooner, later in itertools.pairwise(asked)]
    assert gaps == pytest.approx([0.04] * len(gaps), abs=0.011)
    assert 0.8 < asked[-1] <= 1.01


def test_a_packet_that_came_is_not_asked_for_again(now: Now) -> None:
    nack = PersistentNack(now)
    nack.add(packet(1))
    assert nack.add(packet(3))
    nack.add(packet(2))
    now.time += 1
    assert not nack.add(packet(4))


def test_sound_is_released_at_once() -> None:
    audio = AudioJitterBuffer()
    assert [data(audio.add(packet(at, at))[1]) for at in range(4)] == ["[0]", "[1]", "[2]", "[3]"]


def test_sound_in_the_wrong_order_is_put_right() -> None:
    audio = AudioJitterBuffer()
    heard = [data(audio.add(packet(at, at))[1]) for at in (0, 2, 1, 3)]
    assert heard == ["[0]", None, "[1]", "[2]"]


def test_lost_sound_is_skipped_after_three_newer_packets() -> None:
    audio = AudioJitterBuffer()
    heard = [data(audio.add(packet(at, at))[1]) for at in (0, 2, 3, 4, 5)]
    assert heard == ["[0]", None, None, "[2]", "[3]"]


def test_the_installed_aiortc_is_the_one_the_repairs_were_made_for() -> None:
    assert aiortc.__version__ == REPAIRED_VERSION, (
        "read aiortc's rtcrtpreceiver.py and jitterbuffer.py again, adapt app/media/repairs.py, "
        "then change REPAIRED_VERSION"
    )


@pytest.mark.allow_logs("another version is pretended on purpose")
async def test_another_aiortc_is_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch, now: Now, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(aiortc, "__version__", "9.9.9")
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    transceiver = connection.addTransceiver("video")
    assert repair(transceiver.receiver, "video", now) is None
    assert "9.9.9" in caplog.text
    await connection.close()


def red(sequence: int, own: bytes, *earlier: bytes) -> RtpPacket:
    """A packet of sound that repeats what the packets before it said, the oldest first."""
    heads = b"".join(
        (0x80 << 24 | 111 << 24 | 960 * (len(earlier) - at) << 10 | len(said)).to_bytes(4, "big")
        for at, said in enumerate(earlier)
    )
    payload = heads + bytes([111]) + b"".join(earlier) + own
    made = RtpPacket(63, sequence_number=sequence % 65536, timestamp=sequence * 960)
    made.payload = payload
    return made


@pytest.mark.parametrize("start", [0, 65534], ids=["", "over the wrap of sequence numbers"])
def test_what_a_lost_packet_said_comes_with_the_next(start: int) -> None:
    sound = AudioJitterBuffer(red={63})
    words = [f"said {at}".encode() for at in range(60)]
    packets = [red(start, words[0])] + [
        red(start + at, words[at], words[at - 1]) for at in range(1, 60)
    ]
    heard: list[JitterFrame] = []
    for at, one in enumerate(packets):
        if at % 4 == 2:
            continue  # lost
        heard += [frame for frame in (sound.add(one)[1],) if frame is not None]
        while (frame := sound.more()) is not None:
            heard.append(frame)
        assert at - len(heard) < AUDIO_PATIENCE, "what is heard falls not behind"
    assert [frame.data for frame in heard] == words[: len(heard)]
    assert [frame.timestamp for frame in heard] == [960 * (start + at) for at in range(len(heard))]


def test_sound_that_repeats_itself_wrongly_is_as_if_it_were_lost() -> None:
    sound = AudioJitterBuffer(red={63})
    broken = red(1, b"", b"said 0")
    broken.payload = broken.payload[:-3]
    assert sound.add(broken) == (False, None)
    assert data(sound.add(packet(7))[1]) == "[7]"


async def test_red_comes_first_where_both_ways_go_and_names_the_opus_that_was_agreed_on() -> None:
    path = Path((), Relays((), "all", lambda _state: None))
    ours = opened(path)
    ours.addTransceiver("audio")
    wishes: dict[bool, str] = {}
    for red_wanted in (True, False):
        prefer(ours.getTransceivers()[0], None, red=red_wanted)
        offer = (await ours.createOffer()).sdp
        assert ("63 96" in offer) is red_wanted
        wishes[red_wanted] = offer
    theirs = [  # a browser's Opus is 111
        line.replace("96", "111") if line.startswith(("m=", "a=rtpmap", "a=fmtp")) else line
        for line in wishes[True].splitlines(keepends=True)
    ]
    answering = opened(path)
    await answering.setRemoteDescription(RTCSessionDescription("".join(theirs), "offer"))
    prefer(answering.getTransceivers()[0], None, red=True)
    answer = (await answering.createAnswer()).sdp
    assert "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111" in answer
    await asyncio.gather(ours.close(), answering.close())
