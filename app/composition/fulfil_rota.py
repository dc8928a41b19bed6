"""Which use case answers which wish of the rota."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.rota_wishes import (
    RotaWish,
    WishAddShift,
    WishChangeShift,
    WishContact,
    WishCopyWeek,
    WishRemoveShift,
    WishRota,
    WishRotaZone,
    WishSetContact,
)

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_rota(desk: Desk, wish: RotaWish) -> None:
    """Starts use cases; never does their work."""
    start, rota = desk.tasks.start, desk.rota
    match wish:
        case WishRota(department, from_day):
            start(rota.look(department, from_day), only="rota")
        case WishAddShift(body):
            start(rota.add(body))
        case WishChangeShift(entry_id, change):
            start(rota.change(entry_id, change))
        case WishRemoveShift(entry_id, version, only_day):
            start(rota.remove(entry_id, version, only_day))
        case WishCopyWeek(copy):
            start(rota.copy_week(copy), only="copy week")
        case WishRotaZone(zone):
            start(rota.set_zone(zone))
        case WishContact(expert_id):
            start(rota.read_contact(expert_id), only="contact")
        case WishSetContact(expert_id, contact):
            start(rota.set_contact(expert_id, contact))
        case _:
            assert_never(wish)
