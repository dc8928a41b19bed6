"""The outermost application of whatever listens: request ids, the log line, the last catch."""

import math
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, Protocol

import structlog
from starlette.requests import ClientDisconnect

from protocol import paths
from protocol.errors import ErrorCode, Problem
from server.api import strangers
from server.api.devices import DEVICE, SCOPE_KEY
from server.api.origins import Origins, allowing, answering, names_no_host
from server.api.problems import respond
from server.domain.limits import Buckets, Limit
from server.store.work import ORIGIN, REQUEST_ID

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Coroutine[Any, Any, None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOG = structlog.get_logger("huizhen.http")

_OF_STRANGERS = Limit(a_second=100, at_once=2_000)
"""Of one address, behind which a whole county may stand: its clients all sign in again when a
server comes back."""
_TOLD_EVERY_S = 60.0
_MOST_SHOWN = 200
_LEFT = 499
"""As proxies write it: the client closed the request before its body was here."""


class Watching(Protocol):
    """Who counts what passes."""

    def answered(self, method: str, route: str, status: int, seconds: float) -> None: ...

    def received(self, count: int) -> None: ...

    def socket_opened(self) -> None: ...

    def socket_closed(self) -> None: ...


class Border:
    """The outermost application: request ids, the log line, and the last catch.

    Args:
        names: whether an access token names an account, which is then counted (`RequestLimits`).
    """

    def __init__(
        self,
        http: Application,
        socket: Application,
        origins: Origins,
        names: Callable[[str], bool],
        watching: Watching | None = None,
    ) -> None:
        self._answer = http
        self._socket = socket
        self._origins = origins
        self._names = names
        self._watching = watching
        self._strangers = Buckets(_OF_STRANGERS)
        self._told_page = -_TOLD_EVERY_S

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
        if names_no_host(scope) or not self._origins.may_open_socket(scope):
            self._tell_page(scope)
            await receive()
            await send({"type": "websocket.close", "code": 4403})  # told as 403: nothing was opened
            return
        ORIGIN.set(_address(scope))
        _take_up(scope)
        if self._watching is None:
            await self._socket(scope, receive, send)
            return
        self._watching.socket_opened()
        try:
            await self._socket(scope, receive, send)
        finally:
            self._watching.socket_closed()

    def _tell_page(self, scope: Scope) -> None:
        """A proxy that hands on another host keeps patients out of calls; a flood writes no more
        than a line in a while."""
        now = time.monotonic()
        if now - self._told_page < _TOLD_EVERY_S:
            return
        self._told_page = now
        origin, host = (_header(scope, name)[:_MOST_SHOWN] for name in (b"origin", b"host"))
        mend = "if it is the site's own page, see public_url, or have the proxy pass the Host"
        _LOG.warning("socket.page_refused", origin=origin, host=host, mend=mend)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = self._origins.of(scope)
        if origin is not None and self._origins.asks_first(scope):
            await send({"type": "http.response.start", "status": 204, "headers": answering(origin)})
            return await send({"type": "http.response.body", "body": b""})
        if (refused := self._refused(scope)) is not None:
            return await refused(scope, receive, send)
        request_id = secrets.token_hex(8)
        token, came_from = REQUEST_ID.set(request_id), ORIGIN.set(_address(scope))
        _take_up(scope)
        begun = time.perf_counter()
        status = 0

        async def sending(message: Scope) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _marked(message, request_id, origin)
            await send(message)

        receiving = receive if self._watching is None else _counted(scope, receive, self._watching)
        try:
            await self._answer(scope, receiving, sending)
        except ClientDisconnect:
            status = _LEFT
        except Exception:
            _LOG.exception("request.failed", request_id=request_id, path=_template(scope))
            if status == 0:
                problem = Problem(
                    code=ErrorCode.SERVER_ERROR,
                    title="the server failed; tell the help desk the request id",
                    status=500,
                    request_id=request_id,
                )
                await respond(problem, scope["path"])(scope, receive, sending)
        finally:
            REQUEST_ID.reset(token)
            ORIGIN.reset(came_from)
            self._tell(scope, request_id, status, time.perf_counter() - begun)

    def _refused(self, scope: Scope) -> Application | None:
        """The answer to what is not looked at; counted, and not written: a flood would fill the
        log."""
        if names_no_host(scope):
            problem = _no_host()
        elif b"%00" in scope["query_string"] + scope.get("raw_path", b""):
            problem = _no_text()
        elif (wait := self._wait(scope)) > 0:
            problem = _too_many(wait)
        else:
            return None
        if self._watching is not None:
            self._watching.answered(scope["method"], "(refused)", problem.status, 0.0)
        return respond(problem, scope["path"])

    def _wait(self, scope: Scope) -> float:
        """How long an address has to wait whose requests name nobody; who has a good token is
        counted by account, and a proxy may always look."""
        if scope["path"] in (paths.HEALTH, paths.READY):
            return 0.0
        if (token := bearer_of(_header(scope, b"authorization"))) and self._names(token):
            return 0.0
        return self._strangers.take(_address(scope), time.monotonic())

    def _tell(self, scope: Scope, request_id: str, status: int, took: float) -> None:
        route = _template(scope)
        if self._watching is not None:
            self._watching.answered(scope["method"], route, status, took)
        _LOG.info(
            "request",
            request_id=request_id,
            method=scope["method"],
            path=route,
            status=status,
            ms=round(took * 1000, 1),
        )


def _no_host() -> Problem:
    return Problem(
        code=ErrorCode.VALIDATION_FAILED,
        title="the request does not say once, as name or name:port, which host it asks (Host)",
        status=400,
    )


def _no_text() -> Problem:
    """U+0000, which no database keeps in a text (PostgreSQL, 8.3)."""
    return Problem(
        code=ErrorCode.VALIDATION_FAILED,
        title="the address holds a character that is none (%00)",
        status=422,
    )


def _too_many(wait: float) -> Problem:
    return Problem(
        code=ErrorCode.TOO_MANY_REQUESTS,
        title="this address asks too often; ask again in a moment",
        status=429,
        retry_after_s=math.ceil(wait),
    )


def _counted(scope: Scope, receive: Receive, watching: Watching) -> Receive:
    """Of images that come in the bytes are counted."""
    if scope["method"] not in {"POST", "PUT"} or not scope["path"].startswith(paths.DICOMWEB):
        return receive

    async def receiving() -> Scope:
        message = await receive()
        watching.received(len(message.get("body", b"")))
        return message

    return receiving


def _marked(message: Scope, request_id: str, origin: bytes | None) -> list[tuple[bytes, bytes]]:
    """The head of every answer."""
    return [
        *message.get("headers", ()),
        (b"x-request-id", request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
        *([] if origin is None else allowing(origin)),
    ]


def bearer_of(header: str) -> str:
    """The access token of an `Authorization`; empty where it has none."""
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _header(scope: Scope, wanted: bytes) -> str:
    """The first of that name, as frameworks read it."""
    found: bytes = next((value for name, value in scope["headers"] if name == wanted), b"")
    return found.decode("latin-1")


def _address(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _take_up(scope: Scope) -> None:
    """What the connection says of whoever asks."""
    DEVICE.set(scope.get(SCOPE_KEY))
    if (known := scope.get(strangers.SCOPE_KEY)) is not None:
        strangers.KNOWN.set(known)


def _template(scope: Scope) -> str:
    """The route's template: a path itself may name a patient's study."""
    route = scope.get("route")
    path: str = getattr(route, "path", "(no route)")
    return path
