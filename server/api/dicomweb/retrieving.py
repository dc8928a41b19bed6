"""WADO-RS answers (PS3.18 10.4): instances, frames, metadata, bulk data and pictures."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar

from pydicom import dcmread
from pydicom.dataelem import DataElement
from starlette.responses import Response, StreamingResponse

from server.api.dicomweb.accepting import MULTIPART, OCTETS, Accepted, not_acceptable
from server.api.dicomweb.answers import json_response
from server.api.dicomweb.parts import DICOM
from server.api.dicomweb.pixelfile import MEDIA_TYPES, PixelFile
from server.api.dicomweb.rendering import JPEG, PNG, Window, render
from server.domain.errors import NotFound, invalid_field
from server.store.image_tables import InstanceRow
from server.store.objects import FolderObjects

BULK_BYTES = 1024
_PIXELS = "7FE00010"
T = TypeVar("T")


class Retrieving:
    """Makes answers of stored instances; files are read and decoded in threads."""

    def __init__(self, objects: FolderObjects) -> None:
        self._objects = objects

    def instances(self, rows: list[InstanceRow], accept: list[Accepted]) -> Response:
        """The stored bytes, unchanged, in their own transfer syntax."""
        for entry in accept:
            if not entry.takes(DICOM) or not _syntax_fits(entry, rows):
                continue
            if entry.multipart or entry.media_type == "*/*":
                return self._multipart(rows)
            if len(rows) == 1:
                return StreamingResponse(
                    self._objects.read(rows[0].sha256),
                    media_type=DICOM,
                    headers={"content-length": str(rows[0].size)},
                )
        raise not_acceptable('multipart/related; type="application/dicom"; transfer-syntax=*')

    def _multipart(self, rows: list[InstanceRow]) -> Response:
        boundary = token_hex(16)

        async def body() -> AsyncIterator[bytes]:
            for row in rows:
                yield _part_head(boundary, f"{DICOM}; transfer-syntax={row.transfer_syntax}")
                async for chunk in self._objects.read(row.sha256):
                    yield chunk
                yield b"\r\n"
            yield f"--{boundary}--\r\n".encode()

        return _multipart_response(body(), DICOM, boundary)

    async def frames(
        self, row: InstanceRow, numbers: list[int], accept: list[Accepted]
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
        row: InstanceRow,
        numbers: list[int],
        entry: Accepted,
        media_type: str,
        read: Callable[[PixelFile, int], bytes],
    ) -> Response:
        path = self._objects.path(row.sha256)
        first = await asyncio.to_thread(_read_frame, path, numbers[0] - 1, read)
        if not entry.multipart and entry.media_type != "*/*" and len(numbers) == 1:
            return Response(first, media_type=media_type)
        boundary = token_hex(16)
        shown = media_type
        if read is PixelFile.stored:
            shown = f"{media_type}; transfer-syntax={row.transfer_syntax}"

        async def body() -> AsyncIterator[bytes]:
            data = first
            for place, number in enumerate(numbers):
                if place:
                    data = await asyncio.to_thread(_read_frame, path, number - 1, read)
                yield _part_head(boundary, shown) + data + b"\r\n"
            yield f"--{boundary}--\r\n".encode()

        return _multipart_response(body(), media_type, boundary)

    async def metadata(self, rows: list[InstanceRow], base: str) -> Response:
        """Every attribute but large values, which are named by BulkDataURI."""
        paths = [(self._objects.path(row.sha256), f"{base}/{instance_path(row)}") for row in rows]
        return json_response(await asyncio.to_thread(_metadata_of, paths))

    async def bulk(self, row: InstanceRow, tag: str) -> Response:
        """The bytes of one attribute."""
        data = await asyncio.to_thread(_bulk_of, self._objects.path(row.sha256), tag)
        return Response(data, media_type=OCTETS)

    async def rendered(
        self,
        row: InstanceRow,
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
        path = self._objects.path(row.sha256)

        def draw() -> bytes:
            with PixelFile(path) as file:
                return render(file, number - 1, media_type, wanted, quality)

        return Response(await asyncio.to_thread(draw), media_type=media_type)


def instance_path(row: InstanceRow) -> str:
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


def _syntax_fits(entry: Accepted, rows: Iterable[InstanceRow]) -> bool:
    wanted = entry.transfer_syntax
    return wanted in ("", "*") or all(row.transfer_syntax == wanted for row in rows)


def _part_head(boundary: str, content_type: str) -> bytes:
    return f"--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode()


def _multipart_response(body: AsyncIterator[bytes], kind: str, boundary: str) -> Response:
    return StreamingResponse(
        body, headers={"content-type": f'{MULTIPART}; type="{kind}"; boundary={boundary}'}
    )


def _read_frame(path: Path, index: int, read: Callable[[PixelFile, int], bytes]) -> bytes:
    with PixelFile(path) as file:
        return read(file, index)


def _metadata_of(files: list[tuple[Path, str]]) -> list[dict[str, Any]]:
    return [_metadata(path, url) for path, url in files]


def _metadata(path: Path, url: str) -> dict[str, Any]:
    def bulk_uri(element: DataElement) -> str:
        return f"{url}/bulkdata/{element.tag:08X}"

    with warnings.catch_warnings(), path.open("rb") as source:
        warnings.simplefilter("ignore")
        found = dcmread(source, stop_before_pixels=True)
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


def _bulk_of(path: Path, tag: str) -> bytes:
    try:
        number = int(tag, 16)
    except ValueError as error:
        raise invalid_field("a tag is eight hexadecimal digits", "tag") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = dcmread(path, specific_tags=[number])
    value = found[number].value if number in found else None
    if not isinstance(value, bytes):
        raise NotFound("the instance has no such bulk data")
    return value
