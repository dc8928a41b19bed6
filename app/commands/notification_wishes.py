"""What somebody does with the list of what was told to them."""

from dataclasses import dataclass
from uuid import UUID

from app.session.notifications import NotificationQuery


@dataclass(frozen=True, slots=True)
class WishSeekNotifications:
    query: NotificationQuery


@dataclass(frozen=True, slots=True)
class WishMoreNotifications:
    """The older ones."""


@dataclass(frozen=True, slots=True)
class WishMarkNotifications:
    """As read; `ids` is None for all that the filter shows."""

    ids: tuple[UUID, ...] | None


@dataclass(frozen=True, slots=True)
class WishClearNotifications:
    """Out of the list; `ids` is None for all that the filter shows."""

    ids: tuple[UUID, ...] | None


NotificationWish = (
    WishSeekNotifications | WishMoreNotifications | WishMarkNotifications | WishClearNotifications
)
