"""A real sound server's devices, plugged and unplugged under a real media process."""

import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

pytest.importorskip("app.media.devices.qt", reason="QtMultimedia needs libpulse0")

from app.media.equipment import (
    DeviceInUse,
    Devices,
    DeviceSource,
    Equipment,
    Use,
)
from app.media.messages import ChooseSources, ListDevices, NoSource, StartCall
from app.media.ringing_messages import Ring, Sound, StopRinging
from tests.media.sound_server import SoundServer, sound_server
from tests.media.two_ends import End

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform != "linux", reason="PulseAudio is Linux's"),
]


@pytest.fixture
def server() -> Iterator[SoundServer]:
    with tempfile.TemporaryDirectory(prefix="hz") as folder, sound_server(Path(folder)) as made:
        yield made


@pytest.fixture
async def end(server: SoundServer) -> AsyncIterator[End]:
    """A media process that sees the server's devices."""
    server.plug("desk")
    words = [f"{name}={value}" for name, value in server.environment.items()]
    made = End("clinic", ("/usr/bin/env", *words, sys.executable, "-m", "app.cli.media"))
    await made.link.start()
    yield made
    await made.link.close()


async def serves(end: End, what: Equipment, use: Use) -> str:
    told = await end.until(DeviceInUse, lambda event: event.what is what and event.use is use)
    assert told.device is not None
    return told.device.name


async def test_a_headset_is_pulled_out_and_plugged_in_again(end: End, server: SoundServer) -> None:
    end.link.send(ListDevices())
    assert [one.name for one in (await end.until(Devices)).speakers] == ["desk"]
    server.plug("headset")
    await end.until(Devices, lambda told: {"headset"} <= {one.name for one in told.speakers})
    headset = DeviceSource(device_id="headset", name="headset")
    microphone = DeviceSource(device_id="headset-mic", name="headset-mic")
    end.link.send(StartCall(video=NoSource(), audio=microphone, speaker=headset))
    assert await serves(end, Equipment.MICROPHONE, Use.CHOSEN) == "headset-mic"
    assert await serves(end, Equipment.SPEAKER, Use.CHOSEN) == "headset"
    end.forget()
    server.unplug("headset")
    assert await serves(end, Equipment.MICROPHONE, Use.STAND_IN) == "desk-mic"
    assert await serves(end, Equipment.SPEAKER, Use.STAND_IN) == "desk"
    end.forget()
    server.plug("headset")
    assert await serves(end, Equipment.MICROPHONE, Use.CHOSEN) == "headset-mic"
    assert await serves(end, Equipment.SPEAKER, Use.CHOSEN) == "headset"


async def test_another_microphone_is_chosen_in_the_middle_of_the_call(
    end: End, server: SoundServer
) -> None:
    server.plug("headset")
    end.link.send(StartCall(video=NoSource(), audio=DeviceSource(), play_audio=False))
    assert await serves(end, Equipment.MICROPHONE, Use.CHOSEN) == "desk-mic"
    end.forget()
    end.link.send(ChooseSources(audio=DeviceSource(device_id="headset-mic")))
    assert await serves(end, Equipment.MICROPHONE, Use.CHOSEN) == "headset-mic"


async def test_a_case_that_rings_is_heard_at_the_loudspeaker_until_it_is_answered(
    end: End, server: SoundServer
) -> None:
    with server.listening("desk") as ear:
        end.link.send(Ring(sound=Sound.CRITICAL, for_s=60))
        await ear.until(lambda loud: loud)
        end.link.send(StopRinging())
        await ear.until(lambda loud: not loud, for_s=4.0)
