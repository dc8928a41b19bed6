"""Cameras, microphones and loudspeakers of this computer: what there is, was chosen and serves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from app.media.equipment import DeviceInUse, Devices, DeviceSource, Equipment


@dataclass(frozen=True, slots=True)
class EquipmentState:
    """`devices` is None until somebody looked; without an entry in `chosen` it is the default."""

    devices: Devices | None = None
    chosen: Mapping[Equipment, DeviceSource] = field(default_factory=dict)
    serves: Mapping[Equipment, DeviceInUse] = field(default_factory=dict)


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


EquipmentFact = DevicesSeen | DeviceChosen | DeviceServes | DevicesLetGo


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
        case _:
            assert_never(fact)
