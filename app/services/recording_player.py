"""Playing a recording: its pieces come from the server when they are due, and stay in memory."""

import asyncio
import base64
import hashlib
import logging
from uuid import UUID

from app.ipc.errors import ChildNotRunningError, ChildStartError
from app.media.equipment import Equipment
from app.media.link import MediaLink
from app.media.playing_messages import (
    ClosePlayer,
    OpenPlayer,
    PieceTimes,
    PieceWanted,
    PlayerAt,
    PlayerCommand,
    PlayerEvent,
    PlayerGo,
    PlayerSeek,
    PlayPiece,
)
from app.net.errors import NetError
from app.net.recordings import RecordingApi
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.services.troubles import raise_error, trouble_of
from app.session.call import CallPhase
from app.session.case import Case
from app.session.notices import Trouble
from app.session.recording import (
    PlayerClosed,
    PlayerOpened,
    PlayerTold,
    RecordingsAsked,
    RecordingsNotTold,
    RecordingsTold,
)
from app.session.state import State
from protocol.account import Account, Role
from protocol.consultation import Status
from protocol.kept_recording import DeleteRecording, RecordingPiece

log = logging.getLogger(__name__)


class RecordingPlayer:
    """The recordings of the open case, and the one that is played; never during a call."""

    def __init__(self, facts: Facts, api: RecordingApi, media: MediaLink, tasks: Tasks) -> None:
        self._facts = facts
        self._api = api
        self._media = media
        self._tasks = tasks
        self._pieces: dict[int, RecordingPiece] = {}
        self._id: UUID | None = None

    # --- the list ------------------------------------------------------------------------

    async def load(self, consultation_id: UUID) -> None:
        self._facts.apply(RecordingsAsked(consultation_id))
        try:
            kept = await self._api.of_case(consultation_id)
        except NetError as error:
            self._facts.apply(RecordingsNotTold(trouble_of(error)[0]))
        else:
            self._facts.apply(RecordingsTold(consultation_id, kept))

    async def delete(self, recording_id: UUID, body: DeleteRecording) -> None:
        """For good; the list is read anew."""
        case = self._facts.state.recordings.of_case
        await self._api.delete(recording_id, body)
        if case is not None:
            await self.load(case)

    # --- playing -------------------------------------------------------------------------

    async def open(self, recording_id: UUID) -> None:
        state = self._facts.state
        found = next((one for one in state.recordings.kept if one.id == recording_id), None)
        if found is None or state.call.phase is not CallPhase.OUT:
            return
        self._facts.apply(PlayerOpened(found))
        self._id = recording_id
        try:
            told = await self._api.pieces(recording_id)
            if not self._media.running:
                await self._media.start()
        except (NetError, ChildStartError) as error:
            self._facts.apply(PlayerTold(problem=trouble_of(error)[0], waiting=False))
            return
        self._pieces = {piece.index: piece for piece in told.pieces}
        times = tuple(
            PieceTimes(index=one.index, start_ms=one.start_ms, end_ms=one.end_ms)
            for one in told.pieces
        )
        self._facts.apply(PlayerTold(length_ms=max((one.end_ms for one in times), default=0)))
        speaker = state.equipment.wish(Equipment.SPEAKER)
        self._say(OpenPlayer(pieces=times, speaker=speaker))

    def go(self, *, playing: bool) -> None:
        self._say(PlayerGo(playing=playing))

    def seek(self, position_ms: int) -> None:
        self._say(PlayerSeek(position_ms=position_ms))

    def close(self) -> None:
        self._id, self._pieces = None, {}
        self._say(ClosePlayer())
        self._facts.apply(PlayerClosed())

    def follow(self, state: State) -> None:
        """A call has the loudspeaker for itself, and a case that is closed is not played on."""
        player = state.recordings.player
        if player is None:
            return
        open_case = state.case.id if state.case is not None else None
        other = open_case != player.recording.consultation_id
        if state.call.phase is not CallPhase.OUT or other:
            self.close()

    def heard(self, event: PlayerEvent) -> None:
        match event:
            case PieceWanted(index=index):
                if self._id is not None:
                    self._tasks.start(self._give(self._id, index))
            case PlayerAt():
                self._facts.apply(
                    PlayerTold(
                        position_ms=event.position_ms,
                        playing=event.playing,
                        waiting=event.waiting,
                        over=event.over,
                    )
                )

    def media_lost(self) -> None:
        if self._facts.state.recordings.player is not None:
            self._facts.apply(
                PlayerTold(problem=Trouble.MEDIA_STOPPED, playing=False, waiting=False)
            )

    async def _give(self, recording_id: UUID, index: int) -> None:
        piece = self._pieces.get(index)
        if piece is None:
            return
        try:
            data = await self._api.piece(recording_id, index)
        except NetError as error:
            if self._id == recording_id:
                self._facts.apply(PlayerTold(problem=trouble_of(error)[0], waiting=False))
            return
        text = await asyncio.to_thread(_checked, data, piece.sha256)
        if text is None:
            raise_error(self._facts, ValueError("a piece differs from what was kept"))
        elif self._id == recording_id:
            self._say(PlayPiece(index=index, data=text))

    def _say(self, command: PlayerCommand) -> None:
        try:
            self._media.send(command)
        except ChildNotRunningError:
            log.info("the media process is not running")


def _checked(data: bytes, sha256: str) -> str | None:
    """In base64; None when these are other bytes than were recorded."""
    if hashlib.sha256(data).hexdigest() != sha256:
        return None
    return base64.b64encode(data).decode()


def may_see_recordings(account: Account | None, case: Case) -> bool:
    """The two who treat, and the dispatcher, who may delete them."""
    summary = case.consultation.summary
    if account is None or summary.status is Status.DRAFT or not summary.number:
        return False
    expert = None if summary.expert is None else summary.expert.id
    parties = (summary.requester.id, expert)
    return account.id in parties or Role.DISPATCHER in account.roles
