"""What a client holds already, and which stretch it asks for (RFC 9110 sections 13 and 14)."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

FOR_EVER = "private, max-age=31536000, immutable"
"""Of what cannot change: a stored object, and what is made of it alone."""
ASK_AGAIN = "private, no-cache"
"""Of a study or a series: images may be added."""
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes from `start` to `stop` (not included)."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start


def tag_of(*parts: object) -> str:
    """A strong ETag of everything an answer depends on."""
    text = "\0".join(str(part) for part in parts)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def headers_of(tag: str, *, fixed: bool) -> dict[str, str]:
    """What a cache must know; the answer depends on Accept and on who asks."""
    return {
        "etag": tag,
        "cache-control": FOR_EVER if fixed else ASK_AGAIN,
        "vary": "accept, accept-encoding, authorization",
    }


def not_modified(request: Request, tag: str, *, fixed: bool) -> Response | None:
    """304 when the client holds this very answer."""
    held = request.headers.get("if-none-match")
    if held is None:
        return None
    if held.strip() == "*" or tag in _tags(held):
        return Response(status_code=304, headers=headers_of(tag, fixed=fixed))
    return None


def tagged(request: Request, answer: Response, total: int) -> Response:
    """What is in a study, with an ETag of its content: an edge keeps it, and asks whether that
    still is so. `total` is how many results there are on all pages."""
    body = hashlib.sha256(answer.body).hexdigest()
    tag = tag_of("listing", body, total, answer.headers.get("warning"))
    held = not_modified(request, tag, fixed=False)
    if held is not None:
        return held
    for name, value in headers_of(tag, fixed=False).items():
        answer.headers[name] = value
    return answer


def _tags(header: str) -> Iterable[str]:
    return (part.strip().removeprefix("W/") for part in header.split(","))


def stretch_of(request: Request, size: int, tag: str) -> Stretch | None:
    """The one range that is asked for; None when all is to be sent, also for several ranges.

    Raises `ValueError` when the range lies outside (416).
    """
    header = request.headers.get("range")
    condition = request.headers.get("if-range")
    if header is None or (condition is not None and condition.strip() != tag):
        return None
    found = _RANGE.match(header.replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(int(found[2] or size) + 1, size)
        if found[2] and int(found[2]) < start:
            return None
    if start >= stop:
        raise ValueError("outside")
    return Stretch(start, stop)


def outside(size: int) -> Response:
    """416: the range lies outside the object."""
    text = f"the range lies outside the {size} bytes of this object"
    return Response(
        text, 416, headers={"content-range": f"bytes */{size}"}, media_type="text/plain"
    )
