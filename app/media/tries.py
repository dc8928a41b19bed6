"""One connection of a pair, as the pair watches it."""

from collections import deque
from typing import assert_never

from app.media.messages import ConnectionState, Direction
from app.media.peer import Peer
from protocol.call import Attempt, IceCandidate

SILENT_AFTER = 2.0
"""Seconds without a packet: of a peer like us one comes five times a second, also when muted."""
FORWARDED_SILENT_AFTER = 4.0
"""The same where an SFU is at the other end: it reports once a second, and one may be lost."""
MEDIA_PACKETS = 3
"""That many after the handshake are media, and the other side has chosen the new connection."""
TRY_FOR = 5.0
"""Seconds a new connection may take beside a silent one before the next is tried."""
FIRST_TRY_FOR = 12.0
"""The same for the first one: relays are tried in turn meanwhile."""
LONGER, LONGEST = 1.5, 5.0
"""Each further try is given longer than the one before it, up to so many times the first."""
STRAYS = 40
"""Candidates without a description that are kept."""


class Patience:
    """How long a try may take until the next takes its place.

    On a computer or a line that needs longer than the first is given, each try would be ended by
    the next for ever: so they grow until one connects.
    """

    def __init__(self) -> None:
        self._tries = 0

    def began(self) -> None:
        self._tries += 1

    def connected(self) -> None:
        self._tries = 0

    def seconds(self, *, first: bool) -> float:
        """`first`: there is no older connection beside which it is tried."""
        longer: float = min(LONGEST, LONGER ** max(0, self._tries - 1))
        return longer * (FIRST_TRY_FOR if first else TRY_FOR)


class Strays:
    """Candidates that came before the offer they belong to."""

    def __init__(self) -> None:
        self._kept: deque[IceCandidate] = deque(maxlen=STRAYS)

    def keep(self, candidate: IceCandidate) -> None:
        self._kept.append(candidate)

    def of(self, attempt: Attempt | None) -> tuple[IceCandidate, ...]:
        """Those of an offer that has come now; what is of others is void with it."""
        found = tuple(one for one in self._kept if one.attempt in (None, attempt))
        self._kept.clear()
        return found


class Try:
    """One connection, from its first description on.

    Args:
        sure: it is wanted even if the older connection should live again.
    """

    def __init__(
        self, attempt: Attempt | None, direction: Direction, now: float, *, sure: bool
    ) -> None:
        self.attempt = attempt
        self.direction = direction
        self.began = now
        self.sure = sure
        self.answered = False
        self.packets = 0
        self.heard = now
        self.packets_at_start: int | None = None
        self.flowed_at: float | None = None
        self.peer: Peer

    @property
    def dead(self) -> bool:
        return self.peer.state in (ConnectionState.FAILED, ConnectionState.CLOSED)

    @property
    def connected(self) -> bool:
        return self.peer.state is ConnectionState.CONNECTED

    @property
    def flows(self) -> bool:
        """More has come than the handshake."""
        started = self.packets_at_start
        return started is not None and self.peer.packets - started >= MEDIA_PACKETS

    def look(self, now: float) -> None:
        packets = self.peer.packets
        if packets != self.packets or self._may_be_silent():
            self.packets, self.heard = packets, now
        if self.flowed_at is None and self.flows:
            self.flowed_at = now

    def _may_be_silent(self) -> bool:
        """An SFU has nothing to say until it was sent something, or has something to send."""
        match self.direction:
            case Direction.BOTH:
                return False
            case Direction.SEND:
                return not self.peer.has_sent
            case Direction.RECEIVE:
                return not self.flows
            case _:
                assert_never(self.direction)

    def silent(self, now: float) -> bool:
        both = self.direction is Direction.BOTH
        patience = SILENT_AFTER if both else FORWARDED_SILENT_AFTER
        return self.dead or now - self.heard > patience
