"""The notification centre: what was told, newest first; Return opens the case, Delete clears."""

from uuid import UUID

from PySide6.QtCore import QSettings
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox

from app.commands.notification_wishes import (
    WishClearNotifications,
    WishMarkNotifications,
    WishMoreNotifications,
    WishSeekNotifications,
)
from app.commands.wishes import Page, WishOpenCase, WishPage
from app.kit.layouts import column, row, surface
from app.kit.list_states import ListStates
from app.kit.view import View
from app.kit.widgets import Field, button, label, set_words
from app.models.notification_words import kind_words
from app.models.notifications import NotificationRow, NotificationsProps, columns
from app.models.table import TextTable
from app.models.words import word
from app.session.notifications import NotificationQuery
from app.views.case_fields import choose_or_any, chosen, combo, fill, keep, kept
from app.views.loading import show_load
from app.views.text_table import TextTableView
from protocol.consultation import Urgency
from protocol.notification import NotificationKind

WIDTHS = {0: 92, 1: 140, 3: 176, 4: 124, 5: 140}
WHAT = 2


class NotificationsPage(View):
    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._remembered = _remembered(settings)
        self._rows: dict[str, NotificationRow] = {}
        self._title, self._count = label("pageTitle", "title"), label("unreadCount", "muted")
        self._offline = label("notificationsOffline", "problem")
        self._kind_box, self._urgency_box = combo("notificationKind"), combo("notificationUrgency")
        self._kind, self._urgency = Field(self._kind_box), Field(self._urgency_box)
        self._unread = QCheckBox()
        self._unread.setObjectName("notificationUnread")
        for box in (self._kind_box, self._urgency_box):
            box.activated.connect(lambda _place: self._wish())
        self._unread.clicked.connect(lambda _on: self._wish())
        self._open = button("openNotification", self._open_chosen, "primary")
        self._mark = button("markNotifications", lambda: self._act(WishMarkNotifications))
        self._mark_all = button("markAll", lambda: self.wished.emit(WishMarkNotifications(None)))
        self._clear = button("clearNotifications", lambda: self._act(WishClearNotifications))
        self._clear_all = button("clearAll", lambda: self.wished.emit(WishClearNotifications(None)))
        self._more = button("moreNotifications", lambda: self.wished.emit(WishMoreNotifications()))
        self._table = TextTableView("notificationTable", TextTable(columns, self), WIDTHS, WHAT)
        self._table.activated.connect(lambda _index: self._open_chosen())
        self._table.deleted.connect(lambda: self._act(WishClearNotifications))
        self._table.selectionModel().selectionChanged.connect(lambda _on, _off: self._enable())
        self._hint = label("notificationHint", "muted")
        self._states = ListStates(self._table)
        self._states.retried.connect(self._wish)
        self._build()
        self.words()
        self._enable()

    def _build(self) -> None:
        asked = row(self._kind, self._urgency, self._unread, None, gap=3)
        chosen_ones = row(self._open, self._mark, self._clear, self._hint)
        all_ones = row(self._more, self._mark_all, self._clear_all)
        inner = column(asked, self._states, row(chosen_ones, None, all_ones), margin=3)
        inner.setStretch(1, 1)
        head = row(self._title, self._count, self._offline, None)
        whole = column(head, surface("card", inner), margin=5, gap=3)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def show_props(self, props: NotificationsProps) -> None:
        self._rows = {one.text.key: one for one in props.rows}
        show_load(self._states, props.load, filled=bool(props.rows))
        self._table.show_rows(tuple(one.text for one in props.rows))
        self._count.setText(self.tr("{n} unread").format(n=props.unread))
        self._offline.setVisible(props.offline)
        choose_or_any(self._kind_box, props.query.kind)
        choose_or_any(self._urgency_box, props.query.urgency)
        self._unread.setChecked(props.query.unread)
        self._more.setVisible(props.more)
        self._more.setEnabled(not props.busy)
        for control in (self._mark_all, self._clear_all):
            control.setEnabled(bool(props.rows) and not props.offline)
        self._enable()

    def _enable(self) -> None:
        shown = [self._rows[key] for key in self._table.chosen() if key in self._rows]
        opening = len(shown) == 1 and (shown[0].opens is not None or shown[0].rings)
        self._open.setEnabled(opening)
        self._mark.setEnabled(any(one.unread for one in shown))
        self._clear.setEnabled(bool(shown))
        closed = len(shown) == 1 and not opening
        self._hint.setText(
            self.tr("You take no part in this case now, so it does not open.") if closed else ""
        )

    def _open_chosen(self) -> None:
        for key in self._table.chosen()[:1]:
            self._open_one(self._rows[key])

    def _open_one(self, found: NotificationRow) -> None:
        if found.unread:
            self.wished.emit(WishMarkNotifications((found.id,)))
        if found.opens is not None:
            self.wished.emit(WishOpenCase(found.opens))
        elif found.rings:
            self.wished.emit(WishPage(Page.WORK))

    def _act(self, wish: type[WishMarkNotifications] | type[WishClearNotifications]) -> None:
        if ids := tuple(UUID(key) for key in self._table.chosen()):
            self.wished.emit(wish(ids))

    def _wish(self) -> None:
        query = NotificationQuery(
            kind=chosen(self._kind_box, NotificationKind),
            urgency=chosen(self._urgency_box, Urgency),
            unread=self._unread.isChecked(),
        )
        keep(self._settings, "notifications/kind", query.kind)
        keep(self._settings, "notifications/urgency", query.urgency)
        self._settings.setValue("notifications/unread", "yes" if query.unread else "")
        self.wished.emit(WishSeekNotifications(query))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        query, self._remembered = self._remembered, NotificationQuery()
        if query != NotificationQuery():
            self.wished.emit(WishSeekNotifications(query))

    def words(self) -> None:
        self._title.setText(self.tr("Notifications"))
        self._offline.setText(self.tr("No network: what is new comes when it is back."))
        self._kind.set_name(self.tr("Kind"))
        self._urgency.set_name(self.tr("Urgency"))
        any_: tuple[str, object] = (self.tr("All"), None)
        fill(self._kind_box, [any_, *((text, one.value) for one, text in kind_words().items())])
        fill(self._urgency_box, [any_, *((word(one), one.value) for one in Urgency)])
        self._unread.setText(self.tr("Only unread"))
        self._unread.setAccessibleName(self._unread.text())
        self._table.setAccessibleName(self.tr("What was told to you, newest first"))
        set_words(self._open, self.tr("Open the case"), "Return")
        set_words(self._mark, self.tr("Mark as read"))
        set_words(self._clear, self.tr("Remove"), "Delete")
        set_words(self._mark_all, self.tr("Mark all as read"))
        set_words(self._clear_all, self.tr("Remove all"))
        set_words(self._more, self.tr("Show older ones"))
        self._states.set_words(
            (
                self.tr("Nothing was told to you"),
                self.tr("What concerns you stands here as soon as it happens, for 30 days."),
                "",
            ),
            (
                self.tr("The notifications could not be read"),
                self.tr("Check the network, then try again."),
                self.tr("Try again"),
            ),
        )


def _remembered(settings: QSettings) -> NotificationQuery:
    return NotificationQuery(
        kind=kept(settings, "notifications/kind", NotificationKind),
        urgency=kept(settings, "notifications/urgency", Urgency),
        unread=settings.value("notifications/unread", "") == "yes",
    )
