"""Wishes about what was told to the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.notification_wishes import (
    NotificationWish,
    WishClearNotifications,
    WishMarkNotifications,
    WishMoreNotifications,
    WishSeekNotifications,
)

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_notification(desk: Desk, wish: NotificationWish) -> None:
    notifications = desk.link.notifications
    match wish:
        case WishSeekNotifications(query):
            desk.tasks.start(notifications.seek(query), only="seek notifications")
        case WishMoreNotifications():
            desk.tasks.start(notifications.more())
        case WishMarkNotifications(ids):
            desk.tasks.start(notifications.mark(ids))
        case WishClearNotifications(ids):
            desk.tasks.start(notifications.clear(ids))
        case _:
            assert_never(wish)
