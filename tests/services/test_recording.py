"""Recording at the desk: what the media process is told to write, and how it gets to the server."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from app.media.recording_messages import Record, RecordingWritten, StopWriting, WritingState
from app.net.errors import Unreachable
from app.services.recording import RecordingService
from app.services.recording_upload import RecordingUpload
from app.services.tasks import Tasks
from app.session.call import CallEnded, CallReconnecting, CallResumed, CallServerAway
from app.session.link import Connected, ConnectionLost, SignedIn
from app.session.notices import Good, Trouble
from app.session.owner import Session
from app.store.recordings import RecordingStore
from app.store.sealed import Sealer
from protocol.call import CallState
from protocol.errors import ErrorCode
from protocol.kept_recording import (
    CompleteRecording,
    RecordingInfo,
    RecordingPiece,
    RecordingPieces,
)
from protocol.recording import RecordingPhase
from protocol.socket import CallChanged, StopRecording
from tests.fakes.api import URL, refusal
from tests.fakes.examples import EXPERT, NOW, named
from tests.views.recordings import CLINIC, ME, PATIENT, in_call, info, state

KEY = bytes(range(32))
ID = named("recording")
RUNNING, PAUSED = RecordingPhase.RUNNING, RecordingPhase.PAUSED


class Pipe:
    """What the media process is told."""

    def __init__(self) -> None:
        self.said: list[object] = []

    def send(self, command: object) -> None:
        self.said.append(command)

    def writing(self) -> tuple[str, ...] | None:
        """The peers that may be written now; None when nothing may."""
        last = self.said[-1] if self.said else None
        return last.peers if isinstance(last, Record) else None


class Socket:
    def __init__(self) -> None:
        self.sent: list[object] = []

    async def send(self, message: object) -> None:
        self.sent.append(message)


@dataclass
class Asker:
    """Who asked for the recording, in the middle of the call."""

    folder: Path
    session: Session = field(default_factory=Session)
    pipe: Pipe = field(default_factory=Pipe)
    socket: Socket = field(default_factory=Socket)

    def __post_init__(self) -> None:
        self.tasks = Tasks(lambda _error: None)
        self.service = RecordingService(
            self.session,
            lambda: self.socket,  # type: ignore[arg-type,return-value]  # what it needs of it
            self.pipe,  # type: ignore[arg-type]  # what it needs of it
            self.tasks,
            folder=self.folder,
            store_key=KEY,
            language=lambda: "zh",
        )
        self.session.changed.connect(self.service.follow)
        self.session.apply(SignedIn(URL, EXPERT))
        self.session.apply(Connected(NOW, 0))

    def told(self, call: CallState | None) -> None:
        case = named("case a")
        self.session.apply(CallChanged(seq=0, at=NOW, consultation_id=case, call=call))


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    made = Asker(tmp_path)
    for fact in in_call(state(RecordingPhase.ASKING, asker=ME, awaited=f"{CLINIC} {PATIENT}")):
        made.session.apply(fact)
    yield made
    made.session.changed.disconnect(made.service.follow)


def peers(*names: str) -> set[str]:
    return {str(named(f"peer {name}")) for name in names}


def test_nothing_is_written_before_all_have_agreed(asker: Asker) -> None:
    assert asker.pipe.writing() is None
    asker.told(state(RUNNING, asker=ME))
    assert set(asker.pipe.writing() or ()) == peers(CLINIC, PATIENT)


def test_writing_waits_for_a_late_joiner_and_goes_on_with_the_same_clock(asker: Asker) -> None:
    asker.told(state(RUNNING, asker=ME))
    asker.told(state(PAUSED, asker=ME, awaited=PATIENT))
    assert asker.pipe.writing() is None
    asker.told(state(RUNNING, asker=ME))
    clocks = {said.zero for said in asker.pipe.said if isinstance(said, Record)}
    assert asker.pipe.writing() is not None
    assert len(clocks) == 1


def test_who_did_not_ask_writes_nothing(asker: Asker) -> None:
    asker.told(state(RUNNING, asker=CLINIC))
    assert asker.pipe.writing() is None


def test_without_a_line_to_the_server_nobody_could_withdraw_so_nothing_is_written(
    asker: Asker,
) -> None:
    asker.told(state(RUNNING, asker=ME))
    asker.session.apply(CallServerAway(True))
    assert asker.pipe.writing() is None
    asker.session.apply(CallResumed(state(RUNNING, asker=ME)))
    assert asker.pipe.writing() is not None


def test_a_withdrawal_ends_the_writing(asker: Asker) -> None:
    asker.told(state(RUNNING, asker=ME))
    asker.told(state(RecordingPhase.ENDED, asker=ME))
    assert isinstance(asker.pipe.said[-1], StopWriting)


def test_a_new_media_process_goes_on(asker: Asker) -> None:
    asker.told(state(RUNNING, asker=ME))
    asker.service.media_lost()
    asker.session.apply(CallReconnecting())
    asker.pipe.said.clear()
    asker.session.apply(CallResumed(state(RUNNING, asker=ME)))
    assert asker.pipe.writing() is not None


@pytest.mark.parametrize(
    ("written", "trouble"),
    [
        (WritingState.DISK_FULL, Trouble.RECORDING_NO_ROOM),
        (WritingState.FAILED, Trouble.RECORDING_FAILED),
    ],
)
async def test_what_cannot_be_written_is_told_here_and_to_everybody(
    asker: Asker, written: WritingState, trouble: Trouble
) -> None:
    asker.told(state(RUNNING, asker=ME))
    asker.service.written(RecordingWritten(recording_id=ID, state=written))
    await asker.tasks.quiet()
    assert [notice.code for notice in asker.session.state.notices] == [trouble]
    (said,) = asker.socket.sent
    assert isinstance(said, StopRecording)
    assert said.failed
    asker.told(state(RUNNING, asker=ME))  # a word from before the stop
    assert asker.pipe.writing() is None


async def test_it_writes_until_the_media_process_says_that_it_has_ended(asker: Asker) -> None:
    asker.told(state(RUNNING, asker=ME))
    asker.told(state(RecordingPhase.ENDED, asker=ME))
    assert asker.service.writing
    asker.service.written(RecordingWritten(recording_id=ID, state=WritingState.KEPT))
    assert asker.service.writing
    asker.service.written(RecordingWritten(recording_id=ID, state=WritingState.STOPPED))
    assert not asker.service.writing


# --- to the server -------------------------------------------------------------------------------


class Archive:
    """The server's side of `RecordingApi`, whose line may break after some pieces."""

    def __init__(self) -> None:
        self.there: dict[int, bytes] = {}
        self.breaks_after = 100
        self.deleted = self.foreign = False
        self.completed: tuple[str, ...] | None = None
        self.puts = 0

    async def pieces(self, _id: UUID) -> RecordingPieces:
        if self.foreign:
            raise refusal(ErrorCode.NOT_FOUND)
        told = tuple(
            RecordingPiece(index=index, start_ms=0, end_ms=1, sha256=_hash(data), nbytes=len(data))
            for index, data in sorted(self.there.items())
        )
        return RecordingPieces(pieces=told, deleted=self.deleted)

    async def put(self, _id: UUID, piece: RecordingPiece, data: bytes) -> RecordingPiece:
        if self.puts >= self.breaks_after:
            raise Unreachable("cut")
        self.puts += 1
        assert piece.sha256 == _hash(data)
        self.there[piece.index] = data
        return piece

    async def complete(self, _id: UUID, body: CompleteRecording) -> RecordingInfo:
        assert body.sha256 == tuple(_hash(data) for _, data in sorted(self.there.items()))
        self.completed = body.sha256
        return info()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Sender:
    """A computer with a recording that is not on the server yet."""

    folder: Path
    session: Session = field(default_factory=Session)
    archive: Archive = field(default_factory=Archive)
    begun: int = 0
    written: bool = True

    def __post_init__(self) -> None:
        self.store = RecordingStore(self.folder, Sealer(KEY))
        self.upload = RecordingUpload(
            self.session,
            self.archive,  # type: ignore[arg-type]  # what it needs of it
            self.store,
            lambda: self.written,
            self.begin,
            lambda _id: None,
        )
        self.session.changed.connect(self.upload.follow)
        self.session.apply(SignedIn(URL, EXPERT))
        for number in range(4):
            self.store.write(ID, number, number * 3000, number * 3000 + 3000, b"%d" % number)

    def begin(self) -> None:
        self.begun += 1

    def codes(self) -> list[object]:
        return [notice.code for notice in self.session.state.notices]


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    made = Sender(tmp_path)
    yield made
    made.session.changed.disconnect(made.upload.follow)


async def test_it_is_gone_here_only_when_the_server_has_verified_all(sender: Sender) -> None:
    sender.session.apply(Connected(NOW, 0))
    assert sender.begun == 1
    await sender.upload.send()
    assert sender.archive.completed is not None
    assert len(sender.archive.completed) == 4
    assert sender.store.recordings() == ()
    assert sender.codes() == [Good.RECORDING_SENT]
    assert sender.session.state.recordings.unsent == 0


async def test_a_line_that_breaks_costs_nothing_that_has_arrived(sender: Sender) -> None:
    sender.session.apply(Connected(NOW, 0))
    sender.archive.breaks_after = 2
    await sender.upload.send()
    assert len(sender.store.pieces(ID)) == 4, "all is still here"
    assert sender.codes() == []
    sender.archive.breaks_after = 100
    sender.session.apply(ConnectionLost(NOW))
    sender.session.apply(Connected(NOW, 0))
    assert sender.begun > 1, "it begins again when the line is back"
    await sender.upload.send()
    assert sender.archive.puts == 4, "each piece went once"
    assert sender.store.recordings() == ()


async def test_a_call_has_the_line_for_itself(sender: Sender) -> None:
    sender.session.apply(Connected(NOW, 0))
    for fact in in_call(state()):
        sender.session.apply(fact)
    await sender.upload.send()
    assert sender.archive.puts == 0
    sender.session.apply(CallEnded())
    assert sender.begun == 2


async def test_it_begins_only_when_the_last_piece_is_on_the_disk(sender: Sender) -> None:
    sender.written = False
    sender.session.apply(Connected(NOW, 0))
    assert sender.begun == 0
    sender.written = True
    sender.upload.follow(sender.session.state)
    assert sender.begun == 1


async def test_what_was_deleted_on_the_server_goes_here_too(sender: Sender) -> None:
    sender.session.apply(Connected(NOW, 0))
    sender.archive.deleted = True
    await sender.upload.send()
    assert sender.store.recordings() == ()
    assert sender.archive.puts == 0


async def test_what_belongs_to_another_account_stays_untouched(sender: Sender) -> None:
    sender.session.apply(Connected(NOW, 0))
    sender.archive.foreign = True
    await sender.upload.send()
    assert len(sender.store.pieces(ID)) == 4
    assert sender.codes() == []


@pytest.mark.allow_logs("a piece is damaged on purpose")
async def test_a_damaged_piece_does_not_hold_up_the_rest(sender: Sender) -> None:
    sender.session.apply(Connected(NOW, 0))
    damaged = sender.store.pieces(ID)[1].path
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    await sender.upload.send()
    assert sorted(sender.archive.there) == [0, 2, 3]
    assert Trouble.RECORDING_DAMAGED in sender.codes()
    assert sender.store.recordings() == ()
