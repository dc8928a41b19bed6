"""Multipart bodies (RFC 2387, PS3.18 8.6.1.2) that are the same bytes each time they are asked for.

So a broken download goes on where it stopped, and a viewer asks for the beginning of a frame that
comes in a part: a range is one of the whole body (RFC 9110 14.1.2), the lines between its parts
among it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.api.dicomweb.accepting import MULTIPART
from server.api.dicomweb.conditions import Stretch, outside, stretch_of
from server.api.dicomweb.streaming import outgoing
from server.domain.ports import ObjectStore

PART_END = b"\r\n"
NO_RANGES = {"accept-ranges": "none"}
"""Of a body whose length is known only when it has been made."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stored object as a part, with the lines before it."""

    head: bytes
    sha256: str
    size: int

    @property
    def length(self) -> int:
        return len(self.head) + self.size + len(PART_END)


def boundary_of(tag: str) -> str:
    """The body's own boundary. Its ETag holds the hashes of all content, so that no content can be
    made to hold it."""
    return tag.strip('"')


def part_head(boundary: str, content_type: str) -> bytes:
    return f"--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode()


def closing(boundary: str) -> bytes:
    return f"--{boundary}--\r\n".encode()


def multipart_type(kind: str, boundary: str) -> dict[str, str]:
    return {"content-type": f'{MULTIPART}; type="{kind}"; boundary={boundary}'}


async def body_of(
    objects: ObjectStore,
    request: Request,
    parts: list[Part],
    boundary: str,
    tag: str,
    headers: dict[str, str],
) -> Response:
    """Stored objects as parts, or the one stretch of that body which is asked for; raises a
    `StoreError` of the first object that belongs to it."""
    size = sum(part.length for part in parts) + len(closing(boundary))
    try:
        stretch = stretch_of(request, size, tag)
    except ValueError:
        return outside(size)
    wanted = stretch or Stretch(0, size)
    headers |= {"content-length": str(wanted.length), "accept-ranges": "bytes"}
    if stretch is not None:
        headers["content-range"] = f"bytes {stretch.start}-{stretch.stop - 1}/{size}"
    body = _pieces(objects, parts, boundary, wanted)
    opening = await anext(body)

    async def begun() -> AsyncIterator[bytes]:
        yield opening
        async for piece in body:
            yield piece

    return StreamingResponse(begun(), 200 if stretch is None else 206, headers)


async def _pieces(
    objects: ObjectStore, parts: list[Part], boundary: str, wanted: Stretch
) -> AsyncIterator[bytes]:
    """An object is opened before the lines above it leave."""
    at = 0
    for part in parts:
        inside = _within(wanted, at, part.length)
        if inside.length:
            async for piece in _part(objects, part, inside):
                yield piece
        at += part.length
    end = closing(boundary)
    inside = _within(wanted, at, len(end))
    if inside.length:
        yield end[inside.start : inside.stop]


async def _part(objects: ObjectStore, part: Part, wanted: Stretch) -> AsyncIterator[bytes]:
    before = len(part.head)
    inside = _within(wanted, before, part.size)
    found = None
    if inside.length:
        found = await outgoing(objects, part.sha256, inside.start, inside.length)
    try:
        if wanted.start < before:
            yield part.head[wanted.start : wanted.stop]
        if found is not None:
            async for piece in found.pieces():
                yield piece
    finally:
        if found is not None:
            found.close()
    behind = _within(wanted, before + part.size, len(PART_END))
    if behind.length:
        yield PART_END[behind.start : behind.stop]


def _within(wanted: Stretch, at: int, length: int) -> Stretch:
    """What of a stretch lies in `length` bytes from `at` on, counted from there."""
    start = min(max(wanted.start - at, 0), length)
    return Stretch(start, max(start, min(wanted.stop - at, length)))
