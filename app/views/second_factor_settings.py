"""The second factor in the settings: set up, replaced, new recovery codes, or ended."""

from app.commands.identity_wishes import (
    WishBeginFactor,
    WishCloseFactor,
    WishEndFactor,
    WishNewRecoveryCodes,
)
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_words
from app.models.second_factor import SecondFactorProps
from app.views.second_factor import FactorSetUp


class SecondFactorSettings(View):
    """One card of the settings page; no password or code stays in it."""

    def __init__(self) -> None:
        super().__init__()
        self._props: SecondFactorProps | None = None
        self._head = label("secondFactorHead", "lead")
        self._line = label("secondFactorLine", "text", wrap=True)
        self._password = LineField("secondFactorPassword", secret=True)
        self._code = LineField("secondFactorCode")
        self._code.line.setMaxLength(40)
        self._problem = label("secondFactorProblem", "problem", wrap=True)
        self._begin = button("beginFactor", lambda: self._wish(WishBeginFactor))
        self._codes = button("newRecoveryCodes", lambda: self._wish(WishNewRecoveryCodes))
        self._end = button("endFactor", lambda: self._wish(WishEndFactor), "quiet")
        self._set_up = FactorSetUp()
        self._set_up.wished.connect(self.wished)
        self._leave = button("leaveFactorSetUp", self._wish_close, "quiet")
        card = column(
            self._head,
            self._line,
            row(self._password, self._code, gap=3),
            self._problem,
            row(self._begin, self._codes, None, self._end),
            self._set_up,
            self._leave,
            margin=4,
            gap=2,
        )
        self.setLayout(column(surface("card", card)))
        self.words()

    def show_props(self, props: SecondFactorProps) -> None:
        if props == self._props:
            return
        before, self._props = self._props, props
        open_now = bool(props.secret or props.codes)
        for part in (self._password, self._begin):
            part.setVisible(not open_now)
        for part in (self._code, self._codes):
            part.setVisible(props.enrolled and not open_now)
        self._end.setVisible(props.enrolled and not props.required and not open_now)
        self._set_up.setVisible(open_now)
        self._set_up.show_props(props)
        self._leave.setVisible(bool(props.secret) and not props.codes)
        self._line.setText(props.line)
        self._line.setVisible(bool(props.line))
        self._problem.setText(props.problem)
        self._problem.setVisible(bool(props.problem) and not open_now)
        for control in (self._begin, self._codes, self._end):
            control.setEnabled(not props.busy)
        done = before is not None and before.busy and not props.busy and not props.problem
        if open_now or done:
            self._password.line.clear()
            self._code.line.clear()
        self._begin_words()

    def words(self) -> None:
        self._head.setText(self.tr("Second factor"))
        self._password.set_name(self.tr("Present password"))
        self._code.set_name(self.tr("Code, or a recovery code"))
        set_words(self._codes, self.tr("New recovery codes"))
        set_words(self._end, self.tr("Do without it"))
        set_words(self._leave, self.tr("Cancel"))
        self._begin_words()

    def _begin_words(self) -> None:
        enrolled = self._props is not None and self._props.enrolled
        set_words(self._begin, self.tr("Replace it") if enrolled else self.tr("Set it up"))

    def _wish(
        self, wish: type[WishBeginFactor] | type[WishNewRecoveryCodes] | type[WishEndFactor]
    ) -> None:
        enrolled = self._props is not None and self._props.enrolled
        asked = (self._password, self._code) if enrolled else (self._password,)
        for part in asked:
            part.set_problem("" if part.text.strip() else self.tr("Please fill this in."))
        empty = next((part for part in asked if not part.text.strip()), None)
        if empty is not None:
            empty.line.setFocus()
            return
        self.wished.emit(wish(self._password.text, self._code.text.strip()))

    def _wish_close(self) -> None:
        self.wished.emit(WishCloseFactor())
