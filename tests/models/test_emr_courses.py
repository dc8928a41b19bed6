"""The course of a value: one line of what was measured, and what is not in it is said."""

import time
from datetime import date
from typing import Any

import pytest

from app.models.emr import Course, RecordView, record_view
from app.net.emr.reading import clinical
from tests.fakes.bundles import haemoglobin

TODAY = date(2026, 11, 21)
NO_RANGE: dict[str, Any] = {"referenceRange": None}


def on(day: int, value: Any, unit: str = "mmol/L", **more: Any) -> dict[str, Any]:
    quantity = value if isinstance(value, dict) else {"value": value}
    told: dict[str, Any] = {
        "valueQuantity": {**quantity, "unit": unit},
        "effectiveDateTime": f"2026-01-0{day}",
    }
    return haemoglobin(f"k{day}", **NO_RANGE, **(told | more))


def view(*told: dict[str, Any]) -> RecordView:
    return record_view(clinical(told), TODAY)


def course(*told: dict[str, Any]) -> Course:
    shown = view(*told)
    (row,) = shown.section("LABORATORY").rows
    found = shown.course("LABORATORY", row.key)
    assert found is not None
    return found


def test_what_was_cancelled_or_is_only_a_limit_is_no_point_of_the_line() -> None:
    limit = {"value": 0.01, "comparator": "<"}
    told = on(1, 4.1), on(2, 7.1, status="cancelled"), on(3, limit), on(4, 4.3)
    found = course(*told)
    assert [value for _, value in found.points] == [4.1, 4.3]
    said = "2026-01-02 7.1 mmol/L cancelled; 2026-01-03 <0.01 mmol/L"
    assert found.title == "血红蛋白, 2 not in the line"
    assert said in found.words
    (row,) = view(*told).section("LABORATORY").rows
    assert f"Not in the line: {said}" in row.tip


def test_what_was_cancelled_afterwards_hides_no_value() -> None:
    critical: dict[str, Any] = {"interpretation": [{"coding": [{"code": "HH"}]}]}
    told = on(1, 7.5, **critical), on(2, 4.0, status="cancelled")
    shown = view(*told)
    (row,) = shown.section("LABORATORY").rows
    assert "7.5" in row.cells[1]
    assert "2026-01-02 4 mmol/L cancelled" in row.tip
    assert "flagged: 1" in shown.heads()["LABORATORY"]
    (alone,) = view(told[1]).section("LABORATORY").rows
    assert "cancelled" in alone.cells[1]


def test_what_is_said_in_words_has_a_cell_for_each_column_of_values() -> None:
    awaited = haemoglobin("w", valueQuantity=None, status="registered")
    (row,) = view(awaited).section("LABORATORY").rows
    assert row.cells == ("血红蛋白", "not final", "", "2026-01-04")


def test_one_unit_in_two_ways_of_writing_is_one_thing() -> None:
    assert len(course(on(1, 4.1), on(2, 4.2, "mmol/l")).points) == 2
    assert len(course(on(1, 4.1, "µmol/L"), on(2, 4.2, "umol/l")).points) == 2
    assert len(view(on(1, 4.1, "mg"), on(2, 4.2, "Mg")).section("LABORATORY").rows) == 2


def test_how_a_value_is_to_be_read_stands_beside_it() -> None:
    told = [{"coding": [{"code": "HH"}]}, {"coding": [{"code": "R"}]}, {"text": "已复查"}]
    (row,) = view(on(1, 7.1, interpretation=told)).section("LABORATORY").rows
    assert row.cells[1] == "↑↑ 7.1 mmol/L (R, resistant; 已复查)"


@pytest.mark.parametrize("vague", ["2026", "2026-01"])
def test_what_has_no_day_hides_nothing_and_is_not_hidden(vague: str) -> None:
    old = on(9, 3.9, effectiveDateTime="2025-12-30")
    told = old, on(1, 4.1, effectiveDateTime=vague), on(2, 4.0), on(3, 7.5)
    shown = view(*told)
    newest, perhaps = shown.section("LABORATORY").rows
    assert (newest.cells[1], newest.cells[3]) == ("7.5 mmol/L", "2026-01-03")
    assert (perhaps.cells[1], perhaps.cells[3]) == ("4.1 mmol/L", f"{vague} ?")
    assert "may be newer" in perhaps.tip
    found = shown.course("LABORATORY", newest.key)
    assert found is not None
    assert [value for _, value in found.points] == [3.9, 4.0, 7.5]


def test_a_month_that_is_over_is_older_for_certain() -> None:
    told = on(1, 4.1, effectiveDateTime="2025-12"), on(2, 4.0)
    (row,) = view(*told).section("LABORATORY").rows
    assert row.cells[3] == "2026-01-02"


def test_a_morning_of_here_is_of_its_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """07:00 in China is of the day before in UTC."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        morning = on(2, 7.5, effectiveDateTime="2026-01-02T07:00:00+08:00")
        day_alone = on(3, 4.0, effectiveDateTime="2026-01-02")
        newest, perhaps = view(morning, day_alone).section("LABORATORY").rows
        assert (newest.cells[1], perhaps.cells[1]) == ("7.5 mmol/L", "4 mmol/L")
        assert perhaps.cells[3] == "2026-01-02 ?"
    finally:
        monkeypatch.undo()
        time.tzset()
