"""One's own presence with the menu that pauses it, in the status line."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from app.commands.wishes import WishPause
from app.kit.layouts import row
from app.kit.view import View
from app.kit.widgets import button, chip, set_chip, set_words
from app.models.presence import MINUTES, NOTHING, PresenceProps


class PresenceView(View):
    """Says how one is seen; pauses for some minutes or until a time, and ends a pause."""

    def __init__(self) -> None:
        super().__init__()
        self._props = NOTHING
        self._state = chip("presence")
        self._pause = QToolButton()
        self._pause.setObjectName("pauseMenu")
        self._pause.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pause.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self._pause.setMenu(self.menu)
        self.menu.aboutToShow.connect(self._fill)
        self._back = button("endPause", lambda: self.wished.emit(WishPause(0)), "quiet")
        self.setLayout(row(self._state, self._pause, self._back, gap=1))
        self.words()

    def show_props(self, props: PresenceProps) -> None:
        self._props = props
        self.setVisible(props.shown)
        set_chip(self._state, props.text, props.look)
        self._pause.setEnabled(props.can_change)
        self._back.setVisible(props.paused)
        self._back.setEnabled(props.can_change)

    def words(self) -> None:
        set_words(self._pause, self.tr("Pause"))
        self._pause.setToolTip(
            self.tr("Nobody rings you while you pause, except for critical cases")
        )
        set_words(self._back, self.tr("End the pause"))

    def _fill(self) -> None:
        """The times are those of now, so the menu is made when it opens."""
        self.menu.clear()
        for minutes in MINUTES:
            text = self.tr("For {n} minutes").format(n=minutes)
            act = self.menu.addAction(text)
            act.setObjectName(f"pause_{minutes}")
            act.triggered.connect(partial(self._wish, WishPause(minutes)))
        self.menu.addSeparator()
        for text, until in self._props.until:
            self.menu.addAction(text).triggered.connect(partial(self._wish, WishPause(0, until)))

    def _wish(self, wish: WishPause, _checked: bool = False) -> None:
        self.wished.emit(wish)
