"""The recording of a running call: its state follows who sits there, and rests in the store."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from protocol.recording import CallRecording, RecordingEnd, RecordingPhase, RecordingTerms
from server.domain.audit import Access, Resource
from server.domain.recording import Consents, Seats, followed
from server.store.recording_tables import RecordingRow
from server.store.work import Work


@dataclass(frozen=True, slots=True)
class RoomRecording:
    """The latest recording of a call, as its room knows it."""

    id: UUID
    asker_name: str
    asked_at: datetime
    consents: Consents
    began_at: datetime | None = None

    def told(self, seats: Seats) -> CallRecording:
        """What everybody in the call is told; not who refused or withdrew."""
        consents = self.consents
        over = consents.over
        return CallRecording(
            id=self.id,
            asker=consents.asker,
            asker_name=self.asker_name,
            phase=consents.phase,
            awaited=() if over else tuple(seat for seat in seats if seat not in consents.agreed),
            agreed=() if over else tuple(seat for seat in seats if seat in consents.agreed),
            asked_at=self.asked_at,
            began_at=self.began_at,
            end=consents.end,
        )


class RecordingKeeper:
    """Writes each change of a recording's state and what the audit trail says of it.

    Args:
        terms: what the site offers; None where it does not record.
    """

    def __init__(self, terms: RecordingTerms | None) -> None:
        self.terms = terms

    async def follow(
        self, work: Work, recording: RoomRecording | None, seats: Seats
    ) -> RoomRecording | None:
        """After somebody came, went, or lost the line."""
        if recording is None:
            return None
        return await self.moved(work, recording, followed(recording.consents, seats), None)

    async def moved(
        self, work: Work, recording: RoomRecording, to: Consents, by: UUID | None
    ) -> RoomRecording:
        """The recording with these consents; `by` is the account whose doing it was."""
        if to.phase is recording.consents.phase and to.end is recording.consents.end:
            return replace(recording, consents=to)
        row = await work.recordings.get(recording.id)
        if row is None or row.deleted_at is not None:
            return replace(recording, consents=to)
        began = recording.began_at
        if to.phase is RecordingPhase.RUNNING and began is None:
            began = row.began_at = work.now
        row.phase = to.phase.value
        if to.end is not None:
            row.end, row.ended_at = to.end.value, work.now
        work.trail.note(
            by,
            Access.EXECUTE,
            Resource.RECORDING,
            recording.id,
            consultation_id=row.consultation_id,
            detail=to.phase.value if to.end is None else f"ended {to.end.value}",
        )
        await work.session.flush()
        return replace(recording, consents=to, began_at=began)

    async def restored(self, work: Work, call_id: UUID) -> RoomRecording | None:
        """After a restart, from the rows: seats that had agreed have agreed."""
        row = await work.recordings.latest(call_id)
        if row is None:
            return None
        answers = await work.recordings.consents(row.id)
        return _room_recording(row, frozenset(one.peer_id for one in answers if one.agreed))


def _room_recording(row: RecordingRow, agreed: frozenset[UUID]) -> RoomRecording:
    consents = Consents(
        asker=row.asker_peer,
        agreed=agreed,
        phase=RecordingPhase(row.phase),
        end=None if row.end is None else RecordingEnd(row.end),
    )
    return RoomRecording(row.id, row.asker_name, row.asked_at, consents, row.began_at)
