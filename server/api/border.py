"""The outermost application of whatever listens: request ids, the log line, the last catch."""

import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

import structlog

from protocol import paths
from protocol.errors import ErrorCode, Problem
from server.api.origins import Origins, allowing, answering
from server.api.problems import respond
from server.store.work import REQUEST_ID

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Coroutine[Any, Any, None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOG = structlog.get_logger("huizhen.http")


class Border:
    """The outermost application: request ids, the log line, and the last catch."""

    def __init__(self, http: Application, socket: Application, origins: Origins) -> None:
        self._answer = http
        self._socket = socket
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != paths.SOCKET:
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        await self._socket(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = self._origins.of(scope)
        if origin is not None and self._origins.asks_first(scope):
            await send({"type": "http.response.start", "status": 204, "headers": answering(origin)})
            return await send({"type": "http.response.body", "body": b""})
        request_id = secrets.token_hex(8)
        token = REQUEST_ID.set(request_id)
        begun = time.perf_counter()
        status = 0

        async def sending(message: Scope) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _marked(message, request_id, origin)
            await send(message)

        try:
            await self._answer(scope, receive, sending)
        except Exception:
            _LOG.exception("request.failed", request_id=request_id, path=_template(scope))
            if status == 0:
                problem = Problem(
                    code=ErrorCode.SERVER_ERROR,
                    title="the server failed; tell the help desk the request id",
                    status=500,
                    request_id=request_id,
                )
                await respond(problem)(scope, receive, sending)
        finally:
            REQUEST_ID.reset(token)
            _LOG.info(
                "request",
                request_id=request_id,
                method=scope["method"],
                path=_template(scope),
                status=status,
                ms=round((time.perf_counter() - begun) * 1000, 1),
            )


def _marked(message: Scope, request_id: str, origin: bytes | None) -> list[tuple[bytes, bytes]]:
    """The head of every answer."""
    return [
        *message.get("headers", ()),
        (b"x-request-id", request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
        *([] if origin is None else allowing(origin)),
    ]


def _template(scope: Scope) -> str:
    """The route's template: a path itself may name a patient's study."""
    route = scope.get("route")
    path: str = getattr(route, "path", "(no route)")
    return path
