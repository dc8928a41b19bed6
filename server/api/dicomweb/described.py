"""Metadata of many instances (PS3.18 10.4.1.1.2): made once, and kept in memory as text.

Making one costs a millisecond and a half of parsing, a study of ten thousand a quarter of a minute.
What is kept is found by the SHA-256 of objects only, which a question names after it was asked who
may see them; it goes with the process, and nothing of it rests on a disk.
"""

import asyncio
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from functools import partial
from secrets import token_hex

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.api.dicomweb.accepting import accepted_by, not_acceptable
from server.api.dicomweb.answers import DICOM_JSON
from server.api.dicomweb.conditions import headers_of, not_modified, tag_of
from server.api.dicomweb.describing import EXPLICIT, metadata
from server.api.dicomweb.streaming import with_reader
from server.domain.ports import ObjectSource
from server.store.finding import StoredInstance

TOGETHER = 100
"""So many instances are kept as one text."""
MOST_TEXT = 4 << 20
"""Of one such text; what is longer is made each time."""
MOST_KEPT = 64 << 20
"""Of all of them, compressed: some 100,000 CT images."""
_TYPES = (DICOM_JSON, "application/json")
_Key = tuple[bool, tuple[str, ...]]


class Describing:
    """Answers questions for metadata; all methods belong to the loop."""

    def __init__(self, objects: ObjectSource, most_kept: int = MOST_KEPT) -> None:
        self._objects, self._most = objects, most_kept
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()
        self._bytes = 0
        self._base = token_hex(16)
        """Stands for the address of the server in what is kept: each client has its own for it."""

    async def answer(
        self, request: Request, rows: list[StoredInstance], base: str, *, fixed: bool
    ) -> Response:
        """Every attribute but large values, which are named by BulkDataURI; one after the other,
        so that the study may have ten thousand instances. They describe the frames as stored, or
        plain ones where the client asks for metadata in that transfer syntax. Raises `Invalid`
        (not_acceptable) for who wants another form than JSON."""
        takes = [one for one in accepted_by(request) if any(map(one.takes, _TYPES))]
        if not takes:
            raise not_acceptable(DICOM_JSON)
        plain = any(one.transfer_syntax == EXPLICIT for one in takes)
        tag = tag_of("metadata", plain, base, *(row.sha256 for row in rows))
        held = not_modified(request, tag, fixed=fixed)
        if held is not None:
            return held
        texts = self._texts(rows, base, plain=plain)
        first = await anext(texts)

        async def body() -> AsyncIterator[bytes]:
            yield b"[" + first
            async for text in texts:
                yield b"," + text
            yield b"]"

        return StreamingResponse(
            body(), headers=headers_of(tag, fixed=fixed), media_type=DICOM_JSON
        )

    async def _texts(
        self, rows: Sequence[StoredInstance], base: str, *, plain: bool
    ) -> AsyncIterator[bytes]:
        """Instances as JSON, one or several with commas between."""
        mark, address = self._base.encode(), orjson.dumps(base)[1:-1]
        for at in range(0, len(rows), TOGETHER):
            group = rows[at : at + TOGETHER]
            key = (plain, tuple(row.sha256 for row in group))
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                yield (await asyncio.to_thread(zlib.decompress, kept)).replace(mark, address)
                continue
            made, length = [], 0
            for row in group:
                text = await self._made(row, plain=plain)
                yield text.replace(mark, address)
                length += len(text)
                if length <= MOST_TEXT:
                    made.append(text)
            if len(made) == len(group):
                self._keep(key, await asyncio.to_thread(zlib.compress, b",".join(made), 1))

    async def _made(self, row: StoredInstance, *, plain: bool) -> bytes:
        use = partial(metadata, url=f"{self._base}/{_path(row)}", plain=plain)
        return orjson.dumps(await with_reader(self._objects, row.sha256, use))

    def _keep(self, key: _Key, text: bytes) -> None:
        self._bytes += len(text) - len(self._kept.pop(key, b""))
        self._kept[key] = text
        while self._bytes > self._most:
            self._bytes -= len(self._kept.popitem(last=False)[1])


def _path(row: StoredInstance) -> str:
    return f"studies/{row.study_uid}/series/{row.series_uid}/instances/{row.sop_uid}"
