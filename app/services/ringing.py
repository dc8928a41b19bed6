"""A case rings, a critical finding waits, somebody calls: the media process sounds until it is
answered."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from app.ipc.errors import ChildNotRunningError, ChildStartError
from app.media.equipment import DeviceSource, Equipment
from app.media.link import MediaLink
from app.media.ringing_messages import Ring, Sound, StopRinging
from app.models.findings import concerns
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.session.call import CallPhase
from app.session.equipment import RingTonesChosen
from app.session.state import State
from protocol.consultation import Urgency

log = logging.getLogger(__name__)

HEARD_S = 1.0
"""How long it rings for somebody who has just switched it on."""
CALLS_FOR = timedelta(seconds=45)
"""How long somebody who waits in a call is heard."""
FINDING_FOR = timedelta(hours=1)
"""How long a critical finding is, after it should have been read back."""
_ORDER = list(Sound)
_ALWAYS = {Sound.CRITICAL, Sound.FINDING}


class ToneMemory(Protocol):
    """Whether cases sound on this computer."""

    def read(self) -> bool: ...

    def write(self, on: bool) -> None:
        """Raises DiskFull."""
        ...


@dataclass(frozen=True, slots=True)
class _Sounding:
    """What differs between one ringing and another."""

    sound: Sound
    until: datetime
    soft: bool
    speaker: DeviceSource


class RingingService:
    """The most urgent is heard. Critical cases and findings are heard even where the others are
    not; in a call all are soft, and none ends it (domain.md, Queue). A finding is silent while its
    case is on the screen, and a call from which this person has gone.

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
        self._over: asyncio.TimerHandle | None = None
        self._sounding: _Sounding | None = None
        self._left: UUID | None = None
        self._calls: tuple[UUID, datetime] | None = None
        facts.apply(RingTonesChosen(memory.read()))

    def choose(self, *, on: bool) -> None:
        """From now on, on this computer; whoever switches it on hears it."""
        self._facts.apply(RingTonesChosen(on))
        self._memory.write(on)
        if on and self._sounding is None and not self._silent:
            heard = Ring(
                sound=Sound.URGENT,
                for_s=HEARD_S,
                speaker=self._facts.state.equipment.wish(Equipment.SPEAKER),
            )
            self._tasks.start(self._ring(heard), only="ring")

    def follow(self, state: State) -> None:
        wanted = None if self._silent else self._wanted(state)
        if wanted == self._sounding:
            return
        self._sounding = wanted
        self._wait()
        if wanted is None:
            self._tasks.cancel("ring")
            self._stop()
            return
        ring = Ring(
            sound=wanted.sound,
            for_s=min(self._left_s(wanted), 3600),
            soft=wanted.soft,
            speaker=wanted.speaker,
        )
        self._tasks.start(self._ring(ring), only="ring")

    def close(self) -> None:
        """This person goes: nothing rings any more."""
        self._silent = True
        self.follow(self._facts.state)

    def _left_s(self, sounding: _Sounding) -> float:
        return max((sounding.until - self._now()).total_seconds(), HEARD_S)

    def _wait(self) -> None:
        """What is over lets what is less urgent be heard."""
        if self._over is not None:
            self._over.cancel()
        self._over = None
        if self._sounding is not None:
            loop = asyncio.get_running_loop()
            self._over = loop.call_later(self._left_s(self._sounding), self._look_again)

    def _look_again(self) -> None:
        self.follow(self._facts.state)
        self._wait()  # by the server's clock it may not be over yet

    def media_lost(self) -> None:
        """What rings still is told to the next process."""
        self._sounding = None

    def _wanted(self, state: State) -> _Sounding | None:
        heard = [
            (sound, until)
            for sound, until in (*_offers(state), *self._call(state), *_findings(state))
            if until > self._now() and (state.equipment.ring_tones or sound in _ALWAYS)
        ]
        if not heard:
            return None
        sound, until = max(heard, key=lambda one: (_ORDER.index(one[0]), one[1]))
        return _Sounding(
            sound=sound,
            until=until,
            soft=state.call.phase is not CallPhase.OUT,
            speaker=state.equipment.wish(Equipment.SPEAKER),
        )

    def _call(self, state: State) -> list[tuple[Sound, datetime]]:
        """Somebody waits in a call that this person is not in, at this computer or another one."""
        running, account = state.call.running, state.link.account
        if running is None or account is None:
            return []
        if state.call.phase is not CallPhase.OUT:
            self._left = running.call_id
            return []
        here = {one.account_id for one in running.participants}
        if not here or account.id in here or running.call_id == self._left:
            return []
        if self._calls is None or self._calls[0] != running.call_id:
            self._calls = (running.call_id, self._now() + CALLS_FOR)
        return [(Sound.CALL, self._calls[1])]

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


def _offers(state: State) -> list[tuple[Sound, datetime]]:
    return [
        (Sound((offer.consultation.urgency or Urgency.ROUTINE).value), offer.rings_until)
        for offer in state.queue.offers
    ]


def _findings(state: State) -> list[tuple[Sound, datetime]]:
    shown = None if state.case is None else state.case.id
    return [
        (Sound.FINDING, (finding.escalated_at or finding.due_at) + FINDING_FOR)
        for row, finding in concerns(state)
        if row.id != shown
    ]
