"""Devices are chosen once per computer; a held key talks only while muted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.media.equipment import Device, DeviceInUse, Devices, DeviceSource, Equipment, Use
from app.media.loudness import Speaking
from app.media.messages import GeneratedSource, MediaKind, SetMuted, SourceFallback
from app.services.equipment import EquipmentService
from app.session.call import CallEntered, CallJoining, SourcesChanged
from app.session.owner import Session
from app.store.profile import DeviceChoices, Profile
from tests.fakes.examples import call, named
from tests.fakes.media import Told

HEADSET = DeviceSource(device_id="usb-1", name="headset")


@dataclass
class Memory:
    kept: dict[str, dict[str, str]] = field(default_factory=dict)

    def read(self) -> Mapping[str, Mapping[str, str]]:
        return self.kept

    def write(self, devices: Mapping[str, Mapping[str, str]]) -> None:
        self.kept = {what: dict(one) for what, one in devices.items()}


@dataclass
class Desk:
    session: Session = field(default_factory=Session)
    media: Told = field(default_factory=Told)
    memory: Memory = field(default_factory=Memory)

    def service(self, *, generated: bool = False) -> EquipmentService:
        return EquipmentService(self.session, self.memory, self.media, generated=generated)


@pytest.fixture
def desk(qapp: object) -> Desk:
    return Desk()


def sit_in_a_call(desk: Desk) -> None:
    running = call("陈专家", "林医生")
    desk.session.apply(CallJoining(running.consultation_id))
    desk.session.apply(CallEntered(named("peer 陈专家"), running))


def test_nobody_chose_so_it_is_the_systems_default(desk: Desk) -> None:
    service = desk.service()
    assert service.camera == service.microphone == service.speaker == DeviceSource()


def test_what_was_chosen_is_remembered_by_id_and_name(desk: Desk, tmp_path: Path) -> None:
    desk.service().choose(Equipment.MICROPHONE, HEADSET)
    again = Desk(memory=desk.memory).service()
    assert again.microphone == HEADSET
    assert again.camera == DeviceSource()


def test_the_profile_of_this_computer_keeps_it(tmp_path: Path) -> None:
    DeviceChoices(Profile(tmp_path)).write({"speaker": {"id": "usb-1", "name": "headset"}})
    assert DeviceChoices(Profile(tmp_path)).read() == {
        "speaker": {"id": "usb-1", "name": "headset"}
    }


def test_a_machine_that_sends_a_generated_picture_does_so_until_a_camera_is_chosen(
    desk: Desk,
) -> None:
    service = desk.service(generated=True)
    before = service.camera
    service.choose(Equipment.CAMERA, HEADSET)
    assert isinstance(before, GeneratedSource)
    assert service.camera == HEADSET


@pytest.mark.parametrize(("muted", "sent"), [(True, [False, True]), (False, [])])
def test_a_held_key_talks_only_while_muted(desk: Desk, muted: bool, sent: list[bool]) -> None:
    service = desk.service()
    sit_in_a_call(desk)
    desk.session.apply(SourcesChanged(muted, False, False))
    service.talk(held=True)
    service.talk(held=False)
    told = [one.audio for one in desk.media.told if isinstance(one, SetMuted)]
    assert told == sent
    assert not desk.session.state.call.talking


def test_a_held_key_outside_a_call_does_nothing(desk: Desk) -> None:
    desk.session.apply(SourcesChanged(True, False, False))
    desk.service().talk(held=True)
    assert desk.media.told == []


def test_the_picture_is_generated_while_there_is_no_camera(desk: Desk) -> None:
    service = desk.service()
    camera = Device(device_id="c", name="camera")
    service.heard(SourceFallback(media=MediaKind.VIDEO, wished="device"))
    assert desk.session.state.call.generated_picture
    service.heard(DeviceInUse(what=Equipment.CAMERA, use=Use.CHOSEN, device=camera))
    assert not desk.session.state.call.generated_picture


def test_what_there_is_and_who_speaks_become_state(desk: Desk) -> None:
    service = desk.service()
    sit_in_a_call(desk)
    seen = Devices(cameras=(Device(device_id="c", name="camera"),), microphones=(), speakers=())
    service.heard(seen)
    service.heard(Speaking(speaker=str(named("peer 林医生")), while_muted=True))
    state = desk.session.state
    assert state.equipment.devices == seen
    assert state.call.speaker == named("peer 林医生")
    assert state.call.speaks_muted
