"""The rota as rules: weekly hours that daylight saving does not move, leave, overlaps, gaps."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.rota import RotaEntry, RotaKind, Weekly
from server.domain.errors import Invalid
from server.domain.rota import (
    Duty,
    Span,
    check_entry,
    clash,
    duty_of,
    gaps,
    merged,
    shifts_of,
    subtracted,
    zone_of,
)

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
CHEN, WANG = UUID(int=1), UUID(int=2)
WEEKDAYS = (0, 1, 2, 3, 4)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A moment by what the clock on the wall shows."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def entry(begin: str, end: str, **more: object) -> RotaEntry:
    zone, number = more.pop("zone", SHANGHAI), more.pop("number", 9)
    assert isinstance(zone, ZoneInfo)
    assert isinstance(number, int)
    values: dict[str, object] = {
        "id": UUID(int=number),
        "expert_id": CHEN,
        "department": "放射科",
        "kind": RotaKind.SHIFT,
        "from_at": at(begin, zone),
        "until_at": at(end, zone),
    }
    return RotaEntry.model_validate(values | more)


def week(day: str, zone: ZoneInfo = SHANGHAI, days: int = 7) -> Span:
    return Span(at(f"{day}T00:00", zone), at(f"{day}T00:00", zone) + timedelta(days=days))


def walls(one: RotaEntry, zone: ZoneInfo, within: Span) -> list[str]:
    return [
        f"{shift.from_at.astimezone(zone):%m-%d %H:%M}–{shift.until_at.astimezone(zone):%H:%M}"
        for shift in shifts_of(one, zone, within)
    ]


def test_a_weekly_shift_keeps_its_hours_on_the_wall_when_the_clocks_are_changed() -> None:
    """Europe goes back on 25 October 2026 and forward on 28 March 2027."""
    weekly = Weekly(weekdays=(0,))
    one = entry("2026-10-19T08:00", "2026-10-19T16:00", zone=BERLIN, weekly=weekly)
    found = walls(one, BERLIN, week("2026-10-19", BERLIN, 15))
    assert found == ["10-19 08:00–16:00", "10-26 08:00–16:00", "11-02 08:00–16:00"]
    first, second, _ = shifts_of(one, BERLIN, week("2026-10-19", BERLIN, 15))
    assert (first.from_at.hour, second.from_at.hour) == (6, 7), "in UTC it moves"


def test_a_night_over_the_change_of_clocks_is_as_long_as_it_really_is() -> None:
    weekly = Weekly(weekdays=(5,))
    one = entry("2026-10-03T20:00", "2026-10-04T08:00", zone=BERLIN, weekly=weekly)
    (night,) = shifts_of(one, BERLIN, week("2026-10-24", BERLIN, 2))
    assert night.until_at - night.from_at == timedelta(hours=13)


def test_a_time_that_does_not_exist_that_day_lies_an_hour_later() -> None:
    one = entry("2027-03-21T02:15", "2027-03-21T02:45", zone=BERLIN, weekly=Weekly(weekdays=(6,)))
    assert walls(one, BERLIN, week("2027-03-28", BERLIN)) == ["03-28 03:15–03:45"]


def test_what_repeats_has_a_first_day_a_last_day_and_days_without_it() -> None:
    weekly = Weekly(weekdays=WEEKDAYS, last_day=date(2026, 1, 15))
    one = entry(
        "2026-01-07T20:00", "2026-01-08T08:00", weekly=weekly, except_days=(date(2026, 1, 13),)
    )
    assert walls(one, SHANGHAI, week("2026-01-05", days=14)) == [
        "01-07 20:00–08:00",
        "01-08 20:00–08:00",
        "01-09 20:00–08:00",
        "01-12 20:00–08:00",
        "01-14 20:00–08:00",
        "01-15 20:00–08:00",
    ]
    morning = Span(at("2026-01-08T00:00"), at("2026-01-08T01:00"))
    assert walls(one, SHANGHAI, morning) == ["01-07 20:00–08:00"], "it began the evening before"


def test_years_later_it_still_happens_on_its_days() -> None:
    one = entry("2016-01-04T08:00", "2016-01-04T16:00", weekly=Weekly(weekdays=(0, 2)))
    assert walls(one, SHANGHAI, week("2026-01-05")) == ["01-05 08:00–16:00", "01-07 08:00–16:00"]


@pytest.mark.parametrize(
    ("begin", "end", "more", "field"),
    [
        ("2026-01-05T08:00", "2026-01-05T08:00", {}, "until_at"),
        ("2026-01-05T08:00", "2026-01-08T08:00", {}, "until_at"),
        ("2026-01-05T08:00", "2026-01-05T16:00", {"weekly": Weekly(weekdays=(1,))}, "weekdays"),
        ("2026-01-05T08:00", "2026-01-06T09:00", {"weekly": Weekly(weekdays=(0, 1))}, "weekdays"),
        (
            "2026-01-05T08:00",
            "2026-01-05T16:00",
            {"weekly": Weekly(weekdays=(0,), last_day=date(2026, 1, 4))},
            "last_day",
        ),
    ],
    ids=["empty", "three days", "another weekday", "meets itself", "over before it begins"],
)
def test_what_makes_no_sense_is_refused_by_its_field(
    begin: str, end: str, more: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_entry(entry(begin, end, **more), SHANGHAI)
    assert refused.value.details.fields[0].location == (field,)


def test_a_zone_must_be_one_of_the_iana() -> None:
    assert zone_of("Asia/Urumqi").key == "Asia/Urumqi"
    for wrong in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(Invalid):
            zone_of(wrong)


# --- overlaps -----------------------------------------------------------------------------------


def clashes(one: RotaEntry, other: RotaEntry) -> bool:
    return clash(one, [(other, SHANGHAI)], SHANGHAI) is not None


def test_an_expert_has_one_shift_at_a_time_in_whatever_department() -> None:
    day = entry("2026-01-05T08:00", "2026-01-05T16:00", number=1, weekly=Weekly(weekdays=WEEKDAYS))
    late = entry("2026-03-11T15:00", "2026-03-11T20:00", number=2, department="心内科")
    after = entry("2026-03-11T16:00", "2026-03-11T20:00", number=3)
    assert clashes(late, day)
    assert clashes(day, late), "also where the pattern is entered second"
    assert not clashes(after, day)
    assert not clashes(day, day), "an entry that is changed does not stand in its own way"


def test_a_call_may_lie_over_a_shift_and_leave_over_both() -> None:
    day = entry("2026-01-05T08:00", "2026-01-05T16:00", number=1)
    call = entry("2026-01-05T08:00", "2026-01-06T08:00", number=2, kind=RotaKind.ON_CALL)
    leave = entry("2026-01-01T00:00", "2026-01-20T00:00", number=3, kind=RotaKind.LEAVE)
    again = call.model_copy(update={"id": UUID(int=4)})
    assert not clashes(call, day)
    assert not clashes(leave, day)
    assert clashes(again, call)
    assert not clashes(again.model_copy(update={"department": "心内科"}), call)


# --- who is on duty -----------------------------------------------------------------------------

DAY = entry("2026-01-05T08:00", "2026-01-05T16:00", number=1, weekly=Weekly(weekdays=WEEKDAYS))
CALL = entry("2026-01-05T16:00", "2026-01-06T08:00", number=2, kind=RotaKind.ON_CALL)
LEAVE = entry("2026-01-06T00:00", "2026-01-08T00:00", number=3, kind=RotaKind.LEAVE)


def duty(entries: Iterable[RotaEntry], moment: str) -> Duty:
    mine = tuple(entries)
    planned = any(one.kind is RotaKind.SHIFT for one in mine)
    return duty_of(mine, {}, at(moment), planned=planned)


def test_who_had_a_shift_and_has_none_now_is_off() -> None:
    assert not duty_of((), {}, at("2026-01-05T03:00"), planned=True).on_shift


def test_who_has_no_shifts_is_always_on_shift() -> None:
    assert duty((), "2026-01-05T03:00").on_shift
    assert duty([CALL], "2026-01-05T20:00").on_shift
    assert duty([CALL], "2026-01-05T20:00").on_call == {"放射科"}


@pytest.mark.parametrize(
    ("moment", "on_shift", "on_call", "back"),
    [
        ("2026-01-05T07:59", False, False, "2026-01-05T08:00"),
        ("2026-01-05T08:00", True, False, None),
        ("2026-01-05T16:00", False, True, "2026-01-08T08:00"),
        ("2026-01-06T07:00", False, False, "2026-01-08T08:00"),
        ("2026-01-06T10:00", False, False, "2026-01-08T08:00"),
        ("2026-01-08T08:00", True, False, None),
        ("2026-01-10T12:00", False, False, "2026-01-12T08:00"),
    ],
)
def test_leave_ends_shift_and_call_and_one_knows_when_work_begins_again(
    moment: str, on_shift: bool, on_call: bool, back: str | None
) -> None:
    found = duty([DAY, CALL, LEAVE], moment)
    assert (found.on_shift, bool(found.on_call)) == (on_shift, on_call)
    assert found.back_at == (None if back is None else at(back))


def test_duty_is_looked_at_again_when_it_can_change() -> None:
    assert duty([DAY], "2026-01-05T09:00").changes_at == at("2026-01-05T16:00")
    assert duty([DAY], "2026-01-05T16:00").changes_at == at("2026-01-06T08:00")
    assert duty((), "2026-01-05T16:00").changes_at is None


def test_leave_without_shifts_is_away_until_its_end() -> None:
    found = duty([LEAVE], "2026-01-06T12:00")
    assert not found.on_shift
    assert found.back_at == LEAVE.until_at


# --- what nobody covers -------------------------------------------------------------------------


def test_hours_without_a_shift_are_told_and_whether_somebody_can_be_called() -> None:
    within = Span(at("2026-01-05T00:00"), at("2026-01-07T00:00"))
    night = entry("2026-01-05T16:00", "2026-01-06T04:00", number=4, expert_id=WANG)
    plan = [DAY, CALL, LEAVE, night]
    shifts = [one for item in plan for one in shifts_of(item, SHANGHAI, within)]
    found = gaps([CHEN, WANG], plan, shifts, within)
    assert [(one.from_at, one.until_at, one.on_call) for one in found] == [
        (at("2026-01-05T00:00"), at("2026-01-05T08:00"), False),
        (at("2026-01-06T04:00"), at("2026-01-07T00:00"), False),
    ], "leave takes shift and call out"
    first = shifts_of(DAY, SHANGHAI, within)[0]
    alone = gaps([CHEN], [DAY, CALL], [first, *shifts_of(CALL, SHANGHAI, within)], within)
    assert [one.on_call for one in alone] == [False, True, False]


moments = st.integers(0, 60).map(lambda n: at("2026-01-05T00:00") + timedelta(hours=n))
spans = st.lists(
    st.tuples(moments, moments).filter(lambda p: p[0] < p[1]).map(lambda p: Span(*p)), max_size=6
)


@given(spans, spans)
def test_time_that_is_taken_out_is_gone_and_no_other(some: list[Span], away: list[Span]) -> None:
    left = subtracted(some, away)
    assert left == merged(left), "in order and without overlaps"
    for n in range(61 * 2):
        moment = at("2026-01-05T00:00") + timedelta(minutes=30 * n)
        wanted = any(s.covers(moment) for s in some) and not any(s.covers(moment) for s in away)
        assert any(s.covers(moment) for s in left) is wanted
