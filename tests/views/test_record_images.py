"""From an imaging study of the record to its images in the hospital's archive."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QTableView, QWidget

from app.commands.intake_wishes import StudyQuery, WishRetrieve, WishSeekStudy
from app.net.dimse.query import identifier
from app.net.studies import FoundStudy
from app.session.intake import IntakeConfigured, IntakeTold, StudySought
from app.store.intake_settings import IntakeSettings, Pacs
from app.transfer.intake_messages import PacsAnswered, PacsProblem
from protocol.base import new_id
from tests.views.conftest import Shown
from tests.views.test_emr import RECORD, at_hospital, click, read
from tests.views.test_record_entry import marked_row

ARCHIVE = Pacs(id=new_id(), name="市一院", url="https://pacs.hospital.example/dicomweb")
OTHER = Pacs(id=new_id(), name="省院", url="https://vna.hospital.example/dicomweb")
STUDY = next(one.study_instance_uid for one in RECORD.entries if one.study_instance_uid)


def mark_a_study(shown: Shown) -> QPushButton:
    at_hospital(shown)
    read(shown)
    images = shown.find(QPushButton, "emrImages")
    assert not images.isVisible(), "nothing is marked yet"
    marked_row(shown, "IMAGING", "recordList")
    return images


def test_the_study_that_is_marked_is_looked_for_in_the_archive(shown: Shown) -> None:
    shown.apply(IntakeConfigured(IntakeSettings(pacs=(ARCHIVE,))))
    assert mark_a_study(shown).isVisible()
    click(shown, "emrImages")
    assert shown.wishes[-1] == WishSeekStudy(STUDY)
    assert shown.find(QWidget, "pacsWindow").isVisible()


def test_which_archive_has_it_and_which_gave_no_answer_is_said(shown: Shown) -> None:
    shown.apply(IntakeConfigured(IntakeSettings(pacs=(ARCHIVE, OTHER))))
    mark_a_study(shown)
    click(shown, "emrImages")
    (first, second) = asking = ((new_id(), ARCHIVE.id), (new_id(), OTHER.id))
    shown.apply(StudySought(STUDY, asking))
    remark = shown.find(QLabel, "pacsRemark")
    assert "2 archives are being asked" in remark.text()
    away = PacsAnswered(job=first[0], problem=PacsProblem.UNREACHABLE)
    shown.apply(IntakeTold(away), IntakeTold(PacsAnswered(job=second[0])))
    told = [one.text() for one in shown.window.findChildren(QLabel) if one.isVisible()]
    assert any("市一院: " in one and "other archives do not have" in one for one in told)
    shown.apply(StudySought(STUDY, asking))
    shown.apply(IntakeTold(PacsAnswered(job=second[0], studies=(FoundStudy(STUDY),))))
    assert "Found in 省院" in remark.text()
    shown.find(QTableView, "pacsTable").selectRow(0)
    click(shown, "pacsRetrieve")
    assert shown.wishes[-1] == WishRetrieve(OTHER.id, STUDY)


def test_without_an_archive_nothing_is_offered(shown: Shown) -> None:
    assert not mark_a_study(shown).isVisible()


@pytest.mark.parametrize("uid", ["1.2.3", ""])
def test_the_archive_is_asked_by_the_uid(uid: str) -> None:
    assert identifier(StudyQuery(study_instance_uid=uid), "ISO_IR 192").StudyInstanceUID == uid
