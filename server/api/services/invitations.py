"""Invitations to a running call: made by the two who treat, seen and redeemed by a guest."""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from protocol import paths
from protocol.account import TokenScope
from protocol.base import new_id
from protocol.call import (
    CONSENT_WORDING,
    REDEEM_AGAIN_S,
    CallTicket,
    Invitation,
    InvitationSeen,
    InvitationStanding,
    InvitationState,
    NewInvitation,
    ParticipantKind,
    RedeemInvitation,
)
from protocol.errors import ErrorCode
from server.api.services.acting import Acting
from server.api.services.admission import not_running
from server.api.services.backoff import Backoff, WrongGuess
from server.api.services.tokens import Claims, Tokens, new_secret, until
from server.domain.audit import Access, Resource
from server.domain.consultation import hash_token
from server.domain.errors import Forbidden, NotFound
from server.domain.people import CallSeat, Who
from server.domain.ports import Clock
from server.domain.rights import CLINICAL, require_part
from server.settings import Settings
from server.store.tables import InvitationRow
from server.store.work import Store, Work

FREE_GUESSES = 20
"""Wrong codes from one address before it waits: a whole ward may stand behind one address."""


class Invitations:
    """Of a code only the hash is kept. Who guesses codes waits longer and longer."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        acting: Acting,
        tokens: Tokens,
        settings: Settings,
        key: bytes,
    ) -> None:
        self._store = store
        self._clock = clock
        self._acting = acting
        self._tokens = tokens
        self._public_url = settings.public_url
        self._token_s = settings.call_token_s
        words = "too many wrong invitations; wait before the next"
        self._key = key
        self._guesses = Backoff(key, "invitation", FREE_GUESSES, words)

    # --- of the two who treat ---------------------------------------------------------------

    async def invite(self, who: Who, case_id: UUID, body: NewInvitation) -> Invitation:
        """A single-use code for the running call."""
        secret, hashed = new_secret()
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, *CLINICAL)
            running = await work.calls.running(case_id)
            if running is None:
                raise not_running()
            row = InvitationRow(
                hash=hashed,
                consultation_id=case_id,
                call_id=running.id,
                display_name=body.display_name,
                kind=body.kind.value,
                expires_at=work.now + timedelta(minutes=body.valid_minutes),
                created_by=who.id,
            )
            await work.calls.invite(row)
            made, expires = _id_of(row), row.expires_at
            work.trail.note(
                who.id, Access.CREATE, Resource.INVITATION, made, consultation_id=case_id
            )
        link = None
        if self._public_url is not None:
            link = f"{self._public_url}{paths.JOIN}#{secret}"
        return Invitation(id=made, code=secret, expires_at=expires, link=link)

    async def states(self, who: Who, case_id: UUID) -> list[InvitationState]:
        """What has become of those to the calls of a case."""
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, *CLINICAL)
            rows = await work.calls.invitations(case_id)
            work.trail.note(who.id, Access.READ, Resource.INVITATION, consultation_id=case_id)
            return [
                InvitationState(
                    id=_id_of(row),
                    call_id=row.call_id,
                    display_name=row.display_name,
                    kind=ParticipantKind(row.kind),
                    expires_at=row.expires_at,
                    redeemed_at=row.redeemed_at,
                    withdrawn_at=row.withdrawn_at,
                )
                for row in rows
            ]

    async def withdraw(self, who: Who, case_id: UUID, invitation_id: str) -> UUID | None:
        """Takes an invitation back; answers the session of the guest who has used it.

        Raises `NotFound` when this case has no such invitation.
        """
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, *CLINICAL)
            for row in await work.calls.invitations(case_id):
                if _id_of(row) == invitation_id:
                    return await self._withdrawn(work, who, row)
            raise NotFound("this case has no such invitation")

    async def put_out(self, who: Who, case_id: UUID, guest_session: UUID) -> None:
        """Takes back the invitation a guest came with; raises `NotFound` where there is none."""
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, *CLINICAL)
            row = await work.calls.invitation_of(guest_session)
            if row is None or row.consultation_id != case_id:
                raise NotFound("this guest came with no invitation to this call")
            await self._withdrawn(work, who, row)

    async def _withdrawn(self, work: Work, who: Who, row: InvitationRow) -> UUID | None:
        await work.calls.withdraw(row, work.now)
        work.trail.note(
            who.id,
            Access.DELETE,
            Resource.INVITATION,
            _id_of(row),
            consultation_id=row.consultation_id,
        )
        return row.guest_session

    # --- of the guest -----------------------------------------------------------------------

    async def look(self, code: str, address: str) -> InvitationSeen:
        """Who invites, and whether it still holds; raises `Forbidden` for a code nobody made."""
        async with self._guesses.unit(self._store, address) as work:
            row = await self._known(work, code)
            standing = await self._standing(work, row)
            inviter = await work.people.who(row.created_by)
            work.trail.note(
                None,
                Access.READ,
                Resource.INVITATION,
                _id_of(row),
                consultation_id=row.consultation_id,
            )
            return InvitationSeen(
                standing=standing,
                inviter_name="" if inviter is None else inviter.display_name,
                institution_name=None if inviter is None else inviter.institution_name,
                guest_name=row.display_name if standing is InvitationStanding.OPEN else None,
                expires_at=row.expires_at,
                wording=CONSENT_WORDING,
            )

    async def redeem(self, body: RedeemInvitation, address: str) -> CallTicket:
        """Exchanges a code for a seat; the consent goes into the audit trail with it."""
        async with self._guesses.unit(self._store, address) as work:
            known = await self._known(work, body.code)
            if body.consent is None or body.consent.wording != CONSENT_WORDING:
                raise Forbidden(
                    "consent to the words in force is needed: open the invitation again",
                    ErrorCode.CONSENT_REQUIRED,
                )
            session_id = self._session_of(body)
            consent = f"{body.consent.wording} {body.consent.language}"
            noted = [
                (Access.CREATE, Resource.CONSENT, consent),
                (Access.EXECUTE, Resource.INVITATION, "redeem"),
            ]
            row: InvitationRow | None = known
            if await self._unheard(work, known, session_id):
                noted = [(Access.EXECUTE, Resource.INVITATION, "redeem again")]
            else:
                row = await work.calls.redeem(known.hash, session_id, work.now)
            if row is None:
                raise _invalid()
            place, named = row.consultation_id, _id_of(row)
            for access, resource, detail in noted:
                work.trail.note(None, access, resource, named, consultation_id=place, detail=detail)
            return self._ticket(row, session_id, work.now)

    def _session_of(self, body: RedeemInvitation) -> UUID:
        """The same for the same code and secret, so that nothing more has to be kept of them."""
        if body.secret is None:
            return new_id()
        told = f"redeem\n{body.code}\n{body.secret}".encode()
        return UUID(bytes=hmac.digest(self._key, told, hashlib.sha256)[:16], version=4)

    async def _unheard(self, work: Work, row: InvitationRow, session_id: UUID) -> bool:
        """Whether this session took the invitation a moment ago, and asks as it heard no answer."""
        if row.redeemed_at is None or row.guest_session != session_id or row.withdrawn_at:
            return False
        running = await work.calls.running(row.consultation_id)
        of_now = running is not None and running.id == row.call_id
        return of_now and work.now - row.redeemed_at < timedelta(seconds=REDEEM_AGAIN_S)

    def _ticket(self, row: InvitationRow, session_id: UUID, now: datetime) -> CallTicket:
        expires = until(row.redeemed_at or now, self._token_s)
        seat = CallSeat(row.consultation_id, row.call_id, row.display_name, row.kind)
        token = self._tokens.issue(Claims(session_id, None, TokenScope.CALL, expires, seat))
        return CallTicket(
            access_token=token,
            access_expires_at=expires,
            consultation_id=seat.consultation_id,
            call_id=seat.call_id,
            display_name=seat.display_name,
        )

    async def _known(self, work: Work, code: str) -> InvitationRow:
        row = await work.calls.invitation(hash_token(code))
        if row is None:
            raise WrongGuess(_invalid())
        return row

    async def _standing(self, work: Work, row: InvitationRow) -> InvitationStanding:
        running = await work.calls.running(row.consultation_id)
        if running is None or running.id != row.call_id:
            return InvitationStanding.ENDED
        if row.withdrawn_at is not None:
            return InvitationStanding.WITHDRAWN
        if row.redeemed_at is not None:
            return InvitationStanding.USED
        return _open_or_expired(row.expires_at, work.now)


def _open_or_expired(expires_at: datetime, now: datetime) -> InvitationStanding:
    return InvitationStanding.OPEN if now < expires_at else InvitationStanding.EXPIRED


def _id_of(row: InvitationRow) -> str:
    """Names it for those who made it and in the audit trail; opens nothing."""
    return row.hash[:32]


def _invalid() -> Forbidden:
    return Forbidden(
        "this invitation is used, taken back, too old, or its call has ended: ask for a new one",
        ErrorCode.INVITATION_INVALID,
    )
