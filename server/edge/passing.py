"""Passing a request to the centre and its answer back, both as they stream."""

from collections.abc import AsyncIterator

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.edge.uplink import Headers, Uplink, parts_of

_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
"""Of one connection, not of the message (RFC 9110 7.6.1)."""
_NOT_SENT = _HOP | {"origin", "forwarded", "x-forwarded-for", "x-forwarded-proto", "expect"}
"""Which pages may ask is the edge's affair, and who asks the centre is told by the token."""
_NOT_ANSWERED = _HOP | {"date", "server", "x-request-id", "x-content-type-options"}
"""The edge says these itself."""


def target_of(request: Request) -> str:
    """Path and query as the client wrote them."""
    path: str = request.scope.get("raw_path", b"").decode("ascii") or request.url.path
    query: bytes = request.scope["query_string"]
    return f"{path}?{query.decode('latin-1')}" if query else path


def asked(request: Request) -> Headers:
    """The client's header lines for the centre; the Host stays, so that addresses in answers are
    those of the edge."""
    lines = parts_of(request.headers.raw)
    return [(name, value) for name, value in lines if name not in _NOT_SENT]


def answered(response: httpx.Response) -> list[tuple[bytes, bytes]]:
    """The centre's header lines for the client."""
    lines = [(name.lower(), value) for name, value in response.headers.raw]
    dropped = {name.encode() for name in _NOT_ANSWERED}
    return [
        (name, value)
        for name, value in lines
        if name not in dropped and not name.startswith(b"access-control-")
    ]


async def passed_on(uplink: Uplink, request: Request) -> Response:
    """What the centre answers; raises `Interrupted`."""
    headers = asked(request)
    names = {name for name, _ in headers}
    framed = "content-length" in names or "transfer-encoding" in request.headers
    content = request.stream() if framed else None
    response = await uplink.open(request.method, target_of(request), headers, content)
    return streamed(uplink, response)


def streamed(uplink: Uplink, response: httpx.Response) -> Response:
    """An answer of the centre as it comes."""
    out = StreamingResponse(_pieces(uplink, response), response.status_code)
    out.raw_headers = answered(response)
    return out


def whole(response: httpx.Response) -> Response:
    """An answer of the centre whose body was read."""
    out = Response(response.content, response.status_code)
    kept = [line for line in answered(response) if line[0] != b"content-length"]
    length = (b"content-length", str(len(response.content)).encode())
    out.raw_headers = kept if response.status_code in (204, 304) else [*kept, length]
    return out


async def _pieces(uplink: Uplink, response: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in response.aiter_raw():
            yield piece
    except httpx.TransportError as error:
        uplink.lost(error)
        raise
    finally:
        await response.aclose()
