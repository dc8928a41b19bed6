"""From an imaging study of the record to its images in the hospital's archive."""

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from app.commands.intake_wishes import StudyQuery, WishSearchPacs
from app.net.dimse.query import identifier
from app.session.intake import IntakeConfigured
from app.store.intake_settings import IntakeSettings, Pacs
from protocol.base import new_id
from tests.views.conftest import Shown
from tests.views.test_emr import RECORD, at_hospital, click, read
from tests.views.test_record_entry import marked_row

ARCHIVE = Pacs(id=new_id(), name="市一院", url="https://pacs.hospital.example/dicomweb")
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
    query = StudyQuery(study_instance_uid=STUDY)
    assert shown.wishes[-1] == WishSearchPacs(ARCHIVE.id, query)
    assert shown.find(QWidget, "pacsWindow").isVisible()


def test_without_an_archive_nothing_is_offered(shown: Shown) -> None:
    assert not mark_a_study(shown).isVisible()


@pytest.mark.parametrize("uid", ["1.2.3", ""])
def test_the_archive_is_asked_by_the_uid(uid: str) -> None:
    assert identifier(StudyQuery(study_instance_uid=uid), "ISO_IR 192").StudyInstanceUID == uid
