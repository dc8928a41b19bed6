"""The pipe between this program and its decoding processes.

A message is a length of 4 bytes (big endian), that many bytes of JSON, then the number of
raw bytes the JSON calls `length`. Nothing is unpickled: what comes out of a process that
decoded a hostile file is checked like the file itself.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from app.imaging.description import MAX_FRAME_BYTES, Photometric, PixelDescription
from app.imaging.errors import (
    DecodeError,
    ImagingError,
    MissingAttributeError,
    all_error_types,
)

MAX_HEADER = 1 << 16
_DTYPES = frozenset("|u1 |i1 <u2 <i2 <u4 <i4 <f4 <f8".split())


class BrokenPipeMessageError(Exception):
    """The other side ended, or said something that is no message."""


def write_message(stream: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    """Send one message and flush."""
    encoded = json.dumps({**header, "length": len(body)}).encode()
    stream.write(len(encoded).to_bytes(4, "big") + encoded)
    stream.write(body)
    stream.flush()


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if data is None or len(data) < count:
        raise BrokenPipeMessageError("the stream ended inside a message")
    return data


def read_message(stream: IO[bytes], limit: int) -> tuple[dict[str, Any], bytes]:
    """One message of at most `limit` raw bytes.

    Raises:
        BrokenPipeMessageError: the stream ended or carries something else.
    """
    size = int.from_bytes(_exactly(stream, 4), "big")
    if size > MAX_HEADER:
        raise BrokenPipeMessageError("not a message of a decoding process")
    try:
        header = json.loads(_exactly(stream, size))
        length = int(header["length"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenPipeMessageError("not a message of a decoding process") from error
    if not 0 <= length <= limit:
        raise BrokenPipeMessageError("a message longer than agreed")
    return header, _exactly(stream, length)


def request_message(syntax: str, description: PixelDescription) -> dict[str, Any]:
    """Header for a compressed frame, which is the body."""
    return {"syntax": syntax, "description": asdict(description)}


def read_request(header: dict[str, Any]) -> tuple[str, PixelDescription]:
    """Transfer syntax and description of a request; it comes from this program itself."""
    told = header["description"]
    photometric = Photometric(told["photometric"])
    return header["syntax"], PixelDescription(
        **{**told, "photometric": photometric, "padding": None}
    )


def samples_message(
    samples: NDArray[Any], photometric: Photometric
) -> tuple[dict[str, Any], bytes]:
    """Header and body for decoded samples."""
    little = samples.astype(samples.dtype.newbyteorder("<"), copy=False)
    header = {
        "ok": True,
        "dtype": little.dtype.str,
        "shape": list(little.shape),
        "photometric": str(photometric),
    }
    return header, np.ascontiguousarray(little).tobytes()


def error_message(error: ImagingError) -> dict[str, Any]:
    """Header for a failure."""
    keyword = error.keyword if isinstance(error, MissingAttributeError) else ""
    return {"ok": False, "type": type(error).__name__, "reason": error.reason, "keyword": keyword}


def read_samples(
    header: dict[str, Any], body: bytes, description: PixelDescription
) -> tuple[NDArray[Any], Photometric]:
    """The samples of an answer, checked against what the file describes.

    Raises:
        ImagingError: what the decoding process met, or DecodeError for a senseless answer.
    """
    raise_told(header)
    try:
        dtype = str(header["dtype"])
        shape = tuple(int(side) for side in header["shape"])
        photometric = Photometric(header["photometric"])
        if dtype not in _DTYPES or shape[:2] != (description.rows, description.columns):
            raise ValueError("another picture than the file describes")
        return np.frombuffer(body, np.dtype(dtype)).reshape(shape), photometric
    except (KeyError, TypeError, ValueError) as error:
        raise DecodeError("The decoder gave no usable picture.") from error


def raise_told(header: dict[str, Any]) -> None:
    """Raises what a process met, where its answer says so."""
    if header.get("ok") is not True:
        raise _error(header)


def _error(header: dict[str, Any]) -> ImagingError:
    types = {kind.__name__: kind for kind in all_error_types()}
    kind = types.get(str(header.get("type")), DecodeError)
    if issubclass(kind, MissingAttributeError):
        return kind(str(header.get("keyword", "")))
    return kind(str(header.get("reason", ""))[:200])


def answer_limit() -> int:
    """The most raw bytes an answer may carry."""
    return MAX_FRAME_BYTES
