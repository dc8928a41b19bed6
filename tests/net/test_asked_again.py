"""A step whose answer was lost is asked for again as the same step, and only then."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from app.net.api import Api
from app.net.connection import Connection
from app.net.errors import NetError, Refused, Unreachable
from app.net.trust import Pin
from protocol import paths
from protocol.account import TokenPair, TokenScope
from protocol.consultation import Action
from protocol.transition import Transition
from tests.fakes.examples import account, consultation, named
from tests.net.tiny_server import Raw, Request, TinyServer, answer, problem

CASE = named("case a")
REFRESH = "refresh-00000000000000000000"
SUBMIT = Transition(action=Action.SUBMIT)
LOST = Raw(b"")
AWAY = answer(502, b"<html>bad gateway", "text/html")
PATH = paths.TRANSITIONS.format(consultation_id=CASE)


class Line:
    """Answers steps with what stands in `answers`, then as a server that has done them."""

    def __init__(self) -> None:
        self.answers: list[Raw] = []
        self.keys: list[str] = []

    def __call__(self, request: Request) -> Raw:
        if request.path == paths.REFRESH:
            pair = TokenPair(
                access_token="access",
                access_expires_at=datetime.now(UTC) + timedelta(days=1),
                refresh_token=REFRESH,
                scope=TokenScope.FULL,
                account=account(),
            )
            return answer(200, pair.model_dump_json().encode())
        self.keys.append(request.headers["idempotency-key"])
        done = answer(200, consultation().model_dump_json().encode())
        return self.answers.pop(0) if self.answers else done


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
async def api(line: Line, tiny: TinyServer, pin: Pin) -> AsyncIterator[Api]:
    tiny.answer = line
    async with tiny:
        connection = Connection(tiny.url, pin)
        await connection.resume(REFRESH)
        yield Api(connection)
        await connection.close()


async def test_a_line_that_was_let_go_while_it_was_idle_costs_a_step_nothing(
    api: Api, line: Line
) -> None:
    line.answers = [LOST]
    await api.transition(CASE, SUBMIT)
    assert (len(line.keys), len(set(line.keys))) == (2, 1)


@pytest.mark.parametrize("lost", [[LOST, LOST], [AWAY]], ids=["cut twice", "a proxy's page"])
async def test_who_asks_again_after_a_lost_answer_asks_for_the_same_step(
    api: Api, line: Line, lost: list[Raw]
) -> None:
    line.answers = lost
    with pytest.raises(Unreachable):
        await api.transition(CASE, SUBMIT)
    await api.transition(CASE, SUBMIT)
    assert len(set(line.keys)) == 1


async def test_once_the_case_has_changed_the_same_words_are_another_step(
    api: Api, line: Line
) -> None:
    """What was done and not answered is told by the socket: what is asked after that is meant."""
    line.answers = [AWAY]
    with pytest.raises(Unreachable):
        await api.transition(CASE, SUBMIT)
    api.changed(CASE)
    await api.transition(CASE, SUBMIT)
    assert len(set(line.keys)) == 2


async def test_other_words_another_case_or_a_step_that_was_answered_are_another_step(
    api: Api, line: Line
) -> None:
    line.answers = [AWAY]
    with pytest.raises(Unreachable):
        await api.transition(CASE, SUBMIT)
    await api.transition(named("case b"), SUBMIT)
    await api.transition(CASE, SUBMIT)
    await api.transition(CASE, SUBMIT)
    lost, other, again, afterwards = line.keys
    assert again == lost
    assert len({lost, other, afterwards}) == 3


async def test_after_another_step_of_the_case_the_same_words_are_another_step(
    api: Api, line: Line
) -> None:
    line.answers = [AWAY]
    with pytest.raises(Unreachable):
        await api.transition(CASE, SUBMIT)
    await api.transition(CASE, SUBMIT.model_copy(update={"reason": "等了很久"}))
    await api.transition(CASE, SUBMIT)
    assert len(set(line.keys)) == 3


async def test_what_was_refused_is_asked_for_anew(api: Api, line: Line) -> None:
    line.answers = [problem("forbidden", 403)]
    with pytest.raises(Refused):
        await api.transition(CASE, SUBMIT)
    await api.transition(CASE, SUBMIT)
    assert len(set(line.keys)) == 2


async def test_what_is_asked_again_without_end_fills_no_memory(api: Api, line: Line) -> None:
    line.answers = [AWAY] * 150
    for number in range(150):
        with pytest.raises(NetError):
            await api.transition(named(f"case {number}"), SUBMIT)
    assert len(api._asked_again._unanswered) == 100
