"""One direction of an emulated line, without clocks or devices: when does a packet arrive?"""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """How one direction behaves.

    Args:
        rate_kbps: what leaves the queue, 0 is without limit.
        delay_ms: travelling time of every packet.
        loss: share of the packets lost on the way, 0 to 1.
        burst: how many packets in a row one loss takes on average; 1 loses each by itself.
        queue_ms: packets that would wait longer than this for their turn are dropped.
        cut: nothing arrives.
    """

    rate_kbps: float = 0.0
    delay_ms: float = 0.0
    loss: float = 0.0
    burst: float = 1.0
    queue_ms: float = 300.0
    cut: bool = False


class Lane:
    """Decides about each packet in the order they come.

    Loss in bursts follows Gilbert's two states: all is lost in the bad one, which lasts `burst`
    packets on average and is entered as often as gives the share `loss`.
    """

    def __init__(self, line: Line, seed: int = 1) -> None:
        self.line = line
        self._chance = random.Random(seed)
        self._free = 0.0
        self._bad = False
        self.sent = self.sent_bytes = self.arrived_bytes = 0
        self.lost = self.overflowed = 0
        self.waits_ms: list[float] = []

    def arrival(self, now: float, size: int) -> float | None:
        """The moment (seconds) at which a packet of `size` bytes arrives; None: it never does."""
        self.sent += 1
        self.sent_bytes += size
        line = self.line
        if line.cut or self._is_lost():
            self.lost += 1
            return None
        leaves = now
        if line.rate_kbps:
            wait_ms = max(0.0, self._free - now) * 1000
            if wait_ms > line.queue_ms:
                self.overflowed += 1
                return None
            self.waits_ms.append(wait_ms)
            leaves = self._free = max(now, self._free) + size * 8 / (line.rate_kbps * 1000)
        self.arrived_bytes += size
        return leaves + line.delay_ms / 1000

    def _is_lost(self) -> bool:
        line = self.line
        if line.loss <= 0:
            return False
        if line.burst <= 1:
            return self._chance.random() < line.loss
        leave = 1 / line.burst
        enter = leave * line.loss / (1 - line.loss)
        self._bad = self._chance.random() < (1 - leave if self._bad else enter)
        return self._bad
