"""When a call may be recorded: only while everybody seated is here and has agreed.

A recording's phase is never set, it follows from who sits there and who has agreed. Somebody whose
line to the server is broken could not withdraw, so nothing is recorded until the line is back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from protocol.recording import RecordingEnd, RecordingPhase

Seats = Mapping[UUID, bool]
"""Who sits in the call, by peer id: whether its line to the server is up."""


@dataclass(frozen=True, slots=True)
class Consents:
    """What has been answered; `end` is set once and nothing follows."""

    asker: UUID
    agreed: frozenset[UUID]
    phase: RecordingPhase = RecordingPhase.ASKING
    end: RecordingEnd | None = None

    @property
    def over(self) -> bool:
        return self.end is not None


def asked(asker: UUID, seats: Seats) -> Consents:
    """Who asks agrees by asking; alone in the call nobody else has to."""
    return followed(Consents(asker, frozenset((asker,))), seats)


def followed(consents: Consents, seats: Seats) -> Consents:
    """After somebody came, went, or lost the line."""
    if consents.over:
        return consents
    if not seats:
        return _ended(consents, RecordingEnd.CALL_ENDED)
    if consents.asker not in seats:
        return _ended(consents, RecordingEnd.ASKER_LEFT)
    if all(here and seat in consents.agreed for seat, here in seats.items()):
        return replace(consents, phase=RecordingPhase.RUNNING)
    begun = consents.phase is not RecordingPhase.ASKING
    return replace(consents, phase=RecordingPhase.PAUSED if begun else RecordingPhase.ASKING)


def agreed(consents: Consents, seat: UUID, seats: Seats) -> Consents:
    """One more has agreed."""
    if consents.over:
        return consents
    return followed(replace(consents, agreed=consents.agreed | {seat}), seats)


def refused(consents: Consents, seat: UUID) -> Consents:
    """One refusal, or one withdrawal, ends it."""
    if consents.over:
        return consents
    if seat == consents.asker:
        return stopped(consents)
    had = seat in consents.agreed
    gone = replace(consents, agreed=consents.agreed - {seat})
    return _ended(gone, RecordingEnd.WITHDRAWN if had else RecordingEnd.REFUSED)


def stopped(consents: Consents, *, failed: bool = False) -> Consents:
    """By who asked; `failed`: its computer cannot write any further."""
    if consents.over:
        return consents
    return _ended(consents, RecordingEnd.FAILED if failed else RecordingEnd.STOPPED)


def _ended(consents: Consents, end: RecordingEnd) -> Consents:
    return replace(consents, phase=RecordingPhase.ENDED, end=end)
