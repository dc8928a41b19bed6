"""What is offered of a case that is read in an emergency: nothing but reading."""

from datetime import datetime, timedelta

import pytest

from app.models.call import derive_call
from app.models.case_strip import derive_strip
from app.models.chat import derive_chat
from app.session.case import Case, CaseOpened
from app.session.state import State, reduce
from protocol.consultation import Phase
from tests.fakes.examples import EXPERT, NOW, consultation, content, row
from tests.views.facts import online


def reading(until: datetime | None) -> State:
    """Somebody has a case open that an expert reads."""
    case = consultation(row(phase=Phase.READING), emergency_until=until)
    state = State()
    for fact in (*online(EXPERT), CaseOpened(Case(case, content=content()))):
        state = reduce(state, fact)
    return state


@pytest.mark.parametrize(("until", "takes_part"), [(None, True), (NOW + timedelta(hours=1), False)])
def test_who_reads_in_an_emergency_neither_calls_nor_writes(
    until: datetime | None, takes_part: bool, qapp: object
) -> None:
    state = reading(until)
    assert state.case is not None
    assert derive_call(state).can_call is takes_part
    assert derive_chat(state, state.case, EXPERT).can_chat is takes_part


def test_until_when_stands_above_the_case(qapp: object) -> None:
    (line,) = derive_strip(reading(NOW + timedelta(hours=1)), NOW)
    assert line.text.startswith("Emergency access until ")
    assert line.look == "warning"
    assert derive_strip(reading(None), NOW) == ()
