"""The open case: what is written, what is told, what is signed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.session.case import (
    Case,
    CaseClosed,
    CaseFact,
    CaseOpened,
    CaseRead,
    ClaimGone,
    ClaimHeld,
    ContentEdited,
    ContentSaved,
    HeldClaim,
    MessagesLoaded,
    OpinionEdited,
    OpinionRead,
    OpinionSaved,
    ReportVerified,
    Saved,
    SigningChanged,
    TimelineLoaded,
    reduce_case,
)
from app.session.upload import UploadRemoved
from protocol.attached_study import AttachedStudy
from protocol.consultation import Action, Phase, TimelineEvent
from protocol.socket import ChatPosted, ConsultationChanged, ReportSigned
from tests.fakes.examples import (
    CASE,
    NOW,
    consultation,
    content,
    message,
    named,
    opinion,
    person,
    row,
)
from tests.fakes.reports import report, signed

OPEN = Case(consultation(), content=content())
CLAIM = HeldClaim("token", 3, NOW + timedelta(minutes=5))
OTHER = named("case b")
EVENT = TimelineEvent(
    id=named("event"),
    at=NOW,
    action=Action.SUBMIT,
    by=person(),
    role=None,
    from_phase=Phase.EDITING,
    to_phase=Phase.QUEUED,
)


def after(*facts: CaseFact, case: Case = OPEN) -> Case:
    now: Case | None = case
    for fact in facts:
        now = reduce_case(now, fact)
    assert now is not None
    return now


def test_a_fact_about_a_closed_case_opens_nothing() -> None:
    assert reduce_case(None, ContentEdited(CASE, content())) is None


def test_closing_forgets_the_case() -> None:
    assert reduce_case(OPEN, CaseClosed()) is None


def test_opening_another_case_leaves_nothing_of_the_one_before() -> None:
    other = Case(consultation(row("b", Phase.EDITING)), content_version=1)
    assert after(ContentEdited(CASE, content(reason="新")), CaseOpened(other)) == other


@pytest.mark.parametrize(
    "late",
    [
        ContentEdited(OTHER, content(reason="新")),
        ContentSaved(OTHER, NOW, None),
        OpinionEdited(OTHER, opinion()),
        OpinionRead(OTHER, opinion()),
        OpinionSaved(OTHER, NOW, by_server=True),
        ClaimHeld(OTHER, CLAIM),
        MessagesLoaded(OTHER, (message("来了"),)),
        TimelineLoaded(OTHER, (EVENT,)),
        SigningChanged(OTHER, signing=True),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_what_comes_late_of_the_case_before_changes_nothing_of_this_one(late: CaseFact) -> None:
    assert after(late) == OPEN


def test_a_study_cancelled_here_leaves_the_case_at_once() -> None:
    studies = tuple(
        AttachedStudy(
            study_instance_uid=uid,
            modalities=("CT",),
            description="",
            declared=4,
            received=1,
            verified=False,
        )
        for uid in ("1.2.3", "1.2.4")
    )
    shown = replace(OPEN, consultation=consultation().model_copy(update={"studies": studies}))
    case = after(UploadRemoved(shown.id, "1.2.3"), case=shown)
    assert [one.study_instance_uid for one in case.consultation.studies] == ["1.2.4"]
    assert after(UploadRemoved(named("case z"), "1.2.3"), case=shown) == shown


def test_typing_is_shown_at_once_and_not_yet_saved() -> None:
    case = after(ContentEdited(CASE, content(reason="新")))
    assert (case.content.reason, case.content_saved) == ("新", Saved.DIRTY)


def test_words_typed_while_saving_stay_and_stay_unsaved() -> None:
    saved = consultation(row(phase=Phase.EDITING, version=2), content(reason="新"))
    case = after(
        ContentEdited(CASE, content(reason="新")),
        ContentEdited(CASE, content(reason="新的")),
        ContentSaved(CASE, NOW, saved),
    )
    assert (case.content.reason, case.content_saved) == ("新的", Saved.DIRTY)
    assert case.consultation.summary.version == 2


def test_without_network_the_words_are_here_only_and_it_says_so() -> None:
    case = after(ContentEdited(CASE, content(reason="新")), ContentSaved(CASE, NOW, None))
    assert (case.content_saved, case.saved_at) == (Saved.LOCAL, NOW)


def test_reading_the_case_anew_never_overwrites_unsaved_words() -> None:
    newer = consultation(row(phase=Phase.EDITING, version=5), content(reason="别处"))
    case = after(ContentEdited(CASE, content(reason="新")), CaseRead(newer))
    assert case.content.reason == "新"


def test_reading_the_case_anew_shows_new_words_where_nothing_is_unsaved() -> None:
    newer = consultation(row(phase=Phase.EDITING, version=5), content(reason="别处"))
    assert after(CaseRead(newer)).content.reason == "别处"


def test_an_answer_that_was_on_its_way_while_a_fact_arrived_does_not_undo_it() -> None:
    told = ConsultationChanged(seq=0, at=NOW, consultation=row(phase=Phase.ACCEPTED, minutes=2))
    late = consultation(row(phase=Phase.CLAIMED, minutes=1))
    assert after(told, CaseRead(late)).consultation.summary.phase is Phase.ACCEPTED


def test_an_older_fact_never_overwrites_a_newer_row() -> None:
    newer = ConsultationChanged(seq=0, at=NOW, consultation=row(phase=Phase.READING, minutes=3))
    older = ConsultationChanged(seq=0, at=NOW, consultation=row(phase=Phase.CLAIMED, minutes=1))
    assert after(newer, older).consultation.summary.phase is Phase.READING


def test_a_fact_about_another_case_changes_nothing() -> None:
    other = row("b", Phase.READING, minutes=9)
    facts = (
        ConsultationChanged(seq=0, at=NOW, consultation=other),
        CaseRead(consultation(other)),
        ChatPosted(seq=0, at=NOW, message=message(case="b")),
        ReportSigned(seq=0, at=NOW, report=signed(report("b"))),
        ClaimGone(named("case b")),
    )
    assert after(*facts) == OPEN


def test_an_event_of_the_timeline_is_told_once() -> None:
    told = ConsultationChanged(seq=0, at=NOW, consultation=row(minutes=1), event=EVENT)
    assert after(told, told).timeline == (EVENT,)


def test_an_event_is_kept_in_its_place_also_where_its_row_is_old_news() -> None:
    """The case was read meanwhile: who approved the words must not be lost with the older row."""
    later = EVENT.model_copy(update={"id": named("later"), "at": EVENT.at + timedelta(minutes=1)})
    read = ConsultationChanged(seq=0, at=NOW, consultation=row(minutes=3), event=later)
    old = ConsultationChanged(seq=0, at=NOW, consultation=row(minutes=1), event=EVENT)
    case = after(read, old)
    assert case.timeline == (EVENT, later)
    assert case.consultation.summary == row(minutes=3)


def test_messages_are_kept_once_and_oldest_first_however_they_arrive() -> None:
    first, second = message("一", 1), message("二", 2)
    case = after(
        ChatPosted(seq=0, at=NOW, message=second),
        MessagesLoaded(CASE, (first, second)),
        ChatPosted(seq=0, at=NOW, message=first),
    )
    assert [m.text for m in case.messages] == ["一", "二"]


def test_losing_the_claim_keeps_every_word_of_the_opinion() -> None:
    case = after(ClaimHeld(CASE, CLAIM), OpinionEdited(CASE, opinion()), ClaimGone(OPEN.id))
    assert (case.claim, case.opinion) == (None, opinion())


def test_an_opinion_says_whether_it_is_here_or_on_the_server() -> None:
    assert after(OpinionSaved(CASE, NOW, by_server=False)).opinion_saved is Saved.LOCAL
    assert after(OpinionSaved(CASE, NOW, by_server=True)).opinion_saved is Saved.SERVER


def test_a_report_that_arrives_is_not_verified_by_arriving() -> None:
    case = after(ReportSigned(seq=0, at=NOW, report=signed()))
    assert case.report is not None
    assert case.report.verified is None


def test_a_report_told_again_does_not_lose_its_verification() -> None:
    one = signed()
    case = after(ReportVerified(one, True), ReportSigned(seq=0, at=NOW, report=one))
    assert case.report is not None
    assert case.report.verified is True


def test_an_older_report_never_replaces_an_amended_one() -> None:
    amended = signed(report(version=2))
    case = after(ReportVerified(amended, True), ReportSigned(seq=0, at=NOW, report=signed()))
    assert case.report is not None
    assert case.report.signed == amended
