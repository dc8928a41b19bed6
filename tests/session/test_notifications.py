"""The list of what was told: live, as it is filtered, and true after every answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from app.net.errors import NotUnderstood
from app.net.notifications import NotificationApi
from app.services.notifications import NotificationService
from app.session.notifications import (
    MoreNotificationsAsked,
    NotificationQuery,
    Notifications,
    NotificationsNotRead,
    NotificationsRead,
    NotificationsSought,
    reduce_notifications,
)
from app.session.owner import Session
from app.session.queue import Load
from protocol.consultation import Urgency
from protocol.notification import (
    Notification,
    NotificationCode,
    NotificationKind,
    NotificationPage,
    NotificationsOver,
    Notified,
)
from protocol.socket import ConsultationLeft
from tests.fakes.examples import NOW, named, told

OFFERED = NotificationCode.OFFERED


def listed(*items: Notification, query: NotificationQuery | None = None) -> Notifications:
    asked = query or NotificationQuery()
    page = NotificationPage(at=NOW, items=items, unread=sum(not one.read for one in items))
    return reduce_notifications(Notifications(query=asked), NotificationsRead(asked, page))


def heard(known: Notifications, one: Notification) -> Notifications:
    return reduce_notifications(known, Notified(seq=7, at=NOW, notification=one))


def test_what_is_told_stands_first_at_once_and_is_counted() -> None:
    known = heard(listed(told(name="a")), told(name="b"))
    assert [one.consultation_id for one in known.items] == [named("case b"), named("case a")]
    assert known.unread == 2


def test_what_the_list_already_has_is_not_there_twice() -> None:
    known = heard(listed(told()), told())
    assert (len(known.items), known.unread) == (1, 1)


def test_what_a_filter_hides_is_counted_and_not_shown() -> None:
    calls = listed(query=NotificationQuery(kind=NotificationKind.CALL))
    critical = listed(query=NotificationQuery(urgency=Urgency.CRITICAL))
    for known in (calls, critical):
        after = heard(known, told())
        assert (after.items, after.unread) == ((), 1)


def test_an_answer_to_an_earlier_question_brings_only_its_count() -> None:
    known = reduce_notifications(
        listed(told()), NotificationsSought(NotificationQuery(unread=True))
    )
    late = NotificationsRead(
        NotificationQuery(), NotificationPage(at=NOW, items=(told(),), unread=1)
    )
    after = reduce_notifications(known, late)
    assert (after.items, after.load, after.unread) == ((), Load.LOADING, 1)


def test_an_offer_that_was_answered_is_read() -> None:
    over = NotificationsOver(seq=8, at=NOW, consultation_id=named("case a"), codes=(OFFERED,))
    known = reduce_notifications(listed(told(OFFERED), told(OFFERED, "b")), over)
    assert [one.read for one in known.items] == [True, False]


def test_a_case_that_left_does_not_open_from_the_list() -> None:
    left = ConsultationLeft(seq=9, at=NOW, consultation_id=named("case a"))
    known = reduce_notifications(listed(told(), told(name="b")), left)
    assert [one.opens for one in known.items] == [False, True]


def test_what_could_not_be_read_says_so_only_where_nothing_is_shown() -> None:
    assert reduce_notifications(Notifications(), NotificationsNotRead()).load is Load.FAILED
    assert reduce_notifications(listed(told()), NotificationsNotRead()).load is Load.READY


def test_what_is_told_while_a_page_is_on_its_way_stays_above_it_and_counts_once() -> None:
    later = NOW + timedelta(seconds=1)
    meanwhile = told(name="b", at=later)
    page = NotificationPage(at=NOW, items=(told(),), unread=1)
    after = reduce_notifications(
        heard(listed(told()), meanwhile), NotificationsRead(NotificationQuery(), page)
    )
    assert ([one.id for one in after.items], after.unread) == ([meanwhile.id, told().id], 2)
    anew = NotificationPage(at=later, items=(meanwhile, told()), unread=2)
    after = reduce_notifications(after, NotificationsRead(NotificationQuery(), anew))
    assert ([one.id for one in after.items], after.unread) == ([meanwhile.id, told().id], 2)


def test_what_a_page_has_counted_but_does_not_show_is_not_counted_again() -> None:
    asked = NotificationQuery(kind=NotificationKind.CALL)
    page = NotificationPage(at=NOW + timedelta(seconds=1), items=(), unread=1)
    known = reduce_notifications(Notifications(query=asked), NotificationsRead(asked, page))
    assert heard(known, told()).unread == 1


def test_an_older_page_of_a_list_that_was_read_anew_leaves_no_gap() -> None:
    known = reduce_notifications(replace(listed(told()), next="new"), MoreNotificationsAsked())
    page = NotificationPage(at=NOW, items=(told(name="z"),), unread=1, next="end")
    after = reduce_notifications(known, NotificationsRead(NotificationQuery(), page, "old"))
    assert ([one.id for one in after.items], after.next, after.busy) == ([told().id], "new", False)


async def test_a_page_that_is_refused_can_be_asked_for_again() -> None:
    class Refusing(NotificationApi):
        def __init__(self) -> None: ...

        async def page(self, query: Mapping[str, str | int]) -> NotificationPage:
            raise NotUnderstood("a page of another version")

    session = Session()
    page = NotificationPage(at=NOW, items=(told(),), unread=1, next="more")
    session.apply(NotificationsRead(NotificationQuery(), page))
    service = NotificationService(session, Refusing())
    with pytest.raises(NotUnderstood):
        await service.more()
    assert not session.state.notifications.busy
    with pytest.raises(NotUnderstood):
        await service.seek(NotificationQuery(unread=True))
    assert session.state.notifications.load is Load.FAILED
