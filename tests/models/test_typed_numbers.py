"""A number is what was meant by it, or a question."""

import pytest

from app.models.typed_numbers import number_typed, thousands


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", "12"),
        ("8,5", "8.5"),
        ("8，5", "8.5"),
        ("８．５", "8.5"),
        ("8。5", "8.5"),
        ("-2.3", "-2.3"),
        ("0,040", "0.040"),
        ("0.040", "0.040"),
        ("12,5000", "12.5000"),
    ],
)
def test_what_can_be_meant_in_one_way_is_taken(typed: str, number: str) -> None:
    assert (number_typed(typed), thousands(typed)) == (number, "")


@pytest.mark.parametrize("typed", ["", "1_000", "1e3", "٣", "8-5", "8.5.1", "NaN", ".", "8,"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert (number_typed(typed), thousands(typed)) == ("", "")


def test_a_comma_before_three_digits_is_asked_about() -> None:
    assert number_typed("12,500") == ""
    assert thousands("12，500").startswith("12500 or 12.5?")
    assert thousands("1,234,500") == "Write 1234500 without commas."
