"""Reading a multipart/related body (RFC 2387, RFC 2046 5.1) as it streams in.

Boundaries are searched for by the C of `bytes.find`, many times as fast as stepping through them
in Python.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import Enum, auto

from protocol.errors import ErrorCode
from server.domain.errors import Invalid

DICOM = "application/dicom"
MAX_HEAD_BYTES = 16 * 1024
MAX_PREAMBLE_BYTES = 1024
_LINE, _HEAD_END = b"\r\n", b"\r\n\r\n"


def content_type_of(header: str) -> tuple[str, dict[str, str]]:
    """A media type with its parameters, lower-cased names, unquoted values (RFC 9110 8.3)."""
    message = Message()
    message["content-type"] = header
    parameters = message.get_params(failobj=[], header="content-type")
    return message.get_content_type(), {key.lower(): value for key, value in parameters[1:]}


@dataclass(frozen=True, slots=True)
class PartBegan:
    """A part begins; a part that does not say what it is counts as DICOM."""

    content_type: str


@dataclass(frozen=True, slots=True)
class PartEnded:
    """The part that began last is complete."""


class _State(Enum):
    PREAMBLE = auto()
    AFTER_BOUNDARY = auto()
    HEAD = auto()
    BODY = auto()
    END = auto()


class PartReader:
    """A streaming parser: `feed` answers what a chunk brought.

    Data come as views of the chunk; memory does not grow with the body.
    """

    def __init__(self, boundary: str) -> None:
        if not 0 < len(boundary) <= 70:
            raise _malformed("the boundary must have 1 to 70 characters")
        self._delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
        self._state = _State.PREAMBLE
        self._rest = _LINE  # the first delimiter may open the body
        self._skipped = 0

    @property
    def finished(self) -> bool:
        """Whether the closing boundary has come."""
        return self._state is _State.END

    def feed(self, chunk: bytes) -> Iterator[PartBegan | memoryview | PartEnded]:
        """Raises `Invalid` (malformed_message)."""
        if self._stands_alone(chunk):
            yield memoryview(self._rest)
            self._rest = b""
        data = self._rest + chunk if self._rest else chunk
        view, at = memoryview(data), 0
        while True:
            match self._state:
                case _State.PREAMBLE | _State.BODY:
                    found = data.find(self._delimiter, at)
                    body = self._state is _State.BODY
                    end = found if found >= 0 else max(at, len(data) - len(self._delimiter) + 1)
                    if body and end > at:
                        yield view[at:end]
                    elif not body:
                        self._skip(end - at)
                    at = end
                    if found < 0:
                        break
                    if body:
                        yield PartEnded()
                    at += len(self._delimiter)
                    self._state = _State.AFTER_BOUNDARY
                case _State.AFTER_BOUNDARY:
                    at, goes_on = self._after_boundary(data, at)
                    if not goes_on:
                        break
                case _State.HEAD:
                    line = data.find(_HEAD_END, at)
                    if line < 0:
                        if len(data) - at > MAX_HEAD_BYTES:
                            raise _malformed("the head of a part is too long")
                        break
                    yield PartBegan(_content_type(data[at:line]))
                    self._state, at = _State.BODY, line + len(_HEAD_END)
                case _State.END:
                    at = len(data)
                    break
        self._rest = data[at:]

    def _stands_alone(self, chunk: bytes) -> bool:
        """Whether what was kept back belongs to the body for certain: then `chunk` need not be
        copied behind it."""
        length = len(self._delimiter)
        if not self._rest or self._state is not _State.BODY or len(chunk) < length:
            return False
        return self._delimiter not in self._rest + chunk[:length]

    def _after_boundary(self, data: bytes, at: int) -> tuple[int, bool]:
        """Where to go on, and whether the head of a part begins there already."""
        if data.startswith(b"--", at):
            self._state = _State.END
            return len(data), False
        line = data.find(_LINE, at)
        if line < 0:
            if len(data) - at > MAX_HEAD_BYTES:
                raise _malformed("a boundary is followed by no line")
            return at, False
        if data[at:line].strip(b" \t"):
            raise _malformed("the body is not multipart with this boundary")
        self._state = _State.HEAD
        return line, True  # its CRLF may begin the empty line

    def _skip(self, count: int) -> None:
        self._skipped += count
        if self._skipped > MAX_PREAMBLE_BYTES:
            raise _malformed("the body is not multipart with this boundary")


def _content_type(head: bytes) -> str:
    for line in head.split(_LINE):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-type":
            if value.strip().lower() == DICOM.encode():
                return DICOM
            return content_type_of(value.strip().decode("latin-1"))[0]
    return DICOM


def _malformed(title: str) -> Invalid:
    return Invalid(ErrorCode.MALFORMED_MESSAGE, title)
