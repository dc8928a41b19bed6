"""The program from its first window to its end.

The sign-in window shows before anything slow is imported; what works behind it is built when
somebody has signed in (`app.composition.desk`), and taken down at sign-out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QObject, QSettings, Qt
from PySide6.QtWidgets import QApplication

from app.commands.identity_wishes import (
    IdentityWish,
    WishCloseFactor,
    WishConfirmFactor,
    WishDeviceCertificate,
)
from app.commands.wishes import (
    EntryWish,
    Language,
    Theme,
    Wish,
    WishChangePassword,
    WishLanguage,
    WishSignIn,
    WishSignOut,
    WishTheme,
    WishTrustServer,
    WishUnlockStore,
)
from app.composition.language import Languages
from app.kit.theme import Appearance
from app.models.sign_in import derive_sign_in
from app.session.entry import EntryChanged
from app.session.owner import Session
from app.session.state import State
from app.store.profile import Profile
from app.store.site import read_site
from app.views.sign_in import SignInWindow

if TYPE_CHECKING:
    from app.composition.desk import Desk
    from app.net.emr.launch import Launch
    from app.services.entry import EntryService, SignedInAs
    from app.services.tasks import Tasks

log = logging.getLogger(__name__)


LAUNCH_KEPT_MS = 300_000
"""A patient whom the hospital's program had open is not opened for who signs in much later."""


class Program(QObject):
    """Owns the windows and the way in.

    Args:
        generated_media: send the generated picture and tone without looking for a camera.
        launch: what the hospital's own program has open; its record is read after signing in.
    """

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        *,
        generated_media: bool = False,
        launch: Launch | None = None,
    ) -> None:
        super().__init__(app)
        self._app = app
        self._launch = launch
        self._launch_ends = QDeadlineTimer(LAUNCH_KEPT_MS)
        self._generated = generated_media
        self.profile = Profile(folder, read_site())
        self.session = Session(self)
        remembered = self.profile.remembered
        self.languages = Languages(app)
        self.language = Language(remembered.language)
        self.languages.use(self.language)
        self.appearance = Appearance(app, "dark" if remembered.theme == "dark" else "light")
        self.settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.sign_in = SignInWindow()
        self.sign_in.set_dark(dark=self.appearance.name == "dark")
        self.sign_in.wished.connect(self.wish, Qt.ConnectionType.QueuedConnection)
        self.sign_in.closed.connect(self._sign_in_closed)
        self.session.changed.connect(self._show)
        self.desk: Desk | None = None
        self._ended = asyncio.Event()
        self._tasks: Tasks | None = None
        self._entry: EntryService | None = None

    # --- start and end -------------------------------------------------------------------

    async def run(self, play: Callable[[Program], Awaitable[None]] | None = None) -> None:
        """Shows the sign-in window and returns when the program was closed.

        `play` is the demonstration's driver: it gets the program once the window shows.
        """
        self.sign_in.show_props(derive_sign_in(self.session.state))
        self.sign_in.show()
        await asyncio.sleep(0)
        QCoreApplication.sendPostedEvents()
        tasks, entry = self._build_entry()
        tasks.start(entry.prepare())
        self._listen()
        player = asyncio.ensure_future(play(self)) if play is not None else None
        try:
            if player is None:
                await self._ended.wait()
            else:
                await player
        finally:
            if player is not None and not player.done():
                player.cancel()
            await self._close()

    def _listen(self) -> None:
        """For what the program is started for while it is open."""
        from app.composition.handover import Handover

        Handover(self.profile.folder, self).came.connect(self._launched)

    def _launched(self, launch: Launch) -> None:
        """Where nobody has signed in, it waits until somebody has."""
        self._launch = launch
        self._launch_ends.setRemainingTime(LAUNCH_KEPT_MS)
        if self.desk is None:
            self.sign_in.raise_()
            self.sign_in.activateWindow()
        else:
            self._open_launched(self.desk)

    def _open_launched(self, desk: Desk) -> None:
        launch, self._launch = self._launch, None
        if launch is not None and not self._launch_ends.hasExpired():
            desk.records.launch(launch)

    async def ended(self) -> None:
        """Returns when the program was closed."""
        await self._ended.wait()

    def _build_entry(self) -> tuple[Tasks, EntryService]:
        from app.services.entry import EntryService
        from app.services.tasks import Tasks
        from app.services.troubles import raise_error, trouble_of

        def told(error: BaseException) -> None:
            """Where no main window can show it, the sign-in window does."""
            if self.desk is not None:
                raise_error(self.session, error)
                return
            code, details = trouble_of(error)
            entry = replace(
                self.session.state.entry, busy=False, problem=code, problem_details=details
            )
            self.session.apply(EntryChanged(entry))

        self._tasks = Tasks(told)
        self._entry = EntryService(self.session, self.profile, self._signed_in, self._signed_out)
        return self._tasks, self._entry

    async def _close(self) -> None:
        if self.desk is not None:
            await self.desk.close()
            self.desk = None
        if self._entry is not None:
            await self._entry.close()
        if self._tasks is not None:
            await self._tasks.finish()
        self.sign_in.close()

    async def _signed_in(self, who: SignedInAs) -> None:
        from app.composition.desk import Desk

        self.sign_in.forget_password()
        self.desk = Desk(self, who, generated_media=self._generated)
        await self.desk.start()
        self.sign_in.hide()
        self._open_launched(self.desk)

    async def _signed_out(self) -> None:
        desk, self.desk = self.desk, None
        if desk is not None:
            await desk.sign_out()
        self.sign_in.show()

    def window_closed(self) -> None:
        """The main window was closed: the program ends."""
        self._ended.set()

    def _sign_in_closed(self) -> None:
        if self.desk is None:
            self._ended.set()

    def session_over(self) -> None:
        """The server ended this session: back to the sign-in window, with the reason."""
        if self._entry is not None and self._tasks is not None:
            self._tasks.start(self._entry.sign_out(told=True), only="sign out")

    # --- state to screen -----------------------------------------------------------------

    def _show(self, state: State) -> None:
        if self.desk is not None:
            self.desk.show_state(state)
        if self.desk is None or state.link.account is None:
            self.sign_in.show_props(derive_sign_in(state))

    # --- wishes --------------------------------------------------------------------------

    def wish(self, wish: Wish) -> None:
        """Every wish of every view ends here or at the desk."""
        match wish:
            case WishTheme(theme):
                self._use_theme(theme)
            case WishLanguage(language):
                self._use_language(language)
            case WishSignIn() | WishTrustServer() | WishUnlockStore():
                self._enter(wish)
            case WishDeviceCertificate(file, secret):
                if self._entry is not None and self._tasks is not None:
                    self._tasks.start(self._entry.use_device(file, secret), only="sign in")
            case WishChangePassword() | WishSignOut():
                self._enter(wish)
            case _:
                if self.desk is not None:
                    self.desk.fulfil(wish)
                elif isinstance(wish, IdentityWish):
                    self._set_up(wish)

    def _enter(self, wish: EntryWish) -> None:
        from app.services.entry import Credentials

        if self._entry is None or self._tasks is None:
            return
        entry = self._entry
        match wish:
            case WishSignIn(server, username, password, take_over, code):
                typed = Credentials(server, username, password, take_over, code)
                self._tasks.start(entry.sign_in(typed), only="sign in")
            case WishTrustServer(_, fingerprint):
                self._tasks.start(entry.trust(fingerprint), only="sign in")
            case WishUnlockStore(passphrase, nothing):
                self._tasks.start(entry.unlock(passphrase, remember_nothing=nothing))
            case WishChangePassword(current, new):
                self._tasks.start(entry.change_password(current, new))
            case WishSignOut():
                self._tasks.start(entry.sign_out(), only="sign out")
            case _:
                assert_never(wish)

    def _set_up(self, wish: IdentityWish) -> None:
        """A second factor that is due before anything else."""
        if self._entry is None or self._entry.factor is None or self._tasks is None:
            return
        if isinstance(wish, WishConfirmFactor):
            self._tasks.start(self._entry.factor.confirm(wish.code), only="second factor")
        elif isinstance(wish, WishCloseFactor):
            self._tasks.start(self._entry.factor_set_up(), only="sign in")

    def _use_theme(self, theme: Theme) -> None:
        self.appearance.apply("dark" if theme is Theme.DARK else "light")
        self.sign_in.set_dark(dark=theme is Theme.DARK)
        self.profile.remember(theme=theme.value)
        self._show(self.session.state)

    def _use_language(self, language: Language) -> None:
        self.language = language
        if self.desk is not None:
            self.desk.window.language = language
        self.languages.use(language)
        self.profile.remember(language=language.value)
        self._show(self.session.state)
