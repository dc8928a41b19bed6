"""Who may take a seat in a call, and as whom."""

from protocol.call import ParticipantKind
from protocol.errors import ErrorCode
from server.api.services.rooms import Endpoint, Room
from server.domain.case import Case
from server.domain.errors import Conflict, Forbidden, not_a_member
from server.domain.people import CallSeat
from server.domain.rights import meets
from server.domain.transitions import DONE, HELD
from server.store.work import Work


async def admitted(
    work: Work, case: Case, endpoint: Endpoint, room: Room | None
) -> tuple[ParticipantKind, str]:
    """The kind and the name of a seat to be.

    Raises:
        Forbidden: no part in the case, or an invitation that was taken back.
        Conflict: no call is running, and this one may not begin it.
    """
    if endpoint.guest is not None:
        return await _guest(work, case, endpoint, endpoint.guest, room)
    who = endpoint.who
    if who is None:
        raise not_a_member()
    if not meets(case, who):
        raise not_a_member()
    treats = who.id in (case.requester_id, case.holder_id)
    if room is None and not treats:
        raise not_running()
    if room is None and case.phase not in (*HELD, *DONE):
        raise Conflict(
            ErrorCode.TRANSITION_REFUSED,
            "there is nobody to call before an expert has taken the case",
            consultation_id=case.id,
        )
    requester = who.id == case.requester_id
    kind = ParticipantKind.REQUESTER if requester else ParticipantKind.EXPERT
    return kind, who.display_name


async def _guest(
    work: Work, case: Case, endpoint: Endpoint, guest: CallSeat, room: Room | None
) -> tuple[ParticipantKind, str]:
    if guest.consultation_id != case.id:
        raise not_a_member()
    if room is None or room.call.id != guest.call_id:
        raise not_running()
    session_id = endpoint.session_id
    row = None if session_id is None else await work.calls.invitation_of(session_id)
    if row is not None and row.withdrawn_at is not None:
        raise Forbidden("this invitation was taken back", ErrorCode.INVITATION_INVALID)
    return ParticipantKind(guest.kind), guest.display_name


def not_running() -> Conflict:
    return Conflict(ErrorCode.CALL_NOT_RUNNING, "no call is running for this consultation")
