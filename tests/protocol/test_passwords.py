"""What everybody tries first is no password."""

import pytest

from protocol.passwords import Weakness, weakness


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("a long enough password", None),
        ("卫生院的老槐树", Weakness.SHORT),
        ("卫生院的老槐树下", None),
        ("li.wenbo1", Weakness.NAME),
        ("Li.Wenbo", Weakness.NAME),
        ("li.wenbo plays the erhu", None),
        ("12345678", Weakness.COMMON),
        ("19800101", Weakness.COMMON),
        ("194305772816", None),
        ("aaaaaaaa", Weakness.COMMON),
        ("Password1", Weakness.COMMON),
        ("1qaz2wsx", Weakness.COMMON),
        ("short", Weakness.SHORT),
    ],
)
def test_what_is_easy_to_guess_is_named(password: str, found: Weakness | None) -> None:
    assert weakness(password, "li.wenbo") is found
