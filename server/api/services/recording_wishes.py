"""Asking for a recording of a running call, agreeing, refusing, withdrawing, stopping."""

from uuid import UUID

from protocol.base import new_id
from protocol.call import Participant
from protocol.errors import ErrorCode
from protocol.recording import RECORDING_WORDING, RecordingConsent, RecordingPhase
from protocol.socket import AnswerRecording, AskRecording, StopRecording
from server.api.services.calls import Calls
from server.api.services.recordings import RecordingKeeper, RoomRecording
from server.api.services.rooms import Endpoint, Room
from server.domain import recording as rules
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Conflict, Forbidden, not_a_member
from server.domain.recording import Consents
from server.domain.rights import CLINICAL, require_part
from server.store.recording_tables import RecordingRow
from server.store.recordings import consent_row
from server.store.work import Work


class RecordingWishes:
    """What participants of a call wish; each raises a `Refusal` and changes nothing."""

    def __init__(self, calls: Calls, keeper: RecordingKeeper) -> None:
        self._calls = calls
        self._keeper = keeper

    async def ask(self, endpoint: Endpoint, wish: AskRecording) -> None:
        """By one of the two who treat; everybody in the call is asked."""
        terms, who = self._keeper.terms, endpoint.who
        if terms is None:
            raise Forbidden("this site does not record calls")
        if who is None:
            raise not_a_member()
        _require_wording(wish.consent)
        async with self._calls.changing(endpoint, wish.consultation_id) as (work, case, room):
            require_part(case, who, *CLINICAL)
            if room.recording is not None and not room.recording.consents.over:
                raise Conflict(
                    ErrorCode.CONFLICT, "a recording is asked for or runs", consultation_id=case.id
                )
            mine = _seat_of(endpoint, room)
            row = RecordingRow(
                id=new_id(),
                consultation_id=case.id,
                call_id=room.call.id,
                asked_by=who.id,
                asker_peer=mine.peer_id,
                asker_name=mine.display_name,
                kept_days=terms.kept_days,
                phase=RecordingPhase.ASKING.value,
                asked_at=work.now,
            )
            await work.recordings.add(row)
            work.trail.note(
                who.id,
                Access.CREATE,
                Resource.RECORDING,
                row.id,
                consultation_id=case.id,
                detail="asked",
            )
            await _agreed(work, case, row.id, mine, wish.consent)
            waiting = Consents(mine.peer_id, frozenset((mine.peer_id,)))
            asked = RoomRecording(row.id, mine.display_name, work.now, waiting)
            begun = rules.asked(mine.peer_id, room.lines())
            room.recording = await self._keeper.moved(work, asked, begun, who.id)

    async def answer(self, endpoint: Endpoint, wish: AnswerRecording) -> None:
        """For one's own seat: agrees, refuses, or withdraws."""
        if wish.consent is not None:
            _require_wording(wish.consent)
        async with self._calls.changing(endpoint, wish.consultation_id) as (work, case, room):
            found = _recording(room, wish.recording_id)
            mine = _seat_of(endpoint, room)
            if wish.consent is not None:
                await _agreed(work, case, found.id, mine, wish.consent)
                to = rules.agreed(found.consents, mine.peer_id, room.lines())
            else:
                to = rules.refused(found.consents, mine.peer_id)
                await work.recordings.withdraw(found.id, mine.peer_id, work.now)
                work.trail.note(
                    mine.account_id,
                    Access.DELETE,
                    Resource.CONSENT,
                    found.id,
                    consultation_id=case.id,
                    detail=f"{'' if to.end is None else to.end.value} {mine.peer_id}",
                )
            room.recording = await self._keeper.moved(work, found, to, mine.account_id)

    async def stop(self, endpoint: Endpoint, wish: StopRecording) -> None:
        """By who asked."""
        async with self._calls.changing(endpoint, wish.consultation_id) as (work, _case, room):
            found = _recording(room, wish.recording_id)
            mine = _seat_of(endpoint, room)
            if mine.peer_id != found.consents.asker:
                raise Forbidden("only who asked for the recording stops it; others withdraw")
            to = rules.stopped(found.consents, failed=wish.failed)
            room.recording = await self._keeper.moved(work, found, to, mine.account_id)


def _recording(room: Room, recording_id: UUID) -> RoomRecording:
    found = room.recording
    if found is None or found.id != recording_id or found.consents.over:
        raise Conflict(
            ErrorCode.CONFLICT,
            "this recording has ended",
            consultation_id=room.call.consultation_id,
        )
    return found


def _seat_of(endpoint: Endpoint, room: Room) -> Participant:
    return room.seats[endpoint.seats[room.call.consultation_id]].participant


def _require_wording(consent: RecordingConsent) -> None:
    if consent.wording != RECORDING_WORDING:
        raise Forbidden(
            "consent to the words in force is needed: read them again", ErrorCode.CONSENT_REQUIRED
        )


async def _agreed(
    work: Work, case: Case, recording_id: UUID, mine: Participant, consent: RecordingConsent
) -> None:
    seat = (mine.peer_id, mine.account_id, mine.kind.value, mine.display_name)
    await work.recordings.answer(consent_row(recording_id, seat, consent, work.now))
    work.trail.note(
        mine.account_id,
        Access.CREATE,
        Resource.CONSENT,
        recording_id,
        consultation_id=case.id,
        detail=f"recording {consent.wording} {consent.language} {mine.peer_id}",
    )
