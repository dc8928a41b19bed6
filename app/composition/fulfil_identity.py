"""Wishes about the own second factor, where people are signed in, the lock, and emergencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.identity_wishes import (
    IdentityWish,
    WishBeginFactor,
    WishBreakGlass,
    WishCloseFactor,
    WishConfirmFactor,
    WishEndEmergency,
    WishEndFactor,
    WishEndOtherSessions,
    WishEndOwnSession,
    WishEndSession,
    WishEndSessionsOf,
    WishLock,
    WishLockAfter,
    WishNewRecoveryCodes,
    WishUnlock,
)
from app.commands.wishes import WishOpenCase

if TYPE_CHECKING:
    from app.composition.desk import Desk

ONE_AT_A_TIME = "second factor"


def fulfil_identity(desk: Desk, wish: IdentityWish) -> None:
    factor, signed_in, start = desk.identity.factor, desk.identity.signed_in, desk.tasks.start
    match wish:
        case WishBeginFactor(password, code):
            start(factor.begin(password, code), only=ONE_AT_A_TIME)
        case WishConfirmFactor(code):
            start(factor.confirm(code), only=ONE_AT_A_TIME)
        case WishNewRecoveryCodes(password, code):
            start(factor.new_codes(password, code), only=ONE_AT_A_TIME)
        case WishEndFactor(password, code):
            start(factor.end(password, code), only=ONE_AT_A_TIME)
        case WishCloseFactor():
            factor.close()
        case WishEndOwnSession(session_id):
            start(signed_in.end_own(session_id))
        case WishEndOtherSessions():
            start(signed_in.end_others())
        case WishEndSession(session_id):
            start(signed_in.end(session_id))
        case WishEndSessionsOf(account_id):
            start(signed_in.end_all_of(account_id))
        case WishLock():
            desk.identity.lock()
        case WishUnlock(password):
            start(desk.identity.locking.unlock(password), only="unlock")
        case WishLockAfter(minutes):
            desk.identity.locking.choose(minutes)
        case WishBreakGlass(number, reason):
            start(_break_glass(desk, number, reason), only="break glass")
        case WishEndEmergency(access_id):
            start(desk.identity.emergency.end(access_id))
        case _:
            assert_never(wish)


async def _break_glass(desk: Desk, number: str, reason: str) -> None:
    access = await desk.identity.emergency.open(number, reason)
    if access is not None:
        desk.fulfil(WishOpenCase(access.consultation_id))
