"""Pictures of stored instances (PS3.18 10.4.1.1.3 and 10.4.1.1.4): rendered, and thumbnails."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from secrets import token_hex

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.api.dicomweb.accepting import MULTIPART, Accepted, not_acceptable
from server.api.dicomweb.answers import named_parameters
from server.api.dicomweb.conditions import headers_of, not_modified, tag_of
from server.api.dicomweb.pixelfile import PixelFile
from server.api.dicomweb.rendering import JPEG, PNG, Window, render
from server.api.dicomweb.scaling import Viewport
from server.api.dicomweb.streaming import with_reader
from server.domain.errors import NotFound
from server.domain.ports import ObjectReader, ObjectStore
from server.store.finding import StoredInstance

THUMBNAIL = "128,128"
_PARAMETERS = frozenset(("window", "viewport", "quality", "accept", "charset", "consultation"))
"""Those of PS3.18 table 8.3.5-1 that pictures are drawn by, and ours."""
DRAWN_AS = 2
"""Counted up when the same object is drawn otherwise: caches then ask for its picture anew."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a picture is to look: the query parameters as given."""

    window: str | None = None
    viewport: str | None = None
    quality: int = 90


class Picturing:
    """Draws stored instances; in threads."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def one(
        self,
        request: Request,
        row: StoredInstance,
        numbers: list[int],
        accept: list[Accepted],
        wish: Wish,
    ) -> Response:
        """A frame as a picture; several as parts of a multipart body."""
        if max(numbers) > row.frames:
            raise NotFound("the instance has no such frame")
        shots = [(row, number) for number in numbers]
        return await self._answer(request, shots, accept, wish, fixed=True)

    async def many(
        self, request: Request, rows: list[StoredInstance], accept: list[Accepted], wish: Wish
    ) -> Response:
        """The first frame of every picture of a study or series, as parts of a multipart body; who
        takes no parts gets the one in the middle."""
        shots = [(row, 1) for row in rows if row.rows]
        if not shots:
            raise _no_picture()
        if not any(entry.multipart or entry.media_type == "*/*" for entry in accept):
            shots = [shots[len(shots) // 2]]
        return await self._answer(request, shots, accept, wish, fixed=False)

    async def thumbnail(
        self,
        request: Request,
        rows: list[StoredInstance],
        number: int | None,
        accept: list[Accepted],
        wish: Wish,
        *,
        fixed: bool,
    ) -> Response:
        """A small picture that stands for all: the one in the middle."""
        with_pictures = [row for row in rows if row.rows]
        if not with_pictures:
            raise _no_picture()
        row = with_pictures[len(with_pictures) // 2]
        frame = (row.frames + 1) // 2 if number is None else number
        if frame > row.frames:
            raise NotFound("the instance has no such frame")
        small = Wish(wish.window, wish.viewport or THUMBNAIL, wish.quality)
        return await self._answer(request, [(row, frame)], accept, small, fixed=fixed)

    async def _answer(
        self,
        request: Request,
        shots: list[tuple[StoredInstance, int]],
        accept: list[Accepted],
        wish: Wish,
        *,
        fixed: bool,
    ) -> Response:
        entry, media_type = _chosen(accept)
        window = None if wish.window is None else Window.of(wish.window)
        viewport = None if wish.viewport is None else Viewport.of(wish.viewport)
        tag = tag_of("picture", DRAWN_AS, media_type, wish, *((row.sha256, n) for row, n in shots))
        held = not_modified(request, tag, fixed=fixed)
        if held is not None:
            return held
        headers = headers_of(tag, fixed=fixed) | _warning(request)

        def draw(source: ObjectReader, number: int) -> bytes:
            file = PixelFile(source)
            return render(file, number - 1, media_type, window, wish.quality, viewport)

        async def drawn(row: StoredInstance, number: int) -> bytes:
            return await with_reader(self._objects, row.sha256, partial(draw, number=number))

        first = await drawn(*shots[0])
        if len(shots) == 1 and not entry.multipart:
            return Response(first, headers=headers, media_type=media_type)
        boundary = token_hex(16)

        async def body() -> AsyncIterator[bytes]:
            for place, shot in enumerate(shots):
                picture = await drawn(*shot) if place else first
                yield f"--{boundary}\r\nContent-Type: {media_type}\r\n\r\n".encode()
                yield picture + b"\r\n"
            yield f"--{boundary}--\r\n".encode()

        headers["content-type"] = f'{MULTIPART}; type="{media_type}"; boundary={boundary}'
        return StreamingResponse(body(), headers=headers)


def _warning(request: Request) -> dict[str, str]:
    """Names the parameters that change nothing."""
    ignored = request.query_params.keys() - _PARAMETERS
    if not ignored:
        return {}
    names = named_parameters(sorted(ignored))
    return {"warning": f'299 huizhen: "These parameters are not supported: {names}"'}


def _chosen(accept: list[Accepted]) -> tuple[Accepted, str]:
    for entry in accept:
        for kind in (JPEG, PNG):
            if entry.takes(kind):
                return entry, kind
    raise not_acceptable(f"{JPEG} or {PNG}")


def _no_picture() -> NotFound:
    return NotFound("there is no picture to draw here")
