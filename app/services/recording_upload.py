"""Recordings on their way to the server: after the call, piece by piece, going on after any break.

A piece leaves this computer only when the server has verified that it has all of them.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from uuid import UUID

from app.net.errors import Refused, Unreachable
from app.net.recordings import RecordingApi
from app.services.facts import Facts
from app.services.troubles import raise_notice
from app.session.call import CallPhase
from app.session.link import LinkPhase
from app.session.notices import Good, Trouble
from app.session.recording import RecordingsUnsent
from app.session.state import State
from app.store.errors import Damaged, ForeignKey
from app.store.recordings import KeptPiece, RecordingStore
from protocol.errors import ErrorCode
from protocol.kept_recording import CompleteRecording, RecordingPiece

log = logging.getLogger(__name__)


class RecordingUpload:
    """Everything of this profile that the server does not have yet.

    Args:
        begin: starts `send` as a task of its own; a second call changes nothing while one runs.
        sent: a recording is complete on the server.
    """

    def __init__(
        self,
        facts: Facts,
        api: RecordingApi,
        store: RecordingStore,
        begin: Callable[[], None],
        sent: Callable[[UUID], None],
    ) -> None:
        self._facts = facts
        self._api = api
        self._store = store
        self._begin = begin
        self._sent = sent
        self._may = False

    def follow(self, state: State) -> None:
        """Begins whenever it may: with a line to the server, and no call that it would disturb."""
        may = may_send(state)
        began, self._may = may and not self._may, may
        if began:
            self._begin()

    async def send(self) -> None:
        """Sends what is there; ends early when a call begins, and goes on after it."""
        waiting = await asyncio.to_thread(self._store.recordings)
        left = len(waiting)
        self._facts.apply(RecordingsUnsent(left))
        for recording_id in waiting:
            try:
                if not await self._send_one(recording_id, left):
                    continue
            except Unreachable as error:
                log.info("recordings are sent when the line is back: %s", error)
                self._may = False
                break
            except Refused as error:
                if error.code is not ErrorCode.NOT_FOUND:  # of another account of this computer
                    log.warning("a recording was refused: %s", error.code.value)
                    raise_notice(self._facts, Trouble.RECORDING_NOT_SENT)
                continue
            left -= 1
            self._facts.apply(RecordingsUnsent(left))

    async def _send_one(self, recording_id: UUID, left: int) -> bool:
        """False when it could not be finished now."""
        there = await self._api.pieces(recording_id)
        if there.deleted:
            await asyncio.to_thread(self._store.forget, recording_id)
            return True
        known = {piece.index: piece.sha256 for piece in there.pieces}
        pieces = await asyncio.to_thread(self._store.pieces, recording_id)
        for number, piece in enumerate(pieces):
            if not may_send(self._facts.state):
                return False
            self._facts.apply(RecordingsUnsent(left, number, len(pieces)))
            if piece.index not in known:
                sha256 = await self._send_piece(recording_id, piece)
                if sha256 is not None:
                    known[piece.index] = sha256
        hashes = tuple(known[index] for index in sorted(known))
        await self._api.complete(recording_id, CompleteRecording(sha256=hashes))
        await asyncio.to_thread(self._store.forget, recording_id)
        raise_notice(self._facts, Good.RECORDING_SENT)
        self._sent(recording_id)
        return True

    async def _send_piece(self, recording_id: UUID, piece: KeptPiece) -> str | None:
        """Its hash; None when it cannot be opened here any more."""
        try:
            data = await asyncio.to_thread(self._store.read, piece)
        except (Damaged, ForeignKey, OSError) as error:
            log.error("a piece of a recording cannot be opened: %s", type(error).__name__)
            raise_notice(self._facts, Trouble.RECORDING_DAMAGED)
            return None
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        told = RecordingPiece(
            index=piece.index,
            start_ms=piece.start_ms,
            end_ms=piece.end_ms,
            sha256=sha256,
            nbytes=len(data),
        )
        await self._api.put(recording_id, told, data)
        return sha256


def may_send(state: State) -> bool:
    """A call has the line for itself."""
    return state.link.phase is LinkPhase.ONLINE and state.call.phase is CallPhase.OUT
