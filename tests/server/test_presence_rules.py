"""Where an expert is, as rules: derived from heartbeat, call, reading and pause."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from protocol.queue import Presence
from server.domain.errors import Invalid
from server.domain.presence import Signs, derived, may_be_rung, pause_end

NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
WHO = UUID(int=7)
LATER, BEFORE = NOW + timedelta(minutes=5), NOW - timedelta(seconds=1)

DERIVED = [
    (Signs(), Presence.OFFLINE),
    (Signs(in_call=True, at_work=True, paused_until=LATER), Presence.OFFLINE),
    (Signs(connected=True), Presence.AVAILABLE),
    (Signs(connected=True, at_work=True), Presence.READING),
    (Signs(connected=True, at_work=True, paused_until=LATER), Presence.PAUSED),
    (Signs(connected=True, in_call=True, paused_until=LATER), Presence.IN_CALL),
    (Signs(connected=True, paused_until=BEFORE), Presence.AVAILABLE),
    (Signs(connected=True, paused_until=NOW), Presence.AVAILABLE),
]


@pytest.mark.parametrize(("signs", "presence"), DERIVED)
def test_presence_follows_from_what_can_be_observed(signs: Signs, presence: Presence) -> None:
    assert derived(WHO, signs, NOW).presence is presence


def test_only_a_pause_says_until_when() -> None:
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
