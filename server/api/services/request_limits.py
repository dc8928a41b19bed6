"""How many requests a second an account may make, at all processes of the site together."""

import math
import time
from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from protocol.errors import ErrorCode
from server.domain.errors import Unavailable
from server.domain.limits import Buckets, Limit

_AT_ONCE_S = 10
"""After a rest so many seconds' worth may come at once: a list that opens, a study that loads."""
_TAKEN_AT_ONCE = 20
_TAKEN_FOR_S = 5.0


class SharedTaking(Protocol):
    """Buckets that other processes take from, too."""

    async def take(self, key: str, limit: Limit, wanted: int) -> tuple[int, float] | None: ...

    async def close(self) -> None: ...


class RequestLimits:
    """`check` before anything else is done for a request.

    Args:
        a_second, images_a_second: of one account; images come in hundreds.
        shared: where several processes serve; while it does not answer each counts for itself.
    """

    def __init__(
        self,
        a_second: float,
        images_a_second: float,
        shared: SharedTaking | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = {
            False: Limit(a_second, a_second * _AT_ONCE_S),
            True: Limit(images_a_second, images_a_second * _AT_ONCE_S),
        }
        self._own = {images: Buckets(limit) for images, limit in self._limits.items()}
        self._shared, self._now_s = shared, now_s
        self._taken: dict[tuple[UUID, bool], tuple[int, float]] = {}

    async def check(self, account_id: UUID, *, images: bool) -> None:
        """Raises `Unavailable` (429), with when to come again."""
        wait = await self._wait(account_id, images=images)
        if wait > 0:
            raise Unavailable(
                ErrorCode.TOO_MANY_REQUESTS,
                "this account asks too often; ask again in a moment",
                retry_after_s=math.ceil(wait),
            )

    async def close(self) -> None:
        if self._shared is not None:
            await self._shared.close()

    async def _wait(self, account_id: UUID, *, images: bool) -> float:
        key, now = (account_id, images), self._now_s()
        if self._shared is None:
            return self._own[images].take(account_id, now)
        left, at = self._taken.get(key, (0, now))
        if left > 0 and now - at < _TAKEN_FOR_S:
            self._taken[key] = (left - 1, at)
            return 0.0
        name = f"{account_id}:{'images' if images else 'rest'}"
        given = await self._shared.take(name, self._limits[images], _TAKEN_AT_ONCE)
        if given is None:
            return self._own[images].take(account_id, now)
        count, wait = given
        self._forget(now)
        if count:
            self._taken[key] = (count - 1, now)
            return 0.0
        return wait

    def _forget(self, now: float) -> None:
        if len(self._taken) > 10_000:
            self._taken = {
                key: one for key, one in self._taken.items() if now - one[1] < _TAKEN_FOR_S
            }
