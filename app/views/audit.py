"""The auditor's page: what warns, and the trail by who, case, action and time."""

from PySide6.QtWidgets import QCheckBox, QTabWidget, QWidget

from app.commands.audit_wishes import WishMoreAudit, WishSearchAudit
from app.commands.wishes import Page, WishPage
from app.kit.layouts import column, row, surface
from app.kit.list_states import ListStates
from app.kit.view import View
from app.kit.widgets import Field, LineField, button, label, set_words
from app.models.audit_words import access_words, resource_words, span_words
from app.models.auditing import AuditProps, alert_columns, entry_columns
from app.models.table import TextTable
from app.session.auditing import AuditQuery, Span
from app.views.case_fields import chosen, combo, fill
from app.views.loading import show_load
from app.views.text_table import TextTableView

ENTRY_WIDTHS = {0: 130, 1: 186, 2: 80, 3: 160, 4: 164, 5: 114, 6: 136}
DETAILS, HAPPENED = 7, 2


class AuditSearch(View):
    """The fields of the search above its lines; Return searches."""

    def __init__(self) -> None:
        super().__init__()
        self._who, self._number = LineField("auditWho"), LineField("auditNumber")
        self._number.line.setPlaceholderText("CONS-20260105-0042")
        self._access_box, self._resource_box = combo("auditAccess"), combo("auditResource")
        self._span_box = combo("auditSpan")
        self._access, self._resource = Field(self._access_box), Field(self._resource_box)
        self._span = Field(self._span_box)
        self._undone, self._which = QCheckBox(), label("auditWhichTime", "muted")
        self._undone.setObjectName("auditUndone")
        self._search = button("searchAudit", self._wish, "primary")
        for field in (self._who, self._number):
            field.line.returnPressed.connect(self._wish)
        self._table = TextTableView(
            "auditTable", TextTable(entry_columns, self), ENTRY_WIDTHS, DETAILS
        )
        self._states = ListStates(self._table)
        self._states.retried.connect(self._wish)
        self._more = button("moreAudit", lambda: self.wished.emit(WishMoreAudit()))
        asked = row(self._who, self._number, self._access, self._resource, self._span, gap=3)
        for place in (0, 1):
            asked.setStretch(place, 1)
        whole = column(
            asked,
            row(self._undone, self._which, None, self._search),
            self._states,
            row(None, self._more),
            margin=3,
        )
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.words()
        self._span_box.setCurrentIndex(list(Span).index(Span.DAY))

    def show_props(self, props: AuditProps) -> None:
        show_load(self._states, props.load, filled=bool(props.rows))
        self._table.show_rows(props.rows)
        self._more.setVisible(props.more)
        self._more.setEnabled(not props.busy)

    def words(self) -> None:
        self._who.set_name(self.tr("Who (user name, or part of the name)"))
        self._number.set_name(self.tr("Number of the case"))
        self._access.set_name(self.tr("Action"))
        self._resource.set_name(self.tr("What"))
        self._span.set_name(self.tr("Time"))
        any_ = self.tr("Any")
        texts = (access_words(), resource_words())
        for box, words in zip((self._access_box, self._resource_box), texts, strict=True):
            fill(box, [(any_, ""), *((text, code) for code, text in words.items())])
            box.setCurrentIndex(max(0, box.currentIndex()))
        fill(self._span_box, [(text, span.value) for span, text in span_words().items()])
        self._undone.setText(self.tr("Only what was refused or failed"))
        self._undone.setAccessibleName(self._undone.text())
        self._which.setText(
            self.tr("Time: when the server noted it. An export told later says when it began.")
        )
        self._table.setAccessibleName(self.tr("Lines of the audit trail"))
        set_words(self._search, self.tr("Search"))
        set_words(self._more, self.tr("Show older ones"))
        self._states.set_words(
            (self.tr("Nothing found"), self.tr("Ask for less, or for a longer time."), ""),
            (
                self.tr("The trail could not be read"),
                self.tr("Check the network, then try again."),
                self.tr("Try again"),
            ),
        )

    def _wish(self) -> None:
        query = AuditQuery(
            who=self._who.text.strip(),
            number=self._number.text.strip(),
            access=self._access_box.currentData() or "",
            resource=self._resource_box.currentData() or "",
            span=chosen(self._span_box, Span) or Span.DAY,
            undone=self._undone.isChecked(),
        )
        self.wished.emit(WishSearchAudit(query))


class AuditAlerts(View):
    def __init__(self) -> None:
        super().__init__()
        widths = {0: 140, 1: 260, 3: 240}
        self._table = TextTableView("auditAlerts", TextTable(alert_columns, self), widths, HAPPENED)
        self._states = ListStates(self._table)
        self._states.retried.connect(lambda: self.wished.emit(WishPage(Page.AUDIT)))
        self.setLayout(column(self._states, margin=3))
        self.words()

    def show_props(self, props: AuditProps) -> None:
        show_load(self._states, props.alerts_load, filled=bool(props.alerts))
        self._table.show_rows(props.alerts)

    def words(self) -> None:
        self._table.setAccessibleName(self.tr("What to look at of the last day"))
        self._states.set_words(
            (
                self.tr("Nothing to look at"),
                self.tr(
                    "Emergency accesses, many wrong passwords, who reads many cases in a short "
                    "time, changed roles, new ways to sign in and a touched trail stand here for "
                    "a day."
                ),
                "",
            ),
            (
                self.tr("The alerts could not be read"),
                self.tr("Check the network, then try again."),
                self.tr("Try again"),
            ),
        )


class AuditPage(View):
    def __init__(self) -> None:
        super().__init__()
        self._title = label("pageTitle", "title")
        self.alerts, self.search = AuditAlerts(), AuditSearch()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        parts: tuple[QWidget, ...] = (self.alerts, self.search)
        for part in parts:
            self.tabs.addTab(part, "")
        for view in (self.alerts, self.search):
            view.wished.connect(self.wished)
        whole = column(self._title, surface("card", column(self.tabs, margin=1)), margin=5, gap=3)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.words()

    def show_props(self, props: AuditProps) -> None:
        self.alerts.show_props(props)
        self.search.show_props(props)

    def words(self) -> None:
        self._title.setText(self.tr("Audit"))
        self.tabs.setTabText(0, self.tr("Alerts"))
        self.tabs.setTabText(1, self.tr("Search the trail"))
