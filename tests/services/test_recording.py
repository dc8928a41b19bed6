"""Recording at the desk: what the media process is told to write, and how it gets to the server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.media.recording_messages import Record, RecordingWritten, StopWriting, WritingState
from app.models.status import derive_status
from app.services.recording import RecordingService
from app.services.recording_upload import RecordingUpload
from app.services.tasks import Tasks
from app.session.call import CallEnded, CallReconnecting, CallResumed, CallServerAway
from app.session.link import Connected, SignedIn
from app.session.notices import Good, Trouble
from app.session.owner import Session
from app.transfer.recording_messages import RecordingSent, RecordingsState, RecordingTrouble
from protocol.call import CallState
from protocol.recording import RecordingPhase
from protocol.socket import CallChanged, StopRecording
from tests.fakes.api import URL
from tests.fakes.examples import EXPERT, NOW, named
from tests.views.recordings import CLINIC, ME, PATIENT, in_call, state

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


class Sender:
    """What the transfer process is told, and what the screen knows of it."""

    def __init__(self) -> None:
        self.session = Session()
        self.told: list[bool] = []
        self.written = True
        self.upload = RecordingUpload(
            self.session,
            lambda command: self.told.append(command.may),
            lambda: self.written,
            lambda _id: None,
        )
        self.session.changed.connect(self.upload.follow)
        self.session.apply(SignedIn(URL, EXPERT))
        self.session.apply(Connected(NOW, 0))


@pytest.fixture
def sender() -> Iterator[Sender]:
    made = Sender()
    yield made
    made.session.changed.disconnect(made.upload.follow)


def test_a_call_has_the_line_for_itself(sender: Sender) -> None:
    sender.upload.begin()
    for fact in in_call(state()):
        sender.session.apply(fact)
    sender.session.apply(CallEnded())
    assert sender.told == [True, False, True]


def test_it_is_sent_only_when_the_last_piece_is_on_the_disk(sender: Sender) -> None:
    sender.written = False
    sender.upload.begin()
    sender.upload.recorded()
    assert sender.told == [False]
    assert sender.upload.unsent, "the program is not closed without a word to who sends it"
    sender.written = True
    sender.upload.follow(sender.session.state)
    assert sender.told == [False, True]


def test_a_transfer_process_that_was_started_again_is_told_anew(sender: Sender) -> None:
    sender.upload.begin()
    sender.upload.begin()
    assert sender.told == [True, True]


def test_how_far_it_is_and_what_becomes_of_it_is_told(sender: Sender) -> None:
    sender.upload.heard(RecordingsState(unsent=1, sent=3, to_send=20))
    assert (
        derive_status(sender.session.state).uploads == "A recording is being sent: 3 of 20 pieces"
    )
    sender.upload.heard(RecordingTrouble(what="damaged"))
    sender.upload.heard(RecordingSent(recording_id=ID))
    sender.upload.heard(RecordingsState(unsent=0))
    codes = [notice.code for notice in sender.session.state.notices]
    assert codes == [Trouble.RECORDING_DAMAGED, Good.RECORDING_SENT]
    assert not sender.upload.unsent
    assert derive_status(sender.session.state).uploads == ""
