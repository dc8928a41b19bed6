"""Where people are signed in, and ending it."""

from uuid import UUID

from protocol.account import Account, TokenScope
from protocol.signed_in import PersonSession, SignedInSession
from server.api.services.identity import Identity
from server.domain.audit import Access, Resource
from server.domain.errors import NotFound
from server.domain.people import Caller, Who
from server.domain.ports import Reachability
from server.store.sessions import Session
from server.store.work import Store, Work


class SignedIn:
    """A session that is ended closes its sockets at once, and those that belong to it."""

    def __init__(self, store: Store, identity: Identity, reachability: Reachability) -> None:
        self._store = store
        self._identity = identity
        self._reachability = reachability

    # --- one's own --------------------------------------------------------------------------

    async def own(self, caller: Caller) -> list[SignedInSession]:
        async with self._store.reading() as work:
            found = await work.sessions.open_ones(work.now, caller.who.id)
        return [self._shown(session, caller.session_id) for session in found]

    async def end_own(self, caller: Caller, session_id: UUID) -> None:
        """Raises `NotFound` where the asker has no such session."""
        async with self._store.writing() as work:
            session = await work.sessions.get(session_id)
            if session is None or session.account_id != caller.who.id:
                raise _no_such()
            await self._end(work, caller.who, session)

    async def end_others(self, caller: Caller) -> None:
        """All but the one that asks, and what belongs to it."""
        async with self._store.writing() as work:
            for session in await work.sessions.live_of(caller.who.id):
                if caller.session_id not in (session.id, session.parent_id):
                    await self._end(work, caller.who, session)

    # --- everybody's ------------------------------------------------------------------------

    async def all(self) -> list[PersonSession]:
        """The newest first."""
        async with self._store.reading() as work:
            found = await work.sessions.open_ones(work.now)
            people = {who.id: who.account() for who in await work.people.all()}
        return [
            self._of_person(session, people[session.account_id])
            for session in found
            if session.account_id in people
        ]

    def _of_person(self, session: Session, account: Account) -> PersonSession:
        return PersonSession(
            account_id=account.id,
            username=account.username,
            display_name=account.display_name,
            roles=account.roles,
            session=self._shown(session),
        )

    async def end_any(self, by: Who, session_id: UUID) -> None:
        async with self._store.writing() as work:
            session = await work.sessions.get(session_id)
            if session is None:
                raise _no_such()
            await self._end(work, by, session)

    async def end_all_of(self, by: Who, account_id: UUID) -> None:
        async with self._store.writing() as work:
            if await work.people.who(account_id) is None:
                raise NotFound("there is no such account")
            for session in await work.sessions.live_of(account_id):
                await self._end(work, by, session)

    async def _end(self, work: Work, by: Who, session: Session) -> None:
        await self._identity.end(work, session.id, "revoked")
        work.trail.note(by.id, Access.DELETE, Resource.SESSION, session.id, detail="revoked")

    def _shown(self, session: Session, current: UUID | None = None) -> SignedInSession:
        """What somebody's uploads go on with belongs to the session it came from."""
        return SignedInSession(
            id=session.id,
            device=session.device,
            scope=session.scope,
            since=session.created_at,
            seen_at=session.seen_at,
            address=session.address or "",
            current=current is not None and current in (session.id, session.parent_id),
            connected=session.scope is TokenScope.FULL and self._reachability.connected(session.id),
        )


def _no_such() -> NotFound:
    return NotFound("there is no such session")
