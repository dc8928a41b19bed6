"""What the window tells the media process while something is to be heard."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from app.media.equipment import DeviceSource
from protocol.base import Message


class Sound(StrEnum):
    """What is heard, the most urgent last; a case that rings sounds by its `Urgency`."""

    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"
    CALL = "call"
    FINDING = "finding"
    CRITICAL = "critical"


class Ring(Message):
    """Sounds at once and again until `StopRinging`; no burst begins after `for_s` seconds.

    It takes the place of what rang before. `soft`: somebody is being spoken with.
    """

    kind: Literal["ring"] = "ring"
    sound: Sound
    for_s: float = Field(gt=0, le=3600)
    soft: bool = False
    speaker: DeviceSource = DeviceSource()


class StopRinging(Message):
    kind: Literal["stop-ringing"] = "stop-ringing"


RingCommand = Ring | StopRinging
