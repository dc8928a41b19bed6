"""Recordings that are not on the server yet: the transfer process sends them, after the call."""

from collections.abc import Callable
from typing import assert_never
from uuid import UUID

from app.services.facts import Facts
from app.services.troubles import raise_notice
from app.session.call import CallPhase
from app.session.notices import Good, Trouble
from app.session.recording import RecordingsUnsent
from app.session.state import State
from app.transfer.recording_messages import (
    RecordingEvent,
    RecordingSent,
    RecordingsState,
    RecordingTrouble,
    SendRecordings,
)

TROUBLES = {"refused": Trouble.RECORDING_NOT_SENT, "damaged": Trouble.RECORDING_DAMAGED}


class RecordingUpload:
    """Tells the transfer process when it may send them, and the screen how far they are.

    Args:
        tell: to the transfer process.
        written: whether everything that was recorded is on the disk.
        sent: a recording is complete on the server.
    """

    def __init__(
        self,
        facts: Facts,
        tell: Callable[[SendRecordings], None],
        written: Callable[[], bool],
        sent: Callable[[UUID], None],
    ) -> None:
        self._facts = facts
        self._tell = tell
        self._written = written
        self._sent = sent
        self._begun = False
        self._may: bool | None = None
        self._fresh = False

    def begin(self) -> None:
        """A transfer process is there, which knows nothing yet."""
        self._begun, self._may = True, None
        self.follow(self._facts.state)

    def follow(self, state: State) -> None:
        """A call has the line for itself."""
        may = state.call.phase is CallPhase.OUT and self._written()
        if self._begun and may is not self._may:
            self._may = may
            self._tell(SendRecordings(may=may))

    def recorded(self) -> None:
        """Something has been written that the transfer process does not know of."""
        self._fresh = True

    @property
    def unsent(self) -> bool:
        """Whether anything waits for the server."""
        return self._fresh or self._facts.state.recordings.unsent > 0

    def heard(self, event: RecordingEvent) -> None:
        match event:
            case RecordingsState():
                self._fresh = False
                self._facts.apply(RecordingsUnsent(event.unsent, event.sent, event.to_send))
            case RecordingSent():
                raise_notice(self._facts, Good.RECORDING_SENT)
                self._sent(event.recording_id)
            case RecordingTrouble():
                raise_notice(self._facts, TROUBLES[event.what])
            case _:
                assert_never(event)
