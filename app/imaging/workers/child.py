"""Inside a decoding process: reads objects from its input, writes frames to its output."""

from __future__ import annotations

from typing import IO

from app.imaging.dataset import open_object
from app.imaging.decode import decode_frame
from app.imaging.errors import DecodeError, ImagingError
from app.imaging.workers.frames import (
    BrokenPipeMessageError,
    error_message,
    frame_message,
    read_message,
    write_message,
)

MAX_OBJECT = 1 << 32


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer decode requests until the input ends.

    The first message says `ready`, once the libraries are loaded: the time limit of a decode
    must not pay for them.
    """
    import imagecodecs
    import pydicom

    versions = {"pydicom": pydicom.__version__, "imagecodecs": imagecodecs.__version__}
    write_message(answers, {"ready": True, "versions": versions})
    while True:
        try:
            header, body = read_message(requests, MAX_OBJECT)
        except BrokenPipeMessageError:
            return
        try:
            frame = decode_frame(open_object(body), int(header["frame"]))
        except ImagingError as error:
            write_message(answers, error_message(error))
        except Exception:  # the process goes on for the next file
            write_message(answers, error_message(DecodeError("The picture is damaged.")))
        else:
            write_message(answers, *frame_message(frame))
