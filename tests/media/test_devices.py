"""What a real camera and microphone give is brought to the call's formats (no device needed)."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable

import numpy as np
import pytest

qt = pytest.importorskip("app.media.devices.qt", reason="QtMultimedia needs libpulse0")

from PySide6.QtGui import QColor, QImage  # noqa: E402 after the check that Qt can be loaded

from app.media.devices.lazy import DeviceHardware  # noqa: E402


@pytest.mark.parametrize("width", [64, 63, 61])
@pytest.mark.parametrize(
    "layout", [QImage.Format.Format_RGB32, QImage.Format.Format_RGB888, QImage.Format.Format_BGR888]
)
def test_a_camera_picture_keeps_its_colours_and_its_edges(
    width: int, layout: QImage.Format
) -> None:
    image = QImage(width, 48, layout)
    image.fill(QColor(200, 60, 30))
    image.setPixelColor(width - 1, 47, QColor(10, 220, 90))
    pixels = qt.picture_from_image(image).to_ndarray(format="bgra")
    assert pixels.shape == (48, width, 4)
    assert tuple(pixels[0, 0, :3]) == (30, 60, 200)
    assert tuple(pixels[47, width - 1, :3]) == (90, 220, 10)


def test_a_microphones_bytes_become_20_ms_of_sound() -> None:
    samples = np.arange(960, dtype=np.int16)
    frame = qt.sound_from_bytes(samples.tobytes())
    assert (frame.samples, frame.sample_rate, frame.layout.name) == (960, 48_000, "mono")
    assert (frame.to_ndarray()[0] == samples).all()


async def test_frames_cross_from_qts_thread_and_the_newest_stay() -> None:
    handover = qt.Handover(2, asyncio.get_running_loop())

    def capture() -> None:
        for number in range(5):
            handover.put(number)

    thread = threading.Thread(target=capture)
    thread.start()
    thread.join()
    assert [await handover.get(), await handover.get()] == [3, 4]


class NeverAsked:
    """A main thread that must not be given work."""

    def give(self, work: Callable[[], None]) -> None:
        raise AssertionError("Qt was loaded without a device being asked for")


def test_qt_is_not_loaded_before_a_device_is_asked_for() -> None:
    DeviceHardware(NeverAsked()).close()


def test_the_media_process_starts_without_qt() -> None:
    check = "import sys, app.media.process; assert 'PySide6' not in sys.modules"
    subprocess.run([sys.executable, "-c", check], check=True)
