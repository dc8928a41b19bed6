"""The window of an invitation: what is proposed, the link that was made, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.notices import words_for
from app.models.times import clock, moment
from app.session.call import CallPhase
from app.session.invitation import Invited
from app.session.state import State


@dataclass(frozen=True, slots=True)
class InvitedProps:
    """One link. `usable`: it can still be opened. `look` is a chip of the theme."""

    id: str
    name: str
    standing: str
    look: str
    usable: bool
    until: str
    link: str = field(repr=False)
    squares: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GuestProps:
    """A guest in the call (`peer_id`), or a link (`invitation_id` where it may be ended)."""

    name: str
    text: str
    peer_id: UUID | None = None
    invitation_id: str | None = None


@dataclass(frozen=True, slots=True)
class InvitationProps:
    """`guest_name` is proposed: the patient of the case. The latest link is `current`."""

    can_invite: bool
    guest_name: str
    making: bool
    problem: str
    current: InvitedProps | None
    guests: tuple[GuestProps, ...]


def derive_invitation(state: State, now: datetime) -> InvitationProps:
    case, call, invitations = state.case, state.call, state.invitations
    here = case is not None and call.consultation_id == case.id and call.phase is CallPhase.IN
    patient = case.content.patient if case is not None else None
    of_case = [one for one in invitations.made if case and one.consultation_id == case.id]
    shown = [_shown(one, now) for one in of_case]
    return InvitationProps(
        can_invite=here and not invitations.making,
        guest_name=patient.name if patient else "",
        making=invitations.making,
        problem=words_for(invitations.problem) if invitations.problem is not None else "",
        current=shown[-1] if shown else None,
        guests=(*_sitting(state, here=here), *(_line(one) for one in reversed(shown[:-1]))),
    )


def _sitting(state: State, *, here: bool) -> tuple[GuestProps, ...]:
    running = state.call.running
    if not here or running is None:
        return ()
    text = QCoreApplication.translate("invitation", "{name} · in the call")
    return tuple(
        GuestProps(one.display_name, text.format(name=one.display_name), peer_id=one.peer_id)
        for one in running.participants
        if one.account_id is None and one.share is None
    )


def _line(one: InvitedProps) -> GuestProps:
    ends = one.id if one.usable else None
    return GuestProps(one.name, f"{one.name} · {one.standing}", invitation_id=ends)


def _shown(one: Invited, now: datetime) -> InvitedProps:
    translate = QCoreApplication.translate
    if one.withdrawn_at is not None:
        text, look, usable = translate("invitation", "Withdrawn"), "neutral", False
    elif one.redeemed_at is not None:
        text = translate("invitation", "Used at {time}").format(time=clock(one.redeemed_at))
        look, usable = "good", False
    elif one.over:
        text, look, usable = translate("invitation", "The call has ended"), "neutral", False
    elif one.expires_at <= now:
        text, look, usable = translate("invitation", "Has run out"), "warning", False
    else:
        text, look, usable = translate("invitation", "Not used yet"), "routine", True
    return InvitedProps(
        id=one.id,
        name=one.display_name,
        standing=text,
        look=look,
        usable=usable,
        until=moment(one.expires_at),
        link=one.link,
        squares=one.squares,
    )
