"""The bytes of one instance while they arrive."""

from dataclasses import dataclass, field

from protocol.imaging import FailureReason
from server.api.dicomweb.headers import Header, read_header
from server.api.dicomweb.parts import DICOM
from server.api.dicomweb.structure import NotDicom, Truncated
from server.domain.ports import Fresh, ObjectSink


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


def read_part(part: Incoming, study_uid: str | None) -> Received:
    """Hashes the rest of a part and reads its header; blocking."""
    part.absorb()
    fresh = part.sink.finish()
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
    return Received(fresh, header)
