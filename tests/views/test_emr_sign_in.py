"""In the settings somebody signs in at the hospital, stops doing so, and signs out again."""

import json
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLineEdit, QPushButton

from app.commands.emr_wishes import (
    WishCancelEmrSignIn,
    WishSaveEmr,
    WishSignInEmr,
    WishSignOutEmr,
)
from app.commands.wishes import Page
from app.net.emr.place import SCOPES, EmrAccess, EmrServer
from app.session.emr import (
    EmrConfigured,
    EmrProblem,
    EmrSearch,
    EmrSearched,
    EmrSigned,
    EmrSigning,
    EmrTest,
    EmrTested,
    EmrTrouble,
)
from app.session.queue import Load
from tests.fakes.examples import NOW
from tests.views.conftest import Shown
from tests.views.facts import EVERYBODY, online
from tests.views.test_emr import SERVER, at_hospital, click

PERSON = SERVER.model_copy(
    update={
        "access": EmrAccess.PERSON,
        "client_id": "huizhen",
        "scope": SCOPES[EmrAccess.PERSON],
    }
)


SIGNED = PERSON.model_copy(update={"signed_at": NOW, "signed_by": EVERYBODY.id})


def choose(shown: Shown, access: EmrAccess) -> None:
    kinds = shown.find(QComboBox, "emrAccess")
    kinds.setCurrentIndex(kinds.findData(access))


def test_a_person_signs_in_without_any_secret(shown: Shown) -> None:
    shown.apply(*online(), EmrConfigured(EmrServer()))
    shown.go(Page.SETTINGS)
    choose(shown, EmrAccess.PERSON)
    assert not shown.find(QLineEdit, "emrSecret").isVisible()
    assert shown.find(QLineEdit, "emrScope").text() == SCOPES[EmrAccess.PERSON]
    shown.find(QLineEdit, "emrName").setText(SERVER.name)
    shown.find(QLineEdit, "emrUrl").setText(SERVER.url)
    click(shown, "emrSignIn")
    assert shown.wishes == [], "hospital IT gives each client a name"
    shown.find(QLineEdit, "emrClient").setText("huizhen")
    click(shown, "emrSignIn")
    assert shown.wishes == [WishSignInEmr(PERSON)]
    choose(shown, EmrAccess.CLIENT)
    assert shown.find(QLineEdit, "emrScope").text() == SCOPES[EmrAccess.CLIENT]
    assert not shown.find(QPushButton, "emrSignIn").isVisible()


def test_while_the_browser_is_open_it_can_be_given_up(shown: Shown) -> None:
    shown.apply(*online(), EmrConfigured(PERSON))
    shown.go(Page.SETTINGS)
    told = shown.find(QLabel, "emrTold")
    shown.apply(EmrSigned(EmrSigning()))
    assert "in the browser that has opened" in told.text()
    assert shown.find(QPushButton, "emrSignIn").accessibleName() == "Cancel signing in"
    click(shown, "emrSignIn")
    assert shown.wishes == [WishCancelEmrSignIn()]
    shown.apply(EmrSigned(EmrSigning(EmrTrouble(EmrProblem.SIGN_IN_REFUSED, said="不在班"))))
    assert told.text().endswith("不在班")
    shown.apply(EmrSigned(None))
    assert told.text() == ""


def test_what_was_tested_or_saved_since_is_told_and_not_why_nobody_signed_in(shown: Shown) -> None:
    shown.apply(*online(), EmrConfigured(PERSON))
    shown.go(Page.SETTINGS)
    told = shown.find(QLabel, "emrTold")
    late = EmrSigned(EmrSigning(EmrTrouble(EmrProblem.SIGN_IN_LATE)))
    shown.apply(late)
    assert "within five minutes" in told.text()
    shown.apply(EmrTested(EmrTest(good=True)))
    assert told.text() == "It answers."
    shown.apply(late)
    shown.apply(EmrConfigured(SERVER))
    assert told.text() == "Saved"
    shown.apply(EmrSigned(EmrSigning()), EmrTested(EmrTest(good=True)))
    assert "in the browser that has opened" in told.text(), "somebody is still signing in"


def test_who_is_signed_in_signs_out(shown: Shown) -> None:
    shown.apply(*online(), EmrConfigured(SIGNED))
    shown.go(Page.SETTINGS)
    assert shown.find(QLabel, "emrSigned").text().startswith("Signed in here since 20")
    click(shown, "emrSignOut")
    assert shown.wishes == [WishSignOutEmr()]
    shown.apply(EmrConfigured(PERSON))
    assert not shown.find(QPushButton, "emrSignOut").isVisible()


def test_a_key_is_chosen_as_a_file_and_its_public_half_is_copied(shown: Shown) -> None:
    public = json.dumps({"keys": [{"kty": "EC", "kid": "clinic-2026"}]})
    admits = {"access": EmrAccess.KEY, "client_id": "clinic", "public_key": public}
    kept = SERVER.model_copy(update=admits)
    shown.apply(*online(), EmrConfigured(kept))
    shown.go(Page.SETTINGS)
    told, password = shown.find(QLabel, "emrKey"), shown.find(QLineEdit, "emrSecret")
    assert "clinic-2026" in told.text()
    click(shown, "emrKeyCopy")
    assert QGuiApplication.clipboard().text() == public
    typed = kept.model_copy(update={"public_key": ""})
    password.setText("typed for nothing")
    click(shown, "emrSave")
    assert shown.wishes[-1] == WishSaveEmr(typed), "the key before stays"
    click(shown, "emrKeyFile")
    dialog = shown.find(QFileDialog, "fileDialog")
    dialog.filesSelected.emit(["/keys/new.pem"])
    dialog.close()
    assert "new.pem" in told.text()
    password.setText("s3cret")
    click(shown, "emrSave")
    assert shown.wishes[-1] == WishSaveEmr(typed, "s3cret", Path("/keys/new.pem"))


def test_who_is_refused_while_they_search_signs_in_again_there(shown: Shown) -> None:
    at_hospital(shown)
    refused = EmrSearch("何小溪", Load.FAILED, trouble=EmrTrouble(EmrProblem.NOT_ADMITTED))
    again = shown.find(QPushButton, "emrSignAgain")
    shown.apply(EmrSearched(refused))
    assert not again.isVisible(), "a token or client is mended in the settings"
    shown.apply(EmrConfigured(SIGNED))
    assert again.isVisible()
    click(shown, "emrSignAgain")
    shown.apply(EmrSigned(EmrSigning()))
    assert "in the browser that has opened" in shown.find(QLabel, "emrSignAgainTold").text()
    click(shown, "emrSignAgain")
    assert shown.wishes[-2:] == [WishSignInEmr(SIGNED), WishCancelEmrSignIn()]
    shown.apply(EmrSigned(None), EmrSearched(EmrSearch()))
    assert not again.isVisible()
