"""Whether a case is heard when it rings is chosen in the settings."""

from PySide6.QtWidgets import QCheckBox

from app.commands.call_wishes import WishRingTones
from app.commands.wishes import Page
from app.session.equipment import RingTonesChosen
from tests.fakes.examples import DOCTOR, EXPERT
from tests.views.conftest import Shown
from tests.views.facts import online


def test_who_is_rung_chooses_whether_it_is_heard(shown: Shown) -> None:
    shown.apply(*online(EXPERT))
    shown.go(Page.SETTINGS)
    tones = shown.find(QCheckBox, "ringTones")
    assert tones.isChecked()
    tones.click()
    assert shown.wishes == [WishRingTones(False)]
    shown.apply(RingTonesChosen(False))
    assert not tones.isChecked()


def test_who_is_never_rung_is_not_asked_about_tones(shown: Shown) -> None:
    shown.apply(*online(DOCTOR))
    shown.go(Page.SETTINGS)
    assert not shown.find(QCheckBox, "ringTones").isVisible()
