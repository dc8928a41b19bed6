"""Decoding processes seen from the program: started when needed, ended when they hang."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from app.imaging.dataset import DicomObject
from app.imaging.decode import StoredFrame, decode_frame
from app.imaging.description import Photometric, PixelDescription
from app.imaging.errors import DecodeError, DecodeTimeoutError
from app.imaging.workers.frames import (
    BrokenPipeMessageError,
    answer_limit,
    read_message,
    read_samples,
    request_message,
    write_message,
)

TIME_LIMIT = 2.0
START_LIMIT = 30.0
PIPE_BYTES = 1 << 20
"""A whole frame of 512² in the pipe, where the system lets it be so large: fewer turns."""
FREE_BYTES = 8 << 20
SECONDS_PER_MEBIBYTE = 0.25


def time_limit(decoded_bytes: int, base: float = TIME_LIMIT) -> float:
    """Seconds one decode may take: 2, and more only for frames above 8 MiB.

    A 20-megapixel JPEG 2000 mammogram honestly needs longer than 2 s on a slow machine.
    """
    return base + max(0, decoded_bytes - FREE_BYTES) / (1 << 20) * SECONDS_PER_MEBIBYTE


class DecodeWorker:
    """One decoding process, used by one thread at a time."""

    def __init__(self, argv: Sequence[str], *, limit: float = TIME_LIMIT) -> None:
        self._argv = tuple(argv)
        self._limit = limit
        self._process: subprocess.Popen[bytes] | None = None

    def warm_up(self) -> None:
        """Start the process now rather than at the first decode.

        Raises:
            DecodeError: the process cannot be started.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        try:
            self._process = subprocess.Popen(
                self._argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pipesize=PIPE_BYTES,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise DecodeError("The decoding process cannot be started.") from error
        self._exchange(None, START_LIMIT)

    def decode(self, obj: DicomObject, frame: int) -> StoredFrame:
        """Decode one frame, its compressed pixels in the process.

        Raises:
            DecodeTimeoutError: it took too long and was ended; DecodeError: it died.
            Other ImagingErrors as `decode_frame`.
        """
        return decode_frame(obj, frame, self._codec)

    def _codec(
        self, data: bytes, syntax: str, description: PixelDescription
    ) -> tuple[NDArray[Any], Photometric]:
        self.warm_up()
        limit = time_limit(description.decoded_bytes, self._limit)
        request = request_message(syntax, description), data
        return read_samples(*self._exchange(request, limit), description)

    def _exchange(
        self, request: tuple[dict[str, object], bytes] | None, limit: float
    ) -> tuple[dict[str, object], bytes]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise DecodeError("The decoding process is not there.")
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit, end)
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                write_message(process.stdin, *request)
            return read_message(process.stdout, answer_limit())
        except (OSError, BrokenPipeMessageError) as error:
            self.close()
            if late.is_set():
                raise DecodeTimeoutError("The picture took too long to decode.") from error
            raise DecodeError("The picture made the decoder fail.") from error
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was still to be written has no reader
                    pass
