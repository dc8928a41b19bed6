"""The menus of cameras, microphones and loudspeakers, and what is to be said of them."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.media.equipment import Device, DeviceInUse, DeviceSource, Equipment, Use
from app.session.equipment import EquipmentState


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    source: DeviceSource
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class DeviceMenuProps:
    """`note` says which device stands in, or that there is none; empty while all is well."""

    what: Equipment
    entries: tuple[DeviceEntry, ...]
    note: str


@dataclass(frozen=True, slots=True)
class EquipmentProps:
    camera: DeviceMenuProps
    microphone: DeviceMenuProps
    speaker: DeviceMenuProps
    echo: str = ""
    """What to do where echo is not cancelled."""

    @property
    def menus(self) -> tuple[DeviceMenuProps, ...]:
        return self.camera, self.microphone, self.speaker

    @property
    def notes(self) -> tuple[str, ...]:
        notes = (*(menu.note for menu in self.menus), self.echo)
        return tuple(note for note in notes if note)


def derive_equipment(state: EquipmentState) -> EquipmentProps:
    camera, microphone, speaker = (_menu(state, what) for what in Equipment)
    echo = QCoreApplication.translate(
        "devices", "This computer cannot cancel echo: use a headset, or the others hear themselves."
    )
    return EquipmentProps(camera, microphone, speaker, "" if state.echo_cancelled else echo)


def _menu(state: EquipmentState, what: Equipment) -> DeviceMenuProps:
    translate = QCoreApplication.translate
    chosen = state.wish(what)
    there = state.devices.of(what) if state.devices is not None else ()
    default = next((one.name for one in there if one.default), "")
    text = translate("devices", "As the system has it")
    if default:
        text = translate("devices", "As the system has it ({name})").format(name=default)
    entries = [DeviceEntry(DeviceSource(), text, chosen.device_id is None)]
    for device in there:
        source = DeviceSource(device_id=device.device_id, name=device.name)
        entries.append(DeviceEntry(source, device.name, _is_chosen(chosen, device, there)))
    if not any(entry.chosen for entry in entries):
        away = translate("devices", "{name} (not connected)").format(name=chosen.name)
        entries.append(DeviceEntry(chosen, away, True))
    return DeviceMenuProps(what, tuple(entries), _note(what, chosen, state.serves.get(what)))


def _is_chosen(chosen: DeviceSource, device: Device, there: tuple[Device, ...]) -> bool:
    if chosen.device_id is None:
        return False
    known = {one.device_id for one in there}
    return device.device_id == chosen.device_id or (
        chosen.device_id not in known and bool(chosen.name) and device.name == chosen.name
    )


def _note(what: Equipment, chosen: DeviceSource, serves: DeviceInUse | None) -> str:
    translate = QCoreApplication.translate
    if serves is None or serves.use is Use.CHOSEN:
        return ""
    if serves.device is not None:
        text = translate("devices", "{wished} is not there: {device} is used until it is back.")
        return text.format(wished=chosen.name, device=serves.device.name)
    match what:
        case Equipment.CAMERA:
            return translate("devices", "No camera here: a generated picture is sent.")
        case Equipment.MICROPHONE:
            return translate(
                "devices", "No microphone here: the others do not hear you. Plug one in, or write."
            )
        case Equipment.SPEAKER:
            return translate(
                "devices", "No loudspeaker here: you do not hear the others. Plug in a headset."
            )
