"""Where a second opinion is, who may ask for one, and how two reports lie side by side."""

from datetime import timedelta

import pytest

from app.models.case_actions import derive_case_actions
from app.models.case_strip import StripLine, StripStep, derive_strip
from app.models.comparison import ComparisonProps, derive_comparison
from app.models.queue import Column, derive_rings, derive_work
from app.session.case import Case, CaseOpened
from app.session.comparison import (
    ComparedReport,
    ComparisonAsked,
    ComparisonClosed,
    ComparisonFailed,
    ComparisonRead,
)
from app.session.queue import MineLoaded, OffersLoaded
from app.session.state import AnyFact
from protocol.account import Account, Role
from protocol.consultation import Action, ConsultationSummary, Phase
from protocol.report import Opinion
from protocol.second_opinion import SecondOpinion, SecondState
from protocol.structured import Side, StructuredFinding
from tests.fakes.examples import (
    DOCTOR,
    EXPERT,
    NOW,
    account,
    consultation,
    named,
    offer,
    opinion,
    person,
    row,
)
from tests.fakes.reports import report, signed
from tests.models.test_derived import after
from tests.views.facts import DISPATCHER, online

OTHER = account("王专家", Role.EXPERT)
FIRST, SECOND = named("case a"), named("case b")


def second(state: SecondState) -> SecondOpinion:
    at = NOW if state is SecondState.SIGNED else None
    return SecondOpinion(consultation_id=SECOND, state=state, asked_at=NOW, signed_at=at)


def first_case(state: SecondState | None = None) -> ConsultationSummary:
    link = None if state is None else second(state)
    people = {"requester": person(DOCTOR), "expert": person(EXPERT)}
    return row("a", phase=Phase.SIGNED, second=link, **people)


def second_case(phase: Phase = Phase.READING) -> ConsultationSummary:
    people = {"requester": person(DOCTOR), "expert": person(OTHER)}
    return row("b", phase=phase, second_of=FIRST, **people)


def opened(who: Account, case: ConsultationSummary, *actions: Action) -> tuple[AnyFact, ...]:
    return (*online(who), CaseOpened(Case(consultation(case, allowed_actions=actions))))


def strip(who: Account, case: ConsultationSummary, *actions: Action) -> StripLine:
    (line,) = derive_strip(after(*opened(who, case, *actions)), NOW)
    return line


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (DOCTOR, (Action.SECOND_OPINION,)),
        (EXPERT, (Action.SECOND_OPINION, Action.SUSPEND)),  # the latter carries the claim
    ],
    ids=["clinic", "expert"],
)
def test_clinic_and_expert_may_ask_also_from_a_computer_without_the_claim(
    who: Account, allowed: tuple[Action, ...]
) -> None:
    props = derive_case_actions(after(*opened(who, first_case(), *allowed)), NOW)
    assert props is not None
    assert [one.action for one in props.entries] == [Action.SECOND_OPINION]


@pytest.mark.parametrize(
    ("who", "state", "says", "step"),
    [
        (DOCTOR, SecondState.WAITING, "waits for another expert", StripStep.OPEN_OTHER),
        (DOCTOR, SecondState.READING, "another expert reads", StripStep.OPEN_OTHER),
        (DISPATCHER, SecondState.READING, "another expert reads", StripStep.OPEN_OTHER),
        (EXPERT, SecondState.READING, "another expert reads", StripStep.NONE),
        (DOCTOR, SecondState.SIGNED, "signed", StripStep.COMPARE),
        (EXPERT, SecondState.SIGNED, "signed", StripStep.COMPARE),
    ],
)
def test_the_first_case_says_where_the_second_opinion_is(
    who: Account, state: SecondState, says: str, step: StripStep
) -> None:
    line = strip(who, first_case(state))
    assert says in line.text
    assert line.step is step
    assert step is not StripStep.OPEN_OTHER or line.other == SECOND


def test_one_that_ended_can_be_asked_for_again() -> None:
    line = strip(DOCTOR, first_case(SecondState.ENDED), Action.SECOND_OPINION)
    assert (line.look, "again" in line.text) == ("warning", True)


def test_who_reads_it_is_told_that_they_read_independently() -> None:
    assert "independently" in strip(OTHER, second_case()).text
    line = strip(OTHER, second_case(Phase.SIGNED))
    assert line.step is StripStep.COMPARE


def test_the_clinic_is_asked_not_to_tell_what_the_first_report_says() -> None:
    line = strip(DOCTOR, second_case())
    assert "Do not tell" in line.text
    assert line.other == FIRST


def test_rows_and_rings_say_that_it_is_a_second_opinion() -> None:
    rings = OffersLoaded((offer("b", consultation=second_case()),))
    state = after(*online(OTHER), MineLoaded((second_case(),)), rings)
    (shown,) = derive_work(state, NOW).mine.rows
    assert shown.cells[Column.REASON].startswith("Second opinion · ")
    (ring,) = derive_rings(state)
    assert ring.reason.startswith("Second opinion · ")


def compared(
    one: Opinion, other: Opinion, later: timedelta = timedelta(hours=1), *, fits: bool = True
) -> ComparisonProps:
    first = ComparedReport(signed(report("a", opinion=one)), verified=True)
    text = report("b", opinion=other, signed_at=NOW + later, expert_name="王专家")
    read = ComparisonRead(FIRST, (first, ComparedReport(signed(text), verified=fits)))
    case = opened(DOCTOR, first_case(SecondState.SIGNED))
    props = derive_comparison(after(*case, ComparisonAsked(FIRST), read))
    assert props is not None
    return props


@pytest.mark.parametrize(
    ("one", "other", "verdict", "look"),
    [
        (("J18.900",), ("J18.900",), "The diagnoses agree.", "success"),
        (("J18.900",), ("J18.000",), "same category", "info"),
        (("J18.900",), ("C34.900",), "The diagnoses differ.", "warning"),
        ((), ("C34.900",), "compare the impressions", "info"),
    ],
)
def test_the_verdict_is_that_of_the_diagnosis_codes(
    one: tuple[str, ...], other: tuple[str, ...], verdict: str, look: str
) -> None:
    props = compared(opinion(diagnosis_codes=one), opinion(diagnosis_codes=other))
    assert verdict in props.verdict
    assert props.look == look


def test_only_one_critical_finding_is_said_even_where_the_diagnoses_agree() -> None:
    codes = {"diagnosis_codes": ("J93.000",)}
    critical = opinion(critical=True, critical_finding="张力性气胸", **codes)
    props = compared(opinion(**codes), critical)
    assert "Only one of them calls a finding critical." in props.verdict
    assert props.look == "warning"


def test_a_first_report_that_was_changed_afterwards_is_called_so() -> None:
    props = compared(opinion(), opinion(), later=timedelta(hours=-1))
    assert "changed after the second was signed" in props.verdict


def test_clauses_that_only_one_says_are_marked_and_marks_at_the_end_are_not() -> None:
    one = opinion(impression="右下肺结节，12.5 mm。边缘光滑；考虑良性。")
    other = opinion(impression="右下肺结节, 12.5 mm;\n边缘毛刺。考虑恶性")
    compared_row = next(one for one in compared(one, other).rows if one.title == "Impression")
    for pieces in compared_row.texts:
        assert [piece.alone for piece in pieces] == [False, False, True, True]
    assert "".join(piece.text for piece in compared_row.texts[0]) == one.impression
    assert not compared_row.same


def test_a_decimal_point_makes_another_number() -> None:
    props = compared(opinion(impression="结节 8.5 mm。"), opinion(impression="结节 85 mm。"))
    assert not next(one for one in props.rows if one.title == "Impression").same


def test_structured_findings_say_how_much_they_changed() -> None:
    size = StructuredFinding(
        code="nodule-long", name="结节最大径", side=Side.RIGHT, value="6.5", unit="mm", ucum="mm"
    )
    grown = size.model_copy(update={"value": "9"})
    other = size.model_copy(update={"side": Side.LEFT})
    props = compared(opinion(structured=(size, other)), opinion(structured=(grown, other)))
    (told,) = (one for one in props.rows if one.title == "Measured and graded")
    assert [piece.text.strip() for piece in told.texts[1]] == [
        "结节最大径 (Right side) 9 mm (+2.5)",
        "结节最大径 (Left side) 6.5 mm",
    ]
    assert [piece.alone for piece in told.texts[1]] == [True, False]


def test_what_agrees_is_not_called_different() -> None:
    props = compared(opinion(), opinion())
    assert all(one.same for one in props.rows)


def test_each_report_says_who_signed_when_and_whether_the_signature_fits() -> None:
    props = compared(opinion(), opinion(), fits=False)
    assert [head.verified for head in props.heads] == [True, False]
    assert "王专家" in props.heads[1].line


def test_reading_failing_and_closing_are_drawn() -> None:
    case = opened(DOCTOR, first_case(SecondState.SIGNED))
    asked = derive_comparison(after(*case, ComparisonAsked(FIRST)))
    failed = derive_comparison(after(*case, ComparisonAsked(FIRST), ComparisonFailed(FIRST)))
    assert asked is not None
    assert failed is not None
    assert (asked.look, failed.look) == ("info", "error")
    closed = (*case, ComparisonAsked(FIRST), ComparisonClosed(FIRST))
    late = (ComparisonRead(FIRST, ()), ComparisonFailed(FIRST))
    for facts in (closed, (*closed, late[0]), (*closed, late[1])):
        assert derive_comparison(after(*facts)) is None, "it does not come back by itself"
    assert derive_comparison(after(*case, ComparisonAsked(SECOND))) is None, "of another case"
