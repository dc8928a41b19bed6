"""Reading what was told to the account, marking it as read, clearing it."""

from collections.abc import Collection
from uuid import UUID

from app.net.errors import NetError, Unreachable
from app.net.notifications import NotificationApi
from app.services.facts import Facts
from app.session.notifications import (
    MoreNotificationsAsked,
    NotificationQuery,
    NotificationsNotRead,
    NotificationsRead,
    NotificationsSought,
)
from protocol.notification import MOST_NAMED, ChosenNotifications


class NotificationService:
    """The list is the server's: what is done to it shows when the server has done it."""

    def __init__(self, facts: Facts, api: NotificationApi) -> None:
        self._facts = facts
        self._api = api

    async def seek(self, query: NotificationQuery) -> None:
        self._facts.apply(NotificationsSought(query))
        await self.load()

    async def load(self) -> None:
        """The newest, once more; what is shown stays until they have come."""
        await self._read(None)

    async def more(self) -> None:
        known = self._facts.state.notifications
        if known.next is not None and not known.busy:
            self._facts.apply(MoreNotificationsAsked())
            await self._read(known.next)

    async def _read(self, after: str | None) -> None:
        query = self._facts.state.notifications.query
        asked = {
            "kind": "" if query.kind is None else query.kind.value,
            "urgency": "" if query.urgency is None else query.urgency.value,
            "unread": "true" if query.unread else "",
            "after": after or "",
        }
        try:
            page = await self._api.page({key: value for key, value in asked.items() if value})
        except NetError as error:
            self._facts.apply(NotificationsNotRead())
            if not isinstance(error, Unreachable):
                raise
            return
        self._facts.apply(NotificationsRead(query, page, after))

    async def mark(self, ids: Collection[UUID] | None) -> None:
        """`ids` is None for all that the filter shows."""
        if (chosen := self._chosen(ids)) is not None:
            await self._api.mark(chosen)
            await self.load()

    async def clear(self, ids: Collection[UUID] | None) -> None:
        if (chosen := self._chosen(ids)) is not None:
            await self._api.clear(chosen)
            await self.load()

    def _chosen(self, ids: Collection[UUID] | None) -> ChosenNotifications | None:
        """Without a filter all are meant, also those further down; none that came unseen."""
        known = self._facts.state.notifications
        if ids is None and known.query == NotificationQuery() and known.items:
            return ChosenNotifications(up_to=known.items[0].at)
        named = [one.id for one in known.items] if ids is None else list(ids)
        return ChosenNotifications(ids=tuple(named[:MOST_NAMED])) if named else None
