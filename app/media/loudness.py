"""How loud everybody is, as the window is told (`app.media.levels` finds it out)."""

from typing import Literal

from protocol.base import Message

SILENCE_DB = -90.0
"""dBFS of nothing at all."""


class SoundLevels(Message):
    """Ten times a second in a call: stream (`self` or a peer id) to dBFS."""

    kind: Literal["sound-levels"] = "sound-levels"
    levels: dict[str, float]


class SoundTreatment(Message):
    """Whether one's own sound is freed of the loudspeaker's; told once, with the first device."""

    kind: Literal["sound-treatment"] = "sound-treatment"
    echo_cancelled: bool


class Speaking(Message):
    """Told at each change: who is to be shown large, and whether one speaks while muted."""

    kind: Literal["speaking"] = "speaking"
    speaker: str | None
    while_muted: bool
