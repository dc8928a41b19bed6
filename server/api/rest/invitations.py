"""Invitations to a call: making and following them, and what a guest does with one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter

from protocol import paths
from protocol.call import (
    CONSENT_WORDING,
    CallTicket,
    Invitation,
    InvitationId,
    InvitationSeen,
    InvitationState,
    LookAtInvitation,
    NewInvitation,
    RedeemInvitation,
)
from server.api.rest.wire import (
    HouseDep,
    WhoDep,
    address_of,
    answer_list,
    body_of,
    no_content,
    private,
    takes,
)

router = APIRouter(tags=["invitations"])
_STATES = TypeAdapter(list[InvitationState])
_CODE = {"code": "gQ2m1vR5c7u9x0bN4t6y8Lw3e5A2s4D6f8G0h2J4k6M"}
_CONSENT = {"wording": CONSENT_WORDING, "language": "zh"}


@router.post(
    paths.INVITATIONS,
    response_model=Invitation,
    status_code=201,
    openapi_extra=takes(NewInvitation, {"display_name": "患者", "kind": "patient"}),
)
async def invite(
    consultation_id: UUID,
    body: Annotated[NewInvitation, Depends(body_of(NewInvitation))],
    who: WhoDep,
    house: HouseDep,
) -> Response:
    """A single-use code for the running call."""
    return private(await house.invitations.invite(who, consultation_id, body), 201)


@router.get(paths.INVITATIONS, response_model=list[InvitationState])
async def states(consultation_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """What has become of the invitations to the calls of this case."""
    return answer_list(_STATES, await house.invitations.states(who, consultation_id))


@router.delete(paths.INVITATION, status_code=204)
async def withdraw(
    consultation_id: UUID, invitation_id: InvitationId, who: WhoDep, house: HouseDep
) -> Response:
    """Takes an invitation back: it opens nothing any more, and who came with it is put out."""
    session_id = await house.invitations.withdraw(who, consultation_id, invitation_id)
    if session_id is not None:
        await house.partings.put_out_anywhere(consultation_id, session_id)
    return no_content()


@router.delete(paths.PARTICIPANT, status_code=204)
async def put_out(consultation_id: UUID, peer_id: UUID, who: WhoDep, house: HouseDep) -> Response:
    """Puts a guest out of the call; what the guest came with opens nothing any more."""
    session_id = await house.partings.guest_at(consultation_id, peer_id)
    await house.invitations.put_out(who, consultation_id, session_id)
    await house.partings.put_out_anywhere(consultation_id, session_id)
    return no_content()


@router.post(
    paths.LOOK, response_model=InvitationSeen, openapi_extra=takes(LookAtInvitation, _CODE)
)
async def look(
    body: Annotated[LookAtInvitation, Depends(body_of(LookAtInvitation))],
    house: HouseDep,
    request: Request,
) -> Response:
    """Who invites and until when; uses nothing up."""
    return private(await house.invitations.look(body.code, address_of(request)))


@router.post(
    paths.REDEEM,
    response_model=CallTicket,
    openapi_extra=takes(RedeemInvitation, {**_CODE, "consent": _CONSENT}),
)
async def redeem(
    body: Annotated[RedeemInvitation, Depends(body_of(RedeemInvitation))],
    house: HouseDep,
    request: Request,
) -> Response:
    """Exchanges an invitation, with consent, for a token that opens this call and nothing else."""
    ticket = await house.invitations.redeem(body, address_of(request))
    return private(ticket)
