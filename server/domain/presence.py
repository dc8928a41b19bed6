"""Where an expert is: derived from what can be observed, never set (domain.md, Queue, presence)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from protocol.queue import PersonPresence, Presence
from server.domain.errors import invalid_field
from server.domain.rota import Duty

LONGEST_PAUSE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of one person at one moment.

    `connected`: a socket that keeps its heartbeat. `in_call`: a seat in a call. `at_work`: holds a
    case that is read or reported on. `paused_until`: a pause they asked for, UTC. `duty`: what the
    rota says.
    """

    connected: bool = False
    in_call: bool = False
    at_work: bool = False
    paused_until: datetime | None = None
    duty: Duty = Duty()


def derived(account_id: UUID, signs: Signs, now: datetime) -> PersonPresence:
    """Who is not connected is offline whatever else holds; a call hides a pause, which hides that
    one is off shift, which hides reading. `on_call` is said where somebody would not be rung for
    every case."""
    duty = signs.duty
    if not signs.connected:
        return PersonPresence(
            account_id=account_id, presence=Presence.OFFLINE, on_call=bool(duty.on_call)
        )
    if signs.in_call:
        return PersonPresence(account_id=account_id, presence=Presence.IN_CALL)
    if pausing(signs.paused_until, now):
        return PersonPresence(
            account_id=account_id, presence=Presence.PAUSED, until=signs.paused_until
        )
    if not duty.on_shift:
        return PersonPresence(
            account_id=account_id,
            presence=Presence.OFF_SHIFT,
            until=duty.back_at,
            on_call=bool(duty.on_call),
        )
    at_work = Presence.READING if signs.at_work else Presence.AVAILABLE
    return PersonPresence(account_id=account_id, presence=at_work)


def may_be_rung(signs: Signs, now: datetime, *, critical: bool) -> bool:
    """A pause holds for every case but a critical one. Who is offline is rung when they arrive."""
    return signs.connected and (critical or not pausing(signs.paused_until, now))


def pausing(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def pause_end(minutes: int, until: datetime | None, now: datetime) -> datetime | None:
    """When a pause that was asked for ends, None where there is none; raises `Invalid` where it
    would be longer than `LONGEST_PAUSE`."""
    end = now + timedelta(minutes=minutes) if until is None else until
    if end > now + LONGEST_PAUSE:
        raise invalid_field("a pause lasts twelve hours at most", "until")
    return end if end > now else None
