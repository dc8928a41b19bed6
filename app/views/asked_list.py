"""What the expert asked for, at the head of the clinic's form: each is ticked off or answered."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from app.kit.layouts import column, surface
from app.kit.typing_pause import TypingPause
from app.kit.view import View
from app.kit.widgets import label, line, set_text
from app.session.case_action import ItemAnswer

ANSWER_CHARACTERS = 100


class AskedList(View):
    """`answered` carries every answer after a tick or a pause in typing."""

    answered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("askedList")
        self._items: tuple[str, ...] = ()
        self._ticks: list[QCheckBox] = []
        self._lines: list[QLineEdit] = []
        self._title, self._hint = label(kind="lead"), label(kind="muted", wrap=True)
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._typing = TypingPause(self)
        self._typing.due.connect(self._tell)
        inner = column(self._title, self._hint, self._rows, margin=4, gap=2)
        self.setLayout(column(surface("card", inner)))
        self.hide()
        self.words()

    def show_asked(self, asked: tuple[ItemAnswer, ...]) -> None:
        self.setVisible(bool(asked))
        items = tuple(one.item for one in asked)
        if items != self._items:
            self._typing.stop()
            self._make(items)
        if self._typing.active:
            return
        for tick, text, one in zip(self._ticks, self._lines, asked, strict=True):
            blocked = tick.blockSignals(True)
            tick.setChecked(one.done)
            tick.blockSignals(blocked)
            set_text(text, one.text)

    def flush(self) -> None:
        """Tells what was typed up to now."""
        if self._typing.active:
            self._typing.stop()
            self._tell()

    def words(self) -> None:
        self._title.setText(self.tr("The expert asks for"))
        self._hint.setText(
            self.tr(
                "Add images below. Tick what you have added, or answer in words; also what cannot "
                "be had. Then send the case again: the expert has it at once."
            )
        )
        for text in self._lines:
            text.setPlaceholderText(self.tr("Answer"))

    def _make(self, items: tuple[str, ...]) -> None:
        for old in (*self._ticks, *self._lines):
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._items, self._ticks, self._lines = items, [], []
        for number, item in enumerate(items):
            tick, text = QCheckBox(item), line(f"asked_answer_{number}")
            tick.setObjectName(f"asked_done_{number}")
            tick.setAccessibleName(item)
            text.setMaxLength(ANSWER_CHARACTERS)
            text.setAccessibleName(self.tr("Answer: {item}").format(item=item))
            text.setMinimumWidth(160)
            tick.toggled.connect(lambda _on: self._tell())
            text.textEdited.connect(lambda _text: self._typing.touch())
            self._grid.addWidget(tick, number, 0)
            self._grid.addWidget(text, number, 1)
            self._ticks.append(tick)
            self._lines.append(text)
        self.words()

    def _tell(self) -> None:
        self._typing.stop()
        self.answered.emit(
            tuple(
                ItemAnswer(item, tick.isChecked(), text.text())
                for item, tick, text in zip(self._items, self._ticks, self._lines, strict=True)
            )
        )
