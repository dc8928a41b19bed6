"""How much is sent to one peer, and on which rung: the call's adaptive controller.

A pure class: it is told what the receiver reports (RTCP, RFC 3550 section 6.4; REMB) and what the
encoder does, and answers what to send. It knows no network, no codec and no clock.

- The line is judged by loss and by the queue in it (`app.media.delays`). A step up or down follows
  (the commissioning document's figures); when a queue grows, not more is sent than arrived.
- After a queue it waits before it tries more, and comes near to what was refused in small steps
  (`app.media.refused`). What is tried is sent step by step (`app.media.opening`).
- A rung is left at once, and taken again only after the line has carried it for a while
  (`app.media.climbing`).
- Not much more is aimed at than is really sent: what was not sent proves nothing of the line.
- Sound is never given up. It is sent twice while packets are lost (and the line carries it).
"""

import math
from dataclasses import dataclass

from app.media.arrivals import Arrivals
from app.media.caps import Cap
from app.media.climbing import Climbing
from app.media.contact import Contact
from app.media.delays import Delays, Standing
from app.media.ladder import (
    DOCUMENT_LEAST_KBPS,
    LADDER,
    LEAST_KBPS,
    MOST_KBPS,
    SMALLEST_FLUENT,
    START_KBPS,
    Rung,
    provable_kbps,
    rung_for,
)
from app.media.line_quality import (
    JITTER_MS,
    LOSSES,
    QUEUES_MS,
    STEPS_KBPS,
    Quality,
    Report,
    Work,
    grade,
    steps_for,
)
from app.media.opening import Opening
from app.media.refused import Refused
from app.media.repeating import Repeating
from protocol.call import Limit

SOUND_KBPS, RICH_SOUND_KBPS = 24, 48
"""Opus, without headers."""
HEADERS_KBPS = 22
"""50 packets a second of RTP, SRTP, UDP and IP."""
LOSS_WEIGHT = 0.25
"""Of a report among the earlier ones: random loss of some dozen packets says little."""
LOSS_ALONE_KBPS = 300
"""Loss alone, without a queue and not critical, leaves that much, and leads back to it."""
ARRIVED_SHARE = 0.85
"""Of what arrived is sent on while a queue grows, so that it empties."""

CUT_MOST, CUT_CRITICAL = 0.4, 0.2
"""One step down leaves that share: what looks like a queue may be a computer that stood still. The
second where the receiver itself tells of a long one."""

STEP_UP_EVERY, STEP_DOWN_EVERY = 1.0, 1.0
DRAIN_S, DRAINED_SHARE, STUCK_S = 2.5, 0.7, 1.0
"""A queue gets so long to shrink to that share before a further step down; less when it does
not shrink at all."""
DRAIN = ((100, 1.0), (350, 0.7), (math.inf, 0.5))
"""Of the target is sent while a queue of less than so many ms empties."""
SOUNDED_SHARE = 0.7
"""Of the target is sent to see whether a delay is a queue."""
SILENT_KBPS = 300
"""Sent while nothing is heard any more."""
UNHEARD_S = 1.0
"""So long sound goes alone before the first answer, which is how an empty line is met."""
WAIT_S, WAIT_MOST_S = 3.0, 6.0
"""Before more is tried after a queue; doubled when the try failed."""
QUEUE_LOST = 0.09
"""More is not believed to be lost while a queue is answered: what ran over it was cut already."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to send now.

    `pictures_kbps` is what the sound leaves of the target, less while a queue empties; it pays for
    retransmissions too.
    """

    target_kbps: int
    pictures_kbps: int
    sound_kbps: int
    repeat_sound: bool
    rung: Rung
    limit: Limit
    queue_ms: float
    lost: float


class Controller:
    """Decides for one peer. Every `now` is monotonic seconds; rates are kbit/s.

    Args:
        best: place in `LADDER` of the best rung that may be used (the source gives no more).
    """

    def __init__(self, now: float, best: int = 0) -> None:
        self.best = best
        self._target = float(START_KBPS)
        self._climbing = Climbing(max(best, rung_for(START_KBPS)))
        self._loss = self._recent_loss = 0.0
        self._jitter_ms = 0.0
        self._delays, self._standing = Delays(), Standing()
        self._arrivals = Arrivals()
        self._draining: tuple[float, float] | None = None
        self._contact, self._answered = Contact(), False
        self._began = now
        self._opening = Opening(now)
        self._fresh = False
        self._sends_kbps = 0.0
        self._estimate = math.inf
        self._estimate_fell = False
        self._stepped_up = self._stepped_down = now
        self._wait = WAIT_S
        self._wait_until = now
        self._tried_at: float | None = None
        self._refused = Refused()
        self._stale = self._rough = False
        self._repeating = Repeating()
        self._processor, self._richness = Cap(1.0, 10.0), Cap(1.0, 4.0)

    # --- what is heard -------------------------------------------------------------------

    def heard(self, now: float, report: Report) -> None:
        """A report block of the receiver, of sound or of pictures."""
        self.alive(now)
        self._answered = self._fresh = True
        if report.rtt_ms is not None:
            self._delays.trip(now, report.rtt_ms)
        if self._contact.tells_of_silence(now, report.covers_s):
            return
        weight = min(LOSS_WEIGHT, LOSS_WEIGHT * report.packets / 40)
        answered = self._draining is not None or now < self._wait_until
        self._loss += weight * (min(report.lost, QUEUE_LOST if answered else 1.0) - self._loss)
        self._recent_loss = report.lost if report.packets >= 20 else self._loss
        self._jitter_ms = report.jitter_ms

    def told(self, now: float, queue_ms: float, arrived_kbps: float) -> None:
        """What a receiver of our own kind measured of this direction alone."""
        self.alive(now)
        self._answered = self._fresh = True
        self._delays.told(now, queue_ms)
        self._arrivals.told(queue_ms, arrived_kbps)
        self._refused.told(now, queue_ms)

    def alive(self, now: float) -> None:
        """Anything at all came from the other side."""
        if self._contact.heard(now):
            self._contact_again(now)

    @property
    def alarmed(self) -> bool:
        """A queue was told of that no decision has answered yet."""
        return self._fresh and self._draining is None and self._queue >= QUEUES_MS[2][0]

    @property
    def _queue(self) -> float:
        return self._delays.queue_ms or 0.0

    def estimated(self, kbps: float) -> None:
        """The receiver's own estimate (REMB). Only its falling says something of the line; nothing
        where the receiver tells what it measured: an earlier program of ours sends aiortc's as
        well, which falls for losses and a busy computer."""
        if self._arrivals.latest is not None:
            return
        fell, self._estimate = kbps < self._estimate * 0.95, kbps
        suspicious = self._delays.queue_ms is None or self._queue >= 40 or self._recent_loss >= 0.03
        if fell and kbps < self._target and suspicious:
            self._estimate_fell = True

    # --- what is decided -----------------------------------------------------------------

    @property
    def quality(self) -> Quality:
        """The line by the last reports."""
        queue = grade(self._queue, QUEUES_MS)
        if queue is Quality.EXCELLENT and self._jitter_ms > JITTER_MS:
            queue = Quality.GOOD
        loss = grade(self._loss, LOSSES)
        return max(queue, loss, key=lambda quality: quality.value)

    def decide(self, now: float, work: Work) -> Decision:
        """What to send from now on; to be asked about twice a second."""
        if not self._answered and now - self._began < UNHEARD_S:
            self._opening.waits(now)
            return self._decision(now, 0.0)
        if self._contact.silent(now):
            return self._decision(now, SILENT_KBPS)
        self._stale = self._delays.stale(now, work.answers_late_ms)
        self._tell_path_from_queue(now, work)
        self._step(now, work)
        sent = self._target if work.sent_kbps is None else work.sent_kbps
        self._open(now, sent)
        self._look_at_work(now, work)
        self._choose_rung(now, sent)
        self._repeating.look(self._target, self._loss)
        return self._decision(now, min(self._target, self._opening.kbps))

    def _choose_rung(self, now: float, sent: float) -> None:
        before = self._place
        self._climbing.choose(now, self._target, sent, self._capped)
        if self._place < before:
            self._opening.begin(sent)

    def _tell_path_from_queue(self, now: float, work: Work) -> None:
        sends = self._sends_kbps if work.sends_kbps is None else work.sends_kbps
        told = self._delays.told_lately(now)
        arrives = self._arrivals.latest if told else work.arrived_kbps
        after = self._delays.heard_after(now)
        longer = self._standing.look(now, self._queue, sends, arrives, after)
        if longer:
            self._delays.grown(now, longer)
            self._draining, self._wait_until = None, now

    def _open(self, now: float, sent: float) -> None:
        """More is sent step by step: a queue of a second answers a second later."""
        if self._draining is not None:
            self._opening.end()
        calm = self._queue < QUEUES_MS[0][0] and not self._stale
        grows = calm and self._opening.may_grow(self._loss)
        trip_s = self._delays.shortest_ms / 1000
        self._target = self._opening.look(now, self._target, sent, trip_s, grows=grows)
        if self._opening.of_start and rung_for(self._opening.kbps) <= self._place:
            self._opening.begin(sent)

    def _step(self, now: float, work: Work) -> None:
        quality, queue = self.quality, self._queue
        queued = queue >= QUEUES_MS[2][0] or self._estimate_fell
        if queued:
            quality = max(quality, Quality.POOR, key=lambda one: one.value)
        elif self._target < LOSS_ALONE_KBPS and self._loss < LOSSES[3][0]:
            quality = min(quality, Quality.GOOD, key=lambda one: one.value)
        if queued:
            if self._may_cut(now, queue):
                self._draining = (now, queue)
                self._less(now, quality, work, queued=True)
        elif STEPS_KBPS[quality] < 0:
            if self._fresh and now - self._stepped_down >= STEP_DOWN_EVERY:
                self._less(now, quality, work, queued=False)
        else:
            if queue < QUEUES_MS[1][0]:
                self._draining = None
            due = max(self._wait_until, self._stepped_up + STEP_UP_EVERY)
            if self._fresh and not self._stale and now >= due:
                self._more(now, quality, work)
        self._fresh = self._estimate_fell = False

    def _may_cut(self, now: float, queue: float) -> bool:
        """Once for a queue; again when it does not shrink in spite of it."""
        if not (self._fresh or self._estimate_fell):
            return False
        if self._draining is None:
            return True
        since, was = self._draining
        carried = self._arrivals.carried
        if self._rough and self._arrivals.standing:
            return True  # only now it is known what goes through
        # Below what the line carries the queue goes by itself, heard of through one as long.
        late = 2 * was / 1000 if carried is not None and self._target <= carried else 0.0
        if now - since < (DRAIN_S if queue < was * 0.9 else STUCK_S + late):
            return False
        if queue <= was * DRAINED_SHARE:
            self._draining = (now, queue)
            return False
        return True

    def _less(self, now: float, quality: Quality, work: Work, *, queued: bool) -> None:
        self._stepped_down = now
        sent = min(self._target, self._opening.kbps)
        target = sent + steps_for(self._target)[quality]
        if queued:
            arrived = self._carried(work)
            if arrived is not None:
                # A step is coarser than what a queue that stands tells, or speech may lose.
                self._rough = not self._arrivals.standing
                fine = not self._rough or self._target < LOSS_ALONE_KBPS
                target = min(sent if fine else target, arrived * ARRIVED_SHARE)
            if self._estimate_fell:
                target = min(target, self._estimate)
            known = max(self._standing.least_kbps, self._opening.carried_kbps)
            target = max(target, min(sent, known))
            certain = self._delays.told_lately(now) and quality is Quality.CRITICAL
            target = max(target, sent * (CUT_CRITICAL if certain else CUT_MOST))
            self._queue_noticed(now, sent, arrived)
        elif quality is not Quality.CRITICAL:
            target = max(target, min(self._target, LOSS_ALONE_KBPS))
        self._set(target)

    def _carried(self, work: Work) -> float | None:
        carried = self._arrivals.carried
        return work.arrived_kbps if carried is None else carried

    def _queue_noticed(self, now: float, sent: float, arrived: float | None) -> None:
        if self._tried_at is not None:
            self._wait = min(WAIT_MOST_S, self._wait * 2)
            self._tried_at = None
        kbps = min(self._target, sent if arrived is None else arrived)
        self._refused.notice(now, kbps, measured=arrived is not None)
        self._wait_until = now + self._wait

    def _more(self, now: float, quality: Quality, work: Work) -> None:
        step = float(steps_for(self._target)[quality])
        sent = (work.sent_kbps or 0.0) if self._loss < LOSSES[0][0] else 0.0  # no leap with losses
        following = self._climbing.unproven_aim(self._capped, sent)
        if self._refused.over(now, self._target, self._carried(work) or 0.0):
            self._wait = WAIT_S
        most = max(provable_kbps(work.sent_kbps), following)
        if self._place <= SMALLEST_FLUENT:
            most = min(most, self._refused.most(now))
        if step == 0 or self._target >= most:
            return
        if self._refused.near(self._target):
            step /= 4
        if quality is Quality.EXCELLENT and self._place > SMALLEST_FLUENT:
            step = max(step, following - self._target)  # hardly anything is sent there
        if self._tried_at is None:
            self._tried_at = now
        self._stepped_up = now
        self._set(min(self._target + step, most))

    def _set(self, target: float) -> None:
        self._target = max(float(LEAST_KBPS), min(float(MOST_KBPS), target))

    def _contact_again(self, now: float) -> None:
        """After a cut the line may be another one: half of what it carried, and no old delays."""
        self._set(max(self._target / 2, min(self._target, SILENT_KBPS)))
        self._delays.forget()
        self._draining, self._wait_until = None, now + WAIT_S

    def _look_at_work(self, now: float, work: Work) -> None:
        rung = LADDER[self._place]
        if rung.fps < 1:
            return
        above = LADDER[max(0, self._place - 1)]
        share = work.encode_share * above.pixels_a_second / rung.pixels_a_second
        self._processor.look(now, self._place, overloaded=work.encode_share > 0.8, room=share < 0.6)
        self._richness.look(
            now,
            self._place,
            overloaded=work.skipped_share > (0.4 if self._opening.kbps < self._target else 0.2)
            and self._draining is None,
            room=work.skipped_share < 0.12,
            by=2 if work.skipped_share > 0.6 else 1,
        )

    @property
    def _capped(self) -> int:
        return max(self.best, self._processor.place, self._richness.place)

    @property
    def _place(self) -> int:
        return self._climbing.place

    def _decision(self, now: float, target: float) -> Decision:
        rung = LADDER[max(self._place, self._opening_place())]
        sound = RICH_SOUND_KBPS if target >= DOCUMENT_LEAST_KBPS else SOUND_KBPS
        taken = (sound + HEADERS_KBPS) * (2 if self._repeating.on else 1)
        sent = min(target, self._target) * self._drained_share(now)
        self._sends_kbps = max(sent, taken)
        return Decision(
            target_kbps=round(self._target),
            pictures_kbps=max(0, round(sent - taken)),
            sound_kbps=sound,
            repeat_sound=self._repeating.on,
            rung=rung,
            limit=self._limit(),
            queue_ms=round(self._queue, 1),
            lost=round(self._loss, 3),
        )

    def _opening_place(self) -> int:
        if not self._opening.of_start:
            return 0
        return min(SMALLEST_FLUENT, rung_for(self._opening.kbps))

    def _drained_share(self, now: float) -> float:
        if self._draining is None:
            return SOUNDED_SHARE if self._standing.sounded(now) else 1.0
        return next(share for bound, share in DRAIN if self._queue < bound)

    def _limit(self) -> Limit:
        if self._place <= self.best:
            return Limit.NONE
        if self._place == self._processor.place:
            return Limit.PROCESSOR
        if self._place <= 1:
            return Limit.NONE
        return Limit.LINE
