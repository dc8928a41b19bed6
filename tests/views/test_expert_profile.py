"""An expert's profile is changed where people are kept: languages and capacity among the rest."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QPushButton, QSpinBox, QTableWidget

from app.commands.administration_wishes import WishChangeAccount
from app.commands.wishes import Page, WishEditCase
from app.session.administration import AdministrationLoaded
from app.session.case import Case, CaseOpened
from protocol.account import ExpertProfile, ExpertTitle, SpokenLanguage
from protocol.consultation import Phase
from tests.fakes.examples import DOCTOR, EXPERT, consultation, content, row
from tests.views.conftest import Shown
from tests.views.facts import online

PROFILE = ExpertProfile(
    title=ExpertTitle.ASSOCIATE_CHIEF,
    departments=("放射科", "急诊科"),
    heads=("急诊科",),
    icd10_prefixes=("J", "R91"),
    years=12,
    licence_number="110001",
    languages=(SpokenLanguage.MANDARIN,),
    capacity=4,
)


def people(shown: Shown) -> QTableWidget:
    expert = EXPERT.model_copy(update={"expert": PROFILE})
    shown.apply(*online(), AdministrationLoaded((), (DOCTOR, expert), ()))
    shown.go(Page.ADMINISTRATION)
    return shown.find(QTableWidget, "accountTable")


def test_what_is_not_touched_stays(shown: Shown) -> None:
    people(shown).selectRow(1)
    shown.find(QPushButton, "saveProfile").click()
    wish = shown.wishes[-1]
    assert isinstance(wish, WishChangeAccount)
    assert (wish.account_id, wish.body.expert) == (EXPERT.id, PROFILE)


def test_languages_and_capacity_are_changed(shown: Shown) -> None:
    people(shown).selectRow(1)
    tibetan = shown.window.findChild(QAction, "editLanguages_bo")
    assert tibetan is not None
    tibetan.setChecked(True)
    shown.find(QSpinBox, "editCapacity").setValue(0)
    shown.find(QPushButton, "saveProfile").click()
    wish = shown.wishes[-1]
    assert isinstance(wish, WishChangeAccount)
    assert wish.body.expert is not None
    assert wish.body.expert.languages == (SpokenLanguage.MANDARIN, SpokenLanguage.TIBETAN)
    assert wish.body.expert.capacity is None


def test_an_expert_without_a_department_is_not_saved(shown: Shown) -> None:
    people(shown).selectRow(1)
    shown.find(QComboBox, "editDepartment").setEditText(" 、 ")
    before = len(shown.wishes)
    shown.find(QPushButton, "saveProfile").click()
    assert len(shown.wishes) == before


def test_who_is_no_expert_has_no_profile(shown: Shown) -> None:
    people(shown).selectRow(0)
    assert not shown.find(QPushButton, "saveProfile").isVisible()


def test_the_clinic_says_which_language_the_expert_should_speak(shown: Shown) -> None:
    shown.apply(*online(DOCTOR))
    shown.apply(
        CaseOpened(Case(consultation(row(phase=Phase.EDITING), content()), content=content()))
    )
    shown.go(Page.CASE_FORM)
    box = shown.window.case_form.question.findChild(QComboBox, "language")
    assert box is not None
    box.setCurrentIndex(box.findData(SpokenLanguage.TIBETAN.value))
    box.activated.emit(box.currentIndex())
    typed = shown.window.case_form.take_typed()
    assert isinstance(typed, WishEditCase)
    assert typed.content.language is SpokenLanguage.TIBETAN
