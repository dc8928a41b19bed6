"""The ASGI application: one entry for HTTP and the socket on one port."""

import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from protocol import (
    account,
    call,
    chat,
    consultation,
    errors,
    imaging,
    library,
    paths,
    queue,
    report,
)
from protocol.base import Answer, Message
from protocol.errors import ErrorCode, FieldProblem, Problem
from server.api.dicomweb import resume_routes, retrieve_routes, search_routes
from server.api.dicomweb import routes as store_routes
from server.api.dicomweb.shortcut import ShortWay, short_way, taken
from server.api.house import House
from server.api.origins import Origins, allowing, answering
from server.api.problems import MEDIA_TYPE, STATUS, problem_of
from server.api.rest import administration, consultations, session
from server.api.samples import with_examples
from server.api.socket.endpoint import SocketEndpoint
from server.domain.errors import Refusal
from server.store.errors import ObjectsUnreachable, StoreError
from server.store.work import REQUEST_ID

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Coroutine[Any, Any, None]]

_LOG = structlog.get_logger("huizhen.http")
_REF = "#/components/schemas/{model}"


def rest_application(house: House | None, version: str) -> FastAPI:
    """REST and DICOMweb; without a house it can only print its OpenAPI document."""
    app = FastAPI(title="Huizhen", version=version, docs_url=None, redoc_url=None)
    app.state.house = house
    # Routes are tried in this order: images come in hundreds, administration hardly ever.
    images = (store_routes, resume_routes, search_routes, retrieve_routes)
    for module in (*images, session, consultations, administration):
        app.include_router(module.router)
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(StoreError, _on_store_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    return app


def openapi(version: str) -> dict[str, Any]:
    """The OpenAPI document with every body of the protocol."""
    document = rest_application(None, version).openapi()
    models = [
        (model, "validation")
        for module in (
            account,
            call,
            chat,
            consultation,
            errors,
            imaging,
            library,
            queue,
            report,
        )
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, Message | Answer)
    ]
    _, schemas = models_json_schema(models, ref_template=_REF)  # type: ignore[arg-type]
    components = document.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in schemas.get("$defs", {}).items():
        components.setdefault(name, schema)
    problem = {"description": "refused", "content": {MEDIA_TYPE: {"schema": _problem_ref()}}}
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = problem
    for leftover in ("HTTPValidationError", "ValidationError"):
        components.pop(leftover, None)
    with_examples(document)
    return document


def _problem_ref() -> dict[str, str]:
    return {"$ref": _REF.format(model="Problem")}


def _respond(problem: Problem) -> Response:
    headers = {"cache-control": "no-store"}
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    if problem.retry_after_s is not None:
        headers["retry-after"] = str(problem.retry_after_s)
    return Response(
        problem.model_dump_json(), problem.status, headers=headers, media_type=MEDIA_TYPE
    )


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return _respond(problem_of(error))


async def _on_store_error(request: Request, error: Exception) -> Response:
    """Stored bytes that cannot be had: nothing of them was sent."""
    assert isinstance(error, StoreError)
    _LOG.error("store.failed", error=type(error).__name__, request_id=REQUEST_ID.get())
    later = isinstance(error, ObjectsUnreachable)
    code = ErrorCode.UNAVAILABLE if later else ErrorCode.SERVER_ERROR
    return _respond(
        Problem(
            code=code,
            title=str(error),
            status=STATUS[code],
            request_id=REQUEST_ID.get(),
            retry_after_s=10 if later else None,
        )
    )


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = tuple(
        FieldProblem(location=tuple(str(part) for part in one["loc"]), reason=str(one["msg"]))
        for one in error.errors()
    )
    return _respond(
        Problem(
            code=ErrorCode.VALIDATION_FAILED,
            title="the path or query is not what this takes",
            status=422,
            request_id=REQUEST_ID.get(),
            fields=fields,
        )
    )


_HTTP_CODES = {
    404: (ErrorCode.NOT_FOUND, "there is nothing at this path"),
    405: (ErrorCode.VALIDATION_FAILED, "this path does not take this method"),
}


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    code, title = _HTTP_CODES.get(status, (ErrorCode.VALIDATION_FAILED, "refused"))
    problem = Problem(code=code, title=title, status=status, request_id=REQUEST_ID.get())
    response = _respond(problem)
    response.headers.update(error.headers or {})
    return response


class Edge:
    """The outermost application: request ids, the log line, and the last catch."""

    def __init__(self, rest: FastAPI, socket: SocketEndpoint, origins: Origins) -> None:
        self._rest = rest
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
                await _respond(problem)(scope, receive, sending)
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

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        way = short_way(scope)
        if way is None:
            await self._rest(scope, receive, send)
        else:
            scope["route"] = way
            await self._short(way, scope, receive, send)

    async def _short(self, way: ShortWay, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await taken(way, request, self._rest.state.house)
        except Refusal as refusal:
            response = await _on_refusal(request, refusal)
        except StoreError as error:
            response = await _on_store_error(request, error)
        await response(scope, receive, send)


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
