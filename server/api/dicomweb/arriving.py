"""The bytes of one instance while they arrive."""

from dataclasses import dataclass, field

from protocol.imaging import FailureReason
from server.api.dicomweb.headers import Header, read_header
from server.api.dicomweb.structure import NotDicom, Truncated
from server.domain.ports import Fresh, ObjectSink
from server.store.multipart import DICOM


@dataclass(slots=True)
class Incoming:
    """The bytes of one instance as they come in; `expected` is the SHA-256 they shall have."""

    content_type: str
    sink: ObjectSink
    pieces: list[memoryview] = field(default_factory=list)
    waiting: int = 0
    size: int = 0
    expected: str | None = None

    def add(self, piece: memoryview) -> None:
        self.pieces.append(piece)
        self.waiting += len(piece)
        self.size += len(piece)

    def absorb(self) -> None:
        """Hashes what waits; blocking."""
        pieces, self.pieces, self.waiting = self.pieces, [], 0
        for piece in pieces:
            self.sink.write(piece)


@dataclass(frozen=True, slots=True)
class Received:
    """One whole part as it was read; with `failure` (a FailureReason) it is not to be stored."""

    fresh: Fresh
    header: Header | None
    failure: int | None = None


def read_parts(parts: list[Incoming], study_uid: str | None) -> list[Received]:
    """Hashes what is left of some parts and reads their headers; blocking.

    When one cannot be read, nothing of any stays in memory or on disk.
    """
    received: list[Received] = []
    fresh: list[Fresh] = []
    try:
        for part in parts:
            part.absorb()
            fresh.append(part.sink.finish())
            received.append(_read(part, fresh[-1], study_uid))
    except BaseException:
        for part in parts:
            part.sink.discard()
        for one in fresh:
            one.discard()
        raise
    return received


def _read(part: Incoming, fresh: Fresh, study_uid: str | None) -> Received:
    if part.content_type != DICOM:
        return Received(fresh, None, FailureReason.NOT_DICOM)
    source = fresh.open()
    try:
        header = read_header(source, fresh.size)
    except NotDicom:
        return Received(fresh, None, FailureReason.NOT_DICOM)
    except Truncated:
        return Received(fresh, None, FailureReason.TRUNCATED)
    finally:
        source.close()
    if part.expected not in (None, fresh.sha256):
        return Received(fresh, header, FailureReason.HASH_MISMATCH)
    if study_uid is not None and header.study_uid != study_uid:
        return Received(fresh, header, FailureReason.OTHER_STUDY)
    if header.pixels_missing:
        return Received(fresh, header, FailureReason.PIXELS_TOO_SHORT)
    return Received(fresh, header)
