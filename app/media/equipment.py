"""Cameras, microphones and loudspeakers: what there is, and which of it is in use and why."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from protocol.base import Message


class Equipment(StrEnum):
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"


class Device(Message):
    """`default` is the one the system takes when nobody chose."""

    device_id: str
    name: str
    default: bool = False


class DeviceSource(Message):
    """A device; without an id the system's default.

    An id may change when a device is plugged in elsewhere: then the same name finds it.
    """

    kind: Literal["device"] = "device"
    device_id: str | None = None
    name: str = ""


class Devices(Message):
    """What there is: the answer to ListDevices, and told again whenever it changes."""

    kind: Literal["devices"] = "devices"
    cameras: tuple[Device, ...]
    microphones: tuple[Device, ...]
    speakers: tuple[Device, ...]

    def of(self, what: Equipment) -> tuple[Device, ...]:
        match what:
            case Equipment.CAMERA:
                return self.cameras
            case Equipment.MICROPHONE:
                return self.microphones
            case Equipment.SPEAKER:
                return self.speakers


NO_DEVICES = Devices(cameras=(), microphones=(), speakers=())


class Use(StrEnum):
    """CHOSEN: the wished one. STAND_IN: it is away, another serves. NONE: there is none at all."""

    CHOSEN = "chosen"
    STAND_IN = "stand-in"
    NONE = "none"


class DeviceInUse(Message):
    """Told at each change. NONE: a generated picture goes out, or no sound, or none is heard."""

    kind: Literal["device-in-use"] = "device-in-use"
    what: Equipment
    use: Use
    device: Device | None = None


def pick(wish: DeviceSource, devices: Sequence[Device]) -> tuple[Use, Device | None]:
    """The device to use for a wish: by id, by name, else the default, else the first."""
    if wish.device_id is not None:
        for device in devices:
            if device.device_id == wish.device_id:
                return Use.CHOSEN, device
        for device in devices:
            if wish.name and device.name == wish.name:
                return Use.CHOSEN, device
    if not devices:
        return Use.NONE, None
    use = Use.CHOSEN if wish.device_id is None else Use.STAND_IN
    return use, next((device for device in devices if device.default), devices[0])


class Place:
    """One place for a device: what is wished for it, what serves, and what gave nothing.

    A device that is there but gives nothing (another program holds it) is passed over until it was
    unplugged, or until somebody chooses again.
    """

    def __init__(self, what: Equipment) -> None:
        self.what = what
        self._wish: DeviceSource | None = None
        self._silent: set[str] = set()
        self._told: DeviceInUse | None = None
        self.device: Device | None = None

    @property
    def wish(self) -> DeviceSource | None:
        return self._wish

    def choose(self, wish: DeviceSource | None) -> None:
        """None: something else than a device is wished here."""
        self._wish = wish
        self._silent.clear()
        self._told = None
        self.device = None

    def gave_nothing(self) -> None:
        """The device in use is passed over from now on."""
        if self.device is not None:
            self._silent.add(self.device.device_id)
        self.device = None

    def best(self, devices: Devices) -> Device | None:
        """The device that should serve now."""
        return self._pick(devices)[1]

    def stale(self, devices: Devices) -> bool:
        """Whether another device should serve than does."""
        if self._wish is None:
            return False
        self._silent &= {device.device_id for device in devices.of(self.what)}
        return _id(self.best(devices)) != _id(self.device)

    def used(self, device: Device | None, devices: Devices) -> DeviceInUse | None:
        """Notes what serves now; what is to be told, None when that was told already."""
        self.device = device
        use = Use.NONE if device is None else self._pick(devices)[0]
        told = DeviceInUse(what=self.what, use=use, device=device)
        if told == self._told:
            return None
        self._told = told
        return told

    def _pick(self, devices: Devices) -> tuple[Use, Device | None]:
        heard = [d for d in devices.of(self.what) if d.device_id not in self._silent]
        return pick(self._wish or DeviceSource(), heard)


def _id(device: Device | None) -> str | None:
    return device.device_id if device is not None else None
