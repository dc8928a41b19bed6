"""Calls that span processes: a frame goes to where the call runs, and what it answers comes back.

A call runs in one process, its home. Another process knows of its own sockets in that call no more
than their seats; what they say is carried out at home, on a `FarEndpoint` that stands for them.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from uuid import UUID

import structlog

from protocol.base import new_id
from protocol.call import CallState
from protocol.chat import ChatAudience
from protocol.socket import CLIENT_MESSAGE, JoinCall, LeaveCall, SendChat, SendSignal, StopShare
from server.api.mesh.far import FarEndpoint, InOrder
from server.api.mesh.voice import Voice
from server.api.mesh.words import (
    CallAsked,
    Caller,
    CallResumed,
    CallSaid,
    CallTold,
    Pushed,
    Seated,
    SocketGone,
    Word,
)
from server.api.services.call_homes import CallElsewhere, Homes
from server.api.socket.connection import Connection
from server.api.socket.hub import Hub
from server.api.socket.wishes import CallMessage, CallWishes, answered, ref_of
from server.domain.errors import Refusal
from server.store.work import Store

_LOG = structlog.get_logger("huizhen.calls")
ANSWER_S = 3.0


class Switchboard:
    """Connects sockets of this process with calls of others, and the other way round.

    Args:
        voice: tells the others; None where there are none.
    """

    def __init__(
        self,
        store: Store,
        homes: Homes,
        wishes: CallWishes,
        hub: Hub,
        voice: Voice | None,
    ) -> None:
        self._store = store
        self._homes = homes
        self._wishes = wishes
        self._calls = wishes.calls
        self._hub = hub
        self._voice = voice
        self._near: dict[UUID, Connection] = {}
        self._ids: dict[Connection, UUID] = {}
        self._spoken: dict[UUID, set[UUID]] = {}
        self._joining: dict[UUID, dict[UUID, tuple[UUID, JoinCall]]] = {}
        self._far: dict[tuple[UUID, UUID], tuple[FarEndpoint, InOrder]] = {}
        self._own = InOrder()
        self._asked: dict[UUID, asyncio.Future[CallState | None]] = {}

    # --- sockets of this process -------------------------------------------------------------

    async def carry_out(self, connection: Connection, message: CallMessage) -> None:
        """Here, or in the process where the call runs; raises a `Refusal`."""
        home = self._home_of(connection, message)
        if home is None:
            try:
                await self._wishes.carry_out(connection, message)
            except CallElsewhere as elsewhere:
                home = elsewhere.home
        if home is not None:
            self._forward(home, connection, message)

    def _home_of(self, connection: Connection, message: CallMessage) -> UUID | None:
        if isinstance(message, SendChat) and message.audience is ChatAudience.TREATING:
            return None
        if self._calls.room_of(message.consultation_id) is not None:
            return None
        return connection.homes.get(message.consultation_id)

    def _forward(self, home: UUID, connection: Connection, message: CallMessage) -> None:
        if self._voice is None or not (self._voice.heard() or _waits(message)):
            raise CallElsewhere(home)
        caller = self._caller(connection)
        if isinstance(message, JoinCall):
            joining = self._joining.setdefault(caller.connection, {})
            joining[message.consultation_id] = (home, message)
        self._spoken.setdefault(caller.connection, set()).add(home)
        frame = message.model_dump_json()
        self._say(CallSaid(process=self._me, caller=caller, frame=frame), home)

    @property
    def _me(self) -> UUID:
        assert self._voice is not None
        return self._voice.me

    def _say(self, word: Word, to: UUID) -> None:
        assert self._voice is not None
        self._voice.say(word, to)

    def _caller(self, connection: Connection) -> Caller:
        name = self._ids.get(connection)
        if name is None:
            name = self._ids[connection] = new_id()
            self._near[name] = connection
        who = connection.who
        return Caller(
            connection=name,
            account_id=None if who is None else who.id,
            session_id=connection.session_id,
            guest=connection.guest,
        )

    def gone(self, connection: Connection) -> None:
        """The socket has closed: the homes of its calls keep its seats, or end them."""
        name = self._ids.pop(connection, None)
        if name is None:
            return
        del self._near[name]
        self._joining.pop(name, None)
        for home in self._spoken.pop(name, ()):
            over = connection.session_over
            self._say(SocketGone(process=self._me, connection=name, over=over), home)

    def pushed(self, word: Pushed) -> None:
        connection = self._near.get(word.connection)
        if connection is None:
            return
        joining = self._joining.get(word.connection, {})
        for case_id, (_, message) in tuple(joining.items()):
            if str(message.ref) in word.text:  # answered, or refused
                del joining[case_id]
        connection.push(word.text)

    def seated(self, word: Seated) -> None:
        connection, case_id = self._near.get(word.connection), word.consultation_id
        if connection is None:
            return
        if word.seat is not None:
            connection.homes[case_id] = word.process
            connection.sit(case_id, word.seat)
        elif connection.homes.get(case_id) == word.process:
            del connection.homes[case_id]
            connection.rise(case_id)
        if connection.who is not None:
            self._hub.show(connection.who)

    # --- sockets of other processes ------------------------------------------------------------

    def said(self, word: CallSaid) -> None:
        endpoint, order = self._line_of(word.process, word.caller)
        order.add(partial(self._carry_out_far, endpoint, word.frame))

    def resumed(self, word: CallResumed) -> None:
        endpoint, order = self._line_of(word.process, word.caller)
        order.add(partial(self._resume, endpoint, word))

    def socket_gone(self, word: SocketGone) -> None:
        line = self._far.pop((word.process, word.connection), None)
        if line is not None:
            line[1].add(partial(self._leave, line[0], over=word.over))

    def _line_of(self, process: UUID, caller: Caller) -> tuple[FarEndpoint, InOrder]:
        known = self._far.get((process, caller.connection))
        if known is None:
            say = partial(self._say_to, process)
            known = FarEndpoint(self._me, process, caller, say), InOrder()
            self._far[process, caller.connection] = known
            if caller.account_id is not None:
                known[1].add(partial(self._introduce, known[0], caller.account_id))
        return known

    def _say_to(self, process: UUID, word: Word) -> None:
        self._say(word, process)

    async def _introduce(self, endpoint: FarEndpoint, account_id: UUID) -> None:
        async with self._store.reading() as work:
            endpoint.who = await work.people.who(account_id)

    async def _carry_out_far(self, endpoint: FarEndpoint, frame: str) -> None:
        message: CallMessage = CLIENT_MESSAGE.validate_json(frame)  # type: ignore[assignment]  # only those of calls are sent on
        doing = self._wishes.carry_out(endpoint, message)
        await answered(endpoint, message.type, ref_of(message), doing)

    async def _resume(self, endpoint: FarEndpoint, word: CallResumed) -> None:
        try:
            await self._calls.join(endpoint, word.consultation_id, word.seat)
        except Refusal:
            endpoint.unseated(word.consultation_id)

    async def _leave(self, endpoint: FarEndpoint, *, over: bool) -> None:
        going = self._calls.leave if over else self._calls.lost
        for case_id in tuple(endpoint.seats):
            try:
                await going(endpoint, case_id)
            except Refusal:
                _LOG.warning("socket.leave_refused")

    # --- calls that move -----------------------------------------------------------------------

    def taken(self, case_id: UUID) -> None:
        """The call has come here from a process that is gone."""
        assert self._voice is not None
        self._voice.call_taken(case_id)
        self.moved(case_id, self._me)

    def moved(self, case_id: UUID, home: UUID) -> None:
        """The call runs in that process now: our sockets in it go on there."""
        connections = {one for one in self._near.values() if case_id in one.seats}
        room = self._calls.room_of(case_id)
        if room is not None and home != self._me:
            ours = (seat.endpoint for seat in room.people().values())
            connections |= {one for one in ours if isinstance(one, Connection)}
            self._calls.let_go(case_id)
        for connection in connections:
            seat = connection.seats[case_id]
            if home == self._me:
                connection.homes.pop(case_id, None)
                self._own.add(partial(self._resume_here, connection, case_id))
                continue
            connection.homes[case_id] = home
            caller = self._caller(connection)
            self._spoken.setdefault(caller.connection, set()).add(home)
            word = CallResumed(process=self._me, caller=caller, consultation_id=case_id, seat=seat)
            self._say(word, home)

    async def _resume_here(self, connection: Connection, case_id: UUID) -> None:
        seat = connection.rise(case_id)
        if connection not in self._ids:
            return  # it has closed meanwhile
        with suppress(Refusal):
            await self._calls.join(connection, case_id, seat)
        if connection.who is not None:
            self._hub.show(connection.who)

    def process_gone(self, process: UUID) -> None:
        """Its sockets are lost, and what was said to it is said again, where its calls go on."""
        for key in [key for key in self._far if key[0] == process]:
            endpoint, order = self._far.pop(key)
            order.add(partial(self._leave, endpoint, over=False))
        for spoken in self._spoken.values():
            spoken.discard(process)

    def ask_again(self, process: UUID) -> None:
        """Joins that a process never answered, once its calls have another home."""
        for name, joining in self._joining.items():
            for case_id, (home, message) in tuple(joining.items()):
                if home == process:
                    del joining[case_id]
                    self._own.add(partial(self._join_again, self._near[name], message))

    async def _join_again(self, connection: Connection, message: JoinCall) -> None:
        if connection in self._ids:
            doing = self.carry_out(connection, message)
            await answered(connection, message.type, message.ref, doing)

    # --- how a call stands ---------------------------------------------------------------------

    async def ask(self, case_id: UUID) -> CallState | None:
        """As the process knows it where the call runs; raises `CallElsewhere` when it is silent."""
        async with self._store.reading() as work:
            call = await work.calls.running(case_id)
        if call is None or call.home is None or not self._homes.elsewhere(call.home):
            return None
        ref = new_id()
        answer: asyncio.Future[CallState | None] = asyncio.get_running_loop().create_future()
        self._asked[ref] = answer
        try:
            self._say(CallAsked(process=self._me, ref=ref, consultation_id=case_id), call.home)
            async with asyncio.timeout(ANSWER_S):
                return await answer
        except TimeoutError:
            raise CallElsewhere(call.home) from None
        finally:
            del self._asked[ref]

    def asked(self, word: CallAsked) -> None:
        room = self._calls.room_of(word.consultation_id)
        state = None if room is None else room.state()
        self._say(CallTold(process=self._me, ref=word.ref, call=state), word.process)

    def told(self, word: CallTold) -> None:
        answer = self._asked.get(word.ref)
        if answer is not None and not answer.done():
            answer.set_result(word.call)

    async def close(self) -> None:
        orders: Iterable[InOrder] = (self._own, *(order for _, order in self._far.values()))
        for order in orders:
            await order.close()


def _waits(message: CallMessage) -> bool:
    """What is said later, when the others can be heard again: who sat in the call goes on in it
    meanwhile, as its media do."""
    if isinstance(message, JoinCall):
        return message.seat is not None
    return isinstance(message, SendSignal | LeaveCall | StopShare)
