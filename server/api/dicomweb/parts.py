"""Reading a multipart/related body (RFC 2387) as it streams in: each part into its own file.

Memory does not grow with the body: a part is written and hashed as its bytes arrive.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser

from protocol.errors import ErrorCode
from server.domain.errors import Invalid

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

DICOM = "application/dicom"


@dataclass(frozen=True, slots=True)
class Part:
    """One complete part: its bytes in a spooled file, and their SHA-256."""

    file: Path
    sha256: str
    size: int
    content_type: str


def content_type_of(header: str) -> tuple[str, dict[str, str]]:
    """A media type with its parameters, lower-cased names, unquoted values (RFC 9110 8.3)."""
    message = Message()
    message["content-type"] = header
    parameters = message.get_params(failobj=[], header="content-type")
    return message.get_content_type(), {key.lower(): value for key, value in parameters[1:]}


class PartSpooler:
    """Feeds a streaming parser; `take` answers the parts completed so far."""

    def __init__(self, boundary: str, spool: Callable[[], Path], max_part_bytes: int) -> None:
        self._spool = spool
        self._max = max_part_bytes
        self._done: list[Part] = []
        self._file: Path | None = None
        self._out: BinaryIO | None = None
        self._hash = hashlib.sha256()
        self._size = 0
        self._field = b""
        self._value = b""
        self._content_type = ""
        self.finished = False
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }
        try:
            self._parser = MultipartParser(boundary.encode("latin-1"), callbacks)
        except (ValueError, MultipartParseError) as error:
            raise _malformed("the boundary cannot be used") from error

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except MultipartParseError as error:
            raise _malformed("the body is not multipart with this boundary") from error

    def take(self) -> list[Part]:
        done, self._done = self._done, []
        return done

    @property
    def waiting_bytes(self) -> int:
        """How much is complete and not taken."""
        return sum(part.size for part in self._done)

    @property
    def waiting(self) -> int:
        return len(self._done)

    def close(self) -> None:
        """Removes the part that never ended."""
        if self._out is not None:
            self._out.close()
            self._out = None
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None

    def _begin(self) -> None:
        self._file = self._spool()
        self._out = self._file.open("xb")
        self._hash = hashlib.sha256()
        self._size = 0
        self._content_type = ""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._field.lower() == b"content-type":
            self._content_type = content_type_of(self._value.decode("latin-1"))[0]
        self._field = self._value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._size > self._max:
            raise Invalid(ErrorCode.TOO_LARGE, f"an instance is larger than {self._max} bytes")
        assert self._out is not None
        view = memoryview(data)[start:end]
        self._out.write(view)
        self._hash.update(view)

    def _end(self) -> None:
        assert self._out is not None
        assert self._file is not None
        self._out.close()
        self._done.append(
            Part(self._file, self._hash.hexdigest(), self._size, self._content_type or DICOM)
        )
        self._file = self._out = None

    def _finish(self) -> None:
        self.finished = True


def _malformed(title: str) -> Invalid:
    return Invalid(ErrorCode.MALFORMED_MESSAGE, title)
