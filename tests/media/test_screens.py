"""A real screen of a real X server: its pixels are what is shared (Xvfb)."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from app.media.errors import SourceEndedError
from app.media.sharing import ScreenSource, Surfaces, SurfaceTrouble
from app.media.sources import MonotonicClock
from app.media.surfaces import CaptureLink, SurfaceError, SurfaceVideo

pytestmark = [pytest.mark.live, pytest.mark.timeout(60)]
XVFB, SETROOT = "/usr/bin/Xvfb", "/usr/bin/xsetroot"
WIDTH, HEIGHT = 1280, 720


@dataclass
class Told:
    """What the link says of surfaces, in order."""

    heard: asyncio.Queue[Surfaces] = field(default_factory=asyncio.Queue)

    def __call__(self, told: Surfaces) -> None:
        self.heard.put_nowait(told)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An X server of our own, its screen in one colour."""
    if not Path(XVFB).exists():
        pytest.skip("Xvfb is not installed")
    if not Path(SETROOT).exists():
        pytest.skip("xsetroot (x11-xserver-utils) is not installed")
    reading, writing = os.pipe()
    arguments = ["-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-noreset"]
    server = subprocess.Popen([XVFB, *arguments], pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    if not number:
        server.wait()
        pytest.skip("Xvfb did not start")
    monkeypatch.setenv("DISPLAY", f":{number}")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
async def link() -> AsyncIterator[tuple[CaptureLink, Told]]:
    told = Told()
    made = CaptureLink(told)
    yield made, told
    await made.close()


def paint(colour: str) -> None:
    subprocess.run([SETROOT, "-solid", colour], check=True)


async def colour_of(video: SurfaceVideo) -> tuple[int, int, int, int, int]:
    """Width, height, and the blue, green and red in the middle of the next picture."""
    frame = await video.next_frame()
    pixels = frame.to_ndarray(format="bgr24")
    middle = pixels[frame.height // 2, frame.width // 2]
    return frame.width, frame.height, int(middle[0]), int(middle[1]), int(middle[2])


async def all_of(video: SurfaceVideo) -> None:
    while True:
        await video.next_frame()


async def opened(link: tuple[CaptureLink, Told]) -> SurfaceVideo:
    capture, told = link
    capture.look()
    found = await told.heard.get()
    assert found.trouble is None
    (screen,) = found.screens
    assert (screen.width, screen.height) == (WIDTH, HEIGHT)
    try:
        video = await capture.open(ScreenSource(surface_id=screen.surface_id), MonotonicClock())
    except SurfaceError as error:
        pytest.skip(f"Qt cannot take the screen here: {error.trouble.value}")
    assert isinstance(video, SurfaceVideo)
    return video


async def test_the_pixels_of_the_screen_arrive_and_follow_it(
    display: str, link: tuple[CaptureLink, Told]
) -> None:
    paint("#3060c0")
    video = await opened(link)
    seen = await colour_of(video)
    assert seen[:2] == (WIDTH, HEIGHT)
    assert np.allclose(seen[2:], (0xC0, 0x60, 0x30), atol=4)
    paint("#20a040")
    while not np.allclose(seen[2:], (0x40, 0xA0, 0x20), atol=4):
        seen = await colour_of(video)
    video.close()


async def test_a_capture_process_that_dies_ends_the_pictures_and_another_is_started(
    display: str, link: tuple[CaptureLink, Told]
) -> None:
    video = await opened(link)
    pid = link[0].pid
    assert pid is not None
    os.kill(pid, 9)
    with pytest.raises(SourceEndedError):
        await all_of(video)
    again = await opened(link)
    assert (await colour_of(again))[:2] == (WIDTH, HEIGHT)
    again.close()


async def test_a_screen_that_is_not_there_is_refused(
    display: str, link: tuple[CaptureLink, Told]
) -> None:
    with pytest.raises(SurfaceError):
        await link[0].open(ScreenSource(surface_id="s9"), MonotonicClock())


@pytest.mark.parametrize(
    ("environment", "trouble"),
    [
        ({"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0"}, SurfaceTrouble.WAYLAND),
        ({"WAYLAND_DISPLAY": "wayland-0"}, SurfaceTrouble.WAYLAND),
        ({}, SurfaceTrouble.NO_DISPLAY),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has displays to miss")
async def test_where_no_screen_can_be_seen_it_is_said_before_qt_is_asked(
    environment: dict[str, str],
    trouble: SurfaceTrouble,
    link: tuple[CaptureLink, Told],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    capture, told = link
    capture.look()
    assert (await told.heard.get()).trouble is trouble
    with pytest.raises(SurfaceError):
        await capture.open(ScreenSource(surface_id="s0"), MonotonicClock())
