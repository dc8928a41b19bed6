"""Wishes about the own second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.identity_wishes import (
    IdentityWish,
    WishBeginFactor,
    WishCloseFactor,
    WishConfirmFactor,
    WishEndFactor,
    WishNewRecoveryCodes,
)

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_identity(desk: Desk, wish: IdentityWish) -> None:
    factor = desk.identity.factor
    match wish:
        case WishBeginFactor(password, code):
            work = factor.begin(password, code)
        case WishConfirmFactor(code):
            work = factor.confirm(code)
        case WishNewRecoveryCodes(password, code):
            work = factor.new_codes(password, code)
        case WishEndFactor(password, code):
            work = factor.end(password, code)
        case WishCloseFactor():
            factor.close()
            return
        case _:
            assert_never(wish)
    desk.tasks.start(work, only="second factor")
