"""A guest at a browser hears what goes to them: when it changes, and on each new connection."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.net.errors import Unreachable
from app.services.tasks import Tasks
from app.services.told_guests import ToldGuests
from app.session.call import Call, CallPhase, PeerPicture
from protocol.call import Limit, Motion, Participant, ParticipantKind, Sending
from protocol.socket import ClientMessage, SendSignal
from tests.fakes.examples import EXPERT, NOW, call, named

GUEST = Participant(
    peer_id=named("peer guest"),
    kind=ParticipantKind.PATIENT,
    display_name="周女士",
    account_id=None,
    joined_at=NOW,
)
WITH_EXPERT = call(EXPERT.display_name)
RUNNING = WITH_EXPERT.model_copy(update={"participants": (*WITH_EXPERT.participants, GUEST)})
FLUENT = Sending(motion=Motion.FLUENT, limit=Limit.NONE)


def talking(**more: Any) -> Call:
    pictures = tuple(PeerPicture(one.peer_id, connected=True) for one in RUNNING.participants)
    base = Call(RUNNING, CallPhase.IN, RUNNING.consultation_id, pictures=pictures)
    return replace(base, **more)


class Line:
    def __init__(self) -> None:
        self.sent: list[ClientMessage] = []
        self.away = False

    async def send(self, message: ClientMessage) -> None:
        if self.away:
            raise Unreachable("away")
        self.sent.append(message)


class Room:
    def __init__(self) -> None:
        self.line = Line()
        self.tasks = Tasks(lambda error: pytest.fail(str(error)))
        self.guests = ToldGuests(lambda: self.line, self.tasks)

    async def told(self, call: Call) -> list[tuple[UUID, object]]:
        before = len(self.line.sent)
        self.guests.follow(call)
        await self.tasks.quiet()
        new = self.line.sent[before:]
        return [(one.to, one.signal) for one in new if isinstance(one, SendSignal)]


@pytest.fixture
def room(qapp: object) -> Room:
    return Room()


async def test_a_guest_is_told_and_who_uses_our_program_is_not(room: Room) -> None:
    assert await room.told(talking()) == [(GUEST.peer_id, FLUENT)]


async def test_it_is_said_again_only_when_it_changes(room: Room) -> None:
    await room.told(talking())
    assert await room.told(talking(frames_sent=25)) == []
    off = FLUENT.model_copy(update={"camera_off": True})
    assert await room.told(talking(camera_off=True)) == [(GUEST.peer_id, off)]


async def test_who_talks_while_muted_is_heard(room: Room) -> None:
    await room.told(talking())
    silent = FLUENT.model_copy(update={"microphone_off": True})
    assert await room.told(talking(muted=True)) == [(GUEST.peer_id, silent)]
    assert await room.told(talking(muted=True, talking=True)) == [(GUEST.peer_id, FLUENT)]


async def test_a_new_connection_is_told_anew(room: Room) -> None:
    await room.told(talking())
    broken = tuple(replace(one, connected=False) for one in talking().pictures)
    assert await room.told(talking(pictures=broken)) == []
    assert await room.told(talking()) == [(GUEST.peer_id, FLUENT)]


async def test_what_could_not_be_said_is_said_when_the_line_is_back(room: Room) -> None:
    room.line.away = True
    assert await room.told(talking()) == []
    room.line.away = False
    assert await room.told(talking()) == [(GUEST.peer_id, FLUENT)]


@pytest.mark.parametrize(
    "more",
    [
        {"phase": CallPhase.RECONNECTING},
        {"server_away": True},
        {"running": RUNNING.model_copy(update={"sfu": named("sfu")})},
        {"running": None},
    ],
    ids=lambda more: next(iter(more)),
)
async def test_nobody_is_told_where_it_would_not_be_heard(
    room: Room, more: dict[str, object]
) -> None:
    assert await room.told(talking(**more)) == []
