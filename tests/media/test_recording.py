"""A recording is what came and went, sealed piece by piece; what was written survives a kill."""

import base64
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import av
import pytest

from app.media.messages import (
    AddPeer,
    GeneratedSource,
    Ready,
    Role,
    SetMuted,
    StartCall,
)
from app.media.pieces import (
    EncodedPacket,
    TrackPart,
    is_key,
    matroska,
    parameter_sets,
    size_of,
)
from app.media.recording_messages import RecordingWritten, StopWriting, WritingState
from app.store.recordings import RecordingStore
from app.store.sealed import Sealer, new_key
from protocol.base import new_id
from tests.media.recorded import MATROSKA, decoded, plain_pieces, readable, record
from tests.media.two_ends import End, call

pytestmark = pytest.mark.live
KEY = new_key()
TEXT = base64.b64encode(KEY).decode()
SMALL = GeneratedSource(width=320, height=240, fps=15)


@pytest.fixture
async def ends() -> AsyncIterator[tuple[End, End]]:
    both = End("clinic"), End("expert")
    yield both
    for end in both:
        await end.link.close()


async def kept(end: End, pieces: int) -> None:
    """Until so many more pieces are on the disk."""
    for _ in range(pieces):
        end.forget()
        told = await end.until(RecordingWritten)
        assert told.state is WritingState.KEPT


async def stopped(end: End) -> None:
    end.link.send(StopWriting())
    await end.until(RecordingWritten, lambda told: told.state is WritingState.STOPPED)


async def test_everybodys_picture_and_sound_are_kept_sealed_and_play(
    ends: tuple[End, End], tmp_path: Path
) -> None:
    clinic, expert = ends
    await call(clinic, expert, SMALL)
    id_ = new_id()
    clinic.link.send(record(id_, tmp_path, TEXT, "clinic", "expert"))
    await kept(clinic, 3)
    await stopped(clinic)
    pieces = plain_pieces(tmp_path, KEY, id_)
    found = decoded(pieces)
    assert len(pieces) >= 3
    for person in ("clinic", "expert"):
        assert found.pictures[f"{person} camera"] > 40
        assert found.seconds[f"{person} sound"] > 6
        assert found.loudest[f"{person} sound"] > 0.01, "the tone is in it"
    assert found.undecoded == 0
    encoded = max(pieces, key=len)
    assert encoded.startswith(MATROSKA)
    needles = (MATROSKA, b"OpusHead", b"clinic camera", encoded[2000:2032])
    assert readable(tmp_path, *needles) == [], "nothing readable lies on the disk"
    assert suffixes(tmp_path) == {".sealed"}, "nor is anything left half written"


def suffixes(folder: Path) -> set[str]:
    return {path.suffix for path in folder.rglob("*") if path.is_file()}


async def test_only_those_who_agreed_are_in_it_and_a_pause_leaves_a_gap(
    ends: tuple[End, End], tmp_path: Path
) -> None:
    clinic, expert = ends
    await call(clinic, expert, SMALL)
    id_ = new_id()
    wish = record(id_, tmp_path, TEXT, "clinic")
    clinic.link.send(wish)
    await kept(clinic, 1)
    await stopped(clinic)
    alone = decoded(plain_pieces(tmp_path, KEY, id_))
    assert set(alone.pictures) == {"clinic camera"}
    assert set(alone.seconds) == {"clinic sound"}
    clinic.link.send(wish.model_copy(update={"peers": ("expert",)}))
    await kept(clinic, 2)
    await stopped(clinic)
    both = decoded(plain_pieces(tmp_path, KEY, id_))
    assert set(both.pictures) == {"clinic camera", "expert camera"}
    assert both.undecoded == 0, "after a pause each picture begins with a key frame"


async def test_who_is_muted_is_silent_in_it(ends: tuple[End, End], tmp_path: Path) -> None:
    clinic, expert = ends
    await call(clinic, expert, SMALL)
    expert.link.send(SetMuted(audio=True, video=True))
    await clinic.statistics(lambda peer: peer.bitrate_in_bps < 30_000)
    id_ = new_id()
    clinic.link.send(record(id_, tmp_path, TEXT, "clinic", "expert"))
    await kept(clinic, 2)
    await stopped(clinic)
    found = decoded(plain_pieces(tmp_path, KEY, id_))
    assert "expert sound" not in found.seconds
    assert found.pictures["clinic camera"] > 20


@pytest.mark.allow_logs("the process is killed on purpose")
async def test_a_killed_process_loses_the_last_seconds_only_and_goes_on_behind_them(
    ends: tuple[End, End], tmp_path: Path
) -> None:
    clinic, expert = ends
    await call(clinic, expert, SMALL)
    id_ = new_id()
    wish = record(id_, tmp_path, TEXT, "clinic", "expert")
    clinic.link.send(wish)
    await kept(clinic, 2)
    assert clinic.link.pid is not None
    os.kill(clinic.link.pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    await clinic.until(Ready)
    survived = plain_pieces(tmp_path, KEY, id_)
    before = decoded(survived)
    assert len(survived) >= 2
    assert before.undecoded == 0
    assert before.last_ms > 5_000, "all but the piece that was being collected"
    clinic.link.send(StartCall(video=SMALL, play_audio=False))
    clinic.link.send(AddPeer(peer_id="expert", role=Role.ANSWERER, again=True))
    clinic.link.send(wish)
    await kept(clinic, 2)
    await stopped(clinic)
    after = decoded(plain_pieces(tmp_path, KEY, id_))
    assert after.pictures["expert camera"] > before.pictures["expert camera"]
    assert after.last_ms > before.last_ms + 5_000, "on the same clock"


async def test_closing_the_window_in_the_middle_writes_the_rest(
    ends: tuple[End, End], tmp_path: Path
) -> None:
    clinic, expert = ends
    await call(clinic, expert, SMALL)
    id_ = new_id()
    clinic.link.send(record(id_, tmp_path, TEXT, "clinic", "expert"))
    await kept(clinic, 1)
    clinic.forget()
    await clinic.statistics(lambda _peer: True)  # a second later
    await clinic.link.close()
    assert len(plain_pieces(tmp_path, KEY, id_)) >= 2


@pytest.mark.allow_logs("the disk refuses on purpose")
async def test_a_disk_that_refuses_ends_the_writing_and_says_so(
    ends: tuple[End, End], tmp_path: Path
) -> None:
    clinic, expert = ends
    await call(clinic, expert, SMALL)
    (tmp_path / "recordings").write_text("a file where the folder should be")
    clinic.link.send(record(new_id(), tmp_path, TEXT, "clinic", "expert"))
    told = await clinic.until(RecordingWritten)
    assert told.state is WritingState.FAILED
    await clinic.statistics(lambda peer: peer.frames_decoded > 5)  # the call goes on


def test_pieces_cannot_be_swapped(tmp_path: Path) -> None:
    store, id_ = RecordingStore(tmp_path, Sealer(KEY)), UUID(int=7)
    store.write(id_, 0, 0, 3000, b"first")
    store.write(id_, 1, 3000, 6000, b"second")
    first, second = store.pieces(id_)
    first.path.write_bytes(second.path.read_bytes())
    with pytest.raises(Exception, match="changed"):
        store.read(first)


def test_h264_that_begins_without_parameter_sets_gets_them() -> None:
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 320, 240, "yuv420p"
    encoder.options = {"tune": "zerolatency", "preset": "ultrafast"}
    encoded = []
    for number in range(10):
        frame = av.VideoFrame(320, 240, "yuv420p")
        frame.pts = number
        encoded += [bytes(packet) for packet in encoder.encode(frame)]
    assert [is_key("H264", data) for data in encoded] == [True] + [False] * (len(encoded) - 1)
    assert size_of("H264", encoded[0]) == (320, 240)
    part = TrackPart("clinic camera", "H264", (320, 240), parameter_sets(encoded[0]))
    whole = [EncodedPacket(data, at * 66, at == 0) for at, data in enumerate(encoded)]
    part.packets = whole[:5]
    rest = TrackPart("clinic camera", "H264", (320, 240), part.parameters, whole[5:])
    found = decoded([matroska([part]), matroska([rest])])
    assert found.pictures["clinic camera"] >= 9
    assert found.undecoded == 0
