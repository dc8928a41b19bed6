"""While a call runs, images on their way to the server and from it leave the line to it.

Speech comes first, then the pictures an expert looks at, then video, and last what is only sent or
fetched ahead. A transfer has no way of its own to know that it is in the way: the call's statistics
say so, by packets lost and by answers that take longer than on the same line before.
"""

from collections.abc import Callable

from app.media.messages import PeerStatistics, Statistics

BEGIN = 32_000
"""Bytes a second when a call begins: half of a poor line of 500 kbit/s."""
LEAST, MOST = 4_000, 4_000_000
"""A transfer never stops altogether; beyond the most nothing is held back."""
LATE_MS = 150.0
"""So much more than the best answer of this call took is a queue somewhere."""
LOST_SHARE = 0.02
FRAMES_A_SECOND = 75
"""Packets of a modest call, to compare the lost ones with."""


class Yielding:
    """Tells transfers how many bytes a second they may move; None is as fast as it goes.

    Halved where the call suffers, a quarter more each second where it does not.
    """

    def __init__(self, limit: Callable[[int | None], None]) -> None:
        self._limit = limit
        self._now: int | None = None
        self._best: dict[str, float] = {}
        self._lost: dict[str, int] = {}

    def counted(self, statistics: Statistics) -> None:
        """What the media process has counted in the last second."""
        if not statistics.peers:
            return
        suffers = sum(self._suffers(peer) for peer in statistics.peers) > 0
        before = self._now
        if before is None:
            self._now = BEGIN
        elif suffers:
            self._now = max(LEAST, before // 2)
        else:
            self._now = min(MOST, before + before // 4)
        if self._now != before:
            self._limit(self._now)

    def ended(self) -> None:
        """The call is over."""
        self._best.clear()
        self._lost.clear()
        if self._now is not None:
            self._now = None
            self._limit(None)

    def _suffers(self, peer: PeerStatistics) -> bool:
        lost = peer.packets_lost - self._lost.get(peer.peer_id, 0)
        self._lost[peer.peer_id] = peer.packets_lost
        late = False
        if peer.rtt_ms is not None:
            best = self._best[peer.peer_id] = min(
                peer.rtt_ms, self._best.get(peer.peer_id, peer.rtt_ms)
            )
            late = peer.rtt_ms > best + LATE_MS
        return late or lost > LOST_SHARE * FRAMES_A_SECOND
