"""The list of what was told to somebody: read, marked as read, cleared."""

from uuid import UUID

from protocol.notification import ChosenNotifications, Notification, NotificationPage
from server.api.services.pages import entry_cursor_of, read_cursor
from server.domain.audit import Access, Resource
from server.domain.people import Who
from server.domain.rights import part_of
from server.store.notifications import Wanted
from server.store.work import Store, Work


class NotificationList:
    """Everybody's own; nobody reads another's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(
        self, who: Who, wanted: Wanted, after: str | None, limit: int
    ) -> NotificationPage:
        async with self._store.looking() as work:
            cursor = read_cursor(after)
            place = None if cursor is None else (cursor.created_at, cursor.id)
            found = await work.notifications.page(who.id, wanted, place, limit + 1)
            shown = found[:limit]
            opening = await self._opening(work, who, shown)
            unread = await work.notifications.unread(who.id)
            numbers = " ".join(dict.fromkeys(one.number for one in shown))
            work.trail.note(who.id, Access.READ, Resource.NOTIFICATIONS, detail=numbers)
        items = tuple(
            one.model_copy(update={"opens": one.consultation_id in opening}) for one in shown
        )
        more = entry_cursor_of(shown[-1].at, shown[-1].id) if len(found) > limit else None
        return NotificationPage(at=work.now, items=items, unread=unread, next=more)

    async def _opening(self, work: Work, who: Who, shown: list[Notification]) -> set[UUID]:
        """The cases the account has a part in as they stand now, of those that can be read."""
        cases = await work.cases.readable({one.consultation_id for one in shown})
        return {case.id for case in cases if part_of(case, who) is not None}

    async def read(self, who: Who, chosen: ChosenNotifications) -> None:
        async with self._store.writing() as work:
            await work.notifications.read(who.id, chosen.ids, chosen.up_to)

    async def clear(self, who: Who, chosen: ChosenNotifications) -> None:
        """They are told no more; the timeline and the audit trail keep what happened."""
        async with self._store.writing() as work:
            await work.notifications.clear(who.id, chosen.ids, chosen.up_to)
