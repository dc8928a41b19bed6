"""Writing by hand into the clinic's own record: a form for each kind, and nothing typed is lost."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QTableView,
    QWidget,
)

from app.commands.emr_wishes import (
    WishCorrectPatient,
    WishEndEntry,
    WishEnter,
    WishEnterPatient,
    WishTakeBackEntry,
)
from app.models.record_entry import EntryKind, NewEntry, VitalSign
from app.session.emr import (
    EmrEntered,
    EmrEntering,
    EmrProblem,
    EmrSearch,
    EmrSearched,
    EmrTrouble,
)
from app.session.queue import Load
from app.views.record_entry import RecordEntryWindow
from protocol.consultation import Patient, Sex
from tests.fakes.examples import content
from tests.views.conftest import Shown
from tests.views.test_emr import RECORD, at_hospital, click, read

BORN = date(1958, 4, 2)


class Form:
    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.window = shown.find(RecordEntryWindow, "recordEntry")

    def of(self, kind: EntryKind) -> "Form":
        choice = self.shown.find(QComboBox, "entryKind")
        choice.setCurrentIndex(choice.findData(kind))
        return self

    def write(self, name: str, text: str) -> "Form":
        field = self.shown.find(QLineEdit, name, "recordEntry")
        assert field.isVisible(), name
        field.setText(text)
        return self

    def tick(self, name: str) -> "Form":
        self.shown.find(QCheckBox, name, "recordEntry").click()
        return self

    def save(self) -> list[NewEntry]:
        click(self.shown, "entrySave")
        return [one.entry for one in self.shown.wishes if isinstance(one, WishEnter)]

    def problems(self) -> list[str]:
        labels = self.window.findChildren(QLabel)
        told = [one for one in labels if one.property("type") == "problem" and one.isVisible()]
        return [one.text() for one in told]


def test_who_has_no_hospital_begins_a_record_for_the_patient_of_the_case(shown: Shown) -> None:
    case = at_hospital(shown, ours=True)
    window = shown.find(QWidget, "emrWindow")
    assert window.windowTitle() == "The clinic's own record"
    assert "on our server" in shown.find(QLabel, "emrPlace").text()
    begin = shown.find(QPushButton, "emptyAction", "emrWindow")
    assert not begin.isVisible(), "nobody was looked for yet"
    shown.apply(EmrSearched(EmrSearch("QS-2026-0042", Load.READY)))
    QTest.mouseClick(begin, Qt.MouseButton.LeftButton)
    assert shown.wishes == [WishEnterPatient(case.id)]
    stopped = EmrEntering(trouble=EmrTrouble(EmrProblem.UNREACHABLE))
    shown.apply(EmrEntered(stopped))
    assert "cannot be reached" in shown.find(QLabel, "emrRemark").text()


def test_a_patient_without_a_number_gets_no_record(shown: Shown) -> None:
    nameless = content(patient=Patient(name="何小溪"))
    at_hospital(shown, ours=True, entered=nameless)
    shown.apply(EmrSearched(EmrSearch("何小溪", Load.READY)))
    begin = shown.find(QPushButton, "emptyAction", "emrWindow")
    assert not begin.isVisible()


def test_an_entry_that_is_wrong_is_marked_after_a_question(shown: Shown) -> None:
    at_hospital(shown, ours=True)
    read(shown)
    click(shown, "emrWrong")
    assert "Mark the entry" in shown.find(QLabel, "emrProblem").text()
    shown.find(QTableView, "recordList", "emrWindow").selectRow(0)
    click(shown, "emrWrong")
    assert RECORD.entries[0].title in asked_words(shown)
    click(shown, "takeBackEntry")
    assert shown.wishes[-1] == WishTakeBackEntry("p1", RECORD.entries[0].id)


def go_to(shown: Shown, section: str) -> None:
    choice = shown.find(QComboBox, "recordSection", "emrWindow")
    choice.setCurrentIndex(choice.findData(section))


def marked_row(shown: Shown, section: str, table: str) -> None:
    go_to(shown, section)
    shown.find(QTableView, table, "emrWindow").selectRow(0)


def asked_words(shown: Shown) -> str:
    return shown.find(QLabel, "markWords").text()


def test_of_a_value_it_is_said_which_is_wrong_and_all_that_goes_with_it(shown: Shown) -> None:
    at_hospital(shown, ours=True)
    read(shown)
    marked_row(shown, "VITALS", "recordValues")
    click(shown, "emrWrong")
    choice = shown.find(QListWidget, "markChoice")
    days = [choice.item(number).text()[-16:-6] for number in range(choice.count())]
    assert days == ["2026-01-04", "2025-06-11"], "the newest first"
    yes = shown.find(QPushButton, "takeBackEntry")
    assert not yes.isEnabled(), "nobody has said which"
    choice.setCurrentRow(1)
    assert all(one in asked_words(shown) for one in ("152", "94", "2025-06-11"))
    click(shown, "takeBackEntry")
    assert shown.wishes[-1] == WishTakeBackEntry("p1", "Observation/bp1")


def test_a_problem_is_over_since_a_day_after_it_began(shown: Shown) -> None:
    at_hospital(shown, ours=True)
    read(shown)
    over = shown.find(QPushButton, "emrOver")
    assert not over.isVisible(), "nothing is marked"
    marked_row(shown, "PROBLEMS", "recordList")
    problem = next(one for one in RECORD.entries if one.active)
    click(shown, "emrOver")
    assert problem.title in asked_words(shown)
    since = shown.find(QLineEdit, "markSince")
    since.setText("1990")
    click(shown, "endEntry")
    told = [one.text() for one in shown.window.findChildren(QLabel) if one.isVisible()]
    assert any(one.startswith("It began later") for one in told)
    since.setText("2026-01")
    click(shown, "endEntry")
    assert shown.wishes[-1] == WishEndEntry("p1", problem.id, "2026-01")
    assert over.isVisible(), "the problem is still marked"
    go_to(shown, "VITALS")
    assert not over.isVisible(), "nothing of this section is marked"
    marked_row(shown, "VITALS", "recordValues")
    assert not over.isVisible(), "a value does not end"
    marked_row(shown, "PROBLEMS", "recordList")
    assert over.isVisible()


def test_a_record_begun_with_a_typo_is_corrected_after_comparing(shown: Shown) -> None:
    typed = Patient(name="何小溪", patient_id="QS-2026-0042", sex=Sex.MALE, birth_date=BORN)
    case = at_hospital(shown, ours=True, entered=content(patient=typed))
    read(shown)
    click(shown, "emrCorrect")
    question = shown.find(QMessageBox, "correctPatient")
    assert "Sex: Female → Male" in question.text()
    assert "Born" not in question.text(), "it is the same"
    click(shown, "correctIt")
    assert shown.wishes[-1] == WishCorrectPatient("p1", case.id)


def test_the_record_of_the_patient_of_the_case_needs_no_correction(shown: Shown) -> None:
    at_hospital(shown, ours=True)
    read(shown)
    assert not shown.find(QPushButton, "emrCorrect").isVisible()


def test_what_stands_under_everything_by_date_can_be_marked_too(shown: Shown) -> None:
    at_hospital(shown, ours=True)
    read(shown)
    marked_row(shown, "EVERYTHING", "recordList")
    click(shown, "emrWrong")
    newest = max(RECORD.entries, key=lambda one: one.order)
    assert newest.title in asked_words(shown)
    click(shown, "takeBackEntry")
    assert shown.wishes[-1] == WishTakeBackEntry("p1", newest.id)


def test_nothing_is_added_to_the_record_of_another_than_the_patient_of_the_case(
    shown: Shown,
) -> None:
    other = content(patient=Patient(name="何小溪", patient_id="QS-2026-0042", sex=Sex.MALE))
    at_hospital(shown, ours=True, entered=other)
    read(shown)
    assert not shown.find(QPushButton, "emrAdd").isVisible()
    assert "not the patient of the case" in shown.find(QLabel, "emrProblem").text()


def test_who_is_known_by_name_alone_is_compared_before_anything_is_added(shown: Shown) -> None:
    at_hospital(shown, ours=True, entered=content(patient=Patient(name="何小溪")))
    read(shown)
    add = shown.find(QPushButton, "emrAdd")
    assert not add.isEnabled()
    shown.find(QCheckBox, "emrCompared").click()
    assert add.isEnabled()


def test_what_could_not_be_marked_is_told_beside_the_record(shown: Shown) -> None:
    at_hospital(shown, ours=True)
    read(shown)
    shown.apply(EmrEntered(EmrEntering(trouble=EmrTrouble(EmrProblem.UNREACHABLE))))
    assert "cannot be reached" in shown.find(QLabel, "emrProblem").text()


def test_a_hospitals_record_is_not_written_into_by_hand(shown: Shown) -> None:
    at_hospital(shown)
    read(shown)
    for name in ("emrAdd", "emrWrong"):
        assert not shown.find(QPushButton, name).isVisible()


@pytest.fixture
def form(shown: Shown) -> Form:
    at_hospital(shown, ours=True)
    read(shown)
    click(shown, "emrAdd")
    return Form(shown)


def test_the_form_says_whose_record_it_is_and_nobody_goes_on_without_it(form: Form) -> None:
    said = form.shown.find(QLabel, "entryWhose")
    assert all(one in said.text() for one in ("何小溪", "female", "1958-04-02"))
    assert form.window.windowModality() is Qt.WindowModality.WindowModal
    form.of(EntryKind.ALLERGY).write("entryTitle", "青霉素").save()
    (wish,) = form.shown.wishes
    assert isinstance(wish, WishEnter)
    assert wish.patient_id == "p1"


def test_what_was_typed_is_thrown_away_only_after_a_question(form: Form) -> None:
    form.of(EntryKind.ALLERGY).write("entryTitle", "青霉素")
    form.window.reject()
    assert form.window.isVisible()
    form.shown.find(QMessageBox, "entryTyped")
    click(form.shown, "discardEntry")
    assert not form.window.isVisible()
    click(form.shown, "emrAdd")
    form.window.reject()
    assert not form.window.isVisible(), "nothing was typed"


def test_what_went_wrong_before_is_not_told_of_the_next_form(form: Form) -> None:
    trouble = EmrEntering(trouble=EmrTrouble(EmrProblem.UNREACHABLE))
    form.shown.apply(EmrEntered(trouble))
    assert form.problems()
    form.window.reject()
    click(form.shown, "emrAdd")
    assert form.problems() == []


def test_an_allergy_with_its_reaction(form: Form) -> None:
    form.of(EntryKind.ALLERGY).write("entryTitle", " 青霉素 ").write("entryNote", "皮疹")
    (entry,) = form.tick("entrySevere").save()
    assert (entry.title, entry.note, entry.severe) == ("青霉素", "皮疹", True)
    assert entry.at == "", "nobody said since when"


def test_who_was_asked_and_has_no_allergy(form: Form) -> None:
    (entry,) = form.of(EntryKind.ALLERGY).tick("entryNoneKnown").save()
    assert (entry.none_known, entry.title) == (True, "")
    assert not form.shown.find(QLineEdit, "entryTitle").isVisible()


def test_vital_signs_of_one_moment_are_one_entry(form: Form) -> None:
    form.of(EntryKind.VITALS).write("entry_systolic", "150").write("entry_diastolic", "95")
    form.write("entryWhen", "2026-01-20 07:40")
    (entry,) = form.write("entry_temperature", "36，8").save()
    assert dict(entry.vitals) == {
        VitalSign.SYSTOLIC: Decimal(150),
        VitalSign.DIASTOLIC: Decimal(95),
        VitalSign.TEMPERATURE: Decimal("36.8"),
    }
    assert datetime.fromisoformat(entry.at).strftime("%Y-%m-%d %H:%M") == "2026-01-20 07:40"


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (EntryKind.PROBLEM, {}, "Write what it is."),
        (EntryKind.VITALS, {}, "Write at least one value."),
        (EntryKind.VITALS, {"entry_temperature": "368"}, "From 20 to 45 °C."),
        (
            EntryKind.VITALS,
            {"entry_systolic": "80", "entry_diastolic": "120"},
            "Below the systolic",
        ),
        (EntryKind.LABORATORY, {"entryTitle": "TSH"}, "Write a number, or"),
        (EntryKind.LABORATORY, {"entryTitle": "TSH", "entry_value": "4,2 x"}, "This is no number."),
        (EntryKind.LABORATORY, {"entryTitle": "PLT", "entry_value": "12,500"}, "12500 or 12.5?"),
        (
            EntryKind.LABORATORY,
            {"entryTitle": "PLT", "entry_value": "1，234，500"},
            "1234500 without",
        ),
        (EntryKind.LABORATORY, {"entryTitle": "PLT", "entry_value": "1_000"}, "This is no number."),
        (
            EntryKind.LABORATORY,
            {"entryTitle": "TSH", "entry_value": "4", "entry_low": "5", "entry_high": "1"},
            "ends below where it begins",
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    form: Form, kind: EntryKind, typed: dict[str, str], said: str
) -> None:
    form.of(kind)
    for name, text in typed.items():
        form.write(name, text)
    assert form.save() == []
    assert any(said in one for one in form.problems()), form.problems()


def test_since_when_is_as_exact_as_somebody_knows(form: Form) -> None:
    form.of(EntryKind.PROBLEM).write("entryTitle", "高血压").write("entryWhen", "2016")
    assert [one.at for one in form.save()] == ["2016"]


def test_a_day_that_has_not_come_is_none(form: Form) -> None:
    form.of(EntryKind.MEDICATION).write("entryTitle", "阿司匹林").write("entryWhen", "9999-01-01")
    assert form.save() == []
    assert "This time has not come yet." in form.problems()


def test_a_value_says_when_it_was_measured_and_now_is_one_press_away(form: Form) -> None:
    form.of(EntryKind.VITALS).write("entry_temperature", "36.8")
    assert form.save() == []
    assert any("when it was measured" in one for one in form.problems())
    click(form.shown, "entryNow")
    (entry,) = form.save()
    assert datetime.fromisoformat(entry.at).tzinfo is not None


def test_what_did_not_get_there_stays_and_is_sent_as_the_same(form: Form) -> None:
    form.of(EntryKind.MEDICATION).write("entryTitle", "阿司匹林 100 mg")
    (first,) = form.save()
    form.shown.apply(EmrEntered(EmrEntering(running=True)))
    assert not form.shown.find(QPushButton, "entrySave").isEnabled()
    lost = EmrTrouble(EmrProblem.UNREACHABLE)
    form.shown.apply(EmrEntered(EmrEntering(trouble=lost)))
    assert any("cannot be reached" in one for one in form.problems())
    assert form.save() == [first, first], "the same id: the record takes it once"
    form.shown.apply(EmrEntered(EmrEntering(done=1)))
    assert not form.window.isVisible()


def test_the_next_entry_is_another_one(form: Form) -> None:
    form.of(EntryKind.PROBLEM).write("entryTitle", "高血压")
    (first,) = form.save()
    form.shown.apply(EmrEntered(EmrEntering(done=1)))
    click(form.shown, "emrAdd")
    assert form.shown.find(QLineEdit, "entryTitle").text() == ""
    form.of(EntryKind.PROBLEM).write("entryTitle", "高血压")
    assert form.save()[-1].id != first.id
