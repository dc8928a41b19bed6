"""The use cases of who one is, built for one signed-in person."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt

from app.kit.curtain import Curtain
from app.kit.idle import IdleWatch
from app.models.lock import derive_lock
from app.net.auditing import AuditApi
from app.net.emergency import EmergencyApi
from app.net.second_factor import SecondFactorApi
from app.net.signed_in import SignedInApi
from app.services.auditing import AuditService
from app.services.emergency import EmergencyService
from app.services.locking import LockService
from app.services.second_factor import SecondFactorService
from app.services.signed_in import SignedInService
from app.store.profile import LockChoice
from app.views.lock_window import LockWindow

if TYPE_CHECKING:
    from app.composition.desk import Desk
    from app.composition.program import Program
    from app.services.entry import SignedInAs
    from app.session.state import State


class IdentityDesk:
    """`factor` is the own second factor, `signed_in` where people are signed in, `locking` the lock
    of the window (`window` is then seen in the place of all others), `emergency` the broken
    glass, `auditing` the trail."""

    def __init__(self, desk: Desk, program: Program, who: SignedInAs) -> None:
        self._desk = desk
        connection = who.api.connection
        self.factor = SecondFactorService(desk.session, SecondFactorApi(connection))
        self.signed_in = SignedInService(desk.session, SignedInApi(connection))
        self.locking = LockService(
            desk.session,
            who.api,
            LockChoice(program.profile),
            who.password,
            who.tokens.lock_after_s,
            desk.now,
        )
        self.emergency = EmergencyService(desk.session, EmergencyApi(connection), desk.now)
        self.auditing = AuditService(desk.session, AuditApi(connection), desk.now)
        self.window = LockWindow()
        self.window.wished.connect(program.wish, Qt.ConnectionType.QueuedConnection)
        self.window.closed.connect(program.window_closed)
        self._curtain = Curtain(self.window)
        self._emergency: UUID | None = None
        self.watch = IdleWatch(program)
        self.watch.idle.connect(self.lock)
        desk.expert.idle_s = self.watch.idle_s

    def lock(self) -> None:
        """What is being typed is kept first, as when the program ends."""
        self._desk.tasks.start(self._desk.keep_words(), only="keep words")
        self.locking.lock()

    def follow(self, state: State) -> None:
        lock = state.lock
        self.watch.after_s = None if lock.locked else lock.after_s
        self.window.show_props(derive_lock(state))
        if lock.locked and not self._curtain.down:
            self.window.begin()
            self._curtain.fall(self._desk.window)
        elif self._curtain.down and not lock.locked:
            self._curtain.rise()
            self.watch.touch()

        self._watch_emergency(state)

    def _watch_emergency(self, state: State) -> None:
        """However the case was opened: from the form, from a list, or after a restart."""
        case = state.case
        read = None if case is None or case.consultation.emergency_until is None else case.id
        if read == self._emergency:
            return
        self._emergency = read
        if read is None:
            self._desk.tasks.cancel("emergency's end")
        else:
            self._desk.tasks.start(self.emergency.close_in_time(), only="emergency's end")

    def close(self) -> None:
        self.watch.end()
        self.watch.deleteLater()
        self._curtain.end()
        self.window.hide()
        self.window.deleteLater()
