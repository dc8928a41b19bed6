"""When the window locks itself: a row of the settings."""

from PySide6.QtWidgets import QComboBox

from app.commands.identity_wishes import WishLock, WishLockAfter
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import Field, button, label, set_words
from app.models.lock import LockChoiceProps


class LockSettings(View):
    def __init__(self) -> None:
        super().__init__()
        self._props: LockChoiceProps | None = None
        self._box = QComboBox()
        self._box.setObjectName("lockAfter")
        self._box.activated.connect(self._wish)
        self._field = Field(self._box)
        self._now = button("lockNow", lambda: self.wished.emit(WishLock()))
        self._note = label("lockNote", "muted", wrap=True)
        across = row(self._field, column(None, self._now), gap=3)
        across.setStretch(0, 1)
        self.setLayout(column(across, self._note))
        self.words()

    def show_props(self, props: LockChoiceProps) -> None:
        if props == self._props:
            return
        self._props = props
        self._box.clear()
        for minutes in props.minutes:
            text = self.tr("{n} min").format(n=minutes) if minutes else self._never()
            self._box.addItem(text, minutes)
        place = self._box.findData(props.chosen)
        self._box.setCurrentIndex(place if place >= 0 else self._box.count() - 1)
        self._note.setText(props.note)
        self._note.setVisible(bool(props.note))

    def _never(self) -> str:
        site = self._props is not None and self._props.note
        return self.tr("As the site wants it") if site else self.tr("Never")

    def words(self) -> None:
        self._field.set_name(self.tr("Lock the window when nobody has touched it for"))
        set_words(self._now, self.tr("Lock now"), "Ctrl+Alt+L")
        if self._props is not None:
            again, self._props = self._props, None
            self.show_props(again)

    def _wish(self, place: int) -> None:
        self.wished.emit(WishLockAfter(self._box.itemData(place)))
