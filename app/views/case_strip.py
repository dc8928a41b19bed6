"""What stands between the two sides of a case now, below the banner."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.commands.case_wishes import WishCompare, WishLateImages, WishShowLate, WishTakeOver
from app.commands.wishes import WishOpenCase
from app.kit.layouts import row
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.case_strip import StripLine, StripStep
from app.models.workspace import WorkspaceProps
from app.views.emr_writes import write_steps
from protocol.consultation import Action


class CaseStrip(View):
    """One bar a line; `asked` names the action somebody wants to decide on."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("caseStrip")
        self._props: WorkspaceProps | None = None
        self._shown: tuple[StripLine, ...] = ()
        self._bars: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 4, 8, 4)
        self._column.setSpacing(4)
        self.hide()

    def show_props(self, props: WorkspaceProps) -> None:
        self._props = props
        if props.strip != self._shown:
            self._show(props.strip)

    def words(self) -> None:
        self._show(self._shown)

    def _show(self, lines: tuple[StripLine, ...]) -> None:
        for old in self._bars:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._shown, self._bars = lines, [self._bar(line) for line in lines]
        for bar in self._bars:
            self._column.addWidget(bar)
        self.setVisible(bool(lines))
        self.setAccessibleName(" ".join(line.text for line in lines))

    def _bar(self, line: StripLine) -> QWidget:
        bar = QWidget()
        bar.setObjectName("stripLine")
        bar.setProperty("notice", line.look)
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        text = label("stripText", wrap=True)
        text.setText(" ".join((line.text, "  ·  ".join(line.items))).strip())
        layout = row(text, *self._steps(line), margin=0)
        layout.setContentsMargins(12, 4, 8, 4)
        layout.setStretch(0, 1)
        bar.setLayout(layout)
        return bar

    def _steps(self, line: StripLine) -> tuple[QWidget, ...]:
        step = line.step
        if step is StripStep.COMPARE:
            both = button("compareReports", self._compare, "primary")
            set_words(both, self.tr("Compare both reports"))
            return (both,)
        if step is StripStep.OPINIONS:
            opinions = button("compareOpinions", self._compare, "primary")
            set_words(opinions, self.tr("Show the opinions side by side"))
            return (opinions,)
        if step is StripStep.OPEN_OTHER and line.other is not None:
            other = line.other
            opened = button("openOtherCase", lambda: self.wished.emit(WishOpenCase(other)))
            set_words(opened, self.tr("Open the other case"))
            return (opened,)
        if step is StripStep.ANSWER:
            answer = button("answerAsked", self._answer, "primary")
            set_words(answer, self.tr("Answer and add images"))
            return (answer,)
        if step is StripStep.READ_BACK:
            back = button("readBack", lambda: self.asked.emit(Action.READ_BACK), "primary")
            set_words(back, self.tr("Read back…"))
            return (back,)
        if step is StripStep.CLOSE_NO_SHOW:
            close = button("closeNoShow", lambda: self.asked.emit(Action.RECORD_NO_SHOW))
            set_words(close, self.tr("Close the case…"))
            return (close,)
        if step is StripStep.SHOW_LATE:
            show = button("showLate", self._show_late, "primary")
            set_words(show, self.tr("Show the new images"))
            return (show,)
        if step is StripStep.DECIDE_ABORT:
            agree = button("agreeAbort", lambda: self.asked.emit(Action.ABORT), "danger")
            refuse = button("refuseAbort", lambda: self.asked.emit(Action.REFUSE_ABORT))
            set_words(agree, self.tr("Agree…"))
            set_words(refuse, self.tr("Refuse…"))
            return agree, refuse
        return self._report_steps(step)

    def _report_steps(self, step: StripStep) -> tuple[QWidget, ...]:
        if step is not StripStep.TAKE_OVER:
            return self._write_steps(step)
        over = button("takeOver", self._take_over, "primary")
        set_words(over, self.tr("Take it over"))
        return (over,)

    def _write_steps(self, step: StripStep) -> tuple[QWidget, ...]:
        if self._props is None:
            return ()
        return write_steps(step, self._props.consultation_id, self.wished.emit)

    def _compare(self) -> None:
        if self._props is not None:
            self.wished.emit(WishCompare(self._props.consultation_id))

    def _show_late(self) -> None:
        if self._props is not None:
            self.wished.emit(WishShowLate(self._props.consultation_id))

    def _take_over(self) -> None:
        if self._props is not None:
            self.wished.emit(WishTakeOver(self._props.consultation_id))

    def _answer(self) -> None:
        if self._props is not None:
            self.wished.emit(WishLateImages(self._props.consultation_id))
