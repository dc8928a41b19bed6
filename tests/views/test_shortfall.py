"""What is known to be missing of a study is said to both sides, and asked before it goes out."""

import pytest
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton

from app.commands.wishes import Page, WishGoWithout, WishSubmit
from app.models.case_form import derive_case_form
from app.models.case_strip import derive_strip
from app.models.workspace import derive_workspace
from app.session.case import Case, CaseOpened
from app.session.intake import IntakeTold
from app.session.state import State
from app.session.upload import ImageStage, UploadChanged
from app.transfer.intake_messages import InboxState
from protocol.attached_study import AttachedStudy
from protocol.consultation import Phase
from protocol.imaging import StudyProgress
from protocol.shortfall import Shortfall, shortfall_mark
from protocol.socket import StudyProgressed
from tests.fakes.examples import DOCTOR, NOW, consultation, content, person, row, study
from tests.models.test_derived import after
from tests.models.test_uploads import upload
from tests.views.conftest import Shown
from tests.views.facts import EVERYBODY, draft, online
from tests.views.test_intake import row as inbox_row

HERE = 127
SENT, REFUSED = ImageStage.SENT, ImageStage.REFUSED
KNOWN = [
    (Shortfall(expected=180), "incomplete: 127 of 180 images, 53 are missing", "127/180"),
    (Shortfall(left_out=1), "the clinic goes on without 1 that the server refused", "127/128"),
    (Shortfall(damaged=3), "3 could not be read where they came from", "127/130"),
    (Shortfall(unplaced=2), "2 files that came with them could not be read", "127/?"),
    (Shortfall(still_sending=True), "the device was still sending", "127/?"),
    (Shortfall(broke_off=True), "broke off as they came", "127/?"),
]


def short(known: Shortfall) -> AttachedStudy:
    made = study(declared=HERE, received=HERE, verified=True)
    return made.model_copy(update={"shortfall": known})


def read_by_the_expert(*studies: AttachedStudy) -> State:
    whose = row(phase=Phase.READING, expert=person(EVERYBODY), requester=person(DOCTOR))
    return after(
        *online(), CaseOpened(Case(consultation(whose, studies=studies), content=content()))
    )


def drafted(*studies: AttachedStudy) -> CaseOpened:
    case = consultation(row(phase=Phase.EDITING), studies=studies)
    return CaseOpened(Case(case, content=content()))


def strip(state: State) -> tuple[str, ...]:
    return tuple(f"{one.text} {' '.join(one.items)}" for one in derive_strip(state, NOW))


@pytest.mark.parametrize(("known", "words", "mark"), KNOWN)
def test_the_expert_reads_above_the_case_what_a_verified_study_lacks(
    known: Shortfall, words: str, mark: str
) -> None:
    state = read_by_the_expert(short(known))
    assert any(words in one for one in strip(state))
    props = derive_workspace(state, NOW)
    assert props is not None
    assert any(words in one for one in props.record.studies)
    assert shortfall_mark((short(known),)) == mark


def test_a_complete_study_is_not_spoken_of() -> None:
    whole = short(Shortfall(expected=HERE))
    assert not any("Not all images" in one for one in strip(read_by_the_expert(whole)))
    assert shortfall_mark((whole,)) == ""


def test_what_is_told_while_the_case_is_open_is_shown_without_reading_it_again() -> None:
    state = read_by_the_expert(short(Shortfall()))
    assert state.case is not None
    uid = state.case.consultation.studies[0].study_instance_uid
    progress = StudyProgress(
        consultation_id=state.case.id,
        study_instance_uid=uid,
        declared=HERE,
        received=HERE,
        verified=True,
        shortfall=Shortfall(expected=180),
    )
    told = StudyProgressed(seq=0, at=NOW, progress=progress)
    opened = CaseOpened(state.case)
    assert any("53 are missing" in one for one in strip(after(*online(), opened, told)))


def test_submitting_a_study_that_is_short_asks_with_the_numbers(shown: Shown) -> None:
    studies = (short(Shortfall(expected=180)),)
    shown.apply(*online(), drafted(*studies))
    shown.go(Page.CASE_FORM)
    assert "53 are missing" in shown.find(QLabel, "studyWarning").text()
    shown.find(QPushButton, "submit").click()
    asked = shown.find(QMessageBox, "lateQuestion")
    assert "127 of 180" in asked.informativeText() + asked.text()
    assert not any(isinstance(one, WishSubmit) for one in shown.wishes)
    shown.find(QPushButton, "lateAnyway").click()
    assert isinstance(shown.wishes[-1], WishSubmit)


def test_what_the_server_was_told_is_not_counted_a_second_time_from_the_inbox(
    shown: Shown,
) -> None:
    short_one = short(Shortfall(expected=180))
    shown.apply(*online(), drafted(short_one))
    case = shown.session.state.case
    assert case is not None
    here = inbox_row(
        short_one.study_instance_uid,
        images=HERE,
        expected=180,
        attached=(case.id,),
        attached_each=(HERE,),
    )
    shown.apply(IntakeTold(InboxState(studies=(here,))))
    form = derive_case_form(shown.session.state, NOW.date())
    assert form is not None
    assert form.asks.count("53") == 1


def test_refused_images_are_left_out_only_when_somebody_says_so(shown: Shown) -> None:
    shown.apply(*online(), draft(), UploadChanged(upload(SENT, SENT, SENT, REFUSED)))
    shown.go(Page.CASE_FORM)
    shown.find(QPushButton, "studyWithout").click()
    asked = shown.find(QMessageBox, "withoutQuestion")
    assert "refused 1 image; 3 images can go" in asked.informativeText() + asked.text()
    assert not any(isinstance(one, WishGoWithout) for one in shown.wishes)
    shown.find(QPushButton, "goWithout").click()
    assert shown.wishes[-1] == WishGoWithout("1.2.3")


def test_a_study_of_which_nothing_would_be_left_is_not_gone_on_with(shown: Shown) -> None:
    shown.apply(*online(), draft(), UploadChanged(upload(REFUSED, REFUSED)))
    shown.go(Page.CASE_FORM)
    assert not shown.find(QPushButton, "studyWithout").isVisibleTo(shown.window)
