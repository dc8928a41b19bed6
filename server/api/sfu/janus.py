"""The line to Janus: its API over one WebSocket (`janus-protocol`), and one session on it.

A request is answered by `success` or `error`, or by `ack` and later an `event` with the same
transaction. What Janus says unasked names the handle it is about. When the WebSocket is gone Janus
ends the session, and with it every connection that was made through it.
"""

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from server.api.sfu.errors import SfuAway, SfuRefused

Body = dict[str, Any]
Heard = Callable[[Body], None]

VIDEOROOM = "janus.plugin.videoroom"
CONNECT_S = 4.0
ANSWER_S = 5.0
"""Seconds for one answer."""
PING_S = 4.0
"""Seconds between signs of life, and for the answer to one."""
KEEPALIVE_S = 20.0
"""Janus ends a session that has said nothing for 60 s."""
_DONE_BY_ACK = ("trickle", "keepalive")
_LOG = structlog.get_logger("huizhen.sfu")


class JanusLine:
    """One session on an open WebSocket; made by `open_line`."""

    def __init__(self, connection: ClientConnection, api_secret: str) -> None:
        self._connection = connection
        self._api_secret = api_secret
        self._answers: dict[str, tuple[bool, asyncio.Future[Body]]] = {}
        self._heard: dict[int, Heard] = {}
        self._session: int | None = None
        self._tasks = [asyncio.create_task(self._read(), name="janus")]
        self.gone = asyncio.Event()
        """Nothing will be answered any more."""

    async def begin(self) -> None:
        """Opens the session."""
        self._session = (await self._ask("create"))["data"]["id"]
        self._tasks.append(asyncio.create_task(self._keep_alive(), name="janus keepalive"))

    async def attach(self, heard: Heard) -> "Handle":
        """A new handle of the videoroom; `heard` gets what is said of it unasked.

        Raises:
            SfuAway, SfuRefused: there is none.
        """
        number = (await self._ask("attach", plugin=VIDEOROOM))["data"]["id"]
        self._heard[number] = heard
        return Handle(self, number)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(OSError, WebSocketException):
            await self._connection.close()

    async def ask_of(self, handle: int, janus: str, **more: object) -> Body:
        return await self._ask(janus, handle_id=handle, **more)

    def forget(self, handle: int) -> None:
        self._heard.pop(handle, None)

    async def _ask(self, janus: str, **more: object) -> Body:
        transaction = secrets.token_hex(8)
        asked = {"janus": janus, "transaction": transaction, "apisecret": self._api_secret, **more}
        if self._session is not None:
            asked["session_id"] = self._session
        answer: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
        self._answers[transaction] = (janus in _DONE_BY_ACK, answer)
        try:
            if self.gone.is_set():
                raise SfuAway("the line to the SFU is gone")
            async with asyncio.timeout(ANSWER_S):
                await self._connection.send(orjson.dumps(asked).decode())
                return await answer
        except TimeoutError as error:
            raise SfuAway(f"the SFU did not answer a request ({janus}) in time") from error
        except (OSError, WebSocketException) as error:
            raise SfuAway("the line to the SFU is gone") from error
        finally:
            del self._answers[transaction]

    async def _read(self) -> None:
        try:
            async for text in self._connection:
                self._take(orjson.loads(text))
        except (OSError, WebSocketException, orjson.JSONDecodeError) as error:
            _LOG.warning("sfu.line_broke", error=type(error).__name__)
        finally:
            self._over()

    def _over(self) -> None:
        self.gone.set()
        for _, answer in self._answers.values():
            if not answer.done():
                answer.set_exception(SfuAway("the line to the SFU is gone"))

    def _take(self, said: Body) -> None:
        kind = said.get("janus")
        if kind == "timeout" and said.get("session_id") == self._session:
            self._over()
            return
        done_by_ack, answer = self._answers.get(said.get("transaction", ""), (False, None))
        if answer is None or answer.done():
            heard = self._heard.get(said.get("sender", 0))
            if heard is not None and answer is None:
                heard(said)
        elif kind == "error":
            problem = said["error"]
            answer.set_exception(SfuRefused(problem["code"], problem["reason"]))
        elif kind != "ack" or done_by_ack:
            answer.set_result(said)

    async def _keep_alive(self) -> None:
        while not self.gone.is_set():
            await asyncio.sleep(KEEPALIVE_S)
            try:
                await self._ask("keepalive")
            except (SfuAway, SfuRefused):
                self._over()


class Handle:
    """One of Janus's handles: what makes rooms, or one connection to one participant."""

    def __init__(self, line: JanusLine, number: int) -> None:
        self._line = line
        self._number = number

    async def request(self, request: str, jsep: Body | None = None, **body: object) -> Body:
        """One request to the videoroom; answers the whole event, `jsep` in it where there is one.

        Raises:
            SfuAway, SfuRefused: it was not done.
        """
        more = {} if jsep is None else {"jsep": jsep}
        said = await self._line.ask_of(
            self._number, "message", body={"request": request, **body}, **more
        )
        answered = said.get("plugindata", {}).get("data", {})
        if "error_code" in answered:
            raise SfuRefused(answered["error_code"], str(answered.get("error", "")))
        return said

    async def trickle(self, candidate: Body) -> None:
        """A candidate of the participant, or `{"completed": True}`."""
        await self._line.ask_of(self._number, "trickle", candidate=candidate)

    async def detach(self) -> None:
        """Ends it; one that is gone already is no trouble."""
        self._line.forget(self._number)
        with contextlib.suppress(SfuAway, SfuRefused):
            await self._line.ask_of(self._number, "detach")


async def open_line(url: str, api_secret: str, trusting: ssl.SSLContext | None) -> JanusLine:
    """Connects and begins a session.

    Raises:
        SfuAway: it cannot be reached.
        SfuRefused: the API secret is not the one Janus knows.
    """
    try:
        connection = await connect(
            url,
            ssl=trusting,
            subprotocols=[Subprotocol("janus-protocol")],
            proxy=None,
            open_timeout=CONNECT_S,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            close_timeout=1,
        )
    except (OSError, TimeoutError, WebSocketException) as error:
        raise SfuAway(f"the SFU cannot be reached ({type(error).__name__})") from error
    line = JanusLine(connection, api_secret)
    try:
        await line.begin()
    except (SfuAway, SfuRefused):
        await line.close()
        raise
    return line
