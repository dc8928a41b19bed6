"""The list of what was told: live, as it is filtered, and true after every answer."""

from app.session.notifications import (
    NotificationQuery,
    Notifications,
    NotificationsNotRead,
    NotificationsRead,
    NotificationsSought,
    reduce_notifications,
)
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
    page = NotificationPage(items=items, unread=sum(not one.read for one in items))
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
    late = NotificationsRead(NotificationQuery(), NotificationPage(items=(told(),), unread=1))
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
