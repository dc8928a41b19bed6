"""A line in arithmetic: a queue, a rate and a loss, for tests that need no network."""

import itertools
import random
from dataclasses import dataclass, field

from app.media.bitrate import HEADERS_KBPS, Controller, Decision
from app.media.line_quality import Report, Work

TICK = 0.5
QUEUE_LIMIT_MS = 1000.0


@dataclass
class SimulatedLine:
    """Sends what the controller decides, twice a second; reports come once a second.

    Args:
        greedy: share of the target that the encoder really uses.
    """

    rate_kbps: float
    loss: float = 0.0
    rtt_ms: float = 100.0
    greedy: float = 1.0
    seed: int = 1
    now: float = 1000.0
    queue_ms: float = 0.0
    decisions: list[Decision] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.controller = Controller(self.now)
        self._chance = random.Random(self.seed)
        self._sent_kbps = 0.0
        self._arrived_kbps = 0.0
        self._overflow = 0.0
        self._ticks = 0

    def run(self, seconds: float) -> list[Decision]:
        """Passes time; what was decided meanwhile."""
        before = len(self.decisions)
        for _ in range(round(seconds / TICK)):
            self._tick()
        return self.decisions[before:]

    def _tick(self) -> None:
        self.now += TICK
        self._ticks += 1
        self._queue()
        if self._ticks % 2 == 0:
            self.controller.heard(self.now, self._report())
        decision = self.controller.decide(self.now, Work(arrived_kbps=self._arrived_kbps))
        self.decisions.append(decision)
        sound = (decision.sound_kbps + HEADERS_KBPS) * (2 if decision.repeat_sound else 1)
        self._sent_kbps = self.greedy * (decision.pictures_kbps + sound)

    def _queue(self) -> None:
        waiting = self.queue_ms + (self._sent_kbps - self.rate_kbps) / self.rate_kbps * TICK * 1000
        self.queue_ms = min(QUEUE_LIMIT_MS, max(0.0, waiting))
        overflowing = max(0.0, waiting - QUEUE_LIMIT_MS) / 1000 / TICK * self.rate_kbps
        self._overflow = overflowing / self._sent_kbps if self._sent_kbps else 0.0
        self._arrived_kbps = min(self._sent_kbps, self.rate_kbps) * (1 - self.loss)

    def _report(self) -> Report:
        packets = max(50, round(self._sent_kbps / 9))
        lost = sum(self._chance.random() < self.loss for _ in range(packets)) / packets
        trip = self.rtt_ms + self.queue_ms + self._chance.uniform(0, 10)
        return Report(min(1.0, lost + self._overflow), packets, trip, jitter_ms=10)


def rung_changes(decisions: list[Decision]) -> int:
    pairs = itertools.pairwise(decisions)
    return sum(before.rung is not after.rung for before, after in pairs)
