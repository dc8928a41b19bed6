"""Invitations to the call that were made at this computer, and what has become of them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from app.session.notices import NoticeCode
from protocol.call import InvitationState, ParticipantKind
from protocol.socket import CallChanged


@dataclass(frozen=True, slots=True)
class Invited:
    """`link` opens the call once; `squares` are the rows of its QR code (ISO/IEC 18004), 1 is dark.

    `over`: the call it was made for has ended.
    """

    id: str
    consultation_id: UUID
    display_name: str
    kind: ParticipantKind
    expires_at: datetime
    link: str = field(repr=False)
    squares: tuple[bytes, ...] = field(repr=False)
    redeemed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Invitations:
    """The latest is last."""

    making: bool = False
    problem: NoticeCode | None = None
    made: tuple[Invited, ...] = ()


@dataclass(frozen=True, slots=True)
class InvitationAsked:
    pass


@dataclass(frozen=True, slots=True)
class InvitationMade:
    invited: Invited


@dataclass(frozen=True, slots=True)
class InvitationNotMade:
    code: NoticeCode


@dataclass(frozen=True, slots=True)
class InvitationsTold:
    """The server's word on those of one case."""

    states: tuple[InvitationState, ...]


InvitationFact = (
    InvitationAsked | InvitationMade | InvitationNotMade | InvitationsTold | CallChanged
)


def reduce_invitations(invitations: Invitations, fact: InvitationFact) -> Invitations:
    match fact:
        case InvitationAsked():
            return replace(invitations, making=True, problem=None)
        case InvitationMade(invited):
            return Invitations(made=(*invitations.made, invited))
        case InvitationNotMade(code):
            return replace(invitations, making=False, problem=code)
        case InvitationsTold(states):
            now = {state.id: state for state in states}
            told = tuple(_as_told(one, now.get(one.id)) for one in invitations.made)
            same = told == invitations.made and invitations.problem is None
            return invitations if same else replace(invitations, made=told, problem=None)
        case CallChanged():
            return _ended(invitations, fact) if fact.call is None else invitations
        case _:
            assert_never(fact)


def _as_told(one: Invited, state: InvitationState | None) -> Invited:
    if state is None:
        return one
    return replace(one, redeemed_at=state.redeemed_at, withdrawn_at=state.withdrawn_at)


def _ended(invitations: Invitations, fact: CallChanged) -> Invitations:
    of = fact.consultation_id
    if all(one.over or one.consultation_id != of for one in invitations.made):
        return invitations
    made = tuple(
        replace(one, over=True) if one.consultation_id == of else one for one in invitations.made
    )
    return replace(invitations, made=made)
