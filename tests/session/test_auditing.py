"""What answers leave in an auditor's list, in whatever order they come."""

from functools import reduce

from app.session.auditing import (
    Audit,
    AuditFact,
    AuditMoreAsked,
    AuditQuery,
    AuditRead,
    AuditSearched,
    reduce_audit,
)
from app.session.queue import Load
from protocol.audit import AuditEntry
from tests.fakes.examples import NOW, named

ASKED = AuditQuery(who="chen")


def line(name: str) -> AuditEntry:
    return AuditEntry(
        id=named(name),
        at=NOW,
        by=None,
        username="chen.radiology",
        access="read",
        resource="consultation",
        target="",
        consultation_id=None,
        number=None,
        origin=None,
        outcome="",
        request_id="",
        detail="",
    )


FIRST = AuditRead(ASKED, (line("newest"),), "older", False)
OLDER = AuditRead(ASKED, (line("oldest"),), None, True)


def after(*facts: AuditFact) -> Audit:
    return reduce(reduce_audit, facts, Audit())


def names(audit: Audit) -> list[str]:
    found = {named(name): name for name in ("newest", "oldest")}
    return [found[one.id] for one in audit.items]


def test_older_lines_follow_those_that_are_there() -> None:
    audit = after(AuditSearched(ASKED), FIRST, AuditMoreAsked(), OLDER)
    assert (names(audit), audit.next, audit.busy) == (["newest", "oldest"], None, False)


def test_older_lines_of_a_search_that_was_begun_again_are_not_put_before_its_newest() -> None:
    again = after(AuditSearched(ASKED), FIRST, AuditMoreAsked(), AuditSearched(ASKED), OLDER)
    assert (names(again), again.load) == ([], Load.LOADING)
    assert names(reduce_audit(again, FIRST)) == ["newest"]


def test_a_search_asked_twice_is_answered_once_and_keeps_what_was_added() -> None:
    twice = after(AuditSearched(ASKED), AuditSearched(ASKED), FIRST, AuditMoreAsked(), FIRST, OLDER)
    assert names(twice) == ["newest", "oldest"]


def test_the_answer_to_another_question_is_let_go() -> None:
    other = after(AuditSearched(ASKED), AuditSearched(AuditQuery(who="li")), FIRST)
    assert (names(other), other.load) == ([], Load.LOADING)
