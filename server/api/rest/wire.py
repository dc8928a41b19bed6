"""What every route shares: the caller, strict JSON bodies, and answers."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from protocol.account import TokenScope
from protocol.errors import ErrorCode, FieldProblem
from protocol.paths import DICOMWEB
from server.api.border import bearer_of
from server.api.house import House
from server.domain.errors import Forbidden, Invalid, Unauthenticated
from server.domain.people import Caller, Who

JSON = "application/json"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 in JSON, which no database keeps in a text; not the six signs that say so."""
M = TypeVar("M", bound=BaseModel)


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


async def _house(request: Request) -> House:
    return house_of(request)  # a plain function would be called in a thread of its own


HouseDep = Annotated[House, Depends(_house)]


def bearer(request: Request) -> str:
    """The access token of a request; raises `Unauthenticated` when there is none."""
    if token := bearer_of(request.headers.get("authorization", "")):
        return token
    raise Unauthenticated(ErrorCode.TOKEN_MISSING, "this needs an access token (Bearer)")


async def any_scope(request: Request) -> Caller:
    """A signed-in caller, a transfer's token included."""
    return await caller_of(request, house_of(request))


async def caller_of(request: Request, house: House) -> Caller:
    """Who sent a request, a transfer's token included."""
    return await _allowed(request, house, await house.identity.ready(bearer(request)))


async def _allowed(request: Request, house: House, caller: Caller) -> Caller:
    """Raises `Unavailable` for who asks too often."""
    request.state.caller = caller
    images = request.url.path.startswith(DICOMWEB)
    await house.limits.check(caller.who.id, images=images)
    return caller


async def full_scope(request: Request) -> Caller:
    """A person at a client."""
    caller = await any_scope(request)
    if caller.scope is not TokenScope.FULL:
        raise Forbidden("this token is for images only")
    return caller


async def before_password_change(request: Request) -> Caller:
    """A person who may still have to change a temporary password or set up a second factor."""
    house = house_of(request)
    caller = await _allowed(request, house, await house.identity.caller(bearer(request)))
    if caller.scope is not TokenScope.FULL:
        raise Forbidden("this token is for images only")
    return caller


async def who_is_asking(caller: Annotated[Caller, Depends(full_scope)]) -> Who:
    return caller.who


async def who_moves_images(caller: Annotated[Caller, Depends(any_scope)]) -> Who:
    return who_reads_images(caller)


def who_reads_images(caller: Caller) -> Who:
    """Anybody but an edge that stores somebody's images, and an upload that outlives its person's
    being signed in."""
    if caller.scope is TokenScope.RELAY or caller.left:
        raise Forbidden("this token is for storing images only")
    return caller.who


async def who_keeps_recordings(caller: Annotated[Caller, Depends(any_scope)]) -> Who:
    """Anybody but an edge; what was begun is kept also after signing out."""
    return who_reads_images(replace(caller, left=False))


CallerDep = Annotated[Caller, Depends(full_scope)]
WhoDep = Annotated[Who, Depends(who_is_asking)]
RecorderDep = Annotated[Who, Depends(who_keeps_recordings)]
ImageReaderDep = Annotated[Who, Depends(who_moves_images)]
UploaderDep = Annotated[Caller, Depends(any_scope)]
NewcomerDep = Annotated[Caller, Depends(before_password_change)]


def media_type_of(request: Request) -> str:
    """Of its body, without parameters; empty where it says none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body; raises `Invalid` (too_large) beyond the limit, before reading it all."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise Invalid(ErrorCode.TOO_LARGE, f"the body is larger than {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def body_of(model: type[M], *, listing: bool = False) -> Callable[[Request], Awaitable[M]]:
    """A dependency that reads a strict JSON body; FastAPI's own would coerce first. `listing`: it
    may name every image of a large study."""

    async def read(request: Request) -> M:
        settings = house_of(request).settings
        most = settings.max_listing_bytes if listing else settings.max_json_bytes
        raw = await read_body(request, most)
        if _NUL.search(raw):
            raise Invalid(
                ErrorCode.VALIDATION_FAILED, "a text holds a character that is none (NUL)"
            )
        try:
            return model.model_validate_json(raw)
        except ValidationError as error:
            raise validation_failed(error) from error

    return read


def validation_failed(error: ValidationError) -> Invalid:
    """Where and why, but never what was given."""
    fields = tuple(
        FieldProblem(location=tuple(str(part) for part in one["loc"]), reason=one["msg"])
        for one in error.errors(include_input=False, include_url=False, include_context=False)
    )
    return Invalid(
        ErrorCode.VALIDATION_FAILED, "the body is not what this path takes", fields=fields[:50]
    )


def answer(model: BaseModel, status: int = 200) -> Response:
    return Response(model.model_dump_json(), status, media_type=JSON)


def private(model: BaseModel, status: int = 200) -> Response:
    """What no browser may keep."""
    response = answer(model, status)
    response.headers["cache-control"] = "no-store"
    return response


def address_of(request: Request) -> str:
    """Whose guesses are counted together."""
    return request.client.host if request.client is not None else ""


def answer_list(adapter: TypeAdapter[Any], values: object) -> Response:
    return Response(adapter.dump_json(values), media_type=JSON)


def no_content() -> Response:
    return Response(status_code=204)


def takes(model: type[BaseModel], example: dict[str, Any] | None = None) -> dict[str, Any]:
    """OpenAPI's description of a body that `body_of` reads."""
    content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}
    if example is not None:
        model.model_validate_json(TypeAdapter(dict[str, Any]).dump_json(example))
        content["example"] = example
    return {"requestBody": {"required": True, "content": {JSON: content}}}
