"""Inviting a guest to the running call, and learning whether the invitation was used."""

import asyncio
from collections.abc import Awaitable
from uuid import UUID

from app.net.api import Api
from app.net.errors import NetError
from app.services.facts import Facts
from app.services.troubles import trouble_of
from app.session.invitation import (
    InvitationAsked,
    InvitationMade,
    InvitationNotMade,
    InvitationsTold,
    Invited,
)
from protocol import paths
from protocol.call import NewInvitation


class InvitationService:
    def __init__(self, facts: Facts, api: Api) -> None:
        self._facts = facts
        self._api = api

    async def invite(self, body: NewInvitation) -> None:
        """A link for somebody outside, good for one person, once."""
        case = self._facts.state.case
        if case is None:
            return
        self._facts.apply(InvitationAsked())
        try:
            made = await self._api.invite(case.id, body)
        except NetError as error:
            self._facts.apply(InvitationNotMade(trouble_of(error)[0]))
            return
        link = made.link or f"{self._api.connection.url}{paths.JOIN}#{made.code}"
        squares = await asyncio.to_thread(squares_of, link)
        self._facts.apply(
            InvitationMade(
                Invited(
                    id=made.id,
                    consultation_id=case.id,
                    display_name=body.display_name,
                    kind=body.kind,
                    expires_at=made.expires_at,
                    link=link,
                    squares=squares,
                )
            )
        )

    async def withdraw(self, invitation_id: str) -> None:
        """The link opens nothing any more; who came with it leaves the call."""
        case = self._facts.state.case
        if case is not None:
            await self._end(self._api.withdraw_invitation(case.id, invitation_id), case.id)

    async def put_out(self, peer_id: UUID) -> None:
        """A guest leaves the call and cannot come back with the same link."""
        case = self._facts.state.case
        if case is not None:
            await self._end(self._api.put_out(case.id, peer_id), case.id)

    async def _end(self, ending: Awaitable[None], case_id: UUID) -> None:
        try:
            await ending
            await self.follow(case_id)
        except NetError as error:
            self._facts.apply(InvitationNotMade(trouble_of(error)[0]))

    def follows(self, consultation_id: UUID) -> bool:
        """Whether an invitation to this case's call may have been used meanwhile."""
        return any(
            one.consultation_id == consultation_id and one.redeemed_at is None and not one.over
            for one in self._facts.state.invitations.made
        )

    async def follow(self, consultation_id: UUID) -> None:
        self._facts.apply(InvitationsTold(await self._api.invitations(consultation_id)))


def squares_of(link: str) -> tuple[bytes, ...]:
    """The QR code of a link (ISO/IEC 18004, level M), rows of 0 and 1 (dark), without margin.

    Pure Python: some frames long, so never on the thread of the windows.
    """
    import segno  # 20 ms, and only who invites needs it

    return tuple(bytes(row) for row in segno.make(link, error="m", micro=False).matrix)
