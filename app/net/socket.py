"""The WebSocket of one account: facts in, wishes out, back again after every break.

Reconnecting is one loop with one decision: a refused token or an ended session gives up, anything
else tries again after a growing pause. What was missed is replayed by the server from `last_seq`.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException

from app.net.connection import LATER, Connection
from app.net.errors import NetError, NotSignedIn, Refused, Unreachable
from protocol import paths
from protocol.errors import ErrorCode
from protocol.socket import (
    HEARTBEAT_S,
    MAX_FRAME_BYTES,
    SERVER_MESSAGE,
    SUBPROTOCOL,
    ClientMessage,
    Hello,
    Ping,
    RenewToken,
    ServerMessage,
    SessionEnded,
    Welcome,
)
from protocol.socket import Refused as RefusedFrame

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
CLOSE_S = 2.0
"""How long a window that closes waits for a server that says nothing."""
PROBE_S = 2.5
"""How long a line that may be gone has to answer."""
GOING_AWAY = 1001
"""RFC 6455 7.4.1."""


class SocketOwner(Protocol):
    """Who hears what happens on the socket."""

    def connecting(self) -> None: ...

    def received(self, message: ServerMessage) -> None: ...

    def lost(self) -> None: ...

    def ended(self) -> None:
        """The session is over; the socket will not come back by itself."""

    def last_seq(self) -> int: ...


class EventSocket:
    """Keeps one WebSocket open while it runs."""

    def __init__(
        self,
        connection: Connection,
        owner: SocketOwner,
        *,
        access_token: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        self._connection = connection
        self._owner = owner
        self._own_token = access_token is not None
        self._access_token = access_token or connection.access_token
        self._live: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._doubted = asyncio.Event()
        self._addresses: frozenset[str] = frozenset()

    def doubt(self, addresses: Collection[str] = ()) -> None:
        """The line may be gone without a word, so it is asked now; a waiting retry begins at once.

        Args:
            addresses: those this computer has now, when they have just changed: a line from
                another one is given up unasked.
        """
        self._addresses = frozenset(addresses)
        self._doubted.set()

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="event socket")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def send(self, message: ClientMessage) -> None:
        """Sends now; raises Unreachable when the socket is down (nothing is kept for later)."""
        if self._live is None:
            raise Unreachable("the connection to the server is down")
        try:
            await self._live.send(message.model_dump_json(exclude_none=True))
        except ConnectionClosed as error:
            raise Unreachable("the connection to the server broke") from error

    async def _run(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            self._owner.connecting()
            try:
                if await self._one_connection():
                    pause = FIRST_PAUSE_S
            except _TokenExpired as expired:
                if await self._give_up(expired.token):
                    return
            except Refused as refused:
                if refused.code not in LATER:
                    self._owner.ended()
                    return
            except (NotSignedIn, _Over):
                self._owner.ended()
                return
            except (OSError, WebSocketException, InvalidHandshake, NetError):
                pass
            self._owner.lost()
            spread = random.uniform(0.7, 1.3)  # nosec B311  # spreads clients
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause * spread):
                    await self._doubted.wait()
            self._doubted.clear()
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _give_up(self, token: str) -> bool:
        """Renews a token the server found too old (this clock may be wrong); True when it cannot
        be renewed."""
        if self._own_token:
            self._owner.ended()
            return True
        try:
            await self._connection.token_after(token)
        except Refused as refused:
            if refused.code not in LATER:
                self._owner.ended()
                return True
        except NotSignedIn:
            self._owner.ended()
            return True
        except NetError:
            pass
        return False

    async def _one_connection(self) -> bool:
        """Speaks until the connection breaks; True when it had been welcomed."""
        token = await self._access_token()
        url = "wss" + self._connection.url.removeprefix("https") + paths.SOCKET
        welcomed = False
        async with connect(
            url,
            ssl=self._connection.context,
            subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]  # a NewType of str
            max_size=4 * MAX_FRAME_BYTES,
            open_timeout=10,
            close_timeout=CLOSE_S,
            ping_interval=HEARTBEAT_S,  # a cut line says nothing: without pings it looks alive
            ping_timeout=HEARTBEAT_S,
            proxy=None,
        ) as live:
            hello = Hello(access_token=token, last_seq=self._owner.last_seq(), client="desktop")
            await live.send(hello.model_dump_json())
            beats = asyncio.create_task(self._beat(live), name="heartbeat")
            probes = asyncio.create_task(self._probe(live), name="probe")
            try:
                async for frame in live:
                    message = self._parse(frame)
                    if isinstance(message, RefusedFrame) and not welcomed:
                        raise _refused_hello(message, token)
                    if message is not None:
                        welcomed = self._hear(live, message) or welcomed
            except ConnectionClosed:
                pass
            except asyncio.CancelledError:
                await live.close(GOING_AWAY)  # else the library calls it an internal error
                raise
            finally:
                self._live = None
                beats.cancel()
                probes.cancel()
        return welcomed

    @staticmethod
    def _parse(frame: str | bytes) -> ServerMessage | None:
        try:
            return SERVER_MESSAGE.validate_json(frame)
        except ValidationError:
            return None  # a newer server's message: not for this client

    def _hear(self, live: ClientConnection, message: ServerMessage) -> bool:
        if isinstance(message, Welcome):
            self._live = live
        self._owner.received(message)
        if isinstance(message, SessionEnded):
            raise _Over
        return isinstance(message, Welcome)

    async def _probe(self, live: ClientConnection) -> None:
        """Breaks the connection when the line is gone; the next one follows."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._doubted.wait()
                self._doubted.clear()
                addresses, self._addresses = self._addresses, frozenset()
                name = live.transport.get_extra_info("sockname")
                here = "" if name is None else str(name[0])
                loopback = here.startswith("127.") or here == "::1"
                if addresses and here not in addresses and not loopback:
                    live.transport.abort()
                    return
                answer = await live.ping()
                try:
                    await asyncio.wait_for(answer, PROBE_S)
                except TimeoutError:
                    live.transport.abort()
                    return

    async def _beat(self, live: ClientConnection) -> None:
        token = ""  # nosec B105  # none yet
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            with contextlib.suppress(ConnectionClosed, Unreachable, Refused, NotSignedIn):
                await live.send(Ping(sent_ms=int(time.time() * 1000)).model_dump_json())
                fresh = await self._access_token()
                if token and fresh != token:
                    await live.send(RenewToken(access_token=fresh).model_dump_json())
                token = fresh


def _refused_hello(message: RefusedFrame, token: str) -> Exception:
    if message.problem.code is ErrorCode.TOKEN_EXPIRED:
        return _TokenExpired(token)
    return Refused(message.problem)


class _TokenExpired(Exception):
    """The hello was refused because of this token's age."""

    def __init__(self, token: str) -> None:
        super().__init__("expired")
        self.token = token


class _Over(Exception):
    """The server ended this session."""
