"""Inside a decoding process: compressed frames come in, samples go out."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from app.imaging.codecs import decode_compressed
from app.imaging.errors import DecodeError, ImagingError
from app.imaging.workers.frames import (
    BrokenPipeMessageError,
    error_message,
    read_message,
    read_request,
    samples_message,
    write_message,
)

MAX_FRAME = 1 << 32
Answer = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]
"""Header and body of a request to those of its answer; raises ImagingError."""


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer decode requests until the input ends.

    The first message says `ready`, once the libraries are loaded: the time limit of a decode
    must not pay for them.
    """
    import imagecodecs

    versions = {"imagecodecs": imagecodecs.__version__}
    serve_with(_decoded, requests, answers, versions=versions)


def serve_with(answer: Answer, requests: IO[bytes], answers: IO[bytes], **ready: object) -> None:
    """The same with any `answer`."""
    write_message(answers, {"ready": True, **ready})
    while True:
        try:
            header, body = read_message(requests, MAX_FRAME)
        except BrokenPipeMessageError:
            return
        try:
            told = answer(header, body)
        except ImagingError as error:
            write_message(answers, error_message(error))
        except Exception:  # the process goes on for the next file
            write_message(answers, error_message(DecodeError("The picture is damaged.")))
        else:
            write_message(answers, *told)


def _decoded(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    return samples_message(*decode_compressed(body, *read_request(header)))
