"""What is sent to an SFU: as much as the line to it carries, and never more than it allows."""

from app.media.bitrate import Controller
from app.media.ladder import LEAST_KBPS, MOST_KBPS, rung_for
from protocol.call import Limit


class ForwardedController(Controller):
    """Decides what is sent to an SFU.

    It judges the line by the SFU's receiver reports. The SFU's REMB is no estimate but what the
    site allows each participant: every picture goes to all the others.
    """

    def __init__(self, now: float) -> None:
        super().__init__(now)
        self._most = float(MOST_KBPS)

    def estimated(self, kbps: float) -> None:
        """The site's limit, which Janus raises to its height step by step."""
        held = self._target >= self._most
        self._most = max(float(LEAST_KBPS), kbps)
        self._set(self._most if held else self._target)

    def _set(self, target: float) -> None:
        super()._set(min(target, self._most))

    def _limit(self) -> Limit:
        """What the site allows is no fault of the line."""
        return Limit.NONE if self._place <= rung_for(self._most) else super()._limit()
