"""Notices at the top of the window: cause and mend, with a code for the help desk."""

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.commands.board_wishes import WishShowOnBoard
from app.commands.wishes import WishDismissNotice, WishOpenCase
from app.kit.layouts import row
from app.kit.view import View
from app.kit.widgets import button, label, set_words, tool
from app.models.notices import NoticeProps
from app.session.notices import Severity
from app.views.ring_notice import StandingNotice, SystemTray

SUCCESS_SHOWN_MS = 8000


class NoticeArea(View):
    """The newest below; success goes by itself, what stands when it is done, everything else stays
    until it is dismissed."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notices")
        self._shown: tuple[NoticeProps, ...] = ()
        self._leaving: set[UUID] = set()
        self.attention = StandingNotice(self.window, lambda clicked: SystemTray(clicked, self))
        self._list = QVBoxLayout()
        self._list.setContentsMargins(12, 8, 12, 0)
        self._list.setSpacing(6)
        self.setLayout(self._list)
        self.hide()

    def show_props(self, notices: tuple[NoticeProps, ...]) -> None:
        if notices == self._shown:
            return
        self._shown = notices
        self.attention.show_props(self.standing)
        while self._list.count():
            self._list.takeAt(0).widget().deleteLater()
        for notice in notices:
            self._list.addWidget(self._bar(notice))
            if notice.severity is Severity.SUCCESS and notice.id not in self._leaving:
                self._leaving.add(notice.id)
                QTimer.singleShot(SUCCESS_SHOWN_MS, self, partial(self._dismiss, notice.id))
        self.setVisible(bool(notices))
        self.setAccessibleName(" ".join(notice.text for notice in notices))

    @property
    def standing(self) -> tuple[NoticeProps, ...]:
        """Those that stay until what they tell is done."""
        return tuple(one for one in self._shown if one.standing)

    def _bar(self, notice: NoticeProps) -> QWidget:
        bar = QWidget()
        bar.setProperty("notice", notice.severity.value)
        bar.setObjectName("notice")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        text = label("noticeText", wrap=True)
        text.setText(notice.text)
        code = label("noticeCode", "small")
        code.setText(notice.code)
        close = tool("dismissNotice", "close", lambda: self._dismiss(notice.id))
        set_words(close, self.tr("Dismiss"))
        close.setText("")
        show = button("openNotice", lambda: self._open(notice), "quiet")
        on_board = self.tr("Show it on the board")
        set_words(show, on_board if notice.on_board else self.tr("Open the case"))
        show.setVisible(notice.consultation_id is not None)
        close.setVisible(not notice.standing)
        layout = row(text, code, show, close, margin=0)
        layout.setContentsMargins(12, 2, 4, 2)
        layout.setStretch(0, 1)
        bar.setLayout(layout)
        return bar

    def _open(self, notice: NoticeProps) -> None:
        if notice.consultation_id is not None:
            wish = WishShowOnBoard if notice.on_board else WishOpenCase
            self.wished.emit(wish(notice.consultation_id))
            if not notice.standing:
                self._dismiss(notice.id)

    def _dismiss(self, notice_id: UUID) -> None:
        self.wished.emit(WishDismissNotice(notice_id))
