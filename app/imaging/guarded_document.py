"""One document that nobody vouches for, read in a process of its own that can be ended.

What reads a PDF or a picture is C code; if it hangs or dies, it does so over there. Nothing of
another document ever enters its process, which ends with it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from app.imaging.errors import DecodeError, MalformedError
from app.imaging.workers.frames import raise_told
from app.imaging.workers.process import Message, WorkerProcess
from app.ipc.child import huizhen_argv

PATIENCE_S = 20.0
"""A page of a large plan honestly takes seconds."""
PIXEL_BYTES = 4
MOST_PIXELS = 48_000_000
Box = tuple[float, float, float, float]
"""On a page, in points from its upper left corner: left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """`data` is rows of B, G, R, A from the top, without gaps."""

    width: int
    height: int
    data: bytes


class GuardedDocument:
    """A PDF whose pages are drawn, or a picture; used by one thread at a time. A process that has
    ended is started again.

    Every method raises what the process met, DecodeError where it died or answers nonsense, and
    DecodeTimeoutError where it took longer than `patience` seconds and was ended.
    """

    def __init__(
        self, data: bytes, argv: tuple[str, ...] = (), *, patience: float = PATIENCE_S
    ) -> None:
        self._data = data
        self._patience = patience
        self._process = WorkerProcess(argv or huizhen_argv("document-worker"))

    def open(self) -> tuple[tuple[float, float], ...]:
        """Width and height of each page of the PDF, in points."""
        self._process.start()
        _, body = self._ask({"ask": "open"}, self._data)
        try:
            sizes = tuple((float(one[0]), float(one[1])) for one in json.loads(body))
        except (ValueError, TypeError, LookupError) as error:
            raise MalformedError("The PDF is damaged.") from error
        if not sizes or not all(math.isfinite(side) for one in sizes for side in one):
            raise MalformedError("The PDF is damaged.")
        return sizes

    def page(self, number: int, scale: float) -> Pixels:
        """Page `number` from 0 of the opened PDF, at `scale` pixels a point."""
        if not self._process.running:
            self.open()
        return _pixels(self._ask({"ask": "page", "page": number, "scale": scale}))

    def find(self, number: int, words: str, most: int) -> tuple[tuple[Box, ...], ...]:
        """Where a text is on a page of the opened PDF, in any case."""
        if not self._process.running:
            self.open()
        asked = {"ask": "find", "page": number, "words": words, "most": most}
        _, body = self._ask(asked)
        try:
            return tuple(tuple(_box(one) for one in place) for place in json.loads(body))[:most]
        except (ValueError, TypeError, LookupError) as error:
            raise MalformedError("The PDF is damaged.") from error

    def picture(self, width: int, height: int) -> Pixels:
        """No larger than so."""
        self._process.start()
        asked = {"ask": "picture", "width": width, "height": height}
        return _pixels(self._ask(asked, self._data))

    def close(self) -> None:
        """End the process."""
        self._process.close()

    def _ask(self, asked: dict[str, object], body: bytes = b"") -> Message:
        answer = self._process.exchange((asked, body), self._patience)
        raise_told(answer[0])
        return answer


def _box(told: list[object]) -> Box:
    left, top, right, bottom = (float(str(side)) for side in told)
    if not all(math.isfinite(side) for side in (left, top, right, bottom)):
        raise ValueError
    return left, top, right, bottom


def _pixels(answer: Message) -> Pixels:
    """What comes out of a process that met a hostile file is checked like the file itself."""
    header, body = answer
    width, height = header.get("width"), header.get("height")
    if not isinstance(width, int) or not isinstance(height, int) or min(width, height) <= 0:
        raise DecodeError("The document gave no usable picture.")
    if width * height > MOST_PIXELS or len(body) != width * height * PIXEL_BYTES:
        raise DecodeError("The document gave no usable picture.")
    return Pixels(width, height, body)
