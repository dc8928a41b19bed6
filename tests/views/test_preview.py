"""What was found is shown before anything is taken: whose it is, and what is chosen."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QScrollArea,
)

from app.commands.intake_wishes import (
    WishAttach,
    WishDropFound,
    WishTakeFound,
)
from app.commands.wishes import Page
from app.imaging.errors import Reason
from app.models.preview import derive_preview
from app.session.case import Case, CaseOpened
from app.session.intake import (
    IntakeTold,
    PreviewBegun,
)
from app.store.chosen import Chosen, Whose
from app.transfer.intake_messages import (
    InboxPerson,
    Looked,
    LookedPatient,
    LookedStudy,
)
from app.views.preview import PreviewDialog
from protocol.consultation import CaseContent, Phase
from protocol.dicom_sex import dicom_sex
from tests.fakes.examples import consultation
from tests.fakes.examples import row as case_row
from tests.views.conftest import Shown
from tests.views.facts import draft, lists, online
from tests.views.test_access import nameless
from tests.views.test_intake import HE, LIN, inbox, row

pytestmark = pytest.mark.qt_log_ignore("does not support")


def written(shown: Shown) -> tuple[UUID, str]:
    """A case of a named patient is written: its id, and the name."""
    shown.apply(*online(), *lists(), draft())
    shown.go(Page.CASE_FORM)
    case = shown.session.state.case
    assert case is not None
    assert case.content.patient is not None
    return case.id, case.content.patient.name


def looked(job: UUID, *patients: LookedPatient, foreign: int = 0) -> IntakeTold:
    return IntakeTold(
        Looked(
            job=job,
            done=4,
            total=4,
            ended=True,
            patients=patients,
            foreign=foreign,
            left_out=(("AUTORUN.EXE", Reason.NOT_DICOM),),
            left_out_count=1,
        )
    )


def choice(person: InboxPerson, uid: str) -> Chosen:
    return Chosen(study_instance_uid=uid, patients=(Whose(**person.model_dump()),))


def found(person: InboxPerson, uid: str) -> LookedPatient:
    study = LookedStudy(
        study_instance_uid=uid,
        description="Chest",
        study_date="20261126",
        modalities=("CT",),
        images=12,
        size=1 << 20,
        chosen=choice(person, uid),
    )
    return LookedPatient(person=person, studies=(study,))


def test_another_patients_pictures_are_named_and_not_chosen(shown: Shown) -> None:
    shown.apply(*online(), *lists(), draft())
    shown.go(Page.CASE_FORM)
    case = shown.session.state.case
    assert case is not None
    patient = case.content.patient
    assert patient is not None
    mine = InboxPerson(
        name=patient.name,
        patient_id=patient.patient_id,
        birth_date=f"{patient.birth_date:%Y%m%d}" if patient.birth_date else "",
        sex=dicom_sex(patient.sex),
    )
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), case.id))
    shown.apply(looked(job, found(mine, "1.1"), found(LIN, "1.2")))
    props = derive_preview(shown.session.state)
    assert props is not None
    assert [one.other for one in props.patients] == [False, True]
    assert not shown.find(QCheckBox, "found_1.2").isChecked()
    assert shown.find(PreviewDialog, "preview").focusWidget().objectName() == "previewTake"
    shown.find(QPushButton, "previewTake").click()
    assert shown.wishes[-1] == WishTakeFound((choice(mine, "1.1"),))


def test_pictures_that_name_nobody_are_asked_about_and_not_chosen(shown: Shown) -> None:
    case, name = written(shown)
    nobody = InboxPerson(name="", patient_id="", birth_date="", sex="")
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), case))
    shown.apply(looked(job, found(nobody, "1.1")))
    assert name in shown.find(QLabel, "previewWarning").text()
    assert not shown.find(QPushButton, "previewTake").isEnabled()
    shown.find(QCheckBox, "found_1.1").click()
    shown.find(QPushButton, "previewTake").click()
    assert shown.wishes[-1] == WishTakeFound((choice(nobody, "1.1"),))


def test_nameless_pictures_are_asked_about_also_where_their_study_names_the_patient(
    shown: Shown,
) -> None:
    case, name = written(shown)
    mine = InboxPerson(name=name, patient_id="", birth_date="", sex="")
    nobody = InboxPerson(name="", patient_id="", birth_date="", sex="")
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), case))
    shown.apply(looked(job, found(mine, "1.1"), found(nobody, "1.1")))
    boxes = [shown.find(QCheckBox, name) for name in ("found_1.1", "found_1.1_1")]
    assert [box.isChecked() for box in boxes] == [True, False]
    assert "name no patient" in shown.find(QLabel, "previewWarning").text()
    boxes[1].click()
    shown.find(QPushButton, "previewTake").click()
    assert shown.wishes[-1] == WishTakeFound((choice(mine, "1.1"), choice(nobody, "1.1")))


def test_of_a_case_without_a_patient_nameless_pictures_are_asked_about_beside_named_ones(
    shown: Shown,
) -> None:
    """The case becomes that of the patient whom the others name."""
    unwritten = consultation(case_row(phase=Phase.EDITING))
    shown.apply(*online(), *lists(), CaseOpened(Case(unwritten, content=CaseContent())))
    shown.go(Page.CASE_FORM)
    case = shown.session.state.case
    assert case is not None
    nobody = InboxPerson(name="", patient_id="", birth_date="", sex="")
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), case.id))
    shown.apply(looked(job, found(HE, "1.1"), found(nobody, "1.2")))
    assert shown.find(QCheckBox, "found_1.1").isChecked()
    assert not shown.find(QCheckBox, "found_1.2").isChecked()
    assert "何小溪" in shown.find(QLabel, "previewWarning").text()


def test_into_the_inbox_nameless_pictures_come_along_and_nobody_must_choose(shown: Shown) -> None:
    shown.apply(*online(), *lists())
    nobody = InboxPerson(name="", patient_id="", birth_date="", sex="")
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), None))
    shown.apply(looked(job, found(HE, "1.1"), found(nobody, "1.1")))
    assert not shown.find(QLabel, "previewWarning").text()
    shown.find(QPushButton, "previewTake").click()
    assert shown.wishes[-1] == WishTakeFound((choice(HE, "1.1"), choice(nobody, "1.1")))


def test_of_two_patients_in_one_study_the_cases_own_can_be_taken_alone(shown: Shown) -> None:
    case, name = written(shown)
    mine = InboxPerson(name=name, patient_id="", birth_date="", sex="")
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), case))
    shown.apply(looked(job, found(mine, "1.1"), found(LIN, "1.1")))
    boxes = [shown.find(QCheckBox, f"found_1.1_{number}") for number in (0, 1)]
    assert [box.isChecked() for box in boxes] == [True, False]
    assert "several patients" in shown.find(QLabel, "previewWarning").text()
    shown.find(QPushButton, "previewTake").click()
    assert shown.wishes[-1] == WishTakeFound((choice(mine, "1.1"),))


def test_without_a_named_patient_nobodys_pictures_of_a_mixed_study_are_chosen_unasked(
    shown: Shown,
) -> None:
    shown.apply(*online(), *lists())
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), None))
    shown.apply(looked(job, found(HE, "1.1"), found(LIN, "1.1")))
    assert not shown.find(QPushButton, "previewTake").isEnabled()
    shown.find(QCheckBox, "found_1.1_1").setChecked(True)
    shown.find(QPushButton, "previewTake").click()
    assert shown.wishes[-1] == WishTakeFound((choice(LIN, "1.1"),))


def test_a_loss_is_chosen_each_time_anew_and_only_for_a_case(shown: Shown) -> None:
    shown.apply(*online(), *lists(), draft())
    shown.go(Page.CASE_FORM)
    case = shown.session.state.case
    assert case is not None
    for study in ("1.1", "1.2"):
        job = uuid4()
        shown.apply(PreviewBegun(job, (Path("disc"),), case.id))
        shown.apply(looked(job, found(LIN, study)))
        assert not shown.find(QCheckBox, "previewLoss").isChecked()
        shown.find(QCheckBox, "previewLoss").setChecked(True)
    shown.find(QCheckBox, "found_1.2").setChecked(True)
    shown.find(QPushButton, "previewTake").click()
    assert shown.wishes[-1] == WishTakeFound((choice(LIN, "1.2"),), with_loss=True)
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), None), looked(job, found(LIN, "1.2")))
    shown.find(QPushButton, "previewTake").click()
    assert shown.wishes[-1] == WishTakeFound((choice(LIN, "1.2"),))


def test_nothing_is_taken_by_closing_the_preview(shown: Shown) -> None:
    inbox(shown)
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), None), looked(job, found(HE, "1.1")))
    take = shown.find(QPushButton, "previewTake")
    assert take.text() == "Take into the inbox"
    QTest.keyClick(take, Qt.Key.Key_Escape)
    assert shown.wishes[-1] == WishDropFound()


def test_without_a_chosen_study_there_is_nothing_to_take(shown: Shown) -> None:
    inbox(shown)
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), None), looked(job, found(HE, "1.1")))
    shown.find(QCheckBox, "found_1.1").setChecked(False)
    assert not shown.find(QPushButton, "previewTake").isEnabled()


def test_every_control_of_the_preview_has_a_name(shown: Shown) -> None:
    inbox(shown, row("1.1"))
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), None), looked(job, found(HE, "1.1")))
    assert nameless(shown.find(PreviewDialog, "preview")) == []


def test_the_first_focus_is_what_must_be_chosen_where_nothing_is_proposed(shown: Shown) -> None:
    shown.apply(*online(), *lists(), draft())
    shown.go(Page.CASE_FORM)
    case = shown.session.state.case
    assert case is not None
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("disc"),), case.id))
    shown.apply(looked(job, found(LIN, "1.2")))
    dialog = shown.find(PreviewDialog, "preview")
    order = []
    for _ in range(4):
        order.append(dialog.focusWidget().objectName())
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert order == ["found_1.2", "previewLeftOutPart", "previewLoss", "previewDrop"]


def test_what_is_chosen_stays_in_sight_however_much_was_left_out(shown: Shown) -> None:
    case_id, _ = written(shown)
    job = uuid4()
    study = LookedStudy(
        study_instance_uid="1.2.3", study_date="", description="Chest", modalities=("CT",),
        images=1, size=100, chosen=Chosen(study_instance_uid="1.2.3"),
    )  # fmt: skip
    left_out = tuple((f"A LONG NAME OF A FILE {n}.TXT", Reason.NOT_DICOM) for n in range(40))
    found = LookedPatient(person=HE, studies=(study,))
    looked_at = Looked(
        job=job, done=4, total=4, ended=True, patients=(found,), foreign=1,
        left_out=left_out, left_out_count=40,
    )  # fmt: skip
    shown.apply(PreviewBegun(job, (Path("/disc"),), case_id), IntakeTold(looked_at))
    dialog = shown.find(PreviewDialog, "preview")
    dialog.resize(dialog.minimumSizeHint())
    QCoreApplication.sendPostedEvents()
    box = shown.find(QCheckBox, "found_1.2.3")
    assert "1 image ·" in box.text()
    around = shown.find(QScrollArea, "previewFound")
    assert around.isAncestorOf(box)
    assert around.height() >= 190
    assert shown.find(QLabel, "previewForeign").text().startswith("1 photograph or document goes")
    assert shown.find(QScrollArea, "previewLeftOutPart").height() <= 120


def test_of_several_patients_none_is_proposed_for_a_case_that_names_nobody(shown: Shown) -> None:
    unwritten = consultation(case_row(phase=Phase.EDITING))
    shown.apply(*online(), *lists(), CaseOpened(Case(unwritten, content=CaseContent())))
    shown.go(Page.CASE_FORM)
    job = uuid4()
    shown.apply(PreviewBegun(job, (Path("discs"),), unwritten.summary.id))
    shown.apply(looked(job, found(HE, "1.1"), found(LIN, "1.2")))
    boxes = [shown.find(QCheckBox, f"found_{uid}") for uid in ("1.1", "1.2")]
    assert not any(box.isChecked() for box in boxes)
    assert [box.text().split(" · ")[0] for box in boxes] == ["何小溪", "林远山 / Lin Yuanshan"]
    assert not shown.find(QPushButton, "previewTake").isEnabled()
    for box in boxes:
        box.click()
    shown.find(QPushButton, "previewTake").click()
    assert not any(isinstance(wish, WishTakeFound) for wish in shown.wishes)
    question = shown.find(QMessageBox, "severalQuestion")
    assert "何小溪, 林远山" in question.text()
    shown.find(QPushButton, "severalQuestionYes").click()
    assert shown.wishes[-1] == WishTakeFound((choice(HE, "1.1"), choice(LIN, "1.2")))


def test_studies_of_several_patients_go_from_the_inbox_with_one_case_after_a_question(
    shown: Shown,
) -> None:
    table = inbox(shown, row("1.1"), row("1.2", patients=(LIN,)))
    table.selectAll()
    shown.find(QPushButton, "attach").click()
    menu = shown.find(QMenu, "attachMenu")
    next(one for one in menu.actions() if one.text() == "New case").trigger()
    assert not any(isinstance(wish, WishAttach) for wish in shown.wishes)
    shown.find(QPushButton, "severalQuestionYes").click()
    assert shown.wishes[-1] == WishAttach(("1.1", "1.2"))
    menu.close()
