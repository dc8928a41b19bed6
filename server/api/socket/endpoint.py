"""The WebSocket as a plain ASGI endpoint: hello, replay, then frames until it closes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from functools import partial
from typing import Any

import orjson
import structlog
from pydantic import ValidationError

from protocol.account import TokenScope
from protocol.errors import ErrorCode, FieldProblem
from protocol.socket import (
    CLIENT_MESSAGE,
    HELLO_TIMEOUT_S,
    MAX_FRAME_BYTES,
    SUBPROTOCOL,
    ClientMessage,
    Hello,
    Ping,
    Pong,
    RenewToken,
    SetPaused,
    Welcome,
)
from server.api.frames import SCOPE_KEY, Taker
from server.api.mesh.switchboard import Switchboard
from server.api.services.calls import Calls
from server.api.services.identity import Identity
from server.api.services.presences import Presences
from server.api.services.refusals import Refusals
from server.api.services.tokens import Claims, expired
from server.api.socket.connection import Connection
from server.api.socket.hub import Hub
from server.api.socket.relay import relay
from server.api.socket.wishes import answered, ref_of, refuse
from server.domain.audit import Access, Resource
from server.domain.errors import (
    Forbidden,
    Invalid,
    Refusal,
    Unauthenticated,
    Unavailable,
    not_a_member,
)
from server.domain.limits import Bucket, Limit
from server.domain.ports import Clock
from server.store.errors import StoreError
from server.store.facts import cases_told
from server.store.work import Store

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Coroutine[Any, Any, None]]

REFUSED_HELLO = 4401
TRY_AGAIN_LATER = 1013
TOKEN_RAN_OUT = 4402
LEFT_S = 0.05
"""How long what a client that is gone had sent before may take to be handed over."""
_LOG = structlog.get_logger("huizhen.socket")


_FRAMES = Limit(a_second=200, at_once=2000)
"""Of one socket: candidates of a call of many come in bursts."""


class SocketEndpoint:
    """Serves every WebSocket of this process."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        identity: Identity,
        hub: Hub,
        calls: Calls,
        switchboard: Switchboard,
        presences: Presences,
        refusals: Refusals,
        queue_limit: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._hub = hub
        self._calls = calls
        self._switchboard = switchboard
        self._presences = presences
        self._refusals = refusals
        self._queue_limit = queue_limit

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        offered = SUBPROTOCOL in scope.get("subprotocols", ())
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if offered else None})
        connection = Connection(send, self._queue_limit)
        writer = asyncio.create_task(connection.run())
        try:
            hello = await self._hello(connection, receive)
            if hello is not None:
                heed = scope.get(SCOPE_KEY, _nothing_is_heeded)
                await self._serve(connection, hello, receive, heed)
        finally:
            await self._leave(connection)
            connection.close_after_queue(1000)
            if not connection.closed.is_set():
                writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    async def _hello(self, connection: Connection, receive: Receive) -> Hello | None:
        """The first frame that makes sense must be a good hello, within the time."""
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                while True:
                    frame = await _frame(connection, receive)
                    if frame is None:
                        return None
                    message = self._parse(connection, frame)
                    if isinstance(message, Hello):
                        await self._welcome(connection, message)
                        return message
                    if message is not None:
                        raise Unauthenticated(ErrorCode.TOKEN_MISSING, "say hello first")
        except TimeoutError:
            refusal: Refusal = Unauthenticated(ErrorCode.TOKEN_MISSING, "no hello came in time")
        except StoreError as error:
            _LOG.error("socket.store", message="hello", error=type(error).__name__)
            connection.close_after_queue(TRY_AGAIN_LATER)
            await connection.closed.wait()
            return None
        except Refusal as refused:
            refusal = refused
        refuse(connection, refusal)
        connection.close_after_queue(REFUSED_HELLO)
        await connection.closed.wait()
        return None

    async def _welcome(self, connection: Connection, hello: Hello) -> None:
        claims = self._identity.claims(hello.access_token)
        if claims.scope is TokenScope.CALL:
            connection.guest = claims.seat
            connection.session_id = claims.session_id
        else:
            await self._admit(connection, hello.access_token)
        self._hub.add(connection)  # what is told from now on it holds back until the replay is done
        async with self._store.looking() as work:
            latest = await work.facts.latest()
            missed: list[tuple[int, str]] = []
            gap = False
            if connection.who is not None and hello.last_seq:
                missed, gap = await work.facts.since(connection.who.id, hello.last_seq)
                for case_id in cases_told(text for _, text in missed):
                    work.trail.note(
                        connection.who.id,
                        Access.READ,
                        Resource.CONSULTATION,
                        case_id,
                        consultation_id=case_id,
                        detail="replayed",
                    )
        welcome = Welcome(
            account_id=None if connection.who is None else connection.who.id,
            seq=max([latest, *(seq for seq, _ in missed)]),
            server_time=self._clock.now(),
            replay_gap=gap,
        )
        connection.push(welcome.model_dump_json())
        for _, text in missed:
            connection.push(text)
        connection.replayed(welcome.seq)
        if connection.who is not None:
            self._hub.announce(connection.who)

    async def _admit(self, connection: Connection, token: str) -> None:
        caller = await self._identity.ready(token)
        if caller.scope is not TokenScope.FULL:
            raise Forbidden("this token is for uploads only")
        connection.who = caller.who
        connection.session_id = caller.session_id

    async def _serve(
        self, connection: Connection, hello: Hello, receive: Receive, heed: Callable[[Taker], None]
    ) -> None:
        expiry = _Expiry(connection, self._clock)
        if connection.guest is None:  # a guest's seat lasts as long as the call
            expiry.set(self._identity.claims(hello.access_token))
        frames = Bucket(_FRAMES)
        heed(partial(self._taken, connection, frames))
        try:
            while (frame := await _frame(connection, receive)) is not None:
                if frames.take(time.monotonic()) > 0:
                    refuse(connection, _too_many())
                    continue
                if self._relayed(connection, frame):
                    continue
                message = self._parse(connection, frame)
                if message is not None:
                    await self._handle(connection, message, expiry)
        finally:
            expiry.cancel()

    def _taken(self, connection: Connection, frames: Bucket, frame: bytes) -> bool:
        """A signal is relayed as it comes, between two that are waited for."""
        now = time.monotonic()
        if frames.take(now) > 0:
            return False
        if not self._relayed(connection, frame):
            frames.give_back()
            return False
        connection.last_heard = now
        return True

    def _relayed(self, connection: Connection, frame: str | bytes) -> bool:
        decoded = _decode(frame)
        return (
            type(decoded) is dict
            and decoded.get("type") == "send_signal"
            and relay(self._calls, connection, decoded)
        )

    def _parse(self, connection: Connection, frame: str | bytes) -> ClientMessage | None:
        try:
            return CLIENT_MESSAGE.validate_json(frame)
        except ValidationError as error:
            fields = tuple(
                FieldProblem(
                    location=tuple(str(part) for part in one["loc"]), reason=str(one["type"])
                )
                for one in error.errors(include_input=False, include_url=False)
            )
            refuse(
                connection,
                Invalid(
                    ErrorCode.MALFORMED_MESSAGE, "this frame is not understood", fields=fields[:10]
                ),
            )
            return None

    async def _handle(
        self, connection: Connection, message: ClientMessage, expiry: "_Expiry"
    ) -> None:
        doing = self._done_or_said(connection, message, expiry)
        await answered(connection, message.type, ref_of(message), doing)

    async def _done_or_said(
        self, connection: Connection, message: ClientMessage, expiry: "_Expiry"
    ) -> None:
        """Raises what is to be said to who asks."""
        try:
            await self._dispatch(connection, message, expiry)
        except Refusal as refusal:
            who, case_id = connection.who, getattr(message, "consultation_id", None)
            if who is None or case_id is None:
                raise
            raise await self._refusals.of_case(
                who, case_id, refusal, what=message.type
            ) from refusal

    async def _dispatch(
        self, connection: Connection, message: ClientMessage, expiry: "_Expiry"
    ) -> None:
        match message:
            case Ping():
                pong = Pong(sent_ms=message.sent_ms, server_time=self._clock.now())
                connection.push(pong.model_dump_json())
            case SetPaused():
                if connection.who is None:
                    raise not_a_member()
                await self._presences.pause(connection.who, message.minutes, message.until)
            case RenewToken():
                await self._renew(connection, message.access_token, expiry)
            case Hello():
                raise Invalid(ErrorCode.MALFORMED_MESSAGE, "hello was said before")
            case _:
                await self._switchboard.carry_out(connection, message)
                if connection.who is not None:
                    self._hub.show(connection.who)

    async def _renew(self, connection: Connection, token: str, expiry: "_Expiry") -> None:
        claims = self._identity.claims(token)
        if claims.session_id != connection.session_id:
            raise Unauthenticated(ErrorCode.TOKEN_INVALID, "this token is of another session")
        await self._identity.caller(token)
        expiry.set(claims)

    async def _leave(self, connection: Connection) -> None:
        self._hub.remove(connection)
        going = self._calls.leave if connection.session_over else self._calls.lost
        self._switchboard.gone(connection)
        for case_id in connection.seats.keys() - connection.homes.keys():
            try:
                await going(connection, case_id)
            except Refusal:
                _LOG.warning("socket.leave_refused")


def _too_many() -> Refusal:
    return Unavailable(
        ErrorCode.TOO_MANY_REQUESTS, "this client says too much; say it again", retry_after_s=1
    )


class _Expiry:
    """Closes a socket whose access token has run out and was not renewed."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._timer: asyncio.TimerHandle | None = None

    def set(self, claims: Claims) -> None:
        self.cancel()
        left = (claims.expires_at - self._clock.now()).total_seconds()
        self._timer = asyncio.get_running_loop().call_later(left, self._end)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _end(self) -> None:
        refuse(self._connection, expired())
        self._connection.close_after_queue(TOKEN_RAN_OUT)


def _nothing_is_heeded(_taker: Taker) -> None:
    """Of a port that has no short way."""


async def _frame(connection: Connection, receive: Receive) -> str | bytes | None:
    """The next frame, or None when the socket is closed; also where sending found the client gone:
    one that sleeps never says so itself. What it had sent before is read, and what is being done of
    it is done."""
    clock = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(LEFT_S if connection.gone else None) as there:
            connection.on_gone = lambda: there.reschedule(clock() + LEFT_S)
            event = await receive()
    except TimeoutError:
        return None
    finally:
        connection.on_gone = lambda: None
    if event["type"] != "websocket.receive":
        return None
    connection.last_heard = time.monotonic()
    text: str | None = event.get("text")
    frame: str | bytes = event.get("bytes") or b"" if text is None else text
    if len(frame) > MAX_FRAME_BYTES:
        return ""
    return frame


def _decode(frame: str | bytes) -> Any:
    try:
        return orjson.loads(frame)
    except orjson.JSONDecodeError:
        return None
