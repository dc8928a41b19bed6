"""Inside a decoding process: compressed frames come in, samples go out."""

from __future__ import annotations

from typing import IO

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


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer decode requests until the input ends.

    The first message says `ready`, once the libraries are loaded: the time limit of a decode
    must not pay for them.
    """
    import imagecodecs

    versions = {"imagecodecs": imagecodecs.__version__}
    write_message(answers, {"ready": True, "versions": versions})
    while True:
        try:
            header, body = read_message(requests, MAX_FRAME)
        except BrokenPipeMessageError:
            return
        try:
            syntax, description = read_request(header)
            samples, photometric = decode_compressed(body, syntax, description)
        except ImagingError as error:
            write_message(answers, error_message(error))
        except Exception:  # the process goes on for the next file
            write_message(answers, error_message(DecodeError("The picture is damaged.")))
        else:
            write_message(answers, *samples_message(samples, photometric))
