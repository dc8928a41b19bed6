"""WADO-RS answers (PS3.18 10.4): instances, frames, bulk data."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.api.dicomweb.accepting import OCTETS, Accepted, not_acceptable
from server.api.dicomweb.conditions import (
    Stretch,
    headers_of,
    not_modified,
    outside,
    stretch_of,
    tag_of,
)
from server.api.dicomweb.describing import EXPLICIT, PIXELS, bulk_data
from server.api.dicomweb.encoding import OFFERED, encoded, encoded_frame, may_be_encoded
from server.api.dicomweb.layouts import Layouts
from server.api.dicomweb.parts import (
    NO_RANGES,
    PART_END,
    Part,
    body_of,
    boundary_of,
    closing,
    multipart_type,
    part_head,
)
from server.api.dicomweb.pixelfile import MEDIA_TYPES, PixelFile
from server.api.dicomweb.streaming import Made, making, outgoing, read_by, with_reader
from server.api.dicomweb.transcoding import explicit
from server.domain.errors import Invalid, NotFound, invalid_field
from server.domain.ports import ObjectReader, ObjectStore
from server.store.finding import StoredInstance
from server.store.multipart import DICOM

MOST_FRAMES = 10_000
DECODED_AS = 2
"""Counted up when the same object is decoded to other bytes: caches then ask for them anew."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How instances are sent: `syntax` None is as they are stored."""

    multipart: bool
    syntax: str | None

    def of(self, row: StoredInstance) -> str:
        return self.syntax or row.transfer_syntax

    def transcodes(self, row: StoredInstance) -> bool:
        return self.syntax is not None and row.transfer_syntax != self.syntax

    def made(self, source: ObjectReader) -> Made:
        """An object in that syntax."""
        if self.syntax is None or self.syntax == EXPLICIT:
            return explicit(source)
        return encoded(source, self.syntax)


@dataclass(frozen=True, slots=True)
class _Frames:
    """How frames are sent; `syntax` where they are made in another one than they are stored in."""

    entry: Accepted
    media_type: str
    read: Callable[[PixelFile, int], bytes]
    syntax: str = ""

    def single(self, numbers: list[int]) -> bool:
        """Whether the one frame is the body, without parts."""
        entry = self.entry
        return not entry.multipart and entry.media_type != "*/*" and len(numbers) == 1

    def tag(self, row: StoredInstance, numbers: list[int]) -> str:
        name = self.syntax or getattr(self.read, "__name__", "")
        return tag_of(
            "frames",
            DECODED_AS,
            row.sha256,
            numbers,
            self.media_type,
            name,
            self.single(numbers),
        )


class Retrieving:
    """Makes answers of stored instances; files are read and decoded in threads."""

    def __init__(self, objects: ObjectStore, layouts: Layouts | None = None) -> None:
        self._objects = objects
        self._layouts = layouts or Layouts()

    async def instances(
        self, request: Request, rows: list[StoredInstance], accept: list[Accepted], *, fixed: bool
    ) -> Response:
        """Instances as they are stored, or in the transfer syntax the client asks for.

        `fixed` when more instances can never belong to the answer.
        """
        form = _form(rows, accept)
        tag = tag_of("instances", DECODED_AS, form, *(row.sha256 for row in rows))
        held = not_modified(request, tag, fixed=fixed)
        if held is not None:
            return held
        headers = headers_of(tag, fixed=fixed)
        if form.multipart:
            return await self._multipart(request, rows, form, tag, headers)
        (row,) = rows
        if form.transcodes(row):
            made = await making(self._objects, row.sha256, form.made)
            if made.size is not None:
                headers["content-length"] = str(made.size)
            kind = _dicom(form.of(row))
            return StreamingResponse(made.pieces(), headers=headers, media_type=kind)
        try:
            stretch = stretch_of(request, row.size, tag)
        except ValueError:
            return outside(row.size)
        return await self._single(row, stretch, headers)

    async def _single(
        self, row: StoredInstance, stretch: Stretch | None, headers: dict[str, str]
    ) -> Response:
        part = stretch or Stretch(0, row.size)
        found = await outgoing(self._objects, row.sha256, part.start, part.length)
        headers |= {"content-length": str(part.length), "accept-ranges": "bytes"}
        if stretch is not None:
            headers["content-range"] = f"bytes {part.start}-{part.stop - 1}/{row.size}"
        status = 200 if stretch is None else 206
        kind = _dicom(row.transfer_syntax)
        if found.whole:
            return Response(found.first, status, headers, media_type=kind)
        return StreamingResponse(found.pieces(), status, headers, media_type=kind)

    async def _multipart(
        self,
        request: Request,
        rows: list[StoredInstance],
        form: _Form,
        tag: str,
        headers: dict[str, str],
    ) -> Response:
        boundary = boundary_of(tag)
        headers |= multipart_type(DICOM, boundary)
        parts = [
            Part(part_head(boundary, _dicom(form.of(row))), row.sha256, row.size) for row in rows
        ]
        if not any(form.transcodes(row) for row in rows):
            return await body_of(self._objects, request, parts, boundary, tag, headers)

        # Begun before the answer is: what is wrong with the first is still told as a problem.
        first = self._pieces(rows[0], form)
        opening = await anext(first)

        async def body() -> AsyncIterator[bytes]:
            for place, (row, part) in enumerate(zip(rows, parts, strict=True)):
                yield part.head
                if not place:
                    yield opening
                async for piece in self._pieces(row, form) if place else first:
                    yield piece
                yield PART_END
            yield closing(boundary)

        return StreamingResponse(body(), headers=headers | NO_RANGES)

    async def _pieces(self, row: StoredInstance, form: _Form) -> AsyncIterator[bytes]:
        if form.transcodes(row):
            made = await making(self._objects, row.sha256, form.made)
            async for piece in made.pieces():
                yield piece
            return
        found = await outgoing(self._objects, row.sha256, 0, row.size)
        async for piece in found.pieces():
            yield piece

    async def frames(
        self,
        request: Request,
        row: StoredInstance,
        numbers: list[int],
        accept: list[Accepted],
        first: bytes | None = None,
    ) -> Response:
        """Frames as stored where the client takes that, otherwise as plain samples; `first` is what
        `first_frame` has read."""
        if max(numbers) > row.frames:
            raise NotFound("the instance has no such frame")
        form = _frames_form(row, accept)
        if form is None:
            return await self._encoded_frames(request, row, numbers, accept)
        return await self._frames(request, row, numbers, form, first)

    def first_frame(
        self, request: Request, row: StoredInstance, numbers: list[int], accept: list[Accepted]
    ) -> bytes | None:
        """Reads it where `frames` will need it and nothing has to be tried for it; blocking."""
        form = _frames_form(row, accept)
        if form is None or max(numbers) > row.frames:
            return None
        if not_modified(request, form.tag(row, numbers), fixed=True) is not None:
            return None
        return self._read(row, form, numbers[0])

    def _read(self, row: StoredInstance, form: _Frames, number: int) -> bytes:
        def read(source: ObjectReader) -> bytes:
            layout = self._layouts.of(row.sha256, source)
            return form.read(PixelFile(source, layout), number - 1)

        return read_by(self._objects, row.sha256, read)

    async def _encoded_frames(
        self, request: Request, row: StoredInstance, numbers: list[int], accept: list[Accepted]
    ) -> Response:
        """Frames in another lossless form, for who takes neither stored nor plain ones."""
        refused = not_acceptable(
            'multipart/related; type="application/octet-stream", plain or with transfer-syntax=* '
            f"(as stored); where the pixels allow it, also {' '.join(OFFERED)}"
        )
        for entry in accept:
            for syntax in OFFERED:
                kind = OCTETS if entry.media_type == OCTETS else MEDIA_TYPES[syntax]
                named = entry.transfer_syntax == syntax and entry.takes(kind)
                usual = entry.media_type == MEDIA_TYPES[syntax] and not entry.transfer_syntax
                if not (named or usual) or not may_be_encoded(row.transfer_syntax):
                    continue
                form = _Frames(entry, kind, partial(encoded_frame, syntax=syntax), syntax)
                try:
                    return await self._frames(request, row, numbers, form)
                except Invalid as error:
                    refused = error
        raise refused

    async def _frames(
        self,
        request: Request,
        row: StoredInstance,
        numbers: list[int],
        form: _Frames,
        first: bytes | None = None,
    ) -> Response:
        tag, media_type = form.tag(row, numbers), form.media_type
        held = not_modified(request, tag, fixed=True)
        if held is not None:
            return held
        headers = headers_of(tag, fixed=True)

        async def frame(number: int) -> bytes:
            return await asyncio.to_thread(self._read, row, form, number)

        if first is None:
            first = await frame(numbers[0])
        if form.single(numbers):
            return _in_part(request, first, tag, media_type)
        told = row.transfer_syntax if form.read is PixelFile.stored else form.syntax
        shown = media_type + (f"; transfer-syntax={told}" if told else "")
        if len(numbers) == 1:
            return _alone(request, first, tag, media_type, shown)
        boundary = boundary_of(tag)
        headers |= multipart_type(media_type, boundary) | NO_RANGES
        more = (frame(number) for number in numbers[1:])
        return StreamingResponse(_in_parts(first, more, boundary, shown), headers=headers)

    async def bulk(
        self, request: Request, row: StoredInstance, path: str, accept: list[Accepted]
    ) -> Response:
        """The bytes of one attribute; pixels that are compressed as their frames."""
        if path.upper() == PIXELS and row.transfer_syntax in MEDIA_TYPES:
            return await self.frames(request, row, list(range(1, row.frames + 1)), accept)
        form = next((entry for entry in accept if entry.takes(OCTETS)), None)
        multipart = form is not None and form.multipart
        tag = tag_of("bulk", DECODED_AS, row.sha256, path, multipart)
        held = not_modified(request, tag, fixed=True)
        if held is not None:
            return held
        data = await with_reader(self._objects, row.sha256, partial(bulk_data, path=path))
        if not multipart:
            return _in_part(request, data, tag, OCTETS)
        return _alone(request, data, tag, OCTETS, OCTETS)


async def _in_parts(
    first: bytes, more: Iterable[Awaitable[bytes]], boundary: str, shown: str
) -> AsyncIterator[bytes]:
    """Frames one after the other, each made when the one before it has gone."""
    yield part_head(boundary, shown) + first + PART_END
    for one in more:
        yield part_head(boundary, shown) + await one + PART_END
    yield closing(boundary)


def _in_part(request: Request, data: bytes, tag: str, kind: str) -> Response:
    """One body that cannot change, or the one stretch of it that is asked for (RFC 9110 14.2)."""
    try:
        stretch = stretch_of(request, len(data), tag)
    except ValueError:
        return outside(len(data))
    headers = headers_of(tag, fixed=True) | {"accept-ranges": "bytes"}
    if stretch is None:
        return Response(data, headers=headers, media_type=kind)
    headers["content-range"] = f"bytes {stretch.start}-{stretch.stop - 1}/{len(data)}"
    return Response(data[stretch.start : stretch.stop], 206, headers, media_type=kind)


def _alone(request: Request, data: bytes, tag: str, kind: str, shown: str) -> Response:
    """The only part of a multipart body; a stretch is one of the body, its lines among it."""
    boundary = boundary_of(tag)
    whole = b"".join((part_head(boundary, shown), data, PART_END, closing(boundary)))
    return _in_part(request, whole, tag, multipart_type(kind, boundary)["content-type"])


def frame_numbers(text: str) -> list[int]:
    """`1,3,2` → numbers from 1, in the order asked for."""
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise invalid_field("frame numbers are integers separated by commas", "frames") from error
    if any(number < 1 for number in numbers):
        raise invalid_field("frame numbers begin at 1", "frames")
    if len(numbers) > MOST_FRAMES:
        raise invalid_field(f"ask for at most {MOST_FRAMES} frames at once", "frames")
    return numbers


def _frames_form(row: StoredInstance, accept: list[Accepted]) -> _Frames | None:
    """The first the client takes, as stored or plain; None when it takes neither."""
    stored_type = MEDIA_TYPES.get(row.transfer_syntax)
    for entry in accept:
        whole_syntax = entry.transfer_syntax in ("*", row.transfer_syntax)
        if stored_type is not None and (
            (entry.media_type == stored_type and entry.transfer_syntax in ("", "*"))
            or (entry.takes(stored_type) and whole_syntax)
            or (entry.media_type == OCTETS and whole_syntax)
        ):
            kind = OCTETS if entry.media_type == OCTETS else stored_type
            return _Frames(entry, kind, PixelFile.stored)
        if entry.takes(OCTETS) and entry.transfer_syntax in ("", "*", EXPLICIT):
            return _Frames(entry, OCTETS, PixelFile.plain)
    return None


def _form(rows: list[StoredInstance], accept: list[Accepted]) -> _Form:
    """The first the client takes; raises 406 when there is none. Another compressed form is made
    for who prefers it, or takes nothing else: it costs the server much."""
    encoded_as: tuple[_Form, float] | None = None
    for entry in accept:
        if encoded_as is not None and entry.quality < encoded_as[1]:
            break
        if not entry.takes(DICOM):
            continue
        multipart = entry.multipart or entry.media_type == "*/*"
        if not multipart and len(rows) > 1:
            continue
        wanted = entry.transfer_syntax or EXPLICIT  # the default of PS3.18 8.7.3.5.2
        if wanted == "*" or all(row.transfer_syntax == wanted for row in rows):
            return _Form(multipart, None)
        if wanted == EXPLICIT:
            return _Form(multipart, EXPLICIT)
        possible = all(may_be_encoded(row.transfer_syntax) for row in rows)
        if wanted in OFFERED and possible and encoded_as is None:
            encoded_as = (_Form(multipart, wanted), entry.quality)
    if encoded_as is not None:
        return encoded_as[0]
    raise not_acceptable(
        'multipart/related; type="application/dicom" with transfer-syntax=* (as stored) or '
        f"transfer-syntax={EXPLICIT}; what is stored without loss also in {' '.join(OFFERED)}, "
        "where its pixels allow it; one instance also as application/dicom"
    )


def _dicom(syntax: str) -> str:
    return f"{DICOM}; transfer-syntax={syntax}"
