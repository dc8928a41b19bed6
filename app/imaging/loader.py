"""Frames brought in time: decoding threads that always take the most wanted slice next.

Threads suffice because imagecodecs releases the GIL; the first decode of each file may be
given to a killable process (`FirstDecode`, see `guard`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.imaging.cache import ByteCache
from app.imaging.dataset import DicomObject, open_object
from app.imaging.decode import StoredFrame, decode_frame
from app.imaging.errors import ImagingError, MalformedError
from app.imaging.order import Direction, wanted_order
from app.imaging.picture import Picture, make_picture
from app.imaging.series import SliceRef

PREFETCH_SHARE = 0.8
UNKNOWN_PICTURE_BYTES = 1 << 20


class FrameDecoder(Protocol):
    """Decodes one frame of an opened object; errors as `decode.decode_frame`."""

    def decode(self, obj: DicomObject, frame: int) -> StoredFrame:
        """Frame `frame` counted from 0; runs in a decoding thread and may block."""
        ...


class InThread:
    """Decodes in the calling thread."""

    def decode(self, obj: DicomObject, frame: int) -> StoredFrame:
        """See `FrameDecoder.decode`."""
        return decode_frame(obj, frame)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A slice that is ready, or why it never will be."""

    ref: SliceRef
    result: Picture | ImagingError


@dataclass(slots=True)
class _Stack:
    """What the reader looks at."""

    slices: Sequence[SliceRef] = ()
    current: int = 0
    plan: Iterator[int] = field(default_factory=lambda: iter(()))
    planned: int = 0
    urgent: list[SliceRef] = field(default_factory=list)


class FrameLoader:
    """Decodes slices into `pictures`, nearest the current one first, in its own threads.

    `fetch` gives the bytes of an object, and whether they are all of them: a picture of a beginning
    is `coming` until `renew` has it made again.
    `ready` is called from those threads for every slice that becomes available or fails.
    The prefetch stops where it would push out what is nearer.
    """

    def __init__(
        self,
        fetch: Callable[[str], tuple[bytes, bool]],
        ready: Callable[[Loaded], None],
        pictures: ByteCache[SliceRef, Picture],
        *,
        decoder: FrameDecoder | None = None,
        threads: int = 2,
    ) -> None:
        self._fetch = fetch
        self._ready = ready
        self._pictures = pictures
        self._decoder: FrameDecoder = decoder or InThread()
        self._objects: ByteCache[str, DicomObject] = ByteCache(max(1, pictures.budget // 4))
        self._stack = _Stack()
        self._busy: set[SliceRef] = set()
        self._opening: dict[str, threading.Lock] = {}
        self._failed: dict[SliceRef, ImagingError] = {}
        self._begun: set[str] = set()
        """Objects of which a beginning was taken."""
        self._awaited: frozenset[str] = frozenset()
        """Objects of which nothing is here: no thread may wait for one."""
        self._more: set[SliceRef] = set()
        """Pictures of which more is here than when they were made."""
        self._wake = threading.Condition()
        self._picture_bytes = UNKNOWN_PICTURE_BYTES
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"decode-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def focus(self, slices: Sequence[SliceRef], current: int, direction: Direction) -> None:
        """Say what is looked at now; everything not yet begun is reordered."""
        with self._wake:
            self._stack.slices = slices
            self._stack.current = current
            self._stack.plan = wanted_order(len(slices), current, direction)
            self._stack.planned = 0
            self._wake.notify_all()

    def expect(self, sop_instance_uids: frozenset[str]) -> None:
        """These objects are on their way and none else: they are not asked for."""
        with self._wake:
            self._awaited = sop_instance_uids
            self._wake.notify_all()

    def want(self, refs: Sequence[SliceRef]) -> None:
        """Ask for single slices, thumbnails for instance; they come after the current slice."""
        with self._wake:
            self._stack.urgent.extend(ref for ref in refs if ref not in self._pictures)
            self._wake.notify_all()

    def unwant(self, refs: Sequence[SliceRef]) -> None:
        """Undo `want` for what is not begun."""
        gone = set(refs)
        with self._wake:
            self._stack.urgent = [ref for ref in self._stack.urgent if ref not in gone]

    def renew(self, sop_instance_uid: str) -> None:
        """There is more of an object now, of which a beginning was here."""
        with self._wake:
            ref = SliceRef(sop_instance_uid, 0)
            if sop_instance_uid in self._begun or ref in self._busy:
                self._more.add(ref)
                self._failed.pop(ref, None)
                self._stack.urgent.append(ref)
                self._wake.notify_all()

    def error(self, ref: SliceRef) -> ImagingError | None:
        """Why a slice could not be decoded, if it was tried."""
        with self._wake:
            return self._failed.get(ref)

    def forget_errors(self) -> None:
        """Try failed slices again, after the network came back for instance."""
        with self._wake:
            self._failed.clear()
            self._wake.notify_all()

    def close(self, timeout: float = 5.0) -> None:
        """Stop; frames being decoded are finished and dropped. `timeout` in seconds per thread."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout)

    def _missing(self, ref: SliceRef) -> bool:
        if ref in self._busy or ref.sop_instance_uid in self._awaited:
            return False
        return ref in self._more or (ref not in self._failed and ref not in self._pictures)

    def _pick(self) -> SliceRef | None:
        stack = self._stack
        if stack.slices and 0 <= stack.current < len(stack.slices):
            current = stack.slices[stack.current]
            if self._missing(current):
                return current
        while stack.urgent:
            ref = stack.urgent.pop(0)
            if self._missing(ref):
                return ref
        room = self._room()
        while stack.planned < room:
            index = next(stack.plan, None)
            if index is None:
                return None
            ref = stack.slices[index]
            if ref.sop_instance_uid in self._awaited:
                continue
            stack.planned += 1
            if self._missing(ref):
                return ref
        return None

    def _room(self) -> int:
        """How many pictures, as large as the last one, the budget holds."""
        return max(1, int(self._pictures.budget * PREFETCH_SHARE) // self._picture_bytes)

    def _run(self) -> None:
        while True:
            with self._wake:
                ref = self._await_work()
                if ref is None:
                    return
                self._busy.add(ref)
                if ref in self._more:
                    self._more.discard(ref)
                    self._objects.drop(ref.sop_instance_uid)
            result = self._load(ref)
            with self._wake:
                self._busy.discard(ref)
                if ref in self._more:
                    self._stack.urgent.append(ref)
                if isinstance(result, ImagingError):
                    self._failed[ref] = result
                    self._pictures.drop(ref)  # of a beginning that never became whole
                else:
                    self._pictures.put(ref, result)
                    self._picture_bytes = max(1, result.nbytes)
                wanted = not self._closed
            if wanted:
                self._ready(Loaded(ref, result))

    def _await_work(self) -> SliceRef | None:
        """The next slice to decode, waiting for one; None when closed."""
        while not self._closed:
            ref = self._pick()
            if ref is not None:
                return ref
            self._wake.wait()
        return None

    def _load(self, ref: SliceRef) -> Picture | ImagingError:
        try:
            obj = self._object(ref.sop_instance_uid)
            picture = make_picture(obj, ref.frame, self._decoder.decode(obj, ref.frame))
            coming = picture.partial and ref.sop_instance_uid in self._begun
            return replace(picture, coming=True) if coming else picture
        except ImagingError as error:
            return error
        except Exception as error:  # a decoding thread must outlive any file
            failure = MalformedError("The picture cannot be understood.")
            failure.__cause__ = error
            return failure

    def _object(self, uid: str) -> DicomObject:
        """The opened object; two threads that want frames of one file fetch it once."""
        with self._wake:
            lock = self._opening.setdefault(uid, threading.Lock())
        with lock:
            obj = self._objects.get(uid)
            if obj is None:
                data, whole = self._fetch(uid)
                obj = open_object(data)
                self._objects.put(uid, obj)
                with self._wake:
                    (self._begun.discard if whole else self._begun.add)(uid)
            return obj
