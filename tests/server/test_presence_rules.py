"""Where an expert is, as rules: derived from heartbeat, call, reading and pause."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from protocol.queue import Presence
from server.domain.errors import Invalid
from server.domain.presence import Signs, derived, may_be_rung, pause_end
from server.domain.rota import Duty

NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
WHO = UUID(int=7)
LATER, BEFORE = NOW + timedelta(minutes=5), NOW - timedelta(seconds=1)
OFF = Duty(on_shift=False, on_call=frozenset({"放射科"}), back_at=LATER)

DERIVED = [
    (Signs(), Presence.OFFLINE),
    (Signs(in_call=True, at_work=True, paused_until=LATER), Presence.OFFLINE),
    (Signs(connected=True), Presence.AVAILABLE),
    (Signs(connected=True, at_work=True), Presence.READING),
    (Signs(connected=True, at_work=True, paused_until=LATER), Presence.PAUSED),
    (Signs(connected=True, in_call=True, paused_until=LATER), Presence.IN_CALL),
    (Signs(connected=True, paused_until=BEFORE), Presence.AVAILABLE),
    (Signs(connected=True, paused_until=NOW), Presence.AVAILABLE),
    (Signs(duty=OFF), Presence.OFFLINE),
    (Signs(connected=True, at_work=True, duty=OFF), Presence.OFF_SHIFT),
    (Signs(connected=True, paused_until=LATER, duty=OFF), Presence.PAUSED),
    (Signs(connected=True, in_call=True, duty=OFF), Presence.IN_CALL),
]


@pytest.mark.parametrize(("signs", "presence"), DERIVED)
def test_presence_follows_from_what_can_be_observed(signs: Signs, presence: Presence) -> None:
    assert derived(WHO, signs, NOW).presence is presence


def test_who_is_off_shift_is_said_to_come_back_and_to_be_on_call() -> None:
    told = derived(WHO, Signs(connected=True, duty=OFF), NOW)
    assert (told.until, told.on_call) == (LATER, True)
    assert derived(WHO, Signs(duty=OFF), NOW).on_call


def test_a_pause_says_until_when_and_a_call_does_not() -> None:
    assert derived(WHO, Signs(connected=True, paused_until=LATER), NOW).until == LATER
    in_call = Signs(connected=True, in_call=True, paused_until=LATER)
    assert derived(WHO, in_call, NOW).until is None


@pytest.mark.parametrize(
    ("signs", "usual", "critical"),
    [
        (Signs(connected=True), True, True),
        (Signs(connected=True, paused_until=LATER), False, True),
        (Signs(connected=True, in_call=True, paused_until=LATER), False, True),
        (Signs(connected=True, paused_until=BEFORE), True, True),
        (Signs(paused_until=LATER), False, False),
        (Signs(), False, False),
    ],
)
def test_a_pause_holds_for_every_case_but_a_critical_one(
    signs: Signs, usual: bool, critical: bool
) -> None:
    assert may_be_rung(signs, NOW, critical=False) is usual
    assert may_be_rung(signs, NOW, critical=True) is critical


def test_a_pause_ends_after_minutes_or_at_a_moment_and_is_not_endless() -> None:
    assert pause_end(15, None, NOW) == NOW + timedelta(minutes=15)
    assert pause_end(0, LATER, NOW) == LATER
    assert pause_end(0, None, NOW) is None
    assert pause_end(0, BEFORE, NOW) is None
    with pytest.raises(Invalid):
        pause_end(0, NOW + timedelta(hours=13), NOW)
