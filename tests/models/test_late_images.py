"""Late images of a case that is with the experts: counted, marked, never signed over silently."""

from typing import Any

import pytest

from app.models.case_form import CaseFormProps, derive_case_form
from app.models.case_strip import StripLine, StripStep, derive_strip
from app.models.identity import doubt
from app.models.late_images import (
    Arriving,
    arriving_of,
    is_written,
    takes_images,
    takes_late_images,
)
from app.models.workspace import WorkspaceProps, derive_workspace
from app.session.case import Case, CaseOpened, ClaimHeld, OpinionEdited
from app.session.fetching import FetchTold, StudyFetch
from app.session.state import AnyFact, State
from protocol.attached_study import AttachedStudy
from protocol.consultation import Action, Phase
from protocol.identity import doubt_key
from protocol.imaging import StudyProgress
from protocol.late_images import doubted_late, reported_studies
from protocol.report import Opinion
from protocol.socket import StudyProgressed
from tests.fakes.examples import CASE, DOCTOR, NOW, consultation, content, person, row, study
from tests.models.test_derived import TODAY, after
from tests.views.facts import CLAIM, EVERYBODY, online

CHEST, LATER = "1.2.3", "1.2.4"
DECIDING = (Action.WAIVE_IMAGES, Action.CONFIRM_IMAGES)
WRITTEN = Opinion(findings="结节", impression="良性", recommendation="随访")


def part(uid: str, early: int, late: int, here: int) -> AttachedStudy:
    """A study of `early` images that are there, and `here` of `late` late ones."""
    return study(
        study_instance_uid=uid,
        declared=early + late,
        received=early + here,
        verified=here == late,
        late_declared=late,
        late_received=here,
    )


def seen(
    *studies: AttachedStudy,
    facts: tuple[AnyFact, ...] = (),
    phase: Phase = Phase.DRAFTING,
    allowed: tuple[Action, ...] = (Action.WAIVE_IMAGES,),
    **more: Any,
) -> State:
    """An expert's case with these studies."""
    case = consultation(
        row(phase=phase, expert=person(EVERYBODY), requester=person(DOCTOR)),
        studies=studies,
        allowed_actions=allowed,
        **more,
    )
    opened = CaseOpened(Case(case, content=content()))
    return after(*online(), opened, ClaimHeld(CASE, CLAIM), OpinionEdited(CASE, WRITTEN), *facts)


def listed(uid: str, total: int) -> FetchTold:
    return FetchTold(StudyFetch(uid, total, arrived=total))


def line(state: State) -> StripLine | None:
    found = [one for one in derive_strip(state, NOW) if "ate images" in one.text]
    return found[0] if found else None


def workspace(state: State) -> WorkspaceProps:
    props = derive_workspace(state, NOW)
    assert props is not None
    return props


# --- when ------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", Phase)
def test_images_are_taken_until_the_report_is_signed(phase: Phase) -> None:
    summary = row(phase=phase)
    over = summary.status.value in ("completed", "cancelled")
    assert takes_images(summary) is not over
    assert not (is_written(summary) and takes_late_images(summary))


# --- what the expert sees ----------------------------------------------------------------------


def test_the_expert_sees_how_many_are_here_and_cannot_sign() -> None:
    state = seen(part(CHEST, 10, 4, 1))
    shown = line(state)
    assert shown is not None
    assert (shown.text, shown.look) == ("Late images are coming: 1 of 4 are here", "warning")
    report = workspace(state).report
    assert (report.can_sign, report.can_waive) == (False, True)
    assert "1 of 4" in report.why_not_sign


def test_the_count_follows_what_the_server_tells() -> None:
    progress = StudyProgress(
        consultation_id=row().id,
        study_instance_uid=CHEST,
        declared=14,
        received=13,
        verified=False,
        late_declared=4,
        late_received=3,
    )
    fact = StudyProgressed(seq=0, at=NOW, progress=progress)
    state = seen(part(CHEST, 10, 4, 1), facts=(fact,))
    assert arriving_of(state) == Arriving(3, 4)
    other = progress.model_copy(update={"consultation_id": row("b").id})
    unmoved = seen(part(CHEST, 10, 4, 1), facts=(StudyProgressed(seq=0, at=NOW, progress=other),))
    assert arriving_of(unmoved) == Arriving(1, 4)


def test_who_chose_to_go_on_signs_and_still_reads_that_images_are_missing() -> None:
    state = seen(part(CHEST, 10, 4, 1), images_waived=True)
    report = workspace(state).report
    assert (report.can_sign, report.can_waive, report.why_not_sign) == (True, False, "")
    shown = line(state)
    assert shown is not None
    assert "signed without them" in shown.text


def test_images_that_have_come_are_offered_and_not_mixed_in() -> None:
    whole = part(CHEST, 10, 4, 4)
    offered = line(seen(whole, facts=(listed(CHEST, 10),)))
    assert offered is not None
    assert (offered.step, "4 of them are not on the screen" in offered.text) == (
        StripStep.SHOW_LATE,
        True,
    )
    taken = line(seen(whole, facts=(listed(CHEST, 14),)))
    assert taken is not None
    assert taken.step is StripStep.NONE
    assert workspace(seen(whole)).report.can_sign


def test_a_study_that_came_late_is_offered_once_the_others_are_on_the_screen() -> None:
    studies = (part(CHEST, 10, 0, 0), part(LATER, 0, 5, 5))
    assert arriving_of(seen(*studies)).unseen == 0, "nothing is known before it was listed"
    assert arriving_of(seen(*studies, facts=(listed(CHEST, 10),))).unseen == 5
    both = (listed(CHEST, 10), listed(LATER, 5))
    assert arriving_of(seen(*studies, facts=both)).unseen == 0


def test_the_record_marks_the_studies_with_late_images() -> None:
    record = workspace(seen(part(CHEST, 10, 0, 0), part(LATER, 0, 5, 2))).record
    assert ["Late images, uploading 2 of 5" in one for one in record.studies] == [False, True]


def test_nothing_is_said_of_late_images_once_the_report_is_signed() -> None:
    assert line(seen(part(CHEST, 10, 4, 1), phase=Phase.SIGNED)) is None


def test_a_report_rests_on_what_was_there() -> None:
    studies = (part(CHEST, 10, 4, 1), part(LATER, 0, 5, 2), part("1.2.5", 0, 1, 1))
    assert reported_studies(content(), studies) == (CHEST, "1.2.5")


def anothers(uid: str, late: int) -> AttachedStudy:
    """A late study that names another patient than the case."""
    return part(uid, 0, late, late).model_copy(
        update={"patient_name": "WANG^FANG", "patient_birth_date": "19010203"}
    )


def test_late_images_that_may_be_anothers_hinder_signing_until_the_expert_has_decided() -> None:
    state = seen(part(CHEST, 10, 0, 0), anothers(LATER, 2), allowed=DECIDING)
    shown, report = line(state), workspace(state).report
    assert shown is not None
    assert (shown.text, shown.look) == ("⚠ Late images may be another patient's: 2", "warning")
    assert (report.can_sign, report.can_waive, report.can_confirm_images) == (False, True, True)
    assert "2 late images may be another patient's" in report.why_not_sign


def test_what_was_left_out_hinders_nothing_and_the_report_does_not_rest_on_it() -> None:
    studies = (part(CHEST, 10, 0, 0), anothers(LATER, 2))
    report = workspace(seen(*studies, allowed=DECIDING, images_waived=True)).report
    assert (report.can_sign, report.can_confirm_images) == (True, False)
    assert reported_studies(content(), studies) == (CHEST,)


def test_what_the_expert_has_compared_belongs_to_the_case() -> None:
    studies = (part(CHEST, 10, 0, 0), anothers(LATER, 2))
    key = doubt_key(content(), studies)
    compared = content().model_copy(update={"identity_checked": key})
    assert doubted_late(content(), studies) == 2
    assert doubted_late(compared, studies) == 0
    assert reported_studies(compared, studies) == (CHEST, LATER)


def test_of_a_study_that_names_the_patient_only_the_nameless_late_images_are_in_doubt() -> None:
    some = part(CHEST, 10, 4, 4).model_copy(update={"nameless": 3, "late_nameless": 2})
    state = seen(some, part(LATER, 0, 5, 5), allowed=DECIDING)
    shown, banner = line(state), workspace(state).banner
    assert shown is not None
    assert shown.text == "⚠ Late images may be another patient's: 2"
    assert banner.other_patient == "Images that name no patient: 3. Are they of 何小溪?"
    assert reported_studies(content(), (some, part(LATER, 0, 5, 5))) == (LATER,)
    checked = content(identity_checked=doubt_key(content(), (some,)))
    assert doubted_late(checked, (some,)) == 0
    another = some.model_copy(update={"late_nameless": 3})
    assert doubted_late(checked, (another,)) == 3


def test_images_of_another_patient_and_of_nobody_are_told_in_one_breath() -> None:
    studies = (anothers(LATER, 2).model_copy(update={"nameless": 1}),)
    assert doubt(content(), studies) == (
        "The images name another patient: WANG FANG 1901-02-03 "
        "Images that name no patient: 1. Are they of 何小溪?"
    )


# --- what the clinic sees ------------------------------------------------------------------------


def form(*studies: AttachedStudy, phase: Phase = Phase.READING) -> CaseFormProps:
    case = consultation(row(phase=phase), studies=studies)
    state = after(*online(DOCTOR), CaseOpened(Case(case, content=content())))
    props = derive_case_form(state, NOW.date())
    assert props is not None
    return props


def test_the_clinic_adds_images_to_a_submitted_case_and_submits_nothing() -> None:
    props = form(part(CHEST, 10, 4, 1))
    assert (props.late, props.takes_images, props.editable, props.can_submit) == (
        True,
        True,
        False,
        False,
    )
    assert props.studies[0].line.startswith("● Late images, uploading 1 of 4")


def test_a_draft_and_a_case_that_awaits_information_are_no_late_ones() -> None:
    for phase in (Phase.EDITING, Phase.AWAITING_INFORMATION):
        assert not form(part(CHEST, 10, 0, 0), phase=phase).late


def test_after_the_signature_nothing_can_be_added() -> None:
    props = form(part(CHEST, 10, 0, 0), phase=Phase.SIGNED)
    assert (props.late, props.takes_images) == (False, False)


def test_two_studies_that_are_described_alike_differ_by_their_day() -> None:
    both = (study("1.1", study_date="20240302"), study("1.2", study_date="20261121"))
    opened = CaseOpened(Case(consultation(row(phase=Phase.EDITING), studies=both)))
    form = derive_case_form(after(opened, who=DOCTOR), TODAY)
    assert form is not None
    assert [one.title for one in form.studies] == [
        "CT · 胸部CT · 2024-03-02",
        "CT · 胸部CT · 2026-11-21",
    ]
