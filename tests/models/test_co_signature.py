"""Who writes is told what stands between them and the signature: a reviewer's approval."""

from datetime import timedelta

import pytest

from app.models.case_strip import derive_strip
from app.models.late_images import Arriving
from app.models.report import ReportProps, ReportStage, derive_report
from app.session.case import Case, CaseOpened, HeldClaim, ReportState, Saved
from app.session.signature import Signature
from protocol.account import Role
from protocol.approval import opinion_digest
from protocol.base import new_id
from protocol.consultation import Action, Phase, TimelineEvent
from protocol.report import CoSignature, Opinion, SigningTerms
from protocol.seal import Seal
from tests.fakes.examples import EXPERT, NOW, account, consultation, opinion, person, row
from tests.fakes.reports import report, signed
from tests.models.test_derived import after
from tests.views.facts import online

REVIEWER = account("赵审核", Role.REVIEWER)
INSISTS = Signature(terms=SigningTerms(co_signed=("放射科",)))
CLAIM = HeldClaim("t" * 22, 1, NOW + timedelta(minutes=5))
WORDS = opinion(findings="结节", impression="良性", recommendation="复查")


def said(action: Action, words: Opinion = WORDS) -> TimelineEvent:
    return TimelineEvent(
        id=new_id(),
        at=NOW,
        action=action,
        by=person(REVIEWER),
        role=Role.REVIEWER,
        from_phase=Phase.AWAITING_REVIEW,
        to_phase=Phase.DRAFTING,
        approved=opinion_digest(words) if action is Action.APPROVE else None,
    )


def writing(*events: TimelineEvent, phase: Phase = Phase.DRAFTING) -> Case:
    summary = row("a", phase=phase, department="放射科", expert=person(EXPERT))
    return Case(
        consultation(summary),
        claim=CLAIM,
        opinion=WORDS,
        opinion_saved=Saved.SERVER,
        timeline=events,
    )


def derived(case: Case, signature: Signature = INSISTS) -> ReportProps:
    return derive_report(case, EXPERT, Arriving(), signature)


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((), "need a second signature"),
        ((said(Action.APPROVE), said(Action.RETURN_FROM_REVIEW)), "need a second signature"),
        ((said(Action.APPROVE, opinion(impression="恶性")),), "changed since 赵审核 approved"),
        ((said(Action.APPROVE), said(Action.AMEND)), "need a second signature"),
        ((said(Action.APPROVE), said(Action.CLAIM)), "need a second signature"),
        ((said(Action.APPROVE),), ""),
    ],
    ids=["not asked", "returned", "changed since", "amended", "another holder", "approved"],
)
def test_a_department_that_is_co_signed_waits_for_the_approval_of_these_words(
    events: tuple[TimelineEvent, ...], says: str
) -> None:
    props = derived(writing(*events))
    assert says in props.why_not_sign
    assert props.can_sign is not bool(says)


def test_other_departments_sign_without() -> None:
    elsewhere = Signature(terms=SigningTerms(co_signed=("骨科",)))
    assert derived(writing(), elsewhere).can_sign
    assert derived(writing(), Signature(terms=SigningTerms(co_signed=("*",)))).why_not_sign


def test_a_reviewer_reads_the_draft_of_an_amendment_not_the_report_that_stands() -> None:
    summary = row("a", phase=Phase.AMENDED, expert=person(EXPERT))
    told = consultation(summary, allowed_actions=(Action.APPROVE,))
    case = Case(told, opinion=WORDS, report=None)
    props = derive_report(case, REVIEWER, Arriving())
    assert (props.stage, props.opinion, props.can_edit) == (ReportStage.REVIEWED, WORDS, False)


def test_the_signed_line_names_who_approved() -> None:
    approved = CoSignature(
        reviewer_id=REVIEWER.id,
        reviewer_name="赵审核",
        reviewer_institution="市第一医院",
        approved_at=NOW,
    )
    said = signed(report("a", co_signature=approved))
    seal = Seal(signature="r" * 86 + "==", public_key="p" * 43 + "=")
    summary = row("a", phase=Phase.SIGNED, expert=person(EXPERT))
    for told, words in (
        (said, "approved by 赵审核"),
        (said.model_copy(update={"co_signed": seal}), "also signed by 赵审核"),
    ):
        case = Case(consultation(summary), report=ReportState(told, verified=True))
        assert words in derive_report(case, EXPERT, Arriving()).signed_line


def test_the_strip_says_that_the_words_have_changed_since() -> None:
    def line(words: Opinion) -> str:
        case = writing(said(Action.APPROVE, words))
        (found,) = derive_strip(after(*online(EXPERT), CaseOpened(case)), NOW)
        return found.text

    assert line(WORDS) == "赵审核 approved the draft: it can be signed."
    assert line(opinion(impression="恶性")) == "The draft has changed since 赵审核 approved it."


def test_the_strip_says_nothing_of_an_approval_of_the_version_before() -> None:
    case = writing(said(Action.APPROVE), said(Action.AMEND), phase=Phase.AMENDED)
    assert derive_strip(after(*online(EXPERT), CaseOpened(case)), NOW) == ()
