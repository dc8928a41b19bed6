"""A time is as exact as somebody knows it, and never more."""

from datetime import datetime, timedelta, timezone

import pytest

from app.models.typed_times import time_typed

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("", ""),
        ("2016", "2016"),
        ("2016年", "2016"),
        ("2016-3", "2016-03"),
        ("2016年3月", "2016-03"),
        ("2016/3/5", "2016-03-05"),
        ("2016.03.05", "2016-03-05"),
        ("２０１６年３月５日", "2016-03-05"),
        ("2026-11-21 07:40", "2026-11-21T07:40:00+08:00"),
        ("2026年11月21日 7：40", "2026-11-21T07:40:00+08:00"),
    ],
)
def test_it_is_taken_as_it_was_meant(typed: str, at: str) -> None:
    assert time_typed(typed, NOW) == (at, "")


@pytest.mark.parametrize(
    "typed", ["yesterday", "16", "2026-02-30", "2026-13", "1816", "2026-1-1 25:00"]
)
def test_what_is_no_time_is_told(typed: str) -> None:
    at, problem = time_typed(typed, NOW)
    assert at == ""
    assert problem.startswith("Write it like")


@pytest.mark.parametrize("typed", ["2027", "2026-12", "2026-11-22", "2026-11-21 14:06"])
def test_what_has_not_come_is_none(typed: str) -> None:
    assert time_typed(typed, NOW) == ("", "This time has not come yet.")
