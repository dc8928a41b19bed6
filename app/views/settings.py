"""Settings: look, language, password, and what this computer trusts and keeps."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QRadioButton, QWidget

from app.commands.wishes import (
    Language,
    Theme,
    WishChangePassword,
    WishLanguage,
    WishPause,
    WishSignOut,
    WishTheme,
)
from app.kit.layouts import Item, arrange, column, row, scrolling, surface
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_words
from app.models.passwords import weak_words
from app.models.settings import SettingsProps
from app.views.certificate_settings import CertificateSettings
from app.views.device_certificate import DeviceCertificateForm
from app.views.device_settings import DeviceSettings
from app.views.emr_settings import EmrSettingsForm
from app.views.intake_settings import IntakeSettingsForm
from app.views.line_choice import LineChoice
from app.views.lock_settings import LockSettings
from app.views.second_factor_settings import SecondFactorSettings
from app.views.session_list import OwnSessions

COLUMN_WIDTH = 520
INTAKE_WIDTH = 760
TWO_COLUMNS = 1060
"""What the hospital has set up stands beside the rest from so many pixels on, else below it."""


class SettingsPage(View):
    def __init__(self) -> None:
        super().__init__()
        self._title = label("pageTitle", "title")
        self._heads = [label(kind="lead") for _ in range(4)]
        self._themes = {theme: self._radio(f"theme_{theme.value}") for theme in Theme}
        self._languages = {lang: self._radio(f"language_{lang.value}") for lang in Language}
        for theme, radio in self._themes.items():
            radio.clicked.connect(lambda _on=False, t=theme: self.wished.emit(WishTheme(t)))
        for language, radio in self._languages.items():
            radio.clicked.connect(
                lambda _on=False, lang=language: self.wished.emit(WishLanguage(lang))
            )
        self._facts = label("facts", wrap=True)
        self._fingerprint = label("fingerprint", "mono", wrap=True)
        self._current = LineField("currentPassword", secret=True)
        self._new = LineField("settingsNewPassword", secret=True)
        self._again = LineField("settingsNewPasswordAgain", secret=True)
        self._change = button("settingsChangePassword", self._wish_password)
        self._pause = button("pause", lambda: self.wished.emit(WishPause(15)))
        self._resume = button("resume", lambda: self.wished.emit(WishPause(0)))
        self._sign_out = button("signOut", lambda: self.wished.emit(WishSignOut()), "danger")
        look = _group(
            self._heads[0], row(*self._themes.values(), None), row(*self._languages.values(), None)
        )
        self.device = DeviceCertificateForm()
        self.device.wished.connect(self.wished)
        place = _group(self._heads[1], self._facts, self._fingerprint)
        password = _group(
            self._heads[2],
            row(self._current, self._new, self._again, gap=3),
            row(None, self._change),
        )
        self.lock = LockSettings()
        self.lock.wished.connect(self.wished)
        duty = _group(
            self._heads[3], self.lock, row(self._pause, self._resume, None, self._sign_out)
        )
        self.second_factor = SecondFactorSettings()
        self.second_factor.wished.connect(self.wished)
        self.devices = DeviceSettings()
        self.devices.wished.connect(self.wished)
        self.certificate = CertificateSettings()
        self.certificate.wished.connect(self.wished)
        own = column(look, self.devices, place, password, self.second_factor, duty, None, gap=3)
        self.intake = IntakeSettingsForm()
        self.intake.wished.connect(self.wished)
        self.emr = EmrSettingsForm()
        self.emr.wished.connect(self.wished)
        self.sessions = OwnSessions()
        self.sessions.wished.connect(self.wished)
        self.lines = LineChoice()
        self.lines.wished.connect(self.wished)
        hospital = column(
            self.lines,
            self.sessions,
            self.certificate,
            _group(self.device),
            self.emr,
            self.intake,
            None,
            gap=3,
        )
        self._columns = row(own, hospital, gap=3)
        self._columns.setStretch(0, COLUMN_WIDTH)
        self._columns.setStretch(1, INTAKE_WIDTH)
        inner = QWidget()
        inner.setMaximumWidth(COLUMN_WIDTH + INTAKE_WIDTH)
        inner.setLayout(self._columns)
        self.scrolled = scrolling(inner)
        self.setLayout(column(self._title, self.scrolled, margin=5, gap=3))
        self.words()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        arrange(self._columns, across=self.width() >= TWO_COLUMNS)

    def _radio(self, name: str) -> QRadioButton:
        made = QRadioButton()
        made.setObjectName(name)
        made.setAutoExclusive(False)
        return made

    def show_props(self, props: SettingsProps, theme: Theme, language: Language) -> None:
        for choice, radio in self._themes.items():
            radio.setChecked(choice is theme)
        for lang, radio in self._languages.items():
            radio.setChecked(lang is language)
        lines = (
            self.tr("Signed in as {name} ({roles})").format(name=props.person, roles=props.roles),
            self.tr("Server: {server}").format(server=props.server),
            self.tr("On this computer: {place}").format(place=props.key_place),
            self.tr("Version {version}").format(version=props.version),
        )
        self._facts.setText("\n".join(lines))
        text = self.tr("Pinned certificate: {print}").format(print=props.fingerprint)
        self._fingerprint.setText(text if props.fingerprint else "")
        self._fingerprint.setVisible(bool(props.fingerprint))
        self.intake.setVisible(props.intake is not None)
        if props.intake is not None:
            self.intake.show_props(props.intake)
        self.emr.setVisible(props.emr is not None)
        if props.emr is not None:
            self.emr.show_props(props.emr)
        self.lines.setVisible(props.lines is not None)
        if props.lines is not None:
            self.lines.show_props(props.lines)
        self.devices.show_props(props.equipment, props.check, props.ring_tones)
        self.second_factor.show_props(props.second_factor)
        self.sessions.show_props(props.sessions)
        self.lock.show_props(props.lock)
        self.device.show_props(props.device)
        self.certificate.setVisible(props.certificate is not None)
        if props.certificate is not None:
            self.certificate.show_props(props.certificate)
        self._pause.setVisible(props.on_duty_list)
        self._resume.setVisible(props.on_duty_list)

    def words(self) -> None:
        self._title.setText(self.tr("Settings"))
        heads = (
            self.tr("Look and language"),
            self.tr("Connection and store"),
            self.tr("Password"),
            self.tr("Session"),
        )
        for head, text in zip(self._heads, heads, strict=True):
            head.setText(text)
        self._themes[Theme.LIGHT].setText(self.tr("Light"))
        self._themes[Theme.DARK].setText(self.tr("Dark (reading room)"))
        self._languages[Language.ZH_CN].setText("中文")
        self._languages[Language.EN].setText("English")
        for radio in (*self._themes.values(), *self._languages.values()):
            radio.setAccessibleName(radio.text())
        self._current.set_name(self.tr("Present password"))
        self._new.set_name(self.tr("New password"))
        self._again.set_name(self.tr("New password again"))
        set_words(self._change, self.tr("Change password"))
        set_words(self._pause, self.tr("Pause for 15 minutes"))
        set_words(self._resume, self.tr("I am back"))
        set_words(self._sign_out, self.tr("Sign out"), "Ctrl+Shift+Q")

    def _wish_password(self) -> None:
        weak = weak_words(self._new.text)
        differs = self._new.text != self._again.text
        self._new.set_problem(weak)
        self._again.set_problem(self.tr("The two are not the same.") if differs else "")
        if weak or differs:
            return
        self.wished.emit(WishChangePassword(self._current.text, self._new.text))
        for field in (self._current, self._new, self._again):
            field.line.clear()


def _group(*parts: Item) -> QWidget:
    return surface("card", column(*parts, margin=4, gap=2))
