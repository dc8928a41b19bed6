"""The check before a call: STUN and TURN servers to try, and bytes to measure the line with."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from uuid import UUID

from protocol.call import CHECK_BYTES, CallCheck
from protocol.errors import ErrorCode
from server.api.services.ice import Ice
from server.domain.errors import Unavailable
from server.domain.people import Who
from server.domain.ports import Clock

A_MINUTE = timedelta(minutes=1)
BYTES_A_MINUTE = 24 * CHECK_BYTES
"""For one account, both ways together: three checks, so that no line is filled by mistake."""


class LineChecks:
    """Of each account it is known how much it measured in the last minute."""

    def __init__(self, clock: Clock, ice: Ice) -> None:
        self._clock = clock
        self._ice = ice
        self._measured: dict[UUID, deque[tuple[datetime, int]]] = defaultdict(deque)

    def servers(self) -> CallCheck:
        """Those of a call, with fresh credentials."""
        servers = self._ice.fresh(self._clock.now())
        return CallCheck(ice_servers=servers, ice_transport_policy=self._ice.policy)

    def spend(self, who: Who, count: int) -> None:
        """Before so many bytes go either way; raises `Unavailable` (429)."""
        now = self._clock.now()
        for account, spent in list(self._measured.items()):
            while spent and now - spent[0][0] > A_MINUTE:
                spent.popleft()
            if not spent:
                del self._measured[account]
        spent = self._measured[who.id]
        if sum(size for _, size in spent) + count > BYTES_A_MINUTE:
            left = (spent[0][0] + A_MINUTE - now).total_seconds() if spent else 60
            raise Unavailable(
                ErrorCode.TOO_MANY_REQUESTS,
                "too much was measured in this minute; wait before the next check",
                retry_after_s=int(left) + 1,
            )
        spent.append((now, count))
