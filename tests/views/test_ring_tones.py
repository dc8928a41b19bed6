"""Whether cases and calls are heard is chosen in the settings."""

import pytest
from PySide6.QtWidgets import QCheckBox

from app.commands.call_wishes import WishRingTones
from app.commands.wishes import Page
from app.session.equipment import RingTonesChosen
from protocol.account import Account, Role
from tests.fakes.examples import DOCTOR, EXPERT, account
from tests.views.conftest import Shown
from tests.views.facts import online


@pytest.mark.parametrize("who", [EXPERT, DOCTOR], ids=["expert", "clinic"])
def test_who_is_rung_or_called_chooses_whether_it_is_heard(shown: Shown, who: Account) -> None:
    shown.apply(*online(who))
    shown.go(Page.SETTINGS)
    tones = shown.find(QCheckBox, "ringTones")
    assert tones.isChecked()
    tones.click()
    assert shown.wishes == [WishRingTones(False)]
    shown.apply(RingTonesChosen(False))
    assert not tones.isChecked()


def test_for_whom_nothing_rings_is_not_asked_about_tones(shown: Shown) -> None:
    shown.apply(*online(account("赵明", Role.ADMIN)))
    shown.go(Page.SETTINGS)
    assert not shown.find(QCheckBox, "ringTones").isVisible()
