"""What somebody who is signed in proves again, with the password or a code, and what it opens."""

from protocol.account import RegisteredKey, SigningKey, SigningTicket
from protocol.errors import ErrorCode
from protocol.second_factor import BeginSecondFactor, RecoveryCodes
from server.api.services.admin import check_password
from server.api.services.backoff import Backoff
from server.api.services.identity import Identity, wrong_password
from server.api.services.passwords import Line, Passwords
from server.api.services.second_factor import code_wanted
from server.api.services.tokens import new_secret, until
from server.domain.audit import Access, Resource
from server.domain.consultation import hash_token
from server.domain.errors import Forbidden, Invalid, Refusal
from server.domain.people import Caller, Who
from server.store.work import Store, Work


class Proving:
    """Tries are counted by session: whoever guesses at the door keeps nobody inside from signing.

    Args:
        ticket_s: how long a signing ticket is good.
    """

    def __init__(
        self,
        store: Store,
        identity: Identity,
        passwords: Passwords,
        backoff: Backoff,
        ticket_s: int,
    ) -> None:
        self._store = store
        self._identity = identity
        self._passwords = passwords
        self._backoff = backoff
        self._ticket_s = ticket_s

    async def _password(self, caller: Caller, password: str, refusal: Refusal) -> None:
        """Of who has a second factor, the password alone forgives no wrong code."""
        who, session = caller.who, str(caller.session_id)
        async with self._store.writing() as work:
            tried = await self._backoff.begin(work, session)
            found = await work.people.by_id(who.id)
        hashed = None if found is None else found.password_hash
        async with self._backoff.unless_full(self._store, tried):
            fits = await self._passwords.check(hashed, password, Line.SIGNED_IN, session)
        if not fits:
            await self._identity.note_failure(who.id, "wrong_password")
            raise refusal
        async with self._store.writing() as work:
            if who.second_factor:
                await self._backoff.take_back(work, tried)
            else:
                await self._backoff.right(work, session)

    async def both(self, caller: Caller, body: BeginSecondFactor) -> None:
        """The password again, and a code of the second factor where there is one."""
        who, session = caller.who, str(caller.session_id)
        await self._password(caller, body.password.get_secret_value(), wrong_password())
        if not who.second_factor:
            return
        if body.code is None:
            raise code_wanted()
        async with self._store.writing() as work:
            await self._backoff.begin(work, session)
            fits = await self._identity.factor.fits(work, who, body.code)
            if fits:
                await self._backoff.right(work, session)
        if not fits:
            await self._identity.wrong_code(who)

    async def confirm_factor(self, caller: Caller, code: str) -> RecoveryCodes:
        """A code of the second factor that is being set up, which is in force from now on."""
        async with self._store.writing() as work:
            tried = await self._backoff.begin(work, str(caller.session_id))
        codes = await self._identity.factor.confirm(caller.who, code)
        if codes is None:
            await self._identity.wrong_code(caller.who)
        async with self._store.writing() as work:
            await self._backoff.take_back(work, tried)
        self._identity.forget(caller.session_id)
        return codes

    async def reauthenticate(self, caller: Caller, password: str) -> SigningTicket:
        refusal = Forbidden("the password is wrong", ErrorCode.REAUTHENTICATION_FAILED)
        await self._password(caller, password, refusal)
        secret, hashed = new_secret()
        async with self._store.writing() as work:
            expires = until(work.now, self._ticket_s)
            await work.sessions.add_ticket(hashed, caller.who.id, expires)
        return SigningTicket(ticket=secret, expires_at=expires)

    async def unlock(self, caller: Caller, password: str) -> None:
        """Whoever sits before a locked window proves to be the one who is signed in."""
        await self._password(caller, password, wrong_password())
        async with self._store.writing() as work:
            work.trail.note(
                caller.who.id,
                Access.EXECUTE,
                Resource.SESSION,
                caller.session_id,
                detail="unlocked",
            )

    async def change_password(self, caller: Caller, current: str, new: str) -> None:
        await self._password(caller, current, wrong_password())
        if current == new:
            raise Invalid(ErrorCode.VALIDATION_FAILED, "the new password is the old one")
        check_password(new, caller.who.username, "new_password")
        hashed = await self._passwords.hash(new, str(caller.session_id))
        async with self._store.writing() as work:
            await work.people.set_password(caller.who.id, hashed, must_change=False)
            for session in await work.sessions.live_of(caller.who.id):
                if session.id != caller.session_id:
                    await self._identity.end(work, session.id, "password_reset")
            work.trail.note(caller.who.id, Access.UPDATE, Resource.ACCOUNT, caller.who.id)
        self._identity.forget(caller.session_id)

    async def keys(self, caller: Caller) -> list[RegisteredKey]:
        async with self._store.reading() as work:
            return await work.sessions.keys_of(caller.who.id)

    async def register_key(self, caller: Caller, body: SigningKey) -> RegisteredKey:
        async with self._store.writing() as work:
            await require_ticket(work, caller.who, body.ticket)
            key = await work.sessions.add_key(caller.who.id, body.public_key, work.now)
            work.trail.note(caller.who.id, Access.CREATE, Resource.SIGNING_KEY, key.id)
            return key


async def require_ticket(work: Work, who: Who, ticket: str) -> None:
    """Takes a signing ticket; raises `Forbidden` when it is used, too old or somebody else's."""
    if not await work.sessions.use_ticket(hash_token(ticket), who.id, work.now):
        raise Forbidden(
            "enter the password again: the ticket is used or too old",
            ErrorCode.REAUTHENTICATION_FAILED,
        )
