"""Signing in and staying signed in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NoReturn
from uuid import UUID

from protocol.account import (
    EndReason,
    Role,
    SignIn,
    TokenPair,
    TokenScope,
)
from protocol.base import new_id
from protocol.edge import RelayTicket
from protocol.errors import ErrorCode
from protocol.socket import SessionEnded
from server.api.devices import DEVICE
from server.api.services.backoff import Backoff, from_known
from server.api.services.ended_sessions import EndedSessions
from server.api.services.passwords import Line, Passwords
from server.api.services.second_factor import SecondFactor, code_wanted, code_wrong
from server.api.services.tokens import Claims, Tokens, new_secret, until
from server.api.strangers import KNOWN
from server.domain.audit import Access, Resource
from server.domain.consultation import hash_token
from server.domain.devices import Devices
from server.domain.errors import Conflict, Forbidden, Refusal, Unauthenticated
from server.domain.people import Caller, Who
from server.domain.ports import Clock, Reachability
from server.settings import Settings
from server.store.people import Credentials
from server.store.sessions import Session
from server.store.work import ORIGIN, Store, Work

_TRUSTED_FOR = timedelta(seconds=5)
"""How long a checked session is believed before the store is asked again."""


_KNOWN_FOR = timedelta(days=30)
"""How long an address is one where somebody was signed in."""
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    checked_at: datetime


class Identity:
    """Who is behind a token."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        passwords: Passwords,
        tokens: Tokens,
        reachability: Reachability,
        factor: SecondFactor,
        devices: Devices,
        backoff: Backoff,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._passwords = passwords
        self._tokens = tokens
        self._reachability = reachability
        self.factor = factor
        self._devices = devices
        self.backoff = backoff
        self._known: dict[UUID, _Known] = {}
        lasts = max(settings.access_token_s, settings.relay_token_s)
        self._ended = EndedSessions(clock, timedelta(seconds=lasts))

    # --- tokens of a request ----------------------------------------------------------------

    def names(self, token: str) -> bool:
        """Whether a token is this server's, still good, and an account's: not a guest's, nor of a
        session that has ended."""
        try:
            claims = self._tokens.read(token, self._clock.now())
        except Unauthenticated:
            return False
        return claims.account_id is not None and claims.session_id not in self._ended

    def claims(self, token: str) -> Claims:
        """What a good token says; a guest's connection is then no stranger's."""
        claims = self._tokens.read(token, self._clock.now())
        if claims.account_id is None:
            KNOWN.get()()
        return claims

    async def caller(self, token: str) -> Caller:
        """The signed-in account behind an access token, whose connection is then no stranger's;
        raises `Unauthenticated`."""
        claims = self.claims(token)
        if claims.scope is TokenScope.CALL or claims.account_id is None:
            raise Forbidden("this token opens one call and nothing else")
        now = self._clock.now()
        known = self._known.get(claims.session_id)
        if known is not None and now - known.checked_at < _TRUSTED_FOR:
            self._devices.check(known.caller.who, DEVICE.get())
            KNOWN.get()()
            return _within(claims, known.caller)
        async with self._store.reading() as work:
            session = await work.sessions.get(claims.session_id)
            of = session and session.parent_id and await work.sessions.get(session.parent_id)
            who = await work.people.who(claims.account_id)
        if session is None or who is None or session.ended is not None:
            self._ended.add(claims.session_id)
            raise Unauthenticated(ErrorCode.SESSION_ENDED, "this session has ended; sign in again")
        if who.disabled:
            raise _disabled()
        self._devices.check(who, DEVICE.get())
        caller = Caller(session.id, session.scope, who, left=bool(of and of.ended is not None))
        if self._unready(who) is None:  # who is made ready may go on at once
            self._known[session.id] = _Known(caller, now)
        KNOWN.get()()
        return _within(claims, caller)

    async def ready(self, token: str) -> Caller:
        """The same, where nothing has to be done before anything else; raises `Forbidden`."""
        caller = await self.caller(token)
        if (refusal := self._unready(caller.who)) is not None:
            raise refusal
        return caller

    def _unready(self, who: Who) -> Refusal | None:
        if who.must_change_password:
            return Forbidden("change the password first", ErrorCode.PASSWORD_CHANGE_REQUIRED)
        if self.factor.due(who):
            return Forbidden("set up a second factor first", ErrorCode.SECOND_FACTOR_DUE)
        return None

    def forget(self, *session_ids: UUID) -> None:
        """Believes nothing any more about these sessions, or about any when none is given."""
        if not session_ids:
            self._known.clear()
        for session_id in session_ids:
            self._known.pop(session_id, None)

    def over(self, session_id: UUID) -> None:
        """A session has ended: its tokens are a stranger's at once."""
        self.forget(session_id)
        self._ended.add(session_id)

    # --- signing in and out -----------------------------------------------------------------

    async def sign_in(self, body: SignIn) -> TokenPair:
        async with self._store.writing() as work:
            found = await work.people.by_username(body.username)
            name = await self._tried_as(work, body.username, found)
            tried = await self.backoff.begin(work, name)
        hashed = None if found is None else found.password_hash
        async with self.backoff.unless_full(self._store, tried):
            given, address = body.password.get_secret_value(), ORIGIN.get() or ""
            fits = await self._passwords.check(hashed, given, Line.SIGNING_IN, address)
        if not fits or found is None:
            account_id = None if found is None else found.who.id
            await self.note_failure(account_id, "wrong_password")
            raise wrong_password()
        async with self._store.writing() as work:
            refusal = self._refusal(found.who, body)
            if refusal is not None:
                await self.backoff.take_back(work, tried)
            elif not found.who.second_factor or await self.factor.fits(
                work, found.who, body.code or ""
            ):
                await self.backoff.right(work, name)
                return await self._begin(work, found.who, body)
        if refusal is not None:
            raise refusal
        return await self.wrong_code(found.who)

    async def _tried_as(self, work: Work, username: str, found: Credentials | None) -> str:
        """Whose tries are counted together: those at an address from which this person has been
        signed in stand by themselves, so that no stranger elsewhere keeps them out."""
        address, of = ORIGIN.get() or "", _NOBODY if found is None else found.who.id
        known = await work.sessions.used_from(of, address, work.now - _KNOWN_FOR)
        return from_known(username, address) if known else username

    def _refusal(self, who: Who, body: SignIn) -> Refusal | None:
        """Why somebody whose password is right does not get in."""
        if who.disabled:
            return _disabled()
        try:
            self._devices.check(who, DEVICE.get())
        except Refusal as refusal:
            return refusal
        return code_wanted() if who.second_factor and body.code is None else None

    async def _begin(self, work: Work, who: Who, body: SignIn) -> TokenPair:
        await self._make_room(work, who, take_over=body.take_over)
        session = Session(new_id(), who.id, None, TokenScope.FULL, work.now)
        await work.sessions.add(session, body.device)
        device = DEVICE.get()
        at = "" if device is None else f"device {device.fingerprint[:16]}"
        work.trail.note(who.id, Access.CREATE, Resource.SESSION, session.id, detail=at)
        return await self._issue(work, session, who)

    async def _make_room(self, work: Work, who: Who, *, take_over: bool) -> None:
        for session in await work.sessions.live_of(who.id):
            if session.scope is not TokenScope.FULL:
                continue
            if not self._reachability.connected(session.id):
                continue
            if not take_over:
                raise Conflict(
                    ErrorCode.SIGNED_IN_ELSEWHERE,
                    "this account is signed in elsewhere",
                    since=session.created_at,
                )
            await self.end(work, session.id, "signed_in_elsewhere")

    async def end(self, work: Work, session_id: UUID, reason: EndReason) -> None:
        """Ends a session and those linked to it, and tells its socket."""
        for ended in await work.sessions.end(session_id, reason, work.now):
            await work.facts.tell_session(SessionEnded(seq=0, at=work.now, reason=reason), ended)
            work.after_commit(partial(self.over, ended))

    async def end_all(self, work: Work, account_id: UUID, reason: EndReason) -> None:
        for session in await work.sessions.live_of(account_id):
            await self.end(work, session.id, reason)

    async def sign_out(self, caller: Caller) -> None:
        """Ends this session, and its socket where one is open; an upload that goes on keeps its
        own."""
        ended = caller.session_id
        async with self._store.writing() as work:
            await work.sessions.end_one(ended, "signed_out", work.now)
            await work.facts.tell_session(SessionEnded(seq=0, at=work.now, reason="revoked"), ended)
            work.trail.note(caller.who.id, Access.DELETE, Resource.SESSION, ended)
        self.over(ended)
        self.forget()  # of linked sessions too

    async def refresh(self, token: str) -> TokenPair:
        refusal: Refusal
        async with self._store.writing() as work:
            row = await work.sessions.refresh(hash_token(token))
            if row is None:
                raise Unauthenticated(ErrorCode.TOKEN_INVALID, "the refresh token is unknown")
            session = await work.sessions.get(row.session_id)
            if session is None or session.ended is not None:
                raise _ended(session)
            grace = timedelta(seconds=self._settings.refresh_grace_s)
            first = await work.sessions.use_refresh(row.hash, work.now)
            if not first and not await work.sessions.repeat_refresh(row, work.now - grace):
                await self.end(work, session.id, "refresh_reused")
                work.trail.note(
                    session.account_id, Access.DELETE, Resource.SESSION, session.id, detail="reused"
                )
                refusal = Unauthenticated(
                    ErrorCode.REFRESH_REUSED,
                    "this refresh token was used before; the session has been ended",
                )
            elif row.expires_at <= work.now:
                refusal = Unauthenticated(ErrorCode.TOKEN_EXPIRED, "sign in again")
            else:
                who = await work.people.who(session.account_id)
                if who is not None and not who.disabled:
                    self._devices.check(who, DEVICE.get())
                    return await self._issue(work, session, who)
                refusal = _disabled()
        raise refusal

    async def transfer(self, caller: Caller) -> TokenPair:
        """A linked session for images only. It outlives the window, and then only uploads."""
        async with self._store.writing() as work:
            session = Session(
                new_id(), caller.who.id, caller.session_id, TokenScope.TRANSFER, work.now
            )
            await work.sessions.add(session, "transfer")
            work.trail.note(caller.who.id, Access.CREATE, Resource.SESSION, session.id)
            return await self._issue(work, session, caller.who)

    def relay(self, caller: Caller) -> RelayTicket:
        """What an edge needs to take this caller's images and to send them on later."""
        settings, who = self._settings, caller.who
        if caller.scope is TokenScope.RELAY:
            raise Forbidden("this token is for storing images only")
        expires = until(self._clock.now(), settings.relay_token_s)
        claims = Claims(caller.session_id, who.id, TokenScope.RELAY, expires)
        return RelayTicket(
            account_id=who.id,
            session_id=caller.session_id,
            roles=tuple(role for role in Role if role in who.roles),
            institution_id=who.institution_id,
            token=self._tokens.issue(claims),
            expires_at=expires,
            max_instance_bytes=settings.max_instance_bytes,
        )

    async def _issue(self, work: Work, session: Session, who: Who) -> TokenPair:
        settings = self._settings
        expires = until(work.now, settings.access_token_s)
        transfer = session.scope is TokenScope.TRANSFER
        lasts = settings.transfer_refresh_token_s if transfer else settings.refresh_token_s
        secret, hashed = new_secret()
        await work.sessions.seen(session.id, work.now, ORIGIN.get())
        await work.sessions.add_refresh(hashed, session.id, until(work.now, lasts))
        access = self._tokens.issue(Claims(session.id, who.id, session.scope, expires))
        return TokenPair(
            access_token=access,
            access_expires_at=expires,
            refresh_token=secret,
            scope=session.scope,
            account=who.account(),
            second_factor_due=self.factor.due(who),
            lock_after_s=settings.lock_after_s,
            wipe_on_sign_out=settings.wipe_on_sign_out,
        )

    async def note_failure(self, account_id: UUID | None, why: str) -> None:
        """The trail has it; it was counted before."""
        async with self._store.writing() as work:
            work.trail.note(account_id, Access.CREATE, Resource.SESSION, outcome=why)

    async def wrong_code(self, who: Who) -> NoReturn:
        """Was counted as a wrong password is."""
        await self.note_failure(who.id, "wrong_code")
        raise code_wrong()


def _within(claims: Claims, caller: Caller) -> Caller:
    """An edge's token opens less than the session it belongs to."""
    return replace(caller, scope=claims.scope) if claims.scope is TokenScope.RELAY else caller


def wrong_password() -> Unauthenticated:
    return Unauthenticated(ErrorCode.INVALID_CREDENTIALS, "user name or password is wrong")


def _disabled() -> Forbidden:
    return Forbidden("this account is disabled", ErrorCode.ACCOUNT_DISABLED)


def _ended(session: Session | None) -> Unauthenticated:
    if session is not None and session.ended == "refresh_reused":
        return Unauthenticated(ErrorCode.REFRESH_REUSED, "this session was ended; sign in again")
    return Unauthenticated(ErrorCode.SESSION_ENDED, "this session has ended; sign in again")
