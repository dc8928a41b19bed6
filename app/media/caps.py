"""What allows no better rung for now: the processor, or pictures too rich for their rate."""

import math

from app.media.ladder import SMALLEST_FLUENT

FAILED_WITHIN_S = 120.0
WAIT_GROWS, WAIT_MOST_S = 4, 600.0


class Cap:
    """The best rung one resource allows; easing is tried ever more rarely when it fails.

    Args:
        over_for: seconds of overload before the rung is lowered.
        ease_after: seconds with room before a better one is tried.
    """

    def __init__(self, over_for: float, ease_after: float) -> None:
        self.place = 0
        self._over_for = over_for
        self._ease_after = ease_after
        self._over_since: float | None = None
        self._calm_since: float | None = None
        self._eased_at = -math.inf

    def look(self, now: float, present: int, *, overloaded: bool, room: bool, by: int = 1) -> None:
        """Lowers the rung `by` so many, or eases it by one."""
        if not overloaded:
            self._over_since = None
            self._look_for_room(now, room=room)
            return
        self._calm_since = None
        if self._over_since is None:
            self._over_since = now
        elif now - self._over_since >= self._over_for and present < SMALLEST_FLUENT:
            self._over_since = None
            self.place = min(SMALLEST_FLUENT, present + by)
            if now - self._eased_at < FAILED_WITHIN_S:
                self._ease_after = min(WAIT_MOST_S, self._ease_after * WAIT_GROWS)

    def _look_for_room(self, now: float, *, room: bool) -> None:
        if not room or self.place == 0:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = now
        elif now - self._calm_since >= self._ease_after:
            self._calm_since = None
            self._eased_at = now
            self.place -= 1
