"""What the window tells the media process while a case rings."""

from typing import Literal

from pydantic import Field

from app.media.equipment import DeviceSource
from protocol.base import Message
from protocol.consultation import Urgency


class Ring(Message):
    """Sounds at once and again until `StopRinging`; no burst begins after `for_s` seconds.

    It takes the place of what rang before. `soft`: somebody is being spoken with.
    """

    kind: Literal["ring"] = "ring"
    urgency: Urgency
    for_s: float = Field(gt=0, le=3600)
    soft: bool = False
    speaker: DeviceSource = DeviceSource()


class StopRinging(Message):
    kind: Literal["stop-ringing"] = "stop-ringing"


RingCommand = Ring | StopRinging
