"""The ASGI application: one entry for HTTP and the socket on one port."""

import re
from collections.abc import MutableMapping
from typing import Any
from uuid import UUID

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException

from protocol import (
    account,
    audit,
    board,
    call,
    chat,
    consultation,
    edge,
    emergency,
    errors,
    export,
    imaging,
    kept_recording,
    library,
    notification,
    on_call,
    queue,
    recording,
    report,
    report_copy,
    rota,
    second_factor,
    service_line,
    shared_record,
    transition,
)
from protocol import signed_in as signed_in_bodies
from protocol.base import Answer, Message
from protocol.errors import ErrorCode, FieldProblem, Problem
from protocol.paths import CLAIM, DICOMWEB, TRANSITIONS
from server.api import web
from server.api.border import Receive, Scope, Send
from server.api.dicomweb import resume_routes, retrieve_routes, search_routes
from server.api.dicomweb import routes as store_routes
from server.api.dicomweb.shortcut import ShortWay, short_way, taken
from server.api.fhir import bulk_routes
from server.api.fhir import routes as fhir_routes
from server.api.fhir.outcomes import FhirRefused, refused
from server.api.house import House
from server.api.problems import MEDIA_TYPE, problem_of, problem_of_store, respond, status_for
from server.api.rest import (
    administration,
    auditing,
    consultations,
    emergency_access,
    invitations,
    line_check,
    notifications,
    presented_forms,
    recordings,
    report_copies,
    report_pictures,
    rotas,
    second_factors,
    service_lines,
    session,
    shared_records,
    signed_in,
)
from server.api.rest.wire import house_of
from server.api.samples import with_examples
from server.api.services.refusals import Refusals
from server.domain.errors import Refusal
from server.domain.people import Caller, Who
from server.store.errors import StoreError
from server.store.work import REQUEST_ID

_LOG = structlog.get_logger("huizhen.http")
_TAKING = (CLAIM, TRANSITIONS)
_STUDY = re.compile(rf"{DICOMWEB}/studies/([^/]+)")
_REF = "#/components/schemas/{model}"
_SAID = (
    account,
    audit,
    board,
    call,
    chat,
    consultation,
    edge,
    emergency,
    errors,
    export,
    imaging,
    kept_recording,
    library,
    notification,
    on_call,
    queue,
    recording,
    report,
    report_copy,
    rota,
    second_factor,
    service_line,
    shared_record,
    signed_in_bodies,
    transition,
)
"""The modules of the protocol whose bodies the document describes."""


def rest_application(house: House | None, version: str) -> FastAPI:
    """REST and DICOMweb; without a house it can only print its OpenAPI document."""
    app = FastAPI(title="Huizhen", version=version, docs_url=None, redoc_url=None)
    app.state.house = house
    # Routes are tried in this order: images come in hundreds, administration hardly ever.
    images = (store_routes, resume_routes, search_routes, retrieve_routes)
    people = (
        session,
        signed_in,
        auditing,
        second_factors,
        consultations,
        emergency_access,
        rotas,
        service_lines,
        invitations,
        line_check,
        notifications,
        presented_forms,
        report_pictures,
        report_copies,
        recordings,
        shared_records,
        bulk_routes,
        fhir_routes,
        administration,
    )
    for module in (*images, *people):
        app.include_router(module.router)
    app.include_router(web.router, include_in_schema=False)
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(FhirRefused, _on_fhir_refusal)
    app.add_exception_handler(StoreError, _on_store_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    return app


def openapi(version: str) -> dict[str, Any]:
    """The OpenAPI document with every body of the protocol."""
    document = rest_application(None, version).openapi()
    models = [
        (model, "validation")
        for module in _SAID
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


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return await _refused(house_of(request).refusals, request, error)


async def _refused(refusals: Refusals, request: Request, refusal: Refusal) -> Response:
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is not None:
        refusal = await _said_to(refusals, caller.who, request, refusal)
    return respond(problem_of(refusal, request.url.path), request.url.path)


async def _said_to(refusals: Refusals, who: Who, request: Request, refusal: Refusal) -> Refusal:
    """What is said to somebody who is known, and noted of them."""
    reading = request.method in {"GET", "HEAD"}
    route = getattr(request.scope.get("route"), "path", "")
    what = f"{request.method} {route}"
    case_id = _uuid(request.path_params.get("consultation_id"))
    if case_id is not None:
        taking = route in _TAKING
        return await refusals.of_case(
            who, case_id, refusal, what=what, reading=reading, taking=taking
        )
    study = _STUDY.match(request.url.path)
    if study is not None:
        await refusals.of_study(who, study[1], refusal, what=what)
    else:
        await refusals.of_operation(who, refusal, what=what, reading=reading)
    return refusal


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


async def _on_fhir_refusal(_request: Request, error: Exception) -> Response:
    assert isinstance(error, FhirRefused)
    return refused(error)


async def _on_store_error(request: Request, error: Exception) -> Response:
    """Stored bytes that cannot be had: nothing of them was sent."""
    assert isinstance(error, StoreError)
    _LOG.error("store.failed", error=type(error).__name__, request_id=REQUEST_ID.get())
    return respond(problem_of_store(error), request.url.path)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = tuple(
        FieldProblem(location=tuple(str(part) for part in one["loc"]), reason=str(one["msg"]))
        for one in error.errors()
    )
    return respond(
        Problem(
            code=ErrorCode.VALIDATION_FAILED,
            title="the path or query is not what this takes",
            status=status_for(422, request.url.path),
            request_id=REQUEST_ID.get(),
            fields=fields,
        ),
        request.url.path,
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
    response = respond(problem, request.url.path)
    response.headers.update(error.headers or {})
    return response


class Http:
    """REST and DICOMweb: the short way where there is one."""

    def __init__(self, rest: FastAPI) -> None:
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _without_body(send)
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
            response = await _refused(self._rest.state.house.refusals, request, refusal)
        except StoreError as error:
            response = await _on_store_error(request, error)
        await response(scope, receive, send)


def _without_body(send: Send) -> Send:
    """HEAD is answered as GET, without what GET would carry (RFC 9110 9.3.2)."""

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sending
