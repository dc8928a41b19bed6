"""Wishes about devices and speaking, and the use cases that answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.call_wishes import CallSetupWish, WishDevice, WishLookForDevices, WishTalk

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_call(desk: Desk, wish: CallSetupWish) -> None:
    match wish:
        case WishLookForDevices():
            desk.tasks.start(desk.call.equipment.look(), only="look for devices")
        case WishDevice(what, source):
            desk.call.equipment.choose(what, source)
        case WishTalk(held):
            desk.call.equipment.talk(held=held)
        case _:
            assert_never(wish)
