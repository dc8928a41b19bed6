"""The true test: two media processes see and hear each other over real WebRTC."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from app.media.equipment import Devices, DeviceSource
from app.media.generated import read_stamp
from app.media.link import MediaLink
from app.media.messages import (
    SELF_VIEW,
    AddPeer,
    ChooseSources,
    ConnectionState,
    EndCall,
    Failed,
    FailureCode,
    FileSource,
    Frames,
    FramesGone,
    ListDevices,
    MediaKind,
    NoSource,
    PeerState,
    Ready,
    RemovePeer,
    Role,
    SetMuted,
    SourceFallback,
    StartCall,
    Statistics,
)
from app.media.signal_messages import LocalDescription, RemoteDescription
from protocol.call import Motion, SessionDescription
from tests.media.two_ends import End, call, failures

pytestmark = pytest.mark.live


@pytest.fixture
async def alone() -> AsyncIterator[End]:
    """One process with a running call and nobody else in it."""
    end = End("clinic")
    await end.link.start()
    end.link.send(StartCall(video=NoSource(), audio=NoSource(), play_audio=False))
    yield end
    await end.link.close()


async def test_both_see_and_hear_each_other(ends: tuple[End, End]) -> None:
    clinic, expert = ends
    await call(clinic, expert)
    for end, other in ((clinic, "expert"), (expert, "clinic")):
        counted = await end.statistics(
            lambda peer: (
                peer.frames_decoded > 20 < peer.frames_sent
                and (peer.width, peer.height) == (640, 480)
                and peer.audio_frames_received > 40
                and peer.rtt_ms is not None
            )
        )
        assert counted.rung
        assert counted.their_motion is Motion.FLUENT, "each side tells what it sends"
        assert counted.bitrate_in_bps > 0 < counted.bitrate_out_bps
        picture = end.link.latest_frame(other)
        assert picture is not None
        pixels = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, 4)
        assert read_stamp(pixels) is not None, "the generated picture arrived readable"
        assert end.link.latest_frame(SELF_VIEW) is not None
        assert not failures(end)


async def test_muting_stops_the_sound_and_closes_the_camera(ends: tuple[End, End]) -> None:
    clinic, expert = ends
    await call(clinic, expert)
    await expert.statistics(lambda peer: peer.audio_frames_received > 10 < peer.frames_decoded)
    clinic.link.send(SetMuted(audio=True, video=True))
    await clinic.until(FramesGone, lambda event: event.stream == SELF_VIEW)
    clinic.forget()
    before = await clinic.statistics(lambda _: True)
    after = await clinic.statistics(lambda peer: peer != before)
    assert (after.audio_frames_sent, after.frames_sent) == (
        before.audio_frames_sent,
        before.frames_sent,
    )
    assert after.state is ConnectionState.CONNECTED, "a muted peer is not a silent one"
    await expert.statistics(lambda peer: peer.their_camera_off and peer.their_microphone_off)
    heard = await expert.statistics(lambda peer: peer.bitrate_in_bps < 30_000)
    clinic.link.send(SetMuted(audio=False, video=False))
    await expert.statistics(
        lambda peer: (
            peer.audio_frames_received > heard.audio_frames_received
            and peer.frames_decoded > heard.frames_decoded
            and not (peer.their_camera_off or peer.their_microphone_off)
        )
    )


@pytest.mark.allow_logs("the process is killed on purpose")
async def test_a_killed_process_is_reported_restarted_and_can_rejoin(
    ends: tuple[End, End],
) -> None:
    clinic, expert = ends
    await call(clinic, expert)
    await clinic.until(Frames, lambda event: event.stream == "expert")
    clinic.forget()
    expert.forget()
    assert clinic.link.pid is not None
    os.kill(clinic.link.pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    await clinic.until(Ready)
    assert [again for _, again in clinic.lost] == [True]
    assert clinic.link.streams == frozenset(), "the dead process's pictures are let go"
    await expert.until(PeerState, lambda event: event.state is ConnectionState.SILENT)
    expert.link.send(RemovePeer(peer_id="clinic"))
    expert.link.send(AddPeer(peer_id="clinic", role=Role.ANSWERER))
    expert.forget()
    clinic.link.send(StartCall(play_audio=False))
    clinic.link.send(AddPeer(peer_id="expert", role=Role.OFFERER))
    await asyncio.gather(clinic.connected(), expert.connected())
    await clinic.statistics(lambda peer: peer.frames_decoded > 5)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP is of POSIX")
@pytest.mark.allow_logs("the process is stopped on purpose")
async def test_a_process_that_stands_still_is_told_of_ended_and_restarted(alone: End) -> None:
    await alone.until(Statistics)
    assert alone.link.pid is not None
    os.kill(alone.link.pid, signal.SIGSTOP)
    alone.forget()
    await alone.stalls(True)
    assert alone.lost == [], "it may still go on"
    await alone.until(Ready)
    assert alone.lost == [(-signal.SIGKILL, True)]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP is of POSIX")
async def test_a_process_that_goes_on_by_itself_is_left_alone(alone: End) -> None:
    await alone.until(Statistics)
    pid = alone.link.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    await alone.stalls(True)
    os.kill(pid, signal.SIGCONT)
    await alone.stalls(True, False)
    assert (alone.lost, alone.link.pid) == ([], pid)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP is of POSIX")
@pytest.mark.allow_logs("the process is stopped on purpose")
async def test_who_hangs_up_on_a_process_that_stands_still_has_a_new_one(alone: End) -> None:
    await alone.until(Statistics)
    assert alone.link.pid is not None
    os.kill(alone.link.pid, signal.SIGSTOP)
    await alone.stalls(True)
    alone.forget()
    alone.link.send(EndCall())
    await alone.until(Ready)


@pytest.mark.allow_logs("the process cannot start on purpose")
async def test_a_process_that_dies_again_and_again_is_given_up() -> None:
    told: asyncio.Queue[bool] = asyncio.Queue()
    link = MediaLink(
        on_event=lambda _: None,
        on_lost=lambda _, again: told.put_nowait(again),
        argv=(sys.executable, "-c", "raise SystemExit(5)"),
    )
    await link.start()
    assert [await told.get() for _ in range(4)] == [True, True, True, False]
    assert not link.running
    await link.close()


async def test_without_a_camera_a_generated_picture_stands_in_and_says_so(alone: End) -> None:
    alone.link.send(ListDevices())
    found = await alone.until(Devices)
    if found.cameras:
        pytest.skip("this machine has a camera")
    alone.link.send(ChooseSources(video=DeviceSource()))
    told = await alone.until(SourceFallback)
    assert (told.media, told.wished) == (MediaKind.VIDEO, "device")
    await alone.until(Frames, lambda event: event.stream == SELF_VIEW)


async def test_a_missing_media_file_falls_back_and_says_so(alone: End, tmp_path: Path) -> None:
    missing = FileSource(path=tmp_path / "missing.mp4")
    alone.link.send(ChooseSources(video=missing, audio=missing))
    await alone.until(SourceFallback, lambda event: event.media is MediaKind.AUDIO)
    told = [event for event in alone.events if isinstance(event, SourceFallback)]
    assert [(event.media, event.wished) for event in told] == [
        (MediaKind.VIDEO, "file"),
        (MediaKind.AUDIO, "file"),
    ]


@pytest.mark.allow_logs("the peer sends nonsense on purpose")
async def test_nonsense_from_a_peer_fails_that_negotiation_only(alone: End) -> None:
    alone.link.send(AddPeer(peer_id="stranger", role=Role.ANSWERER))
    for text in ("", "v=0\r\nm=video nonsense", "\x00" * 100, "a=candidate:1 1 udp"):
        alone.link.send(
            RemoteDescription(
                peer_id="stranger", description=SessionDescription(type="offer", sdp=text)
            )
        )
    alone.link.send(
        RemoteDescription(peer_id="nobody", description=SessionDescription(type="offer", sdp="v=0"))
    )
    assert (await alone.until(Failed, lambda event: event.peer_id == "nobody")).code is (
        FailureCode.UNKNOWN_PEER
    )
    alone.link.send(AddPeer(peer_id="expert", role=Role.OFFERER))
    offer = await alone.until(LocalDescription)
    assert offer.peer_id == "expert"
    codes = {event.code for event in failures(alone) if event.peer_id == "stranger"}
    assert codes <= {FailureCode.NEGOTIATION}


async def test_commands_outside_a_call_are_refused(alone: End) -> None:
    alone.link.send(EndCall())
    alone.link.send(AddPeer(peer_id="expert", role=Role.OFFERER))
    assert (await alone.until(Failed)).code is FailureCode.NO_CALL


async def test_no_public_stun_server_is_ever_asked(alone: End) -> None:
    alone.link.send(AddPeer(peer_id="expert", role=Role.OFFERER))
    offer = (await alone.until(LocalDescription)).description.sdp
    kinds = {line.split(" typ ")[1].split()[0] for line in offer.splitlines() if " typ " in line}
    assert kinds == {"host"}
