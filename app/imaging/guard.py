"""Who decodes what: every compressed frame for the first time in a process that can be ended.

A codec is C code that met a file nobody vouches for; if it hangs or dies, it does so over
there. A frame that has decoded well once is decoded in threads of this process when it is needed
again. Uncompressed pixels need no codec and stay here.
"""

from __future__ import annotations

import importlib
import queue
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.imaging.attributes import text
from app.imaging.dataset import DicomObject
from app.imaging.decode import StoredFrame, decode_frame

if TYPE_CHECKING:
    from app.imaging.workers.parent import DecodeWorker


class GuardedDecoder:
    """A `loader.FrameDecoder` with a small pool of killable processes. Thread-safe."""

    def __init__(self, workers: Sequence[DecodeWorker]) -> None:
        self._workers = tuple(workers)
        self._free: queue.LifoQueue[DecodeWorker] = queue.LifoQueue()
        for worker in self._workers:
            self._free.put(worker)
        self._known: set[tuple[str, int, int]] = set()
        self._lock = threading.Lock()

    def decode(self, obj: DicomObject, frame: int) -> StoredFrame:
        """See `FrameDecoder.decode`; also DecodeTimeoutError."""
        key = (text(obj.dataset, "SOPInstanceUID"), len(obj.data), frame)
        with self._lock:
            known = key in self._known
        if known or not _is_compressed(obj):
            return decode_frame(obj, frame)
        worker = self._free.get()
        try:
            stored = worker.decode(obj, frame)
        finally:
            self._free.put(worker)
        with self._lock:
            self._known.add(key)
        return stored

    def warm_up(self) -> None:
        """Start the processes and load the libraries in the background, so that the first picture
        finds them ready."""
        threading.Thread(target=_load_libraries, daemon=True).start()
        for worker in self._workers:
            threading.Thread(target=self._warm, args=(worker,), daemon=True).start()

    def _warm(self, _: DecodeWorker) -> None:
        from app.imaging.errors import ImagingError

        worker = self._free.get()
        try:
            worker.warm_up()
        except ImagingError:
            pass  # the first decode meets the same error and reports it
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()


def _is_compressed(obj: DicomObject) -> bool:
    return obj.pixels is not None and obj.pixels.declared is None


def decode_once(obj: DicomObject, frame: int) -> StoredFrame:
    """One frame of a file nobody vouches for, in a process of its own where a codec is needed.

    Raises:
        As `FrameDecoder.decode`; also DecodeTimeoutError.
    """
    if not _is_compressed(obj):
        return decode_frame(obj, frame)
    decoder = guarded_decoder(processes=1)
    try:
        return decoder.decode(obj, frame)
    finally:
        decoder.close()


def _load_libraries() -> None:
    """What opening the first file would load."""
    for name in ("pydicom", "cv2", "imagecodecs"):
        importlib.import_module(name)


def guarded_decoder(processes: int = 2) -> GuardedDecoder:
    """A decoder whose processes are this program's hidden `decode-worker` subcommand."""
    from app.imaging.workers.parent import DecodeWorker
    from app.ipc.child import huizhen_argv

    argv = huizhen_argv("decode-worker")
    return GuardedDecoder([DecodeWorker(argv) for _ in range(processes)])
