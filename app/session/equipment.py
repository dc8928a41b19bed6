"""Cameras, microphones and loudspeakers of this computer: what there is, was chosen and serves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from app.media.equipment import DeviceInUse, Devices, DeviceSource, Equipment


@dataclass(frozen=True, slots=True)
class EquipmentState:
    """`echo_cancelled` is false once it is known that this computer cannot.

    `devices` is None until somebody looked; without an entry in `chosen` it is the default.
    `ring_tones`: cases and calls are heard when they ring (what is critical always is).
    """

    devices: Devices | None = None
    chosen: Mapping[Equipment, DeviceSource] = field(default_factory=dict)
    serves: Mapping[Equipment, DeviceInUse] = field(default_factory=dict)
    echo_cancelled: bool = True
    ring_tones: bool = True

    def wish(self, what: Equipment) -> DeviceSource:
        """The one that was chosen, else the default."""
        return self.chosen.get(what, DeviceSource())


@dataclass(frozen=True, slots=True)
class DevicesSeen:
    devices: Devices


@dataclass(frozen=True, slots=True)
class DeviceChosen:
    what: Equipment
    source: DeviceSource


@dataclass(frozen=True, slots=True)
class DeviceServes:
    told: DeviceInUse


@dataclass(frozen=True, slots=True)
class DevicesLetGo:
    """The call is over: nothing is in use any more."""


@dataclass(frozen=True, slots=True)
class EchoKnown:
    """Whether this computer frees the microphone's sound of the loudspeaker's."""

    cancelled: bool


@dataclass(frozen=True, slots=True)
class RingTonesChosen:
    on: bool


EquipmentFact = (
    DevicesSeen | DeviceChosen | DeviceServes | DevicesLetGo | EchoKnown | RingTonesChosen
)


def reduce_equipment(state: EquipmentState, fact: EquipmentFact) -> EquipmentState:
    match fact:
        case DevicesSeen(devices):
            return replace(state, devices=devices)
        case DeviceChosen(what, source):
            return replace(state, chosen={**state.chosen, what: source})
        case DeviceServes(told):
            return replace(state, serves={**state.serves, told.what: told})
        case DevicesLetGo():
            return replace(state, serves={}) if state.serves else state
        case EchoKnown(cancelled):
            return replace(state, echo_cancelled=cancelled)
        case RingTonesChosen(on):
            return replace(state, ring_tones=on)
        case _:
            assert_never(fact)
