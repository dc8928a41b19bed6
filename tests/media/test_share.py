"""A screen shared between two media processes: sharp, as large as it is, and beside the face."""

import os
import signal

import numpy as np
import pytest
from numpy.typing import NDArray

from app.media.equipment import DeviceSource
from app.media.generated_screen import fine_lines, lines_height
from app.media.messages import (
    AddPeer,
    FramesGone,
    PeerStatistics,
    Ready,
    RemovePeer,
    Role,
    StartCall,
    Statistics,
)
from app.media.sharing import (
    SHARE_VIEW,
    ChooseShare,
    Flow,
    GeneratedScreen,
    NoShare,
    ShareLost,
    share_line,
    viewer_of,
)
from app.media.signals import command_of, signal_of
from tests.media.two_ends import End, call, failures

pytestmark = pytest.mark.live

PAGE = GeneratedScreen(width=1280, height=720)
SEAT = "share of clinic"
"""The peer id of the clinic's share: what the server would give its seat."""


def carry(clinic: End, expert: End) -> None:
    """Gives on what both say, of the share's connection too, as the server would."""

    def from_clinic(event: object) -> None:
        own = viewer_of(event.peer_id)  # type: ignore[attr-defined]  # every signal has one
        sender = clinic.name if own is None else SEAT
        expert.link.send(command_of(sender, signal_of(event)))  # type: ignore[arg-type]

    def from_expert(event: object) -> None:
        to = event.peer_id  # type: ignore[attr-defined]
        name = share_line(expert.name) if to == SEAT else expert.name
        clinic.link.send(command_of(name, signal_of(event)))  # type: ignore[arg-type]

    clinic.deliver, expert.deliver = from_clinic, from_expert


async def show(clinic: End, expert: End, *, again: bool = False) -> None:
    clinic.link.send(ChooseShare(source=PAGE))
    expert.link.send(AddPeer(peer_id=SEAT, role=Role.ANSWERER, flow=Flow.WATCH))
    name = share_line(expert.name)
    clinic.link.send(AddPeer(peer_id=name, role=Role.OFFERER, flow=Flow.SHOW, again=again))


@pytest.fixture
async def sharing(ends: tuple[End, End]) -> tuple[End, End]:
    clinic, expert = ends
    carry(clinic, expert)
    await call(clinic, expert, between=None)
    await show(clinic, expert)
    return ends


def of(statistics: Statistics, peer_id: str) -> PeerStatistics | None:
    return next((one for one in statistics.peers if one.peer_id == peer_id), None)


def sharpness(pixels: bytes, width: int, height: int) -> float:
    """How much of the contrast of the finest lines is left, 0 to 1."""
    rows = lines_height(height)
    picture = np.frombuffer(pixels, np.uint8).reshape(height, width, 4)
    band: NDArray[np.float32] = picture[: rows - 2, :, 1].astype(np.float32).mean(axis=0)
    wanted = fine_lines(width, height)[0].astype(np.float32)
    return float(band[wanted > 128].mean() - band[wanted < 128].mean()) / float(np.ptp(wanted))


async def test_it_arrives_as_large_as_it_was_and_its_finest_lines_are_lines(
    sharing: tuple[End, End],
) -> None:
    clinic, expert = sharing
    await expert.until(
        Statistics,
        lambda found: (
            (one := of(found, SEAT)) is not None
            and (one.width, one.height) == (PAGE.width, PAGE.height)
            and one.frames_decoded > 20
        ),
    )
    picture = expert.link.latest_frame(SEAT)
    assert picture is not None
    assert sharpness(picture.pixels, picture.width, picture.height) > 0.8
    own = clinic.link.latest_frame(SHARE_VIEW)
    assert own is not None, "one sees what one shares"
    assert own.width <= 640
    assert not failures(clinic) + failures(expert)


async def test_the_face_goes_on_and_nothing_comes_back_on_the_share(
    sharing: tuple[End, End],
) -> None:
    clinic, expert = sharing
    shown = await expert.until(
        Statistics,
        lambda found: (one := of(found, SEAT)) is not None and one.frames_decoded > 10,
    )
    face = of(shown, clinic.name)
    assert face is not None
    later = await expert.until(
        Statistics,
        lambda found: (
            (one := of(found, clinic.name)) is not None
            and one.frames_decoded > face.frames_decoded + 20
            and one.audio_frames_received > face.audio_frames_received + 40
        ),
    )
    watched = of(later, SEAT)
    assert watched is not None
    assert watched.audio_frames_received == 0
    counted = await clinic.until(
        Statistics, lambda found: of(found, share_line(expert.name)) is not None
    )
    sent = of(counted, share_line(expert.name))
    assert sent is not None
    assert sent.frames_decoded == 0


async def test_ending_it_leaves_the_faces(sharing: tuple[End, End]) -> None:
    clinic, expert = sharing
    await expert.until(
        Statistics, lambda found: (one := of(found, SEAT)) is not None and one.frames_decoded > 5
    )
    clinic.link.send(ChooseShare(source=NoShare()))
    clinic.link.send(RemovePeer(peer_id=share_line(expert.name)))
    expert.link.send(RemovePeer(peer_id=SEAT))
    await expert.until(FramesGone, lambda event: event.stream == SEAT)
    await clinic.until(FramesGone, lambda event: event.stream == SHARE_VIEW)
    expert.forget()
    first = await expert.until(Statistics)
    face = of(first, clinic.name)
    assert face is not None
    await expert.until(
        Statistics,
        lambda found: (
            (one := of(found, clinic.name)) is not None
            and one.frames_decoded > face.frames_decoded + 20
        ),
    )


async def test_a_device_that_is_not_there_is_told(ends: tuple[End, End]) -> None:
    clinic, _ = ends
    await clinic.begin()
    wish = DeviceSource(device_id="unplugged", name="Grabber")
    clinic.link.send(ChooseShare(source=wish))
    lost = await clinic.until(ShareLost)
    assert lost.source == wish


@pytest.mark.allow_logs("the process is killed on purpose")
async def test_a_killed_process_shares_again_on_the_same_seat(sharing: tuple[End, End]) -> None:
    clinic, expert = sharing
    await expert.until(
        Statistics, lambda found: (one := of(found, SEAT)) is not None and one.frames_decoded > 5
    )
    assert clinic.link.pid is not None

    clinic.forget()
    os.kill(clinic.link.pid, signal.SIGKILL)

    await clinic.until(Ready)
    clinic.link.send(StartCall(play_audio=False))
    clinic.link.send(AddPeer(peer_id=expert.name, role=Role.ANSWERER, again=True))
    clinic.link.send(ChooseShare(source=PAGE))
    name = share_line(expert.name)
    clinic.link.send(AddPeer(peer_id=name, role=Role.OFFERER, flow=Flow.SHOW, again=True))
    expert.forget()
    before = await expert.until(Statistics, lambda found: of(found, SEAT) is not None)
    shown = of(before, SEAT)
    assert shown is not None
    await expert.until(
        Statistics,
        lambda found: (
            (one := of(found, SEAT)) is not None
            and one.frames_decoded > shown.frames_decoded + 10
            and one.reconnects >= 1
        ),
    )
    assert not [event for event in expert.events if isinstance(event, FramesGone)]
