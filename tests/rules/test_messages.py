"""Every message of the socket is handled by the one who receives it."""

import ssl
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.net.connection import Connection
from app.services.link import CallMessage, LinkService
from app.services.tasks import Tasks
from app.session.owner import Session
from protocol.socket import Hello, Ping, ReportSigned, ServerMessage
from tests.fakes.api import FakeApi, House
from tests.fakes.examples import EXPERT
from tests.fakes.messages import CLIENT_KINDS, SERVER_KINDS, from_client, from_server
from tests.server.people import Town, Valley, submitted_case
from tests.server.sockets import signed_in

EXPECTED: dict[str, Callable[[Session, list[str]], bool]] = {
    "Welcome": lambda s, said: s.state.link.last_seq == 100 and "online" in said,
    "Pong": lambda s, said: True,  # only the heartbeat's answer
    "CallJoined": lambda s, said: "call CallJoined" in said,
    "ShareStarted": lambda s, said: "call ShareStarted" in said,
    "SignalReceived": lambda s, said: "call SignalReceived" in said,
    "Refused": lambda s, said: True,  # without a ref nobody waits for it
    "PresenceChanged": lambda s, said: len(s.state.queue.presence) == 1,
    "RotaChanged": lambda s, said: "rota 放射科" in said,
    "ServiceLinesChanged": lambda s, said: True,  # what shows them is read again
    "PlacesChanged": lambda s, said: len(s.state.queue.places) == 1,
    "ConsultationChanged": lambda s, said: s.state.link.last_seq == 101,
    "ConsultationLeft": lambda s, said: s.state.link.last_seq == 102,
    "OfferRang": lambda s, said: len(s.state.queue.offers) == 1,
    "OfferEnded": lambda s, said: s.state.link.last_seq == 104,
    "ClockWarned": lambda s, said: len(s.state.notices) == 1,
    "OnCallTold": lambda s, said: len(s.state.notices) == 1,
    "Notified": lambda s, said: s.state.notifications.unread == 1,
    "NotificationsOver": lambda s, said: s.state.link.last_seq == 111,
    "StudyProgressed": lambda s, said: len(s.state.uploads.progress) == 1,
    "ChatPosted": lambda s, said: s.state.link.last_seq == 106,
    "SeatLost": lambda s, said: said == ["call SeatLost"],
    "CallChanged": lambda s, said: s.state.call.running is not None and "call CallChanged" in said,
    "ReportSigned": lambda s, said: "report" in said,
    "LibraryGrew": lambda s, said: s.state.library.total == 1,
    "EmergencyOpened": lambda s, said: len(s.state.emergency.all) == len(s.state.notices) == 1,
    "SessionEnded": lambda s, said: len(s.state.notices) == 1,
}


@pytest.mark.parametrize("message", from_server(), ids=lambda m: type(m).__name__)
async def test_the_client_acts_on_every_message_of_the_server(message: ServerMessage) -> None:
    said: list[str] = []
    failures: list[BaseException] = []

    def on_call(heard: CallMessage) -> None:
        said.append(f"call {type(heard).__name__}")

    def on_report(_report: ReportSigned) -> None:
        said.append("report")

    session, tasks = Session(), Tasks(failures.append)
    api = FakeApi(House(), EXPERT)
    link = LinkService(
        session,
        api,
        tasks,
        on_call=on_call,
        on_online=lambda: said.append("online"),
        on_report=on_report,
        on_over=lambda: said.append("over"),
        on_left=lambda _case: said.append("left"),
        on_rota=lambda department: said.append(f"rota {department}"),
    )
    link.received(message)
    name = type(message).__name__
    assert EXPECTED[name](session, said), f"{name} changed nothing; see LinkService.received"
    await tasks.finish()
    assert not failures
    await _closed(api.connection)


async def _closed(connection: Connection) -> None:
    await connection.close()


def test_there_is_an_example_of_every_message_of_the_server() -> None:
    assert {type(message) for message in from_server()} == SERVER_KINDS
    assert {kind.__name__ for kind in SERVER_KINDS} == set(EXPECTED)


def test_there_is_an_example_of_every_message_of_the_client() -> None:
    examples = {type(message) for message in from_client("", UUID(int=0))}
    assert examples | {Hello} == CLIENT_KINDS


@pytest.mark.live
async def test_the_server_acts_on_every_message_of_the_client(
    valley: Valley, town: Town, context: ssl.SSLContext
) -> None:
    case = submitted_case(valley)
    valley.expert.take(case)
    answers: dict[str, list[dict[str, Any]]] = {}
    token = valley.expert.tokens.access_token
    async with signed_in(town.url, context, token) as line:
        for message in from_client(token, UUID(case)):
            await line.connection.send(message.model_dump_json())
            answers[type(message).__name__] = await line.quiet()
            if isinstance(message, Ping):
                await line.hear("pong")
    refused = {
        name: frame["problem"]["code"]
        for name, frames in answers.items()
        for frame in frames
        if frame["type"] == "refused"
    }
    assert "malformed_message" not in refused.values(), refused
    assert "server_error" not in refused.values(), refused
    heard = {frame["type"] for frames in answers.values() for frame in frames}
    assert {"chat_posted", "call_joined", "call_changed", "presence_changed"} <= heard
    assert set(refused) == {"SendSignal", "AnswerRecording", "StopRecording"}, "nobody is there"
