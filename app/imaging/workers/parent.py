"""Decoding processes seen from the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from app.imaging.dataset import DicomObject
from app.imaging.decode import StoredFrame, decode_frame
from app.imaging.description import Photometric, PixelDescription
from app.imaging.workers.frames import read_samples, request_message
from app.imaging.workers.process import WorkerProcess

TIME_LIMIT = 2.0
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
        self._process = WorkerProcess(argv)
        self._limit = limit

    def warm_up(self) -> None:
        """Start the process now rather than at the first decode.

        Raises:
            DecodeError: the process cannot be started.
        """
        self._process.start()

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
        return read_samples(*self._process.exchange(request, limit), description)

    def close(self) -> None:
        """End the process."""
        self._process.close()
