"""The rungs pictures are sent on, and what each takes of the line.

From 500 kbit/s upwards they are the commissioning document's: 1080p30, 720p25, 480p15. Below it,
speech is the last to go: 360p, for rich pictures 240p, a single picture at times, then sound alone.
"""

import math
from dataclasses import dataclass

from protocol.call import Motion

START_KBPS, LEAST_KBPS, MOST_KBPS = 2000, 60, 4000
"""Everything that is sent to one peer, sound and retransmissions included."""
DOCUMENT_LEAST_KBPS = 500
"""Below it the steps are smaller, and pictures give way to speech."""


@dataclass(frozen=True, slots=True)
class Rung:
    """Pictures of at most `height` rows (of 16:9), `fps` a second, where `least_kbps` are there.

    `sharp`: text is to be read in them; rather fewer pictures than blurred ones.
    """

    name: str
    height: int
    fps: float
    least_kbps: int
    motion: Motion = Motion.FLUENT
    sharp: bool = False

    @property
    def pixels_a_second(self) -> float:
        return self.height * self.height * 16 / 9 * self.fps


LADDER = (
    Rung("1080p30", 1080, 30, 3000),
    Rung("720p25", 720, 25, 1500),
    Rung("480p15", 480, 15, DOCUMENT_LEAST_KBPS),
    Rung("360p15", 360, 15, 220),
    Rung("240p15", 240, 15, 160),
    Rung("single", 360, 1 / 3, 130, Motion.SINGLE),
    Rung("sound", 360, 0, 0, Motion.PAUSED),
)
SMALLEST_FLUENT = 4
"""Processor and rich pictures lower the rung to here; only the line stops fluent pictures."""


def rung_for(kbps: float, share: float = 1.0) -> int:
    """Place in `LADDER` of the best rung that `kbps` carry when it needs `share` of its least."""
    for place, rung in enumerate(LADDER):
        if kbps >= rung.least_kbps * share:
            return place
    return len(LADDER) - 1


def provable_kbps(sent_kbps: float | None) -> float:
    """What may be aimed at when so much is really sent: more would be a leap in the dark.

    Small steps below the document's least, where speech is at stake. None is not known.
    """
    if sent_kbps is None:
        return math.inf
    low = sent_kbps * 1.3 + 50
    return low if low < DOCUMENT_LEAST_KBPS else sent_kbps * 2.2 + 60
