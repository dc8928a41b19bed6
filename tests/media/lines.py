"""A line in arithmetic: a queue, a rate and a loss, for tests that need no network."""

import itertools
import random
from collections import deque
from dataclasses import dataclass, field

from app.media.bitrate import HEADERS_KBPS, Controller, Decision
from app.media.line_quality import Report, Work
from protocol.call import Motion

TICK = 0.5
ENOUGH_KBPS = {1080: 2400, 720: 1440, 480: 550, 360: 400, 240: 200}
"""What VP8 makes of a person in a room at its finest, on the rung of each height."""
QUEUE_LIMIT_MS = 1000.0


@dataclass
class SimulatedLine:
    """Sends what the controller decides, twice a second; reports come once a second.

    Args:
        greedy: share of the target that the encoder really uses.
        quiet: somebody sits before the camera, and each rung has a rate that is enough for that.
        sound_reports_every: seconds between reports while only sound goes, as of a browser.
        speaks: the receiver is of our own kind, and tells what it measures of this direction.
        thin_back: what it tells waits in a queue as long, for the line back is no better.
    """

    rate_kbps: float
    loss: float = 0.0
    rtt_ms: float = 100.0
    greedy: float = 1.0
    quiet: bool = False
    sound_reports_every: float = 1.0
    speaks: bool = False
    thin_back: bool = False
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
        self._told: deque[tuple[float, float, float]] = deque()
        self._sent_lately: deque[float] = deque(maxlen=8)
        self._reported_at = self._pictured_at = self.now
        self._shortest_told = self._way_ms()

    def run(self, seconds: float) -> list[Decision]:
        """Passes time; what was decided meanwhile."""
        before = len(self.decisions)
        for _ in range(round(seconds / TICK)):
            self._tick()
        return self.decisions[before:]

    def _way_ms(self) -> float:
        return self.rtt_ms / 2 + self.queue_ms

    def _tick(self) -> None:
        self.now += TICK
        self._queue()
        pictures = self._pictured_at == self.now - TICK
        every = 1.0 if pictures else self.sound_reports_every
        if self.now - self._reported_at >= every:
            self.controller.heard(self.now, self._report())
            self._reported_at = self.now
        if self.speaks:
            self._shortest_told = min(self._shortest_told, self._way_ms())
            beyond = self._way_ms() - self._shortest_told
            due = self.now + (self.queue_ms / 1000 if self.thin_back else 0.0)
            self._told.append((due, beyond, self._arrived_kbps))
            while self._told and self._told[0][0] <= self.now:
                self.controller.told(self.now, *self._told.popleft()[1:])
        self.decisions.append(self.controller.decide(self.now, self._work(pictures=pictures)))
        self._send(self.decisions[-1])

    def _work(self, *, pictures: bool) -> Work:
        return Work(
            arrived_kbps=self._arrived_kbps if pictures else None,
            sent_kbps=max(self._sent_lately, default=None),
            sends_kbps=self._sent_kbps,
        )

    def _send(self, decision: Decision) -> None:
        sound = (decision.sound_kbps + HEADERS_KBPS) * (2 if decision.repeat_sound else 1)
        pictures = decision.pictures_kbps
        if decision.rung.motion is Motion.PAUSED:
            pictures = 0
        elif pictures:
            self._pictured_at = self.now
            if self.quiet:
                pictures = min(pictures, ENOUGH_KBPS[decision.rung.height])
        self._sent_kbps = self.greedy * (pictures + sound)
        self._sent_lately.append(self._sent_kbps)

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
