"""Devices come and go in the middle of a call: another serves, says so, and gives way again."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest

from app.media.engine import CallEngine
from app.media.equipment import Device, DeviceInUse, Devices, DeviceSource, Equipment, Use, pick
from app.media.messages import (
    ChooseSources,
    Event,
    MediaKind,
    NoSource,
    Source,
    SourceFallback,
    StartCall,
)
from app.media.pictures import NoPictures
from app.media.sources import MonotonicClock
from tests.fakes.ears import Ears
from tests.media.plugs import Computer, device

BUILT_IN, HEADSET, OTHER = device("built-in", default=True), device("headset"), device("other")


class Talk(NamedTuple):
    computer: Computer
    engine: CallEngine
    ears: Ears[Event]

    async def start(self, **chosen: Device) -> None:
        """Chosen are devices by `camera`, `microphone` and `speaker`; the others are not used."""

        def wish(what: str) -> Source:
            return source(chosen[what]) if what in chosen else NoSource()

        speaker = source(chosen["speaker"]) if "speaker" in chosen else None
        await self.engine.handle(
            StartCall(video=wish("camera"), audio=wish("microphone"), play_audio=False)
        )
        await self.engine.handle(ChooseSources(speaker=speaker))

    async def serves(self, what: Equipment, use: Use) -> Device | None:
        """Waits for this to be told of the place; the device that serves."""
        told = await self.ears.until(
            DeviceInUse, lambda event: event.what is what and event.use is use
        )
        self.ears.events.clear()
        return told.device


def source(chosen: Device) -> DeviceSource:
    return DeviceSource(device_id=chosen.device_id, name=chosen.name)


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    computer, ears = Computer(), Ears[Event]()
    engine = CallEngine(ears.hear, NoPictures(), computer, MonotonicClock())
    yield Talk(computer, engine, ears)
    await engine.close()


@pytest.mark.parametrize(
    ("wish", "there", "use", "found"),
    [
        (DeviceSource(), (OTHER, BUILT_IN), Use.CHOSEN, BUILT_IN),
        (DeviceSource(), (OTHER, HEADSET), Use.CHOSEN, OTHER),
        (source(HEADSET), (BUILT_IN, HEADSET), Use.CHOSEN, HEADSET),
        (source(HEADSET), (BUILT_IN, OTHER), Use.STAND_IN, BUILT_IN),
        (source(HEADSET), (), Use.NONE, None),
        (DeviceSource(), (), Use.NONE, None),
    ],
)
def test_the_wished_device_then_the_default_then_the_first(
    wish: DeviceSource, there: tuple[Device, ...], use: Use, found: Device | None
) -> None:
    assert pick(wish, there) == (use, found)


def test_a_device_in_another_socket_has_another_id_and_is_found_by_its_name() -> None:
    moved = Device(device_id="another", name=HEADSET.name)
    assert pick(source(HEADSET), (BUILT_IN, moved)) == (Use.CHOSEN, moved)


async def test_a_headset_pulled_out_is_stood_in_for_and_taken_again(talk: Talk) -> None:
    both = (BUILT_IN, HEADSET)
    talk.computer.plug(microphones=both, speakers=both)
    await talk.start(microphone=HEADSET, speaker=HEADSET)
    assert await talk.serves(Equipment.SPEAKER, Use.CHOSEN) == HEADSET
    talk.computer.plug(microphones=(BUILT_IN,), speakers=(BUILT_IN,))
    assert await talk.serves(Equipment.SPEAKER, Use.STAND_IN) == BUILT_IN
    talk.computer.plug(microphones=both, speakers=both)
    assert await talk.serves(Equipment.SPEAKER, Use.CHOSEN) == HEADSET
    ids = [BUILT_IN.device_id, HEADSET.device_id]
    assert talk.computer.opened == [ids[1], ids[1], ids[0], ids[0], ids[1], ids[1]]


async def test_the_last_camera_pulled_out_leaves_a_generated_picture_and_says_so(
    talk: Talk,
) -> None:
    talk.computer.plug(cameras=(BUILT_IN,))
    await talk.start(camera=BUILT_IN)
    assert await talk.serves(Equipment.CAMERA, Use.CHOSEN) == BUILT_IN
    talk.computer.plug()
    told = await talk.ears.until(SourceFallback)
    assert (told.media, told.wished) == (MediaKind.VIDEO, "device")
    assert await talk.serves(Equipment.CAMERA, Use.NONE) is None
    talk.computer.plug(cameras=(BUILT_IN,))
    assert await talk.serves(Equipment.CAMERA, Use.CHOSEN) == BUILT_IN


async def test_without_a_microphone_nothing_is_sent_rather_than_a_tone(talk: Talk) -> None:
    await talk.start(microphone=BUILT_IN)
    assert await talk.serves(Equipment.MICROPHONE, Use.NONE) is None
    talk.computer.plug(microphones=(OTHER,))
    assert await talk.serves(Equipment.MICROPHONE, Use.STAND_IN) == OTHER


async def test_a_camera_that_another_program_holds_is_passed_over(talk: Talk) -> None:
    talk.computer.held.add(HEADSET.device_id)
    talk.computer.plug(cameras=(BUILT_IN, HEADSET))
    await talk.start(camera=HEADSET)
    assert await talk.serves(Equipment.CAMERA, Use.STAND_IN) == BUILT_IN


@pytest.mark.allow_logs("the camera gives nothing on purpose")
async def test_a_camera_that_gives_nothing_any_more_is_passed_over_until_chosen_again(
    talk: Talk,
) -> None:
    talk.computer.plug(cameras=(BUILT_IN, HEADSET))
    await talk.start(camera=HEADSET)
    await talk.serves(Equipment.CAMERA, Use.CHOSEN)
    assert talk.computer.camera_in_use is not None
    talk.computer.camera_in_use.ended = True
    assert await talk.serves(Equipment.CAMERA, Use.STAND_IN) == BUILT_IN
    await talk.engine.handle(ChooseSources(video=source(HEADSET)))
    assert await talk.serves(Equipment.CAMERA, Use.CHOSEN) == HEADSET


async def test_what_comes_and_goes_is_told_as_a_list(talk: Talk) -> None:
    await talk.start()
    talk.computer.plug(cameras=(OTHER,))
    assert (await talk.ears.until(Devices)).cameras == (OTHER,)
