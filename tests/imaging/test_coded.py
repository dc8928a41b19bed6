"""Codes, people and moments as a clinician reads them."""

import pytest

from app.imaging.coded import (
    Code,
    date_words,
    datetime_words,
    person_words,
    time_words,
    unit_words,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Li^Na=李^娜", "李娜 (Li Na)"),
        ("=李^娜", "李娜"),
        ("Doe^John^^Dr", "Doe John Dr"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "山田太郎 (Yamada Tarou)"),
        ("李^娜", "李娜"),
        ("", ""),
    ],
)
def test_people(written: str, read: str) -> None:
    assert person_words(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("20261121140507.123+0800", "2026-11-21 14:05:07 +08:00"),
        ("20261121140500", "2026-11-21 14:05"),
        ("2026112114", "2026-11-21 14:00"),
        ("20261121", "2026-11-21"),
        ("yesterday", "yesterday"),
        ("", ""),
    ],
)
def test_moments(written: str, read: str) -> None:
    assert datetime_words(written) == read


def test_dates_and_times_in_old_and_new_writing() -> None:
    assert date_words("2026.11.21") == date_words("20261121") == "2026-11-21"
    assert time_words("14:05:00") == time_words("1405") == "14:05"
    assert time_words("140507.5") == "14:05:07"


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (Code("mm", "UCUM", "millimeter"), "mm"),
        (Code("uV", "UCUM", "microvolt"), "µV"),
        (Code("1", "UCUM", "no units"), ""),
        (Code("{beats}/min", "UCUM", "beats per minute"), "beats per minute"),
        (Code("cm", "99X", "Length Unit"), "cm"),
        (None, ""),
    ],
)
def test_units(unit: Code | None, words: str) -> None:
    assert unit_words(unit) == words
