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


class Bucket:
    """Full at first.

    Args:
        limit: what it holds, and how it fills again.
    """

    __slots__ = ("_at", "_left", "_limit")

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._left = limit.at_once
        self._at = 0.0

    def take(self, now_s: float) -> float:
        """0 where it was taken, else in how many seconds there is one."""
        limit, left = self._limit, self._left
        if now_s > self._at:
            left = min(limit.at_once, left + (now_s - self._at) * limit.a_second)
        self._at = now_s
        if left < 1:
            self._left = left
            return (1 - left) / limit.a_second
        self._left = left - 1
        return 0.0

    def give_back(self) -> None:
        """What was just taken was not needed."""
        self._left += 1


class Buckets:
    """One bucket for each key; who has not come for long has a full one.

    Args:
        limit: of each.
    """

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._buckets: OrderedDict[Hashable, Bucket] = OrderedDict()

    def take(self, key: Hashable, now_s: float) -> float:
        """0 where it was taken, else in how many seconds there is one."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._limit)
            if len(self._buckets) > _MOST_KEPT:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket.take(now_s)
