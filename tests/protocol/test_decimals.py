"""JSON that is read in steps says the same as JSON that is read at once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.decimals import dumps, loads, loads_in_steps

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(values, st.sampled_from((None, 2)))
def test_whatever_is_said(value: Any, indent: int | None) -> None:
    written = dumps(value, indent=indent)
    assert loads_in_steps(written.encode()) == loads(written)


WRONG = (
    *("", "{", "{]", '{"a"}', '{"a":}', '{"a":[1,]}', '{"a":[1 2]}', '{"a":[', '{"a":[]'),
    *('{"a":1,}', '{"a":1 "b":2}', '{"a":1} x', "{1:2}", '{"a":NaN}', '{"a" 1}'),
)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_none_is_refused_by_both(wrong: str) -> None:
    for read in (loads, loads_in_steps):
        with pytest.raises(ValueError):  # noqa: PT011 - each says what is wrong in its own words
            read(wrong.encode())


def test_a_mark_of_the_byte_order_and_digits_stay_no_trouble() -> None:
    told = loads_in_steps(b'\xef\xbb\xbf {"entry": [ {"value": 0.040} , [] ] , "total":1}\n')
    assert str(told["entry"][0]["value"]) == "0.040"
    assert (told["entry"][1], told["total"]) == ([], 1)
