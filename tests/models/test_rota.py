"""The rota as it is shown, and what a change on the grid asks of the server."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.models.rota import BlockProps, RotaProps, derive_rota
from app.models.rota_change import changed, lasting, later, snapped
from app.session.owner import Session
from app.session.rota import RotaAsked, RotaLoaded
from protocol.rota import RotaEntry, RotaKind, Weekly
from tests.fakes.examples import NOW, named
from tests.fakes.rotas import MONDAY, at, entry, rota
from tests.views.facts import online

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def derived(planned: tuple[RotaEntry, ...] | None = None, **more: bool) -> RotaProps:
    session = Session()
    facts = (*online(), RotaAsked("", MONDAY), RotaLoaded(MONDAY, rota(planned, **more)))
    for fact in facts:
        session.apply(fact)
    props = derive_rota(session.state, NOW)
    assert props is not None
    return props


def the_block(name: str, day: int) -> BlockProps:
    found = derived().block(named(f"entry {name}"), MONDAY + timedelta(days=day))
    assert found is not None
    return found


def test_every_expert_has_a_row_and_every_time_a_block() -> None:
    props = derived()
    assert [row.name for row in props.rows] == ["陈专家", "王建国", "孙丽", "赵主任", "李明"]
    assert [len(row.blocks) for row in props.rows] == [5, 5, 3, 5, 0]
    assert [day.begin.day for day in props.days] == list(range(16, 23))
    assert [day.weekend for day in props.days] == [False] * 5 + [True] * 2
    assert the_block("day", 2).words[2:4] == ("8–16", "8")
    assert the_block("late", 1).words[2:4] == ("16–24", "16")


def test_hours_that_nobody_covers_are_summed_up_and_those_with_a_call_are_not() -> None:
    props = derived()
    assert props.gap_look == "error"
    assert props.gap_words.startswith("16 ")
    assert not derived(may_edit=False).gap_words
    unplanned = derived(())
    assert unplanned.gap_look == "neutral"
    assert unplanned.gaps == ()


def test_what_belongs_to_another_department_cannot_be_changed_here() -> None:
    away = entry("away", "孙丽", 2, 0, 48, kind=RotaKind.LEAVE, department="心内科")
    (block,) = derived((away,)).rows[2].blocks
    assert block.elsewhere
    assert not block.can_change


def test_a_day_of_a_weekly_shift_is_changed_by_itself() -> None:
    block = the_block("day", 2)
    body = changed(block, block.begin, later(block.end, timedelta(hours=1)), only_day=True)
    assert (body.only_day, body.weekly) == (date(2026, 11, 18), None)
    assert body.from_at == at(2, 8)
    assert body.until_at == at(2, 17)


def test_or_every_day_of_it_moves_as_this_one_does() -> None:
    block = the_block("day", 2)
    moved = timedelta(hours=2)
    body = changed(block, later(block.begin, moved), later(block.end, moved), only_day=False)
    assert (body.from_at, body.until_at) == (at(0, 10), at(0, 18))
    assert body.weekly == Weekly(weekdays=(0, 1, 2, 3, 4))
    night = timedelta(hours=20)
    body = changed(block, later(block.begin, night), later(block.end, night), only_day=False)
    assert body.weekly == Weekly(weekdays=(1, 2, 3, 4, 5)), "into the next day"
    assert body.from_at == at(1, 4)


@pytest.mark.parametrize(
    ("weekdays", "first", "weekly"),
    [((), 0, None), ((2, 4), 2, Weekly(weekdays=(2, 4)))],
    ids=["no longer", "other days"],
)
def test_days_of_the_week_are_chosen(
    weekdays: tuple[int, ...], first: int, weekly: Weekly | None
) -> None:
    block = the_block("day", 0)
    body = changed(block, block.begin, block.end, weekdays=weekdays, only_day=False)
    assert (body.from_at, body.weekly) == (at(first, 8), weekly)


def test_half_hours_and_lengths_are_right_when_the_clocks_are_changed() -> None:
    before = datetime(2026, 10, 25, 1, 50, tzinfo=BERLIN)
    assert snapped(before).strftime("%H:%M") == "02:00"
    morning = datetime(2026, 10, 25, 8, tzinfo=BERLIN)
    midnight = datetime(2026, 10, 25, tzinfo=BERLIN)
    assert lasting(midnight, morning) == timedelta(hours=9)
    assert later(midnight, timedelta(hours=9)) == morning
    assert snapped(datetime(2026, 11, 17, 8, 14, tzinfo=SHANGHAI)).astimezone(UTC) == at(1, 8)
