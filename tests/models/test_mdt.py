"""Where the opinions of an MDT are, who may ask for one, and what its minutes say."""

from datetime import timedelta
from typing import Any

import pytest

from app.models.call import derive_call
from app.models.case_actions import derive_case_actions
from app.models.case_strip import StripLine, StripStep, derive_strip
from app.models.mdt import minutes_of_report
from app.models.queue import Column, derive_work
from app.models.workspace import derive_workspace
from app.session.case import Case, CaseOpened, ClaimHeld
from app.session.queue import MineLoaded
from protocol.account import Account, ExpertProfile, ExpertTitle, Role
from protocol.consultation import Action, ConsultationSummary, Phase
from protocol.mdt import Dissent, Mdt, MdtOpinion, Minutes
from protocol.minutes import minutes_of
from protocol.second_opinion import SecondState
from protocol.socket import CallChanged
from tests.fakes.examples import (
    CASE,
    DOCTOR,
    EXPERT,
    NOW,
    account,
    call,
    consultation,
    named,
    person,
    row,
)
from tests.fakes.reports import report
from tests.models.test_derived import after
from tests.views.facts import CLAIM, online


def specialist(department: str) -> Account:
    profile = ExpertProfile(title=ExpertTitle.CHIEF, departments=(department,), years=9)
    return account(f"{department}专家", Role.EXPERT, expert=profile)


HEART, CHEST = specialist("心内科"), specialist("胸外科")
ASKED, HEART_CASE, CHEST_CASE = named("case a"), named("case heart"), named("case chest")


def given(who: Account, state: SecondState, **more: Any) -> MdtOpinion:
    department = "" if who.expert is None else who.expert.departments[0]
    signed = state is SecondState.SIGNED
    return MdtOpinion(
        consultation_id=HEART_CASE if who is HEART else CHEST_CASE,
        department=department,
        state=state,
        expert_id=who.id,
        expert_name=who.display_name,
        **{"version": int(signed), "signed_at": NOW if signed else None, **more},
    )


def mdt(*, opened: bool = True, without: str = "", **heart: Any) -> Mdt:
    """Both have signed, or the second expert still reads; or the chair went on without."""
    state = SecondState.SIGNED if opened else SecondState.READING
    return Mdt(
        asked_at=NOW,
        asked_by=DOCTOR.display_name,
        opinions=(
            given(HEART, SecondState.SIGNED, **heart),
            given(CHEST, SecondState.ENDED if without else state),
        ),
        opened_at=NOW if opened else None,
        without=without,
    )


def minutes(**more: Any) -> Minutes:
    reports = {
        case: report(
            "x",
            consultation_id=case,
            expert_id=who.id,
            expert_name=who.display_name,
            version=2 if more.get("version") == 2 else 1,
        )
        for who, case in ((HEART, HEART_CASE), (CHEST, CHEST_CASE))
    }
    made = minutes_of(mdt(**more), reports)
    assert made is not None
    return made


def asked(**more: Any) -> ConsultationSummary:
    people = {"requester": person(DOCTOR), "expert": person(EXPERT)}
    return row("a", phase=Phase.DRAFTING, mdt=mdt(**more), **people)


def one_opinion(phase: Phase = Phase.READING, **more: Any) -> ConsultationSummary:
    people = {"requester": person(DOCTOR), "expert": person(HEART)}
    return row("heart", phase=phase, mdt_of=ASKED, **people, **more)


def strip(who: Account, case: ConsultationSummary) -> StripLine:
    (line,) = derive_strip(after(*online(who), CaseOpened(Case(consultation(case)))), NOW)
    return line


@pytest.mark.parametrize("who", [DOCTOR, EXPERT])
def test_the_case_says_where_each_opinion_is(who: Account) -> None:
    line = strip(who, asked(opened=False))
    assert "1 of 2 opinions are signed" in line.text
    assert line.items == ("心内科 · 心内科专家: signed", "胸外科 · 胸外科专家: reads")
    assert line.step is StripStep.NONE
    assert strip(who, asked()).step is StripStep.OPINIONS


def test_it_says_why_the_chair_went_on_and_who_gave_none() -> None:
    line = strip(DOCTOR, asked(without="病情不等人"))
    assert "病情不等人" in line.text
    assert line.items[1].endswith("ended without an opinion")


def test_an_opinion_that_was_signed_again_afterwards_is_called_so() -> None:
    line = strip(EXPERT, asked(version=2, signed_at=NOW + timedelta(hours=1)))
    assert (line.look, line.items[0]) == (
        "warning",
        "心内科 · 心内科专家: signed again as version 2",
    )


def test_who_gives_an_opinion_is_told_to_read_independently_and_then_may_look() -> None:
    assert "independently" in strip(HEART, one_opinion()).text
    assert strip(HEART, one_opinion(Phase.SIGNED)).step is StripStep.NONE
    opened = CaseOpened(Case(consultation(one_opinion(Phase.SIGNED, mdt_opened=True))))
    compares, meets = derive_strip(after(*online(HEART), opened), NOW)
    assert compares.step is StripStep.OPINIONS
    assert (meets.step, meets.other) == (StripStep.OPEN_OTHER, ASKED)


def test_who_gave_an_opinion_joins_the_call_of_the_chair_and_begins_none() -> None:
    facts = (*online(HEART), CaseOpened(Case(consultation(asked()))))
    assert not derive_call(after(*facts)).can_call
    begun = CallChanged(seq=1, at=NOW, consultation_id=ASKED, call=call(EXPERT.display_name))
    props = derive_call(after(*facts, begun))
    assert (props.can_call, props.rings_here) == (True, True)
    assert derive_call(after(*online(EXPERT), *facts[-1:])).can_call, "the chair calls"


def test_the_clinic_is_asked_not_to_tell_and_finds_the_case_that_was_asked() -> None:
    line = strip(DOCTOR, one_opinion())
    assert "do not tell" in line.text
    assert line.other == ASKED


def test_rows_say_what_of_an_mdt_they_are() -> None:
    state = after(*online(DOCTOR), MineLoaded((asked(), one_opinion())))
    reasons = {
        one.cells[Column.REASON].split(" · ")[0] for one in derive_work(state, NOW).mine.rows
    }
    assert reasons == {"MDT", "Opinion for an MDT"}


def test_only_the_chair_with_the_claim_here_may_go_on_without() -> None:
    case = Case(consultation(asked(opened=False), allowed_actions=(Action.CLOSE_MDT,)))
    for facts, may in (((), False), ((ClaimHeld(CASE, CLAIM),), True)):
        props = derive_case_actions(after(*online(EXPERT), CaseOpened(case), *facts), NOW)
        assert props is not None
        assert bool(props.entries) is may


def test_what_still_stands_between_the_chair_and_the_signature_is_said() -> None:
    case = Case(consultation(asked(opened=False)))
    props = derive_workspace(after(*online(EXPERT), CaseOpened(case), ClaimHeld(CASE, CLAIM)), NOW)
    assert props is not None
    assert "still waited for" in props.report.why_not_sign
    assert props.report.dissents == ()


def parts(*dissents: Dissent, **more: Any) -> dict[str, tuple[str, ...]]:
    text = report(minutes=minutes(**more))
    words = text.opinion.model_copy(update={"dissents": dissents})
    return dict(minutes_of_report(text.model_copy(update={"opinion": words})))


def test_the_minutes_name_the_chair_who_took_part_and_that_nobody_dissents() -> None:
    said = parts()
    assert EXPERT.display_name in said["Chair"][0]
    assert [line.split(" · ")[1] for line in said["Opinions"]] == ["心内科专家", "胸外科专家"]
    assert said["Dissent"] == ("No expert dissents.",)
    assert "Without an opinion of" not in said


def test_dissent_stands_with_the_name_and_whose_words_they_are() -> None:
    quoted = Dissent(consultation_id=HEART_CASE, words="考虑心衰", quoted=True)
    noted = Dissent(consultation_id=CHEST_CASE, words="主张先手术")
    assert parts(quoted, noted)["Dissent"] == (
        "心内科专家, in their own words: “考虑心衰”",
        "胸外科专家, as noted by the chair: 主张先手术",
    )


def test_who_is_missing_and_why_is_in_the_minutes() -> None:
    said = parts(without="病情不等人")
    assert said["Without an opinion of"] == (
        "胸外科 · 胸外科专家",
        "Why the chair went on: 病情不等人",
    )


def test_an_opinion_signed_after_the_others_were_shown_is_marked() -> None:
    said = parts(version=2, signed_at=NOW + timedelta(hours=1))
    assert "signed after the others were shown" in said["Opinions"][0]
    assert "signed after the others were shown" not in said["Opinions"][1]


def test_a_report_of_one_expert_has_no_minutes() -> None:
    assert minutes_of_report(report()) == ()
