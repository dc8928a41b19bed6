"""What a doctor writes is posted once, or stands where it can be sent again."""

import pytest

from app.net.errors import Unreachable
from app.services.chat import ChatService
from app.session.call import CallEnded, CallEntered, CallJoining
from app.session.case import Case, CaseOpened
from app.session.link import Connected, ConnectionLost
from protocol.chat import ChatAudience
from protocol.errors import ErrorCode, Problem
from protocol.socket import ChatPosted, ClientMessage, Refused, SendChat
from tests.fakes.examples import EXPERT, NOW, call, consultation, message, named, row
from tests.services.conftest import Desk, SitDown


class Line:
    """A socket that takes what it is given while it is up."""

    def __init__(self) -> None:
        self.up = True
        self.sent: list[ClientMessage] = []

    async def send(self, message: ClientMessage) -> None:
        if not self.up:
            raise Unreachable("down")
        self.sent.append(message)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def desk(sit_down: SitDown) -> Desk:
    desk = sit_down(EXPERT)
    desk.session.apply(CaseOpened(Case(consultation(row("a")))))
    return desk


@pytest.fixture
def chat(desk: Desk, line: Line) -> ChatService:
    made = ChatService(desk.session, line, desk.tasks)
    made.follow(desk.state)
    desk.session.changed.connect(made.follow)
    return made


def waiting(desk: Desk) -> list[str]:
    return [one.text for one in desk.state.chat.sending]


async def test_what_is_written_is_being_sent_until_it_is_posted(
    desk: Desk, chat: ChatService, line: Line
) -> None:
    await chat.send("请看第 12 层")
    assert waiting(desk) == ["请看第 12 层"]
    (sent,) = line.sent
    assert isinstance(sent, SendChat)
    posted = message("请看第 12 层").model_copy(update={"id": sent.id})
    desk.session.apply(ChatPosted(seq=0, at=NOW, message=posted))
    assert waiting(desk) == []


async def test_what_broke_off_with_the_line_goes_out_under_the_same_id_when_it_is_back(
    desk: Desk, chat: ChatService, line: Line
) -> None:
    line.up = False
    await chat.send("对碘过敏")
    desk.session.apply(ConnectionLost(NOW))
    line.up = True
    desk.session.apply(Connected(NOW, 0))
    await desk.tasks.quiet()
    assert line.sent == list(desk.state.chat.sending)
    assert waiting(desk) == ["对碘过敏"]


async def test_what_is_said_to_the_call_waits_for_the_seat_and_comes_back_when_there_is_none(
    desk: Desk, chat: ChatService, line: Line
) -> None:
    desk.session.apply(CallJoining(named("case a")))
    line.up = False
    await chat.send("请把手机放稳", ChatAudience.CALL)
    line.up = True
    desk.session.apply(CallEntered(named("peer 陈专家"), call("陈专家", "林医生")))
    await desk.tasks.quiet()
    assert line.sent == list(desk.state.chat.sending) != []
    desk.session.apply(CallEnded())
    assert waiting(desk) == []
    assert desk.state.chat.returned == (line.sent[0],)


async def test_words_that_are_refused_come_back_with_the_reason(
    desk: Desk, chat: ChatService
) -> None:
    await chat.send("再见")
    (written,) = desk.state.chat.sending
    problem = Problem(code=ErrorCode.NOT_A_MEMBER, title="not yours", status=403)
    chat.refused(Refused(problem=problem, ref=written.id))
    assert (waiting(desk), desk.state.chat.returned) == ([], (written,))
    assert ErrorCode.NOT_A_MEMBER in desk.told()
