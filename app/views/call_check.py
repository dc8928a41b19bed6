"""The check before a call: every step with what was found and what to do."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from app.commands.call_wishes import WishCheckCall, WishStopCheck
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.call_check import CheckProps, FindingProps
from app.session.call_check import Step, Verdict

WIDTH = 560


class _Line(QWidget):
    """One step: a mark, its name, what was found."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.mark, self.title = label(f"{step.value}Mark", "lead"), label(kind="lead")
        self.text = label(f"{step.value}Found", "text", wrap=True)
        self.mark.setFixedWidth(24)
        self.title.setFixedWidth(150)
        line = row(self.mark, self.title, self.text)
        line.setStretch(2, 1)
        for part in (self.mark, self.title):
            line.setAlignment(part, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)

    def show_props(self, props: FindingProps | None) -> None:
        self.setVisible(props is not None)
        if props is not None:
            self.mark.setText(_mark(props))
            self.title.setText(props.title)
            self.text.setText(props.text)


class CallCheckWindow(View):
    """Begins when it opens; closing it stops the check."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__()
        self.setParent(parent, Qt.WindowType.Dialog)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setObjectName("callCheck")
        self._running = False
        self._intro = label("checkIntro", "muted", wrap=True)
        self._lines = {step: _Line(step) for step in Step}
        self._progress = QProgressBar()
        self._progress.setObjectName("checkProgress")
        self._progress.setRange(0, len(Step))
        self._progress.setTextVisible(False)
        self._overall = label("checkOverall", "lead", wrap=True)
        self._again = button("checkAgain", lambda: self.wished.emit(WishCheckCall()))
        self._stop = button("stopCheck", lambda: self.wished.emit(WishStopCheck()))
        self._close = button("closeCheck", self._leave, "primary")
        self.setLayout(
            column(
                self._intro,
                *self._lines.values(),
                self._progress,
                self._overall,
                None,
                row(None, self._stop, self._again, self._close),
                margin=4,
                gap=2,
            )
        )
        self.setMinimumWidth(WIDTH)
        self.words()

    def begin(self) -> None:
        """Opens, and asks for the check."""
        self.show()
        self.raise_()
        self.activateWindow()
        self.wished.emit(WishCheckCall())

    def show_props(self, props: CheckProps) -> None:
        self._running = props.running
        lines = {one.step: one for one in props.lines}
        for step, line in self._lines.items():
            line.show_props(lines.get(step))
        done = sum(one.verdict is not None for one in props.lines)
        self._progress.setValue(done)
        self._progress.setVisible(props.running)
        self._overall.setText(props.overall)
        self._overall.setVisible(bool(props.overall))
        self._stop.setVisible(props.running)
        self._again.setVisible(not props.running)

    def words(self) -> None:
        self.setWindowTitle(self.tr("Check the call"))
        self._intro.setText(self.tr("Say something while the microphone is checked."))
        self._progress.setAccessibleName(self.tr("Progress of the check"))
        set_words(self._again, self.tr("Check again"))
        set_words(self._stop, self.tr("Stop"))
        set_words(self._close, self.tr("Close"))

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._running:
            self.wished.emit(WishStopCheck())
        super().closeEvent(event)

    def _leave(self) -> None:
        self.close()


def _mark(props: FindingProps) -> str:
    match props.verdict:
        case Verdict.GOOD:
            return "✓"
        case Verdict.POOR:
            return "!"
        case Verdict.FAILED:
            return "✗"
        case Verdict.SKIPPED:
            return "–"
        case None:
            return "…" if props.busy else ""
