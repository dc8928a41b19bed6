"""A case rings: the media process sounds until somebody answers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.ipc.errors import ChildNotRunningError, ChildStartError
from app.media.equipment import DeviceSource, Equipment
from app.media.link import MediaLink
from app.media.ringing_messages import Ring, StopRinging
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.session.call import CallPhase
from app.session.equipment import RingTonesChosen
from app.session.state import State
from protocol.consultation import Urgency

log = logging.getLogger(__name__)

HEARD_S = 1.0
"""How long it rings for somebody who has just switched it on."""
_ORDER = list(Urgency)


class ToneMemory(Protocol):
    """Whether cases sound on this computer."""

    def read(self) -> bool: ...

    def write(self, on: bool) -> None:
        """Raises DiskFull."""
        ...


@dataclass(frozen=True, slots=True)
class _Sounding:
    """What differs between one ringing and another."""

    urgency: Urgency
    until: datetime
    soft: bool
    speaker: DeviceSource


class RingingService:
    """The most urgent case is heard. Critical ones are heard even where the others are not; in a
    call all are soft, and none ends it (domain.md, Queue).

    Args:
        media: the media process; it is started when something rings.
        silent: nothing is ever heard (generated media).
        now: UTC.
    """

    def __init__(
        self,
        facts: Facts,
        memory: ToneMemory,
        media: MediaLink,
        tasks: Tasks,
        now: Callable[[], datetime],
        *,
        silent: bool,
    ) -> None:
        self._facts = facts
        self._memory = memory
        self._media = media
        self._tasks = tasks
        self._now = now
        self._silent = silent
        self._sounding: _Sounding | None = None
        facts.apply(RingTonesChosen(memory.read()))

    def choose(self, *, on: bool) -> None:
        """From now on, on this computer; whoever switches it on hears it."""
        self._facts.apply(RingTonesChosen(on))
        self._memory.write(on)
        if on and self._sounding is None and not self._silent:
            heard = Ring(
                urgency=Urgency.URGENT,
                for_s=HEARD_S,
                speaker=self._facts.state.equipment.wish(Equipment.SPEAKER),
            )
            self._tasks.start(self._ring(heard), only="ring")

    def follow(self, state: State) -> None:
        wanted = None if self._silent else self._wanted(state)
        if wanted == self._sounding:
            return
        was, self._sounding = self._sounding, wanted
        if wanted is not None:
            left = (wanted.until - self._now()).total_seconds()
            ring = Ring(
                urgency=wanted.urgency,
                for_s=min(max(left, HEARD_S), 3600),
                soft=wanted.soft,
                speaker=wanted.speaker,
            )
            self._tasks.start(self._ring(ring), only="ring")
        elif was is not None:
            self._tasks.cancel("ring")
            self._stop()

    def media_lost(self) -> None:
        """What rings still is told to the next process."""
        self._sounding = None

    def _wanted(self, state: State) -> _Sounding | None:
        heard = [
            offer
            for offer in state.queue.offers
            if state.equipment.ring_tones or offer.consultation.urgency is Urgency.CRITICAL
        ]
        if not heard:
            return None
        most = max(
            heard,
            key=lambda offer: (
                _ORDER.index(offer.consultation.urgency or Urgency.ROUTINE),
                offer.rings_until,
            ),
        )
        return _Sounding(
            urgency=most.consultation.urgency or Urgency.ROUTINE,
            until=most.rings_until,
            soft=state.call.phase is not CallPhase.OUT,
            speaker=state.equipment.wish(Equipment.SPEAKER),
        )

    async def _ring(self, ring: Ring) -> None:
        try:
            if not self._media.running:
                await self._media.start()
            self._media.send(ring)
        except (ChildStartError, ChildNotRunningError) as error:
            log.warning("a case rings in silence: %s", error)

    def _stop(self) -> None:
        try:
            self._media.send(StopRinging())
        except ChildNotRunningError:
            log.info("nothing rings any more")
