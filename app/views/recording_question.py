"""The question whether a call may be recorded: read, then agree or say no."""

from uuid import UUID

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from app.commands.recording_wishes import WishAnswerRecording, WishRecord
from app.kit.layouts import column, fit_height, row
from app.kit.widgets import button, label, set_words
from app.models.recording import QuestionProps

WIDTH = 520
PARAGRAPHS = 5


class RecordingQuestion(QDialog):
    """Opens by itself once for each recording. Closing it is no answer: the mark asks on."""

    wished = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("recordingQuestion")
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self._props: QuestionProps | None = None
        self._shown: UUID | None = None
        self._title = label("recordingTitle", "title", wrap=True)
        self._texts = tuple(
            label(f"recordingWords{number}", wrap=True) for number in range(PARAGRAPHS)
        )
        self._agree = button("agreeRecording", self._agreed, "primary")
        self._refuse = button("refuseRecording", self._refused)
        self._later = button("laterRecording", self.hide, "quiet")
        for control in (self._agree, self._refuse, self._later):
            control.setAutoDefault(False)
        buttons = row(self._later, None, self._refuse, self._agree)
        self.setLayout(column(self._title, *self._texts, None, buttons, margin=4, gap=3))
        self.setFixedWidth(WIDTH)
        self._words()

    def show_props(self, props: QuestionProps | None) -> None:
        self._props = props
        if props is None:
            self.hide()
            return
        self.setWindowTitle(props.title)
        self._title.setText(props.title)
        for shown, text in zip(self._texts, props.paragraphs, strict=True):
            shown.setText(text)
        self._refuse.setVisible(not props.own)
        self._words()
        fit_height(self, WIDTH)
        if props.recording_id is None:
            if self._shown is not None:  # what was asked is over
                self._shown = None
                self.hide()
        elif props.recording_id != self._shown:
            self._shown = props.recording_id
            self.open_it()

    def open_it(self) -> None:
        if self._props is not None:
            self.show()
            self.activateWindow()
            self._later.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._words()
        super().changeEvent(event)

    def _words(self) -> None:
        own = self._props is not None and self._props.own
        set_words(self._agree, self.tr("Ask everybody") if own else self.tr("I agree"))
        set_words(self._refuse, self.tr("No, do not record"))
        set_words(self._later, self.tr("Back") if own else self.tr("Answer later"))

    def _agreed(self) -> None:
        props = self._props
        self.hide()
        if props is not None:
            self.wished.emit(WishRecord() if props.own else WishAnswerRecording(agreed=True))

    def _refused(self) -> None:
        self.hide()
        self.wished.emit(WishAnswerRecording(agreed=False))
