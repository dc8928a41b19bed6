"""Recording a call: asking, answering, and having the media process write while all agree.

The server's state decides. While its line is away nobody could withdraw, so nothing is written.
"""

import base64
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from uuid import UUID

from app.ipc.errors import ChildNotRunningError
from app.media.link import MediaLink
from app.media.recording_messages import Record, RecordingWritten, StopWriting, WritingState
from app.net.errors import Unreachable
from app.net.socket import EventSocket
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.services.troubles import raise_notice
from app.session.call import Call, CallPhase
from app.session.notices import Trouble
from app.session.state import State
from protocol.base import new_id
from protocol.recording import (
    RECORDING_WORDING,
    CallRecording,
    RecordingConsent,
    RecordingPhase,
)
from protocol.socket import AnswerRecording, AskRecording, Refused, StopRecording

log = logging.getLogger(__name__)

LanguageOfConsent = Literal["zh", "en"]


class RecordingService:
    """For the call one is in.

    Args:
        folder, store_key: of the profile; what is written is sealed with the key.
        language: in which the words of consent are read.
    """

    def __init__(
        self,
        facts: Facts,
        socket: Callable[[], EventSocket],
        media: MediaLink,
        tasks: Tasks,
        *,
        folder: Path,
        store_key: bytes,
        language: Callable[[], LanguageOfConsent],
    ) -> None:
        self._facts = facts
        self._socket = socket
        self._media = media
        self._tasks = tasks
        self._folder = folder
        self._store_key = base64.b64encode(store_key).decode()
        self._language = language
        self._zero: dict[UUID, float] = {}
        self._told: Record | None = None
        self._refs: set[UUID] = set()
        self._failed: set[UUID] = set()

    # --- what a person wants -------------------------------------------------------------

    async def ask(self) -> None:
        """Everybody in the call is asked; one agrees oneself by asking."""
        call = self._facts.state.call
        if call.consultation_id is not None:
            ref = self._ref()
            await self._send(
                AskRecording(ref=ref, consultation_id=call.consultation_id, consent=self._consent())
            )

    async def answer(self, *, agreed: bool) -> None:
        """For oneself: agrees, refuses, or withdraws."""
        call = self._facts.state.call
        recording = recording_of(call)
        if call.consultation_id is not None and recording is not None:
            await self._send(
                AnswerRecording(
                    ref=self._ref(),
                    consultation_id=call.consultation_id,
                    recording_id=recording.id,
                    consent=self._consent() if agreed else None,
                )
            )

    async def stop(self, *, failed: bool = False) -> None:
        """By who asked. The writing ends here at once, whatever becomes of the message."""
        call = self._facts.state.call
        recording = recording_of(call)
        self._write(None)
        if call.consultation_id is not None and recording is not None:
            self._failed.add(recording.id)
            await self._send(
                StopRecording(
                    ref=self._ref(),
                    consultation_id=call.consultation_id,
                    recording_id=recording.id,
                    failed=failed,
                )
            )

    def _consent(self) -> RecordingConsent:
        return RecordingConsent(wording=RECORDING_WORDING, language=self._language())

    def _ref(self) -> UUID:
        ref = new_id()
        self._refs.add(ref)
        return ref

    async def _send(self, wish: AskRecording | AnswerRecording | StopRecording) -> None:
        try:
            await self._socket().send(wish)
        except Unreachable:
            raise_notice(self._facts, Trouble.SERVER_UNREACHABLE)

    # --- what happens --------------------------------------------------------------------

    def refused(self, message: Refused) -> None:
        if message.ref in self._refs:
            raise_notice(self._facts, message.problem.code)

    def follow(self, state: State) -> None:
        """Has the media process write what may be written as things stand, and nothing else."""
        wish = self._wish(state.call)
        if wish != self._told:
            self._write(wish)

    def _wish(self, call: Call) -> Record | None:
        recording, mine = recording_of(call), call.own_peer
        if (
            recording is None
            or mine is None
            or recording.asker != mine
            or recording.phase is not RecordingPhase.RUNNING
            or recording.id in self._failed
            or call.phase is not CallPhase.IN
            or call.server_away
        ):
            return None
        return Record(
            recording_id=recording.id,
            zero=self._zero.setdefault(recording.id, time.time()),
            own_peer=str(mine),
            peers=tuple(str(peer) for peer in recording.agreed if peer != mine),
            folder=self._folder,
            store_key=self._store_key,
        )

    def _write(self, wish: Record | None) -> None:
        self._told = wish
        try:
            self._media.send(wish if wish is not None else StopWriting())
        except ChildNotRunningError:
            log.info("the media process is being started again")

    def media_lost(self) -> None:
        """The process that wrote is gone; the next one is told anew."""
        self._told = None

    def written(self, event: RecordingWritten) -> None:
        """A piece is kept, or could not be."""
        match event.state:
            case WritingState.DISK_FULL | WritingState.FAILED:
                full = event.state is WritingState.DISK_FULL
                code = Trouble.RECORDING_NO_ROOM if full else Trouble.RECORDING_FAILED
                raise_notice(self._facts, code)
                self._tasks.start(self.stop(failed=True))
            case WritingState.KEPT | WritingState.STOPPED:
                pass


def recording_of(call: Call) -> CallRecording | None:
    """That of the running call which has not ended."""
    recording = call.running.recording if call.running is not None else None
    if recording is None or recording.phase is RecordingPhase.ENDED:
        return None
    return recording
