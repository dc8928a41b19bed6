"""The second factor of an account: set up, asked for at sign-in, replaced, reset."""

from datetime import timedelta
from uuid import UUID

from protocol.account import Role
from protocol.errors import ErrorCode
from protocol.second_factor import RecoveryCodes, SecondFactorOffer, SecondFactorState
from server.domain.audit import Access, Resource
from server.domain.errors import Conflict, Forbidden, Unauthenticated
from server.domain.people import Caller, Who
from server.domain.second_factor import (
    base32,
    is_time_code,
    new_recovery_codes,
    new_secret,
    plain,
    step_of,
    uri,
)
from server.store.factor_keys import FactorKeys
from server.store.work import Store, Work

_OFFERED_FOR = timedelta(minutes=15)


class SecondFactor:
    """What can be asked about codes; who guesses is slowed down by `Identity`.

    Args:
        required_of: roles that do nothing before they have one.
        issuer: the site's name, as authenticators show it.
    """

    def __init__(
        self, store: Store, keys: FactorKeys, required_of: tuple[Role, ...], issuer: str
    ) -> None:
        self._store = store
        self._keys = keys
        self._required_of = frozenset(required_of)
        self._issuer = issuer

    def due(self, who: Who) -> bool:
        """Whether the account must set one up before anything else."""
        return not who.second_factor and self._required(who)

    def _required(self, who: Who) -> bool:
        return not self._required_of.isdisjoint(who.roles)

    async def fits(self, work: Work, who: Who, code: str) -> bool:
        """Takes a code: one of the authenticator, or a recovery code; neither opens twice."""
        given = plain(code)
        if is_time_code(given):
            row = await work.second_factors.get(who.id)
            if row is None or row.secret is None:
                return False
            step = step_of(self._keys.open(who.id, row.secret), given, work.now)
            return step is not None and await work.second_factors.use_step(who.id, step)
        hashed = self._keys.hash(who.id, given)
        if not await work.second_factors.use_recovery_code(hashed, who.id, work.now):
            return False
        work.trail.note(
            who.id, Access.EXECUTE, Resource.SECOND_FACTOR, who.id, detail="recovery_code"
        )
        return True

    async def state(self, caller: Caller) -> SecondFactorState:
        async with self._store.reading() as work:
            return SecondFactorState(
                since=await work.people.second_factor_since(caller.who.id),
                required=self._required(caller.who),
                recovery_codes_left=await work.second_factors.recovery_codes_left(caller.who.id),
            )

    async def begin(self, who: Who) -> SecondFactorOffer:
        """A new secret, which is in force when a code of it has come back."""
        secret = new_secret()
        async with self._store.writing() as work:
            await work.second_factors.offer(who.id, self._keys.seal(who.id, secret), work.now)
            work.trail.note(who.id, Access.CREATE, Resource.SECOND_FACTOR, who.id, detail="offered")
        return SecondFactorOffer(secret=base32(secret), uri=uri(secret, who.username, self._issuer))

    async def confirm(self, who: Who, code: str) -> RecoveryCodes | None:
        """Puts what was offered in force, with recovery codes; None when the code is not its."""
        async with self._store.writing() as work:
            row = await work.second_factors.get(who.id)
            if (
                row is None
                or row.offered is None
                or row.offered_at is None
                or work.now - row.offered_at > _OFFERED_FOR
            ):
                raise Conflict(ErrorCode.CONFLICT, "no second factor is being set up")
            step = step_of(self._keys.open(who.id, row.offered), plain(code), work.now)
            if step is None:
                return None
            await work.second_factors.put_in_force(row, step)
            await work.people.set_second_factor(who.id, work.now)
            work.trail.note(who.id, Access.UPDATE, Resource.SECOND_FACTOR, who.id, detail="set_up")
            return await self._new_codes(work, who)

    async def new_codes(self, who: Who) -> RecoveryCodes:
        """Recovery codes in place of the older ones."""
        if not who.second_factor:
            raise Conflict(ErrorCode.CONFLICT, "set up a second factor first")
        async with self._store.writing() as work:
            work.trail.note(
                who.id, Access.UPDATE, Resource.SECOND_FACTOR, who.id, detail="recovery_codes"
            )
            return await self._new_codes(work, who)

    async def _new_codes(self, work: Work, who: Who) -> RecoveryCodes:
        codes = new_recovery_codes()
        hashes = [self._keys.hash(who.id, plain(code)) for code in codes]
        await work.second_factors.replace_recovery_codes(who.id, hashes)
        return RecoveryCodes(codes=codes)

    async def end(self, who: Who) -> None:
        """Without it from now on; raises `Forbidden` where a role requires it."""
        if self._required(who):
            raise Forbidden("your role needs a second factor")
        async with self._store.writing() as work:
            await self.remove(work, who.id)
            work.trail.note(who.id, Access.DELETE, Resource.SECOND_FACTOR, who.id)

    async def remove(self, work: Work, account_id: UUID) -> None:
        await work.second_factors.remove(account_id)
        await work.people.set_second_factor(account_id, None)


def code_wanted() -> Unauthenticated:
    return Unauthenticated(
        ErrorCode.SECOND_FACTOR_REQUIRED, "give the code of the second factor, too"
    )


def code_wrong() -> Unauthenticated:
    return Unauthenticated(
        ErrorCode.SECOND_FACTOR_WRONG, "this code is wrong, too old, or was used before"
    )
