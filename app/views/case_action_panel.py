"""Asks what an action of the case needs, says what will happen, and keeps what was typed until the
server has done it."""

from typing import assert_never
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.commands.case_wishes import WishCandidates, WishCaseAction, WishExperts
from app.commands.wishes import Wish, WishRelease, WishWithdraw
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import button, label, set_property, set_words
from app.models.case_actions import ActionEntry, ActionForm, CaseActionsProps
from app.session.case_action import Stage
from app.views.case_action_bodies import (
    AbsentBody,
    AppointmentBody,
    Body,
    ChecklistBody,
    HandOverBody,
    PasswordBody,
    ReasonBody,
)
from app.views.mdt_body import MdtBody
from app.views.read_back_body import ReadBackBody
from protocol.consultation import Action


class CaseActionPanel(View):
    """Hidden until `begin`; Escape leaves it."""

    leaving = Signal()
    """Before it goes: the keys need another place."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("caseActionPanel")
        self._props: CaseActionsProps | None = None
        self._entry: ActionEntry | None = None
        self._case: UUID | None = None
        self._sent: int | None = None
        self._title = label("actionTitle", "lead")
        self._text = label("actionText", "muted", wrap=True)
        self._checklist, self._hand_over = ChecklistBody(), HandOverBody()
        self._appointment, self._absent, self._reason = (
            AppointmentBody(),
            AbsentBody(),
            ReasonBody(),
        )
        self._read_back, self._mdt, self._password = ReadBackBody(), MdtBody(), PasswordBody()
        self._bodies: tuple[Body, ...] = (
            self._checklist,
            self._hand_over,
            self._appointment,
            self._absent,
            self._reason,
            self._read_back,
            self._mdt,
            self._password,
        )
        self._hand_over.wanted.connect(self._want_candidates)
        self._mdt.wanted.connect(self._want_experts)
        self._reason.submitted.connect(self._give)
        self._password.submitted.connect(self._give)
        self._problem = label("actionProblem", "problem", wrap=True)
        self._confirm = button("actionConfirm", self._give, "primary")
        self._back = button("actionBack", self.leave, "quiet")
        inner = column(
            self._title,
            self._text,
            *self._bodies,
            self._problem,
            row(self._confirm, self._back, None),
            margin=3,
        )
        self.setLayout(column(surface("card", inner), margin=2))
        self.hide()
        self.words()

    # --- what it shows -------------------------------------------------------------------

    def begin(self, entry: ActionEntry) -> None:
        """Asks for one action of the case that is shown."""
        props = self._props
        if props is None:
            return
        self._entry, self._case, self._sent = entry, props.consultation_id, None
        body = self._body(entry)
        for one in self._bodies:
            one.setVisible(one is body)
        self._problem.hide()
        self._name()
        self._confirm.setEnabled(True)
        if body is not None:
            body.begin(props)
        self.show()
        first = self._back if body is None else body.first()
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_props(self, props: CaseActionsProps | None) -> None:
        self._props = props
        if self._entry is None:
            return
        if props is None or props.consultation_id != self._case:
            self.leave()
            return
        entry = self._follow(props, self._entry)
        if entry is None:
            return
        present = props.entry(entry.action)
        if present is None:
            # While it is on its way the actions of the new state are still being read.
            if self._sent is None:
                self._say(self.tr("This cannot be done in the case's present state."))
            self._enable(on=False)
            return
        self._entry = present
        self._enable(on=self._sent is None)
        self._name()
        if (body := self._body(present)) is not None:
            body.show_props(props)

    def _follow(self, props: CaseActionsProps, entry: ActionEntry) -> ActionEntry | None:
        """What has become of the wish; None when it was done and nothing is asked for any more."""
        doing = props.doing
        if self._sent is None or doing is None or doing.count <= self._sent:
            return entry
        if doing.action is not entry.action or doing.stage is Stage.RUNNING:
            return entry
        if doing.stage is Stage.DONE:
            self.leave()
            return None
        self._sent = None
        self._say(self.tr("It was not done. What you typed is still here; try again."))
        return entry

    def leave(self) -> None:
        """Nothing is asked for any more."""
        self._entry = self._case = self._sent = None
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.leaving.emit()
        self.hide()

    def words(self) -> None:
        set_words(self._back, self.tr("Back"), "Esc")
        self._name()

    def _name(self) -> None:
        entry = self._entry
        if entry is None:
            set_words(self._confirm, self.tr("Do it"))
            return
        self._title.setText(entry.title)
        self._text.setText(entry.explanation)
        set_words(self._confirm, entry.title if self._sent is None else self.tr("Being done…"))
        set_property(self._confirm, "kind", "danger" if entry.danger else "primary")

    def _enable(self, *, on: bool) -> None:
        """A button that is disabled passes the keys on, perhaps to a picture, which would become
        the active one."""
        if not on and self._confirm.hasFocus():
            self._back.setFocus()
        self._confirm.setEnabled(on)

    def _say(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.show()

    def _body(self, entry: ActionEntry) -> Body | None:
        match entry.form:
            case ActionForm.CHECKLIST:
                return self._checklist
            case ActionForm.HAND_OVER:
                return self._hand_over
            case ActionForm.APPOINTMENT:
                return self._appointment
            case ActionForm.ABSENT:
                return self._absent
            case ActionForm.REASON:
                return self._reason
            case ActionForm.READ_BACK:
                return self._read_back
            case ActionForm.MDT:
                return self._mdt
            case ActionForm.PASSWORD:
                return self._password
            case ActionForm.CONFIRM | ActionForm.IMAGES:
                return None
            case _:
                assert_never(entry.form)

    # --- what it wishes ------------------------------------------------------------------

    def _want_candidates(self) -> None:
        if self._props is not None:
            self.wished.emit(WishCandidates(self._props.consultation_id))

    def _want_experts(self) -> None:
        self._want_candidates()
        if self._props is not None:
            self.wished.emit(WishExperts(self._props.consultation_id))

    def _give(self) -> None:
        entry, props = self._entry, self._props
        if entry is None or props is None or self._sent is not None:
            return
        body = self._body(entry)
        wish = WishCaseAction(props.consultation_id, entry.action)
        filled = wish if body is None else body.take(wish)
        if filled is None:
            return
        self._problem.hide()
        self._sent = props.doing.count if props.doing is not None else 0
        self._enable(on=False)
        self._name()
        self.wished.emit(_as_wish(filled))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


def _as_wish(wish: WishCaseAction) -> Wish:
    """Giving back and withdrawing have use cases of their own."""
    if wish.action is Action.RELEASE:
        return WishRelease(wish.reason)
    if wish.action is Action.WITHDRAW:
        return WishWithdraw(wish.consultation_id, wish.reason)
    return wish
