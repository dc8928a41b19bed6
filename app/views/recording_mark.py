"""The steady mark of a recording beside the buttons of the call: words, not only colour."""

from PySide6.QtCore import Signal

from app.commands.recording_wishes import WishAnswerRecording, WishStopRecording
from app.kit.layouts import row
from app.kit.view import View
from app.kit.widgets import ElidedLabel, button, chip, set_chip, set_words
from app.models.recording import Mark, RecordingProps

LOOKS = {
    Mark.ASKED: "warning",
    Mark.ASKING: "neutral",
    Mark.RUNNING: "critical",
    Mark.PAUSED: "warning",
}


class RecordingMark(View):
    """`asked` opens the question: to ask everybody, or to answer.

    Args:
        prefix: of the object names, where there are several.
    """

    asked = Signal()

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._props = RecordingProps()
        self._chip = chip(f"{prefix}recordingMark")
        self._detail = ElidedLabel(f"{prefix}recordingDetail", "small")
        self._act = button(f"{prefix}recordingAct", self._clicked, "quiet")
        line = row(self._chip, self._detail, self._act, gap=1)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.hide()

    def show_props(self, props: RecordingProps) -> None:
        self._props = props
        self.setVisible(props.mark is not Mark.NONE)
        set_chip(self._chip, props.text, LOOKS.get(props.mark, "neutral"))
        self._detail.setText(props.detail)
        self.words()

    def words(self) -> None:
        props = self._props
        shown = props.mark is not Mark.OFFER or props.can_ask
        match props.mark:
            case Mark.NONE | Mark.OFFER:
                text = self.tr("Record…")
            case Mark.ASKED:
                text = self.tr("Answer…")
            case Mark.ASKING if props.mine:
                text = self.tr("Take back")
            case Mark.RUNNING | Mark.PAUSED if props.mine:
                text = self.tr("Stop recording")
            case _:
                text = self.tr("Withdraw consent")
        set_words(self._act, text)
        self._act.setVisible(shown)

    def _clicked(self) -> None:
        match self._props.mark:
            case Mark.OFFER | Mark.ASKED:
                self.asked.emit()
            case _ if self._props.mine:
                self.wished.emit(WishStopRecording())
            case _:
                self.wished.emit(WishAnswerRecording(agreed=False))
