"""What was told to the account, as far as it is read; the newest first."""

from dataclasses import dataclass, replace
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
    """`unread` counts all of the account; `next` continues the list, `busy` while it is read."""

    query: NotificationQuery = NotificationQuery()
    load: Load = Load.LOADING
    items: tuple[Notification, ...] = ()
    unread: int = 0
    next: str | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class NotificationsSought:
    query: NotificationQuery


@dataclass(frozen=True, slots=True)
class MoreNotificationsAsked:
    pass


@dataclass(frozen=True, slots=True)
class NotificationsRead:
    """The answer to this question and to no earlier one; `more` continues what is there."""

    query: NotificationQuery
    page: NotificationPage
    more: bool = False


@dataclass(frozen=True, slots=True)
class NotificationsNotRead:
    """The server cannot be reached."""


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
            return replace(known, query=query, load=Load.LOADING, items=(), next=None)
        case MoreNotificationsAsked():
            return replace(known, busy=True)
        case NotificationsRead(query, page, more):
            if query != known.query:
                return replace(known, unread=page.unread)
            items = (*known.items, *page.items) if more else page.items
            whole = replace(known, items=items, unread=page.unread, next=page.next)
            return replace(whole, load=Load.READY, busy=False)
        case NotificationsNotRead():
            failed = known.load is Load.LOADING
            return replace(known, busy=False, load=Load.FAILED if failed else known.load)
        case Notified():
            return _told(known, fact.notification)
        case NotificationsOver():
            return replace(known, items=tuple(_over(one, fact) for one in known.items))
        case ConsultationLeft():
            return replace(known, items=tuple(_left(one, fact) for one in known.items))
        case _:
            assert_never(fact)


def _told(known: Notifications, one: Notification) -> Notifications:
    if any(item.id == one.id for item in known.items):
        return known  # the list was read after it was told
    shown = known.query.fits(one) and known.load is Load.READY
    items = (one, *known.items) if shown else known.items
    return replace(known, items=items, unread=known.unread + 1)


def _over(one: Notification, fact: NotificationsOver) -> Notification:
    is_it = one.consultation_id == fact.consultation_id and one.code in fact.codes
    return one.model_copy(update={"read": True}) if is_it and not one.read else one


def _left(one: Notification, fact: ConsultationLeft) -> Notification:
    is_it = one.consultation_id == fact.consultation_id and one.opens
    return one.model_copy(update={"opens": False}) if is_it else one
