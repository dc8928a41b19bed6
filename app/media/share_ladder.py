"""On which rung a share goes out: a screen keeps its size and gives frames up; a device moves."""

from enum import Enum, auto

from app.media.ladder import LADDER, SMALLEST_FLUENT, Rung
from protocol.call import Motion


class Content(Enum):
    """SCREEN: text, to be read. MOVING: an ultrasound, to be seen moving."""

    SCREEN = auto()
    MOVING = auto()


SCREEN = Rung("screen15", 1080, 15, 1000, sharp=True)
"""Up to 1080p. Fewer pictures go out where fewer fit; each keeps its size."""
SCREEN_LADDER = (
    SCREEN,
    Rung("screen10", 1080, 10, 600, sharp=True),
    Rung("screen5", 1080, 5, 250, sharp=True),
    Rung("screen2", 1080, 2, 100, sharp=True),
    Rung("screen1", 1080, 1, 1, sharp=True),
    Rung("nothing", 1080, 0, 0, Motion.PAUSED, sharp=True),
)
MOVING_BEST = 1
"""720p25: ultrasound machines give no more, and the rest of the line is the face's."""
UP_AFTER_S = 3.0
"""A better rung is taken when there was room for it so long; a worse one at once."""


class Steady:
    """The place on a ladder that a changing rate allows, without swinging."""

    def __init__(self, ladder: tuple[Rung, ...]) -> None:
        self._ladder = ladder
        self._place: int | None = None
        self._room_since: float | None = None

    def place(self, now: float, kbps: float) -> int:
        """Now is monotonic seconds."""
        wanted = next(
            (place for place, rung in enumerate(self._ladder) if kbps >= rung.least_kbps),
            len(self._ladder) - 1,
        )
        if self._place is None or wanted >= self._place:
            self._place, self._room_since = wanted, None
        elif self._room_since is None:
            self._room_since = now
        elif now - self._room_since >= UP_AFTER_S:
            self._place, self._room_since = wanted, None
        return self._place


class ShareRungs:
    """The rung of a share by what it may spend."""

    def __init__(self, content: Content) -> None:
        screen = content is Content.SCREEN
        self._ladder = SCREEN_LADDER if screen else LADDER
        self._best = 0 if screen else MOVING_BEST
        self._steady = Steady(self._ladder)

    def rung(self, now: float, kbps: float) -> Rung:
        return self._ladder[max(self._best, self._steady.place(now, kbps))]


class FaceRungs:
    """The rung of a face beside a share: no better than its part of the line."""

    def __init__(self) -> None:
        self._steady = Steady(LADDER)

    def rung(self, now: float, kbps: float, decided: Rung) -> Rung:
        """`decided` is what the controller would send without the share."""
        if kbps <= 0:
            return LADDER[-1]
        place = min(self._steady.place(now, kbps), SMALLEST_FLUENT)
        return LADDER[max(place, LADDER.index(decided))]
