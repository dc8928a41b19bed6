"""The settings of intake as they are used: typed, judged where they stand, saved, tested."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox

from app.commands.intake_wishes import StudyQuery, WishSaveIntake, WishSearchPacs, WishTestPacs
from app.commands.wishes import Page
from app.net.mllp_tls import TlsFault
from app.session.intake import IntakeConfigured, IntakeTold, TestBegun
from app.store.archive_entry import ToArchive
from app.store.intake_settings import Caller, Hl7Receiver, PacsKind
from app.transfer.intake_messages import ArchiveTold, Hl7State, IntakeState, JobEnded, PacsProblem
from tests.views.conftest import Shown
from tests.views.facts import lists, online
from tests.views.test_intake import PACS, SETTINGS

ENDS = datetime(2027, 6, 11, tzinfo=UTC)
pytestmark = pytest.mark.qt_log_ignore("does not support")


def settings(shown: Shown) -> None:
    shown.apply(*online(), *lists(), IntakeConfigured(SETTINGS))
    shown.go(Page.SETTINGS)


def test_settings_are_shown_and_saved_as_they_were(shown: Shown) -> None:
    settings(shown)
    assert shown.find(QLineEdit, "receiverCallers").text() == "CT01@10.1.2.3:104"
    shown.find(QPushButton, "intakeSave").click()
    wish = shown.wishes[-1]
    assert isinstance(wish, WishSaveIntake)
    assert wish.settings == SETTINGS


def test_what_is_typed_becomes_settings(shown: Shown) -> None:
    settings(shown)
    shown.find(QLineEdit, "receiverTitle").setText("CLINIC7")
    shown.find(QSpinBox, "receiverPort").setValue(4104)
    shown.find(QLineEdit, "receiverCallers").setText("CT01; @10.1.2.9；US02@10.1.2.8")
    shown.find(QCheckBox, "receiverUnknown").setChecked(True)
    shown.find(QPushButton, "pacsAdd").click()
    shown.find(QLineEdit, "pacsEntryName").setText("Cloud")
    box = shown.find(QComboBox, "pacsKind")
    box.setCurrentIndex(box.findData(PacsKind.DICOMWEB))
    shown.find(QLineEdit, "pacsUrl").setText("https://pacs.example/dicom-web")
    shown.find(QLineEdit, "pacsPassword").setText("secret")
    shown.find(QCheckBox, "pacsReports").setChecked(True)
    shown.find(QPushButton, "intakeSave").click()
    wish = shown.wishes[-1]
    assert isinstance(wish, WishSaveIntake)
    receiver, (first, cloud) = wish.settings.receiver, wish.settings.pacs
    assert (first.reports, cloud.reports) == (False, True)
    assert (receiver.ae_title, receiver.port, receiver.admit_unknown) == ("CLINIC7", 4104, True)
    assert receiver.callers == (
        Caller(ae_title="CT01"),
        Caller(host="10.1.2.9"),
        Caller(ae_title="US02", host="10.1.2.8"),
    )
    assert (cloud.name, cloud.kind) == ("Cloud", PacsKind.DICOMWEB)
    assert wish.passwords == ((cloud.id, "secret"),)


def test_what_cannot_be_is_said_and_not_saved(shown: Shown) -> None:
    settings(shown)
    shown.find(QLineEdit, "receiverCallers").setText("CT01@10.1.2.3:nowhere")
    shown.find(QLineEdit, "receiverTitle").setText("影像")
    shown.find(QCheckBox, "watchOn").setChecked(True)
    shown.wishes.clear()
    shown.find(QPushButton, "intakeSave").click()
    assert not shown.wishes
    said = "\n".join(one.text() for one in shown.window.findChildren(QLabel) if one.isVisible())
    assert "is no device" in said
    assert "1 to 16 Latin letters" in said
    assert "Choose a folder." in said


def test_typing_is_not_overwritten_by_news(shown: Shown) -> None:
    settings(shown)
    title = shown.find(QLineEdit, "receiverTitle")
    title.setText("HALF-TYPED")
    shown.apply(IntakeTold(replace_port(4)))
    assert title.text() == "HALF-TYPED"


def replace_port(taken: int) -> IntakeState:
    return IntakeState(listening=True, port=11112, taken=taken)


def test_the_archive_on_screen_is_tested_as_it_is_typed(shown: Shown) -> None:
    settings(shown)
    shown.find(QLineEdit, "pacsHost").setText("10.1.2.11")
    shown.find(QPushButton, "pacsTest").click()
    wish = shown.wishes[-1]
    assert isinstance(wish, WishTestPacs)
    assert (wish.pacs.host, wish.calling) == ("10.1.2.11", "HUIZHEN")
    job = uuid4()
    shown.apply(TestBegun(job, PACS.id))
    answer = shown.find(QLabel, "pacsAnswer")
    assert answer.text() == "Asking…"
    shown.apply(IntakeTold(JobEnded(job=job, problem=PacsProblem.NOT_ADMITTED)))
    assert "AE title" in answer.text()


def test_passwords_and_searches_are_not_in_the_words_of_a_wish() -> None:
    assert "secret" not in repr(WishSaveIntake(SETTINGS, ((PACS.id, "secret"),)))
    assert "林" not in repr(WishSearchPacs(PACS.id, StudyQuery(name="林远山")))
    assert replace(WishTestPacs(PACS), password="secret").__repr__() == "WishTestPacs(…)"


# --- messages of the hospital ----------------------------------------------------------------


def test_the_interface_engine_is_set_up(shown: Shown) -> None:
    settings(shown)
    shown.find(QCheckBox, "hl7On").setChecked(True)
    shown.find(QPushButton, "intakeSave").click()
    assert shown.wishes == [], "nobody may send"
    shown.find(QLineEdit, "hl7Hosts").setText("10.1.2.3；10.1.2.4, 10.1.2.3")
    shown.find(QSpinBox, "hl7Port").setValue(6661)
    shown.find(QPushButton, "intakeSave").click()
    wish = shown.wishes[-1]
    assert isinstance(wish, WishSaveIntake)
    hl7 = wish.settings.hl7
    assert (hl7.on, hl7.port, hl7.hosts) == (True, 6661, ("10.1.2.3", "10.1.2.4"))
    shown.find(QLineEdit, "hl7Authority").setText("/etc/ca.pem")
    shown.find(QPushButton, "intakeSave").click()
    assert shown.wishes[-1] is wish, "an authority of others, and no certificate of its own"
    shown.find(QLineEdit, "hl7Certificate").setText("/etc/own.pem")
    shown.find(QPushButton, "intakeSave").click()
    wish = shown.wishes[-1]
    assert isinstance(wish, WishSaveIntake)
    assert (wish.settings.hl7.certificate, wish.settings.hl7.authority) == (
        "/etc/own.pem",
        "/etc/ca.pem",
    )


def test_what_the_receiver_of_messages_does_is_said(shown: Shown) -> None:
    hears = Hl7Receiver(on=True, hosts=("10.1.2.3",))
    shown.apply(*online(), *lists(), IntakeConfigured(SETTINGS.model_copy(update={"hl7": hears})))
    shown.go(Page.SETTINGS)
    told = Hl7State(port=2575, came=12, refused=("10.9.9.9",))
    shown.apply(IntakeTold(IntakeState(listening=False, hl7=told)))
    words = shown.find(QLabel, "hl7State").text()
    assert "port 2575, messages received: 12" in words
    assert "10.9.9.9" in words
    faults = (("10.1.2.3", TlsFault.NO_CERTIFICATE), ("10.1.2.4", TlsFault.NO_TLS))
    for days, words in ((200, "valid until 2027"), (9, "expires on 2027"), (-1, "expired on 2027")):
        told = Hl7State(port=2575, encrypted=True, expires=ENDS, days_left=days, faults=faults)
        shown.apply(IntakeTold(IntakeState(listening=False, hl7=told)))
        said = shown.find(QLabel, "hl7State").text()
        assert words in said
        assert "10.1.2.3 (shows no certificate), 10.1.2.4 (sends without TLS)" in said
    told = Hl7State(port=2575, faults=(("10.1.2.5", TlsFault.UNASKED),))
    shown.apply(IntakeTold(IntakeState(listening=False, hl7=told)))
    assert "10.1.2.5 (sends with TLS: " in shown.find(QLabel, "hl7State").text()
    told = Hl7State(certificate_unusable=True)
    shown.apply(IntakeTold(IntakeState(listening=False, hl7=told)))
    assert "certificate cannot be used" in shown.find(QLabel, "hl7State").text()
    shown.apply(IntakeTold(IntakeState(listening=False, hl7=Hl7State(port_taken=True))))
    assert "another program has its port" in shown.find(QLabel, "hl7State").text()


def test_a_report_that_waits_for_an_archive_is_named_with_the_reason(shown: Shown) -> None:
    settings(shown)
    entry = ToArchive(id=uuid4(), pacs_id=PACS.id, number="CONS-20261121-0007", version=1)
    told = ArchiveTold(entry=entry, archive="PACS", problem=PacsProblem.REFUSED, status=0xA700)
    shown.apply(IntakeTold(told))
    state = shown.find(QLabel, "archiveWaiting")
    assert "The report of CONS-20261121-0007 waits for PACS." in state.text()
    assert "0xA700" in state.text()
    shown.apply(IntakeTold(told.model_copy(update={"problem": None})))
    assert not state.isVisible()
