"""The WebSocket, frame by frame to the centre and back."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from protocol.paths import SOCKET
from protocol.socket import MAX_FRAME_BYTES
from server.api.strangers import KNOWN
from server.edge.uplink import CONNECT_S, Uplink

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Coroutine[Any, Any, None]]

AGAIN_LATER = 1013
"""RFC 6455's registry: try again later; a client reconnects and asks for what it missed."""
_NOT_SENT = frozenset((1005, 1006, 1015))
"""Codes that say how a connection ended and may not be sent (RFC 6455 7.4.1)."""
_LOG = structlog.get_logger("huizhen.socket")


class SocketRelay:
    """Relays every WebSocket of the edge; who may talk is the centre's affair."""

    def __init__(self, uplink: Uplink) -> None:
        self._uplink = uplink
        self._address = "wss" + uplink.address.removeprefix("https") + SOCKET

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        offered = [Subprotocol(one) for one in scope.get("subprotocols", ())]
        try:
            centre = await connect(
                self._address,
                ssl=self._uplink.context,
                subprotocols=offered or None,
                compression=None,
                max_size=None,
                open_timeout=CONNECT_S,
                proxy=None,
                user_agent_header=None,
            )
        except (OSError, InvalidHandshake, TimeoutError) as error:
            self._uplink.lost(error)
            await send({"type": "websocket.accept", "subprotocol": next(iter(offered), None)})
            await send({"type": "websocket.close", "code": AGAIN_LATER})
            return
        async with centre:
            self._uplink.held()
            await send({"type": "websocket.accept", "subprotocol": centre.subprotocol})
            await self._relay(centre, receive, send)

    async def _relay(self, centre: ClientConnection, receive: Receive, send: Send) -> None:
        up = asyncio.create_task(_up(centre, receive))
        down = asyncio.create_task(_down(centre, send))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
        if centre.close_code == 1006:
            _LOG.info("socket.cut")


async def _up(centre: ClientConnection, receive: Receive) -> None:
    """From the client; ends when it closes."""
    while True:
        event = await receive()
        if event["type"] != "websocket.receive":
            code = int(event.get("code") or 1000)
            await centre.close(1001 if code in _NOT_SENT else code)
            return
        text: str | None = event.get("text")
        frame = event.get("bytes") or b"" if text is None else text
        if len(frame) > MAX_FRAME_BYTES:
            continue
        try:
            await centre.send(frame)
        except ConnectionClosed:
            return


async def _down(centre: ClientConnection, send: Send) -> None:
    """From the centre; its close is the client's."""
    welcomed = False
    try:
        async for frame in centre:
            kind = "text" if isinstance(frame, str) else "bytes"
            welcomed = welcomed or _welcomes(frame)
            await send({"type": "websocket.send", kind: frame})
    except ConnectionClosed:
        pass
    code = centre.close_code or 1006
    await send(
        {
            "type": "websocket.close",
            "code": AGAIN_LATER if code in _NOT_SENT else code,
            "reason": centre.close_reason or "",
        }
    )


def _welcomes(frame: str | bytes) -> bool:
    """Whether the centre knows who is at the other end; its connection is then no stranger's."""
    with contextlib.suppress(ValueError):
        if json.loads(frame).get("type") == "welcome":
            KNOWN.get()()
            return True
    return False
