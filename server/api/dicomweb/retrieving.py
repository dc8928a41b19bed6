"""WADO-RS answers (PS3.18 10.4): instances, frames, metadata, bulk data and pictures."""

import warnings
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from secrets import token_hex
from typing import Any, BinaryIO, cast

from pydicom import dcmread
from pydicom.dataelem import DataElement
from starlette.responses import Response, StreamingResponse

from server.api.dicomweb.accepting import MULTIPART, OCTETS, Accepted, not_acceptable
from server.api.dicomweb.answers import json_response
from server.api.dicomweb.parts import DICOM
from server.api.dicomweb.pixelfile import MEDIA_TYPES, PixelFile
from server.api.dicomweb.rendering import JPEG, PNG, Window, render
from server.api.dicomweb.streaming import outgoing, with_reader
from server.domain.errors import NotFound, invalid_field
from server.domain.ports import ObjectReader, ObjectStore
from server.store.finding import StoredInstance

BULK_BYTES = 1024
_PIXELS = "7FE00010"


class Retrieving:
    """Makes answers of stored instances; files are read and decoded in threads."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def instances(self, rows: list[StoredInstance], accept: list[Accepted]) -> Response:
        """The stored bytes, unchanged, in their own transfer syntax."""
        for entry in accept:
            if not entry.takes(DICOM) or not _syntax_fits(entry, rows):
                continue
            if entry.multipart or entry.media_type == "*/*":
                return await self._multipart(rows)
            if len(rows) == 1:
                return await self._single(rows[0])
        raise not_acceptable('multipart/related; type="application/dicom"; transfer-syntax=*')

    async def _single(self, row: StoredInstance) -> Response:
        found = await outgoing(self._objects, row.sha256, 0, row.size)
        if found.whole:
            return Response(found.first, media_type=DICOM)
        headers = {"content-length": str(row.size)}
        return StreamingResponse(found.pieces(), media_type=DICOM, headers=headers)

    async def _multipart(self, rows: list[StoredInstance]) -> Response:
        boundary = token_hex(16)
        opened = await outgoing(self._objects, rows[0].sha256, 0, rows[0].size)

        async def body() -> AsyncIterator[bytes]:
            found = opened
            for place, row in enumerate(rows):
                if place:
                    found = await outgoing(self._objects, row.sha256, 0, row.size)
                yield _part_head(boundary, f"{DICOM}; transfer-syntax={row.transfer_syntax}")
                async for piece in found.pieces():
                    yield piece
                yield b"\r\n"
            yield f"--{boundary}--\r\n".encode()

        return _multipart_response(body(), DICOM, boundary)

    async def frames(
        self, row: StoredInstance, numbers: list[int], accept: list[Accepted]
    ) -> Response:
        """Frames as stored where the client takes that, otherwise as plain samples."""
        stored_type = MEDIA_TYPES.get(row.transfer_syntax)
        for entry in accept:
            whole_syntax = entry.transfer_syntax in ("*", row.transfer_syntax)
            if stored_type is not None and (
                (entry.media_type == stored_type and entry.transfer_syntax in ("", "*"))
                or (entry.takes(stored_type) and whole_syntax)
                or (entry.media_type == OCTETS and whole_syntax)
            ):
                kind = OCTETS if entry.media_type == OCTETS else stored_type
                return await self._frames(row, numbers, entry, kind, PixelFile.stored)
            if entry.takes(OCTETS):
                return await self._frames(row, numbers, entry, OCTETS, PixelFile.plain)
        raise not_acceptable('multipart/related; type="application/octet-stream"')

    async def _frames(
        self,
        row: StoredInstance,
        numbers: list[int],
        entry: Accepted,
        media_type: str,
        read: Callable[[PixelFile, int], bytes],
    ) -> Response:

        async def frame(number: int) -> bytes:
            return await with_reader(
                self._objects, row.sha256, lambda source: read(PixelFile(source), number - 1)
            )

        first = await frame(numbers[0])
        if not entry.multipart and entry.media_type != "*/*" and len(numbers) == 1:
            return Response(first, media_type=media_type)
        boundary = token_hex(16)
        shown = media_type
        if read is PixelFile.stored:
            shown = f"{media_type}; transfer-syntax={row.transfer_syntax}"

        if len(numbers) == 1:
            whole = _part_head(boundary, shown) + first + f"\r\n--{boundary}--\r\n".encode()
            return Response(whole, headers=_multipart_headers(media_type, boundary))

        async def body() -> AsyncIterator[bytes]:
            data = first
            for place, number in enumerate(numbers):
                if place:
                    data = await frame(number)
                yield _part_head(boundary, shown) + data + b"\r\n"
            yield f"--{boundary}--\r\n".encode()

        return _multipart_response(body(), media_type, boundary)

    async def metadata(self, rows: list[StoredInstance], base: str) -> Response:
        """Every attribute but large values, which are named by BulkDataURI."""
        bodies = [
            await with_reader(
                self._objects,
                row.sha256,
                partial(_metadata, url=f"{base}/{instance_path(row)}"),
            )
            for row in rows
        ]
        return json_response(bodies)

    async def bulk(self, row: StoredInstance, tag: str) -> Response:
        """The bytes of one attribute."""
        data = await with_reader(self._objects, row.sha256, partial(_bulk_of, tag=tag))
        return Response(data, media_type=OCTETS)

    async def rendered(
        self,
        row: StoredInstance,
        number: int,
        accept: list[Accepted],
        window: str | None,
        quality: int,
    ) -> Response:
        """One frame as a picture."""
        media_type = next(
            (kind for entry in accept for kind in (JPEG, PNG) if entry.takes(kind)), None
        )
        if media_type is None:
            raise not_acceptable(f"{JPEG} or {PNG}")
        wanted = None if window is None else Window.of(window)

        def draw(source: ObjectReader) -> bytes:
            return render(PixelFile(source), number - 1, media_type, wanted, quality)

        picture = await with_reader(self._objects, row.sha256, draw)
        return Response(picture, media_type=media_type)


def instance_path(row: StoredInstance) -> str:
    return f"studies/{row.study_uid}/series/{row.series_uid}/instances/{row.sop_uid}"


def frame_numbers(text: str) -> list[int]:
    """`1,3,2` → numbers from 1, in the order asked for."""
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise invalid_field("frame numbers are integers separated by commas", "frames") from error
    if any(number < 1 for number in numbers):
        raise invalid_field("frame numbers begin at 1", "frames")
    return numbers


def _syntax_fits(entry: Accepted, rows: Iterable[StoredInstance]) -> bool:
    wanted = entry.transfer_syntax
    return wanted in ("", "*") or all(row.transfer_syntax == wanted for row in rows)


def _part_head(boundary: str, content_type: str) -> bytes:
    return f"--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode()


def _multipart_response(body: AsyncIterator[bytes], kind: str, boundary: str) -> Response:
    return StreamingResponse(body, headers=_multipart_headers(kind, boundary))


def _multipart_headers(kind: str, boundary: str) -> dict[str, str]:
    return {"content-type": f'{MULTIPART}; type="{kind}"; boundary={boundary}'}


def _metadata(source: ObjectReader, url: str) -> dict[str, Any]:
    def bulk_uri(element: DataElement) -> str:
        return f"{url}/bulkdata/{element.tag:08X}"

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = dcmread(cast(BinaryIO, source), stop_before_pixels=True)
        more = source.read(4)
        body: dict[str, Any] = found.to_json_dict(
            bulk_data_threshold=BULK_BYTES,
            bulk_data_element_handler=bulk_uri,
            suppress_invalid_tags=True,
        )
    if more:
        body[_PIXELS] = {"vr": "OW", "BulkDataURI": f"{url}/bulkdata/{_PIXELS}"}
    body["00083002"] = {"vr": "UI", "Value": [str(found.file_meta.TransferSyntaxUID)]}
    return body


def _bulk_of(source: ObjectReader, tag: str) -> bytes:
    try:
        number = int(tag, 16)
    except ValueError as error:
        raise invalid_field("a tag is eight hexadecimal digits", "tag") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = dcmread(cast(BinaryIO, source), specific_tags=[number])
    value = found[number].value if number in found else None
    if not isinstance(value, bytes):
        raise NotFound("the instance has no such bulk data")
    return value
