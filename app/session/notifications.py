"""What was told to the account, as far as it is read; the newest first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from app.session.queue import Load
from protocol.consultation import Urgency
from protocol.notification import (
    KIND_OF,
    Notification,
    NotificationKind,
    NotificationPage,
    NotificationsOver,
    Notified,
)
from protocol.socket import ConsultationLeft


@dataclass(frozen=True, slots=True)
class NotificationQuery:
    """None asks for any."""

    kind: NotificationKind | None = None
    urgency: Urgency | None = None
    unread: bool = False

    def fits(self, one: Notification) -> bool:
        return (
            self.kind in (None, KIND_OF[one.code])
            and self.urgency in (None, one.urgency)
            and not (self.unread and one.read)
        )


@dataclass(frozen=True, slots=True)
class Notifications:
    """`unread` counts all of the account; `next` continues the list, `busy` while it is read.

    `live` was told after the server read the last page (`read_at`), whatever the question.
    """

    query: NotificationQuery = NotificationQuery()
    load: Load = Load.LOADING
    items: tuple[Notification, ...] = ()
    unread: int = 0
    next: str | None = None
    busy: bool = False
    read_at: datetime | None = None
    live: tuple[Notification, ...] = ()


@dataclass(frozen=True, slots=True)
class NotificationsSought:
    query: NotificationQuery


@dataclass(frozen=True, slots=True)
class MoreNotificationsAsked:
    pass


@dataclass(frozen=True, slots=True)
class NotificationsRead:
    """The answer to this question and to no earlier one; `after` is where it continues the list."""

    query: NotificationQuery
    page: NotificationPage
    after: str | None = None


@dataclass(frozen=True, slots=True)
class NotificationsNotRead:
    """The server cannot be reached, or refuses."""


NotificationsFact = (
    NotificationsSought
    | MoreNotificationsAsked
    | NotificationsRead
    | NotificationsNotRead
    | Notified
    | NotificationsOver
    | ConsultationLeft
)


def reduce_notifications(known: Notifications, fact: NotificationsFact) -> Notifications:
    match fact:
        case NotificationsSought(query):
            return replace(known, query=query, load=Load.LOADING, items=(), next=None, busy=False)
        case MoreNotificationsAsked():
            return replace(known, busy=True)
        case NotificationsRead():
            return _read(known, fact)
        case NotificationsNotRead():
            failed = known.load is Load.LOADING
            return replace(known, busy=False, load=Load.FAILED if failed else known.load)
        case Notified():
            return _told(known, fact.notification)
        case NotificationsOver():
            return _each(known, lambda one: _over(one, fact))
        case ConsultationLeft():
            return _each(known, lambda one: _left(one, fact))
        case _:
            assert_never(fact)


def _read(known: Notifications, fact: NotificationsRead) -> Notifications:
    """What came while the page was on its way stays above it."""
    page = fact.page
    live = tuple(one for one in known.live if one.at > page.at)
    unread = page.unread + sum(not one.read for one in live)
    counted = replace(known, unread=unread, live=live, read_at=page.at)
    if fact.query != known.query:
        return counted
    if fact.after not in (None, known.next):
        return replace(counted, busy=False)  # the list was read anew meanwhile
    above = known.items if fact.after is not None else tuple(filter(known.query.fits, live))
    there = {one.id for one in above}
    items = (*above, *(one for one in page.items if one.id not in there))
    return replace(counted, items=items, next=page.next, load=Load.READY, busy=False)


def _told(known: Notifications, one: Notification) -> Notifications:
    if any(item.id == one.id for item in (*known.items, *known.live)):
        return known  # the list was read after it was told
    shown = known.query.fits(one) and known.load is Load.READY
    if known.read_at is not None and one.at < known.read_at and not shown:
        return known  # counted with the page
    items = (one, *known.items) if shown else known.items
    live = (one, *known.live)
    return replace(known, items=items, live=live, unread=known.unread + (not one.read))


def _each(known: Notifications, change: Callable[[Notification], Notification]) -> Notifications:
    items, live = tuple(map(change, known.items)), tuple(map(change, known.live))
    return replace(known, items=items, live=live)


def _over(one: Notification, fact: NotificationsOver) -> Notification:
    is_it = one.consultation_id == fact.consultation_id and one.code in fact.codes
    return one.model_copy(update={"read": True}) if is_it and not one.read else one


def _left(one: Notification, fact: ConsultationLeft) -> Notification:
    is_it = one.consultation_id == fact.consultation_id and one.opens
    return one.model_copy(update={"opens": False}) if is_it else one
