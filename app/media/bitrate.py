"""How much is sent to one peer, and on which rung: the call's adaptive controller.

A pure class: it is told what the receiver reports (RTCP, RFC 3550 section 6.4; REMB) and what the
encoder does, and answers what to send. It knows no network, no codec and no clock.

- The line is judged by loss and by the queue in it: the round trip beyond the shortest of the last
  minute. A step up or down follows (the commissioning document's figures); when a queue grows,
  not more is sent than arrived.
- After a queue it waits before it tries more, and tries in small steps near what failed.
- A rung is left at once, and taken again only after the line has carried it for a while; each try
  that fails makes the next one wait four times as long.
- Sound is never given up. It is sent twice while packets are lost (and the line carries it).
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from app.media.ladder import (
    DOCUMENT_LEAST_KBPS,
    LADDER,
    LEAST_KBPS,
    MOST_KBPS,
    SMALLEST_FLUENT,
    START_KBPS,
    Rung,
    rung_for,
)

SOUND_KBPS, RICH_SOUND_KBPS = 24, 48
"""Opus, without headers."""
HEADERS_KBPS = 22
"""50 packets a second of RTP, SRTP, UDP and IP."""
REPEAT_FROM_KBPS = 115
"""Sound is sent twice only where the line carries more than that."""


class Quality(Enum):
    """How the line is, by the last reports."""

    EXCELLENT = auto()
    GOOD = auto()
    FAIR = auto()
    POOR = auto()
    CRITICAL = auto()


STEPS_KBPS = {
    Quality.EXCELLENT: 200,
    Quality.GOOD: 100,
    Quality.FAIR: 0,
    Quality.POOR: -200,
    Quality.CRITICAL: -500,
}
LOW_STEPS_KBPS = {
    Quality.EXCELLENT: 100,
    Quality.GOOD: 50,
    Quality.FAIR: 0,
    Quality.POOR: -50,
    Quality.CRITICAL: -125,
}
"""Below the document's least."""

QUEUES_MS = ((40, Quality.EXCELLENT), (80, Quality.GOOD), (150, Quality.FAIR), (350, Quality.POOR))
LOSSES = ((0.01, Quality.EXCELLENT), (0.02, Quality.GOOD), (0.1, Quality.FAIR), (0.25, Quality.POOR))
JITTER_MS = 60
"""More than this is not an excellent line."""
LOSS_WEIGHT = 0.25
"""Of a report among the earlier ones: random loss of some dozen packets says little."""
LOSS_ALONE_KBPS = 300
"""Loss without a queue or without being critical does not take more than that."""
ARRIVED_SHARE = 0.85
"""Of what arrived is sent on while a queue grows, so that it empties."""

STEP_UP_EVERY, STEP_DOWN_EVERY = 1.0, 0.5
SHORTEST_OF_S = 60.0
SILENT_AFTER = 2.5
"""Seconds without a report after which nothing is known of the line."""
SILENT_KBPS = 300
WAIT_S, WAIT_MOST_S = 3.0, 6.0
"""Before more is tried after a queue; doubled when the try failed."""
RUNG_MARGIN_UP, RUNG_MARGIN_DOWN = 1.1, 0.88
RUNG_WAIT_S, RUNG_WAIT_MOST_S, RUNG_WAIT_GROWS = 3.0, 600.0, 4
RUNG_FAILED_WITHIN_S = 30.0
RUNG_PROVEN_AFTER_S = 60.0
REPEAT_FROM_LOSS, REPEAT_UNTIL_LOSS = 0.015, 0.005


class Limit(StrEnum):
    """What keeps pictures from being better."""

    NONE = "none"
    LINE = "line"
    PROCESSOR = "processor"


@dataclass(frozen=True, slots=True)
class Report:
    """One receiver's report block. `lost` is 0..1 of `packets`; times in ms, None: not measured."""

    lost: float
    packets: int
    rtt_ms: float | None = None
    jitter_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Work:
    """What the sender did lately.

    Args:
        arrived_kbps: what the receiver got by its reports, None when not known.
        encode_share: time spent encoding of the time between two pictures.
        skipped_share: of the pictures that were due, those not sent for want of bits.
    """

    arrived_kbps: float | None = None
    encode_share: float = 0.0
    skipped_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What to send now; `pictures_kbps` pays for retransmissions too."""

    target_kbps: int
    pictures_kbps: int
    sound_kbps: int
    repeat_sound: bool
    rung: Rung
    limit: Limit
    queue_ms: float
    lost: float


class _Cap:
    """The best rung one resource allows; easing is tried ever more rarely when it fails."""

    def __init__(self, ease_after: float) -> None:
        self.place = 0
        self._ease_after = ease_after
        self._since: float | None = None
        self._calm_since: float | None = None

    def look(self, now: float, present: int, *, overloaded: bool, room: bool) -> None:
        """Lowers the rung after a second of overload, eases it after some time with room."""
        if overloaded:
            self._calm_since = None
            if self._since is None:
                self._since = now
            elif now - self._since >= 1.0 and present < SMALLEST_FLUENT:
                self._since = None
                if present + 1 > self.place > 0:
                    self._ease_after = min(300.0, self._ease_after * 2)
                self.place = max(self.place, present + 1)
            return
        self._since = None
        if not room or self.place == 0:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = now
        elif now - self._calm_since >= self._ease_after:
            self._calm_since = None
            self.place -= 1
            self._ease_after = min(300.0, self._ease_after * 2)


class Controller:
    """Decides for one peer. Every `now` is monotonic seconds; rates are kbit/s.

    Args:
        best: place in `LADDER` of the best rung that may be used (the source gives no more).
    """

    def __init__(self, now: float, best: int = 0) -> None:
        self._best = best
        self._target = float(START_KBPS)
        self._place = max(best, rung_for(START_KBPS))
        self._loss = self._recent_loss = 0.0
        self._jitter_ms = 0.0
        self._trips: deque[tuple[float, float]] = deque()
        self._queue_ms: float | None = None
        self._heard_at: float | None = None
        self._fresh = False
        self._estimate: float | None = None
        self._estimate_fell = False
        self._stepped_up = self._stepped_down = now
        self._wait = WAIT_S
        self._wait_until = now
        self._tried_at: float | None = None
        self._failed_at_kbps: float | None = None
        self._fits_since: float | None = None
        self._rung_wait = RUNG_WAIT_S
        self._rose_at: float | None = None
        self._rose_from = len(LADDER)
        self._repeat = False
        self._processor, self._richness = _Cap(10.0), _Cap(20.0)

    # --- what is heard -------------------------------------------------------------------

    def heard(self, now: float, report: Report) -> None:
        """A report block of the receiver, of sound or of pictures."""
        if self._heard_at is not None and now - self._heard_at > SILENT_AFTER:
            self._contact_again(now)
        self._heard_at = now
        self._fresh = True
        weight = min(LOSS_WEIGHT, LOSS_WEIGHT * report.packets / 40)
        self._loss += weight * (report.lost - self._loss)
        self._recent_loss = report.lost if report.packets >= 20 else self._loss
        self._jitter_ms = report.jitter_ms
        if report.rtt_ms is not None:
            while self._trips and self._trips[0][0] < now - SHORTEST_OF_S:
                self._trips.popleft()
            self._trips.append((now, report.rtt_ms))
            self._queue_ms = report.rtt_ms - min(trip for _, trip in self._trips)

    def estimated(self, kbps: float) -> None:
        """The receiver's own estimate (REMB). Only its falling says something of the line."""
        fell = self._estimate is not None and kbps < self._estimate * 0.95
        first = self._estimate is None and kbps < self._target
        self._estimate = kbps
        suspicious = self._queue_ms is None or self._queue_ms >= 40 or self._recent_loss >= 0.03
        if (fell or first) and kbps < self._target and suspicious:
            self._estimate_fell = True

    # --- what is decided -----------------------------------------------------------------

    @property
    def quality(self) -> Quality:
        """The line by the last reports."""
        queue = _grade(self._queue_ms or 0.0, QUEUES_MS)
        if queue is Quality.EXCELLENT and self._jitter_ms > JITTER_MS:
            queue = Quality.GOOD
        loss = _grade(self._loss, LOSSES)
        return max(queue, loss, key=lambda quality: quality.value)

    def decide(self, now: float, work: Work) -> Decision:
        """What to send from now on; to be asked about twice a second."""
        if self._heard_at is not None and now - self._heard_at > SILENT_AFTER:
            return self._decision(min(self._target, SILENT_KBPS))
        self._step(now, work)
        self._look_at_work(now, work)
        self._choose_rung(now)
        self._choose_repeat()
        return self._decision(self._target)

    def _step(self, now: float, work: Work) -> None:
        quality = self.quality
        queued = (self._queue_ms or 0.0) >= QUEUES_MS[2][0] or self._estimate_fell
        if queued and quality.value < Quality.POOR.value:
            quality = Quality.POOR
        if STEPS_KBPS[quality] < 0:
            if (self._fresh or self._estimate_fell) and now - self._stepped_down >= STEP_DOWN_EVERY:
                self._less(now, quality, work, queued=queued)
        elif self._fresh and now >= max(self._wait_until, self._stepped_up + STEP_UP_EVERY):
            self._more(now, quality)
        self._fresh = self._estimate_fell = False

    def _less(self, now: float, quality: Quality, work: Work, *, queued: bool) -> None:
        self._stepped_down = now
        target = self._target + self._steps()[quality]
        if queued:
            if work.arrived_kbps is not None:
                target = min(target, work.arrived_kbps * ARRIVED_SHARE)
            if self._estimate_fell and self._estimate is not None:
                target = min(target, self._estimate)
            self._queue_noticed(now)
        elif quality is not Quality.CRITICAL:
            target = max(target, min(self._target, LOSS_ALONE_KBPS))
        self._set(target)

    def _queue_noticed(self, now: float) -> None:
        if self._tried_at is not None:
            self._wait = min(WAIT_MOST_S, self._wait * 2)
            self._tried_at = None
        self._failed_at_kbps = self._target
        self._wait_until = now + self._wait

    def _more(self, now: float, quality: Quality) -> None:
        step = float(self._steps()[quality])
        if step == 0:
            return
        if (failed := self._failed_at_kbps) is not None:
            if self._target > failed * 1.1:
                self._failed_at_kbps, self._wait = None, WAIT_S
            elif self._target > failed * 0.75:
                step /= 4
        if self._tried_at is None:
            self._tried_at = now
        self._stepped_up = now
        self._set(self._target + step)

    def _steps(self) -> dict[Quality, int]:
        return STEPS_KBPS if self._target >= DOCUMENT_LEAST_KBPS else LOW_STEPS_KBPS

    def _set(self, target: float) -> None:
        self._target = max(float(LEAST_KBPS), min(float(MOST_KBPS), target))

    def _contact_again(self, now: float) -> None:
        """After a cut the line may be another one: half of what it carried, and no old delays."""
        self._set(max(self._target / 2, min(self._target, SILENT_KBPS)))
        self._trips.clear()
        self._queue_ms = None
        self._wait_until = now + WAIT_S

    def _look_at_work(self, now: float, work: Work) -> None:
        rung = LADDER[self._place]
        if rung.fps < 1:
            return
        above = LADDER[max(0, self._place - 1)]
        share = work.encode_share * above.pixels_a_second / rung.pixels_a_second
        self._processor.look(
            now, self._place, overloaded=work.encode_share > 0.8, room=share < 0.6
        )
        self._richness.look(
            now, self._place, overloaded=work.skipped_share > 0.2, room=work.skipped_share < 0.03
        )

    def _choose_rung(self, now: float) -> None:
        if self._rose_at is not None and now - self._rose_at > RUNG_PROVEN_AFTER_S:
            self._rose_at, self._rung_wait = None, RUNG_WAIT_S
        capped = max(self._best, self._processor.place, self._richness.place)
        carried = max(rung_for(self._target, RUNG_MARGIN_DOWN), capped)
        if carried > self._place:
            if carried > self._rose_from:
                self._rung_wait = RUNG_WAIT_S  # not the try failed: the line is another one now
            elif self._rose_at is not None and now - self._rose_at <= RUNG_FAILED_WITHIN_S:
                self._rung_wait = min(RUNG_WAIT_MOST_S, self._rung_wait * RUNG_WAIT_GROWS)
            self._place, self._fits_since, self._rose_at = carried, None, None
            return
        wanted = max(rung_for(self._target, RUNG_MARGIN_UP), capped)
        if wanted >= self._place:
            self._fits_since = None
        elif self._fits_since is None:
            self._fits_since = now
        elif now - self._fits_since >= self._rung_wait:
            self._rose_from, self._rose_at = self._place, now
            self._place, self._fits_since = wanted, None

    def _choose_repeat(self) -> None:
        if self._target < REPEAT_FROM_KBPS or self._loss < REPEAT_UNTIL_LOSS:
            self._repeat = False
        elif self._loss > REPEAT_FROM_LOSS:
            self._repeat = True

    def _decision(self, target: float) -> Decision:
        rung = LADDER[self._place]
        sound = RICH_SOUND_KBPS if target >= DOCUMENT_LEAST_KBPS else SOUND_KBPS
        taken = (sound + HEADERS_KBPS) * (2 if self._repeat else 1)
        return Decision(
            target_kbps=round(target),
            pictures_kbps=max(0, round(target - taken)),
            sound_kbps=sound,
            repeat_sound=self._repeat,
            rung=rung,
            limit=self._limit(),
            queue_ms=round(self._queue_ms or 0.0, 1),
            lost=round(self._loss, 3),
        )

    def _limit(self) -> Limit:
        if self._place <= self._best:
            return Limit.NONE
        if self._place == self._processor.place:
            return Limit.PROCESSOR
        if self._place <= 1:
            return Limit.NONE
        return Limit.LINE


def _grade(value: float, bounds: tuple[tuple[float, Quality], ...]) -> Quality:
    return next((quality for bound, quality in bounds if value < bound), Quality.CRITICAL)
