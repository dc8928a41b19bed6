"""The bytes of one instance while they arrive."""

from dataclasses import dataclass, field

from server.domain.ports import ObjectSink


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
