"""The rail: where one can go, with words below the pictures where the window is high enough."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QToolButton

from app.commands.wishes import Page, WishPage
from app.kit.layouts import column, surface
from app.kit.view import View
from app.kit.widgets import ElidedLabel, set_words, tool
from app.models.rail import RailProps

WIDTH, LEAST_HEIGHT = 84, 200
PICTURES = {
    Page.WORK: "cases",
    Page.NOTIFICATIONS: "bell",
    Page.BOARD: "board",
    Page.ROTA: "rota",
    Page.INBOX: "inbox",
    Page.LIBRARY: "library",
    Page.ADMINISTRATION: "admin",
    Page.SECURITY: "security",
    Page.AUDIT: "audit",
    Page.SETTINGS: "settings",
}


class Rail(View):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self._buttons: dict[Page, QToolButton] = {}
        self._there: tuple[bool, ...] = ()
        self._unread = 0
        for page, picture in PICTURES.items():
            made = tool(f"go_{page.value}", picture, self._goer(page))
            made.setProperty("kind", "rail")
            made.setCheckable(True)
            made.setFixedWidth(WIDTH - 12)
            self._buttons[page] = made
        self._person = ElidedLabel("railPerson", "small")
        self._person.setAlignment(Qt.AlignmentFlag.AlignCenter)
        above = [self._buttons[page] for page in PICTURES if page is not Page.SETTINGS]
        self._frame = surface(
            "rail",
            column(*above, None, self._buttons[Page.SETTINGS], self._person, margin=1, gap=1),
        )
        self._frame.setFixedWidth(WIDTH)
        self.setLayout(column(self._frame))
        self.words()

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH, LEAST_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Words go where there is no room for them; their tips and names stay."""
        for worded in (True, False):
            look = Qt.ToolButtonStyle.ToolButtonTextUnderIcon
            for control in self._buttons.values():
                control.setToolButtonStyle(
                    look if worded else Qt.ToolButtonStyle.ToolButtonIconOnly
                )
            if self._frame.sizeHint().height() <= self.height():
                return

    def _goer(self, page: Page) -> Callable[[], None]:
        return lambda: self.wished.emit(WishPage(page))

    def show_page(self, page: Page, props: RailProps) -> None:
        """Work is marked while a case is open: the case belongs to it."""
        inside = page in (Page.CASE_FORM, Page.WORKSPACE)
        for target, control in self._buttons.items():
            control.setChecked(target is (Page.WORK if inside else page))
        self._buttons[Page.ADMINISTRATION].setVisible(props.administration)
        self._buttons[Page.SECURITY].setVisible(props.security)
        self._buttons[Page.AUDIT].setVisible(props.audit)
        self._buttons[Page.LIBRARY].setVisible(props.library)
        self._buttons[Page.INBOX].setVisible(props.inbox)
        self._buttons[Page.BOARD].setVisible(props.board)
        self._buttons[Page.ROTA].setVisible(props.rota)
        self._person.setText(props.person)
        there = tuple(one.isHidden() for one in self._buttons.values())
        if there != self._there:
            self._there = there
            self._fit()
        if props.unread != self._unread:
            self._unread = props.unread
            self._notification_words()

    def words(self) -> None:
        set_words(self._buttons[Page.WORK], self.tr("Cases"), "Ctrl+1")
        self._notification_words()
        set_words(self._buttons[Page.BOARD], self.tr("Board"), "Ctrl+4")
        set_words(self._buttons[Page.ROTA], self.tr("Rota"), "Ctrl+5")
        set_words(self._buttons[Page.INBOX], self.tr("Inbox"), "Ctrl+3")
        set_words(self._buttons[Page.LIBRARY], self.tr("Library"), "Ctrl+2")
        set_words(self._buttons[Page.ADMINISTRATION], self.tr("People"))
        set_words(self._buttons[Page.SECURITY], self.tr("Security"))
        set_words(self._buttons[Page.AUDIT], self.tr("Audit"))
        set_words(self._buttons[Page.SETTINGS], self.tr("Settings"), "Ctrl+,")

    def _notification_words(self) -> None:
        """The count is in the name, so that it is read aloud as well."""
        text = self.tr("News")
        if self._unread:
            text = self.tr("News ({n})").format(n=self._unread if self._unread < 100 else "99+")
        set_words(self._buttons[Page.NOTIFICATIONS], text, "Ctrl+6")
