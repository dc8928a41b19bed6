"""Token buckets: so many requests a second, and some at once after a rest."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

_MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`a_second` in the long run, `at_once` after a rest."""

    a_second: float
    at_once: float


class Buckets:
    """One bucket for each key; who has not come for long has a full one.

    Args:
        limit: of each.
    """

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable, now_s: float) -> float:
        """0 where it was taken, else in how many seconds there is one."""
        left, at = self._left.get(key, (self._limit.at_once, now_s))
        left = min(self._limit.at_once, left + max(0.0, now_s - at) * self._limit.a_second)
        taken = left >= 1
        self._left[key] = (left - 1 if taken else left, now_s)
        self._left.move_to_end(key)
        if len(self._left) > _MOST_KEPT:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / self._limit.a_second
