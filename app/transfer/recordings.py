"""Recordings of calls on their way to the server: piece by piece, going on after any break.

A recording leaves this computer only when the server has verified that it has all of it.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from uuid import UUID

from app.net.errors import NetError, NotSignedIn, Refused
from app.net.recordings import RecordingApi
from app.store.errors import Damaged, ForeignKey
from app.store.recordings import KeptPiece, RecordingStore
from app.transfer.rates import Pace, Pauses
from app.transfer.recording_messages import (
    RecordingEvent,
    RecordingSent,
    RecordingsState,
    RecordingTrouble,
)
from app.transfer.sending import LATER, SESSION
from app.transfer.session import Server
from app.transfer.turns import Turns
from protocol.errors import ErrorCode
from protocol.kept_recording import CompleteRecording, RecordingPiece

log = logging.getLogger(__name__)
OF_ANOTHER = {ErrorCode.NOT_FOUND, ErrorCode.FORBIDDEN}
"""The recording is of another account of this computer, which sends it when it signs in."""
WRITTEN_WITHIN_S = 5.0
"""A media process whose window has gone has written its last piece by then."""


class RecordingSender:
    """Everything of this profile that the server does not have. All methods belong to the loop.

    Args:
        turns, pace: those of the images, with which the line is shared.
        on_idle: called whenever there is nothing left that could be sent.
    """

    def __init__(
        self,
        store: RecordingStore,
        emit: Callable[[RecordingEvent], None],
        turns: Turns,
        pace: Pace,
        on_idle: Callable[[], None],
    ) -> None:
        self._store = store
        self._emit = emit
        self._turns = turns
        self._pace = pace
        self._on_idle = on_idle
        self._server: Server | None = None
        self._may = False
        self._pauses = Pauses()
        self._task: asyncio.Task[None] | None = None
        self._refused: set[UUID] = set()
        self._damaged: set[UUID] = set()
        self.last_success = asyncio.get_running_loop().time()

    # --- what the owner asks -------------------------------------------------------------

    async def allow(self, *, may: bool) -> None:
        """Sends from now on, or stops at once; a piece that was on its way is sent again."""
        self._may = may
        if may:
            self._begin()
        else:
            await self.stop()

    async def use(self, server: Server | None) -> None:
        """Sends to this server from now on; None: to none."""
        await self.stop()
        self._server = server
        self._refused.clear()  # another session may be allowed to
        self._begin()

    def wake(self) -> None:
        """Tries now instead of after the pause."""
        self._pauses.wake()
        self._begin()

    async def window_gone(self) -> None:
        """Nobody is in a call any more, and nothing is written."""
        if not self._may:
            await asyncio.sleep(WRITTEN_WITHIN_S)
            await self.allow(may=True)

    async def stop(self) -> None:
        """What is unfinished stays here."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @property
    def idle(self) -> bool:
        """Whether nothing is left that could be sent with this session (if there is one)."""
        return self._task is None

    # --- sending -------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._server is not None and self._may and self._task is None:
            self._task = asyncio.create_task(self._carry(self._server), name="recordings")

    async def _carry(self, server: Server) -> None:
        """Attempts with growing pauses, as long as trying again may help."""
        try:
            while await self._attempt(server):
                await self._pauses.wait()
        except Exception:  # images go on, whatever a recording runs into
            log.exception("recordings cannot be sent")
        self._task = None
        self._on_idle()

    async def _attempt(self, server: Server) -> bool:
        """One attempt at all of them; True when it should be tried again after a pause."""
        waiting = await asyncio.to_thread(self._store.recordings)
        left, again = len(waiting), False
        self._emit(RecordingsState(unsent=left))
        for recording_id in waiting:
            if recording_id in self._refused:
                continue
            try:
                await self._send(server.recordings, recording_id, left)
                left -= 1
            except NotSignedIn:
                self._server = None
                return False
            except Refused as error:
                if error.code in SESSION:
                    self._server = None
                    return False
                if error.code in OF_ANOTHER:
                    left -= 1
                elif error.code in LATER:
                    again = True
                else:
                    log.warning("a recording was refused: %s", error.code.value)
                    self._refused.add(recording_id)
                    self._emit(RecordingTrouble(what="refused"))
            except (NetError, OSError) as error:
                log.info("recordings are sent later: %s", type(error).__name__)
                again = True
                break
        self._emit(RecordingsState(unsent=left))
        return again

    async def _send(self, api: RecordingApi, recording_id: UUID, left: int) -> None:
        there = await api.pieces(recording_id)
        if there.deleted:
            await asyncio.to_thread(self._store.forget, recording_id)
            return
        known = {piece.index: piece.sha256 for piece in there.pieces}
        pieces = await asyncio.to_thread(self._store.pieces, recording_id)
        self._turns.join(recording_id)
        try:
            for number, piece in enumerate(pieces):
                self._emit(RecordingsState(unsent=left, sent=number, to_send=len(pieces)))
                if piece.index not in known:
                    sha256 = await self._send_piece(api, recording_id, piece)
                    if sha256 is not None:
                        known[piece.index] = sha256
        finally:
            self._turns.leave(recording_id)
        hashes = tuple(known[index] for index in sorted(known))
        await api.complete(recording_id, CompleteRecording(sha256=hashes))
        await asyncio.to_thread(self._store.forget, recording_id)
        self._emit(RecordingSent(recording_id=recording_id))

    async def _send_piece(
        self, api: RecordingApi, recording_id: UUID, piece: KeptPiece
    ) -> str | None:
        """Its hash; None when it cannot be opened here any more."""
        try:
            data = await asyncio.to_thread(self._store.read, piece)
        except (Damaged, ForeignKey):
            if recording_id not in self._damaged:
                log.error("a piece of a recording cannot be opened")
                self._damaged.add(recording_id)
                self._emit(RecordingTrouble(what="damaged"))
            return None
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        told = RecordingPiece(
            index=piece.index,
            start_ms=piece.start_ms,
            end_ms=piece.end_ms,
            sha256=sha256,
            nbytes=len(data),
        )
        async with self._turns.turn(recording_id, len(data), first=False):
            await self._pace.pass_(len(data))
            await api.put(recording_id, told, data)
        self._pauses.reset()
        self.last_success = asyncio.get_running_loop().time()
        return sha256
