"""Signing in with a second factor, and setting one up: every word has its room."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.commands.wishes import Page
from app.kit.theme import Appearance, ThemeName
from app.models.lock import derive_lock
from app.models.sign_in import derive_sign_in
from app.services.invitation import squares_of
from app.session.auditing import AlertsRead, AuditQuery, AuditRead, LockOutsRead
from app.session.call import Call, CallPhase
from app.session.emergency import EmergenciesRead, EmergencyRefused
from app.session.entry import Entry, EntryChanged, EntryStage
from app.session.lock import Lock
from app.session.owner import Session
from app.session.second_factor import SecondFactor, SecondFactorChanged
from app.session.signed_in import AllSessionsRead, OwnSessionsRead
from app.session.state import AnyFact
from app.views.lock_window import LockWindow
from app.views.main_window import MainWindow
from app.views.sign_in import SignInWindow
from protocol.account import Role, TokenScope
from protocol.audit import AlertKind, AuditAlert, AuditEntry, LockOut
from protocol.errors import ErrorCode
from protocol.second_factor import SecondFactorState
from protocol.signed_in import PersonSession, SignedInSession
from tests.fakes.examples import NOW, account, named, offer
from tests.fakes.messages import EMERGENCY
from tests.looks.test_room import describe, is_cut
from tests.looks.test_scenes import settled
from tests.views.facts import online

pytestmark = pytest.mark.looks
PICTURES = os.environ.get("HUIZHEN_LOOKS_FOLDER")
"""Where the scenes are kept as pictures, for somebody who wants to look at them."""
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SQUARES = squares_of(f"otpauth://totp/Huizhen:chen.rad?digits=6&secret={SECRET}&issuer=Huizhen")
CODES = tuple(f"a{n}bc-de{n}f-gh{n}j" for n in range(10))
DUE = SecondFactorState(since=None, required=True)
SET_UP = SecondFactorState(since=NOW, required=False, recovery_codes_left=9)
OFFERED = SecondFactor(DUE, secret=SECRET, squares=SQUARES, problem=ErrorCode.SECOND_FACTOR_WRONG)
SHOWN_ONCE = SecondFactor(SET_UP, codes=CODES)


def at(stage: EntryStage, problem: ErrorCode | None = None) -> EntryChanged:
    return EntryChanged(Entry(stage, "https://hub.test", "chen.rad", problem=problem))


SIGNING_IN: dict[str, tuple[AnyFact, ...]] = {
    "code": (at(EntryStage.CODE, ErrorCode.SECOND_FACTOR_WRONG),),
    "device": (at(EntryStage.DEVICE, ErrorCode.DEVICE_NEEDED),),
    "set-up": (at(EntryStage.SECOND_FACTOR), SecondFactorChanged(OFFERED)),
    "codes": (at(EntryStage.SECOND_FACTOR), SecondFactorChanged(SHOWN_ONCE)),
}
SETTINGS = {
    "settings-none": SecondFactor(SecondFactorState(since=None, required=False)),
    "settings-set-up": OFFERED,
    "settings-codes": SHOWN_ONCE,
    "settings-enrolled": SecondFactor(SET_UP),
}


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, theme: ThemeName, tmp_path: Path) -> MainWindow:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = MainWindow(QWidget(), lambda _id: None, Appearance(qapp, theme), settings, lambda: NOW)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.mark.parametrize("scene", SIGNING_IN)
def test_the_way_in_with_a_second_factor(
    scene: str, theme: ThemeName, qtbot: QtBot, qapp: QApplication
) -> None:
    Appearance(qapp, theme)
    window, session = SignInWindow(), Session()
    qtbot.addWidget(window)
    for fact in SIGNING_IN[scene]:
        session.apply(fact)
    with qtbot.waitExposed(window):
        window.show()
    window.show_props(derive_sign_in(session.state))
    assert_whole(window, f"sign-in-{scene}-{theme}")


@pytest.mark.parametrize("scene", SETTINGS)
def test_the_second_factor_in_the_settings(
    scene: str, theme: ThemeName, window: MainWindow
) -> None:
    session = Session()
    for fact in (*online(), SecondFactorChanged(SETTINGS[scene])):
        session.apply(fact)
    window.show_state(session.state)
    window.show_page(Page.SETTINGS)
    part = window.settings_page.second_factor
    window.settings_page.scrolled.ensureWidgetVisible(part)
    assert_whole(window, f"{scene}-{theme}", part)


IN_CALL = Call(phase=CallPhase.IN, consultation_id=named("case a"))


@pytest.mark.parametrize("scene", ["quiet", "call", "wrong"])
def test_the_locked_window(scene: str, theme: ThemeName, qtbot: QtBot, qapp: QApplication) -> None:
    Appearance(qapp, theme)
    window, session = LockWindow(), Session()
    qtbot.addWidget(window)
    for fact in online():
        session.apply(fact)
    state = session.state
    if scene == "call":
        state = replace(state, call=IN_CALL, queue=replace(state.queue, offers=(offer(),)))
    if scene == "wrong":
        state = replace(state, lock=Lock(locked=True, problem=ErrorCode.INVALID_CREDENTIALS))
    window.resize(1366, 768)
    with qtbot.waitExposed(window):
        window.show()
    window.show_props(derive_lock(state))
    assert_whole(window, f"lock-{scene}-{theme}")


def own(device: str, hours: int, *, current: bool = False) -> SignedInSession:
    return SignedInSession(
        id=named(device),
        device=device,
        scope=TokenScope.FULL,
        since=NOW - timedelta(hours=hours),
        seen_at=NOW - timedelta(minutes=hours),
        address="10.12.200.114",
        current=current,
        connected=current,
    )


HERE, WARD = own("reading-room-2", 3, current=True), own("ward-3-notebook-of-the-clinic", 7)
EVERYBODY = tuple(
    PersonSession(
        account_id=named(name),
        username=f"user{number}.radiology",
        display_name=name,
        roles=(Role.EXPERT, Role.REVIEWER) if number else (Role.REQUESTER,),
        session=own(f"pc-{number}", number, current=False),
    )
    for number, name in enumerate(("林医生", "陈放射", "王主任"))
)


def test_opening_a_case_in_an_emergency_and_looking_at_who_did(
    theme: ThemeName, window: MainWindow
) -> None:
    session = Session()
    officer = account("陈专家", Role.EXPERT, Role.SECURITY)
    ended = EMERGENCY.model_copy(update={"id": named("another"), "ended_at": NOW})
    refused = EmergencyRefused(ErrorCode.NOT_FOUND)
    for fact in (*online(officer), EmergenciesRead((EMERGENCY, ended)), refused):
        session.apply(fact)
    window.show_state(session.state)
    window.show_page(Page.SECURITY)
    window.security._tabs.setCurrentIndex(1)
    assert_whole(window, f"emergencies-{theme}", window.security)
    window.show_page(Page.WORK)
    window.glass.begin()
    window.glass._asked = True
    window.show_state(session.state)
    assert_whole(window.glass, f"break-glass-{theme}")
    assert_whole(window, f"work-{theme}", window.work)


LINES = tuple(
    AuditEntry(
        id=named(f"line {number}"),
        at=NOW - timedelta(minutes=number),
        by=EMERGENCY.by,
        username="chen.radiology",
        access=access,
        resource=resource,
        target="1.2.826.0.1.3680043.8.498.73145310091752863134191964614920189860",
        consultation_id=None,
        number="CONS-20261121-0007",
        origin="10.12.200.114",
        outcome=outcome,
        request_id="8770a416374dfded",
        detail=detail,
        purpose="TREAT",
    )
    for number, (access, resource, outcome, detail) in enumerate(
        (
            ("read", "consultation", None, ""),
            ("execute", "emergency_access", "no_such_case", ""),
            ("create", "session", "wrong_password", ""),
            ("update", "presented_form", None, ""),
            ("execute", "export", None, "pictures to=paper count=3 at=2026-01-05T07:30:00+00:00"),
            ("execute", "consultation", None, "submit editing queued"),
        )
    )
)
ALERTS = (
    AuditAlert(
        kind=AlertKind.EMERGENCY, at=NOW, by=EMERGENCY.by, count=1, number="CONS-20261121-0007"
    ),
    AuditAlert(kind=AlertKind.LOCK_OUT, at=NOW, by=None, count=17, origins=("10.12.200.114",)),
    AuditAlert(kind=AlertKind.MANY_CASES, at=NOW, by=EMERGENCY.by, count=61),
    AuditAlert(
        kind=AlertKind.ROLES,
        at=NOW,
        by=EMERGENCY.by,
        count=1,
        about="lin.clinic",
        detail="requester > requester,admin",
    ),
)
LOCKED = LockOut(
    by=EMERGENCY.by,
    username="chen.radiology",
    wrong=7,
    last_at=NOW,
    origins=("10.12.200.114",),
    waits_until=NOW,
)


@pytest.mark.parametrize("scene", ["alerts", "search", "lock-outs"])
def test_what_auditors_and_security_see(scene: str, theme: ThemeName, window: MainWindow) -> None:
    session, query = Session(), AuditQuery()
    watching = account("赵审计", Role.SECURITY if scene == "lock-outs" else Role.AUDITOR)
    read = AuditRead(query, LINES, "more", False)
    for fact in (*online(watching), read, AlertsRead(ALERTS), LockOutsRead((LOCKED,))):
        session.apply(fact)
    window.show_state(session.state)
    page, part = (
        (Page.SECURITY, window.security) if scene == "lock-outs" else (Page.AUDIT, window.audit)
    )
    window.show_page(page)
    window.security._tabs.setCurrentIndex(2)
    window.audit.tabs.setCurrentIndex(1 if scene == "search" else 0)
    assert_whole(window, f"audit-{scene}-{theme}", part)


@pytest.mark.parametrize("page", [Page.SETTINGS, Page.SECURITY], ids=lambda page: page.value)
def test_where_people_are_signed_in(page: Page, theme: ThemeName, window: MainWindow) -> None:
    session = Session()
    for fact in (*online(), OwnSessionsRead((HERE, WARD)), AllSessionsRead(EVERYBODY)):
        session.apply(fact)
    window.show_state(session.state)
    window.show_page(page)
    part = window.settings_page.sessions if page is Page.SETTINGS else window.security
    assert_whole(window, f"sessions-{page.value}-{theme}", part)


def assert_whole(window: QWidget, name: str, part: QWidget | None = None) -> None:
    """Also a paragraph has the height that all of its lines need."""
    settled()
    if PICTURES is not None:
        window.grab().save(str(Path(PICTURES) / f"{name}.png"))
    found = (part or window).findChildren(QWidget)
    assert not [describe(widget) for widget in found if is_cut(widget)]
    words = [one for one in found if isinstance(one, QLabel) and one.isVisible()]
    short = [one for one in words if one.wordWrap() and one.height() < least(one)]
    assert not [describe(one) for one in short]


def least(paragraph: QLabel) -> int:
    return paragraph.heightForWidth(paragraph.width())
