"""How far the images of the open case are, and a button to stop or to go on."""

from PySide6.QtWidgets import QProgressBar

from app.commands.wishes import WishFetchAgain, WishStopFetching
from app.kit.layouts import row
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.fetching import FetchProps

BAR_WIDTH = 120


class FetchLine(View):
    """Hidden while every image of the case is here."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("fetchLine")
        self._props = FetchProps()
        self._text = label("fetchText", "text")
        self._bar = QProgressBar()
        self._bar.setObjectName("fetchBar")
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_WIDTH)
        self._act = button("fetchAct", self._wish, "quiet")
        self.setLayout(row(self._text, self._bar, self._act))
        self.hide()
        self.words()

    def show_props(self, props: FetchProps) -> None:
        if props == self._props:
            return
        self._props = props
        self._text.setText(props.text)
        self._text.setAccessibleName(props.text)
        self._bar.setAccessibleName(props.text)
        self._bar.setMaximum(max(1, props.total))
        self._bar.setValue(props.done)
        self.words()
        self.setVisible(bool(props.text))

    def words(self) -> None:
        again = self.tr("Fetch the rest") if self._props.stopped else self.tr("Stop")
        set_words(self._act, again)

    def _wish(self) -> None:
        self.wished.emit(WishFetchAgain() if self._props.stopped else WishStopFetching())
