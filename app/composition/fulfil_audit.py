"""Wishes of auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.audit_wishes import AuditWish, WishMoreAudit, WishSearchAudit

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_audit(desk: Desk, wish: AuditWish) -> None:
    auditing = desk.identity.auditing
    match wish:
        case WishSearchAudit(query):
            desk.tasks.start(auditing.search(query))
        case WishMoreAudit():
            desk.tasks.start(auditing.more())
        case _:
            assert_never(wish)
