"""The case library: search on the left, the chosen case on the right."""

from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSplitter

from app.commands.wishes import WishOpenEntry, WishSearchLibrary
from app.kit.layouts import column, row, surface
from app.kit.list_states import ListStates
from app.kit.view import View
from app.kit.widgets import BreakingDelegate, label, line
from app.models.library import LibraryProps, LibraryRowProps
from app.views.loading import show_load
from app.views.record import TextColumn

SEARCH_PAUSE_MS = 250


class LibraryPage(View):
    """Typing searches by itself; the arrow keys walk through the results."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[LibraryRowProps, ...] = ()
        self._entry: UUID | None = None
        self._title, self._count = label("pageTitle", "title"), label("libraryCount", "muted")
        self._query = line("librarySearch")
        self._query.setClearButtonEnabled(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._query.textEdited.connect(lambda _text: self._pause.start())
        self._query.returnPressed.connect(self._search)
        self._list = QListWidget()
        self._list.setObjectName("libraryList")
        self._list.setWordWrap(True)
        self._list.setItemDelegate(BreakingDelegate(self._list))
        self._list.currentRowChanged.connect(self._open)
        self._states = ListStates(self._list)
        self._states.retried.connect(self._search)
        self._head = label("entryTitle", "title", wrap=True)
        self._line = label("entryLine", "muted", wrap=True)
        self._text = TextColumn("entryText")
        left = surface("card", column(self._states, margin=2))
        right = surface("card", column(self._head, self._line, self._text, margin=4, gap=2))
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setHandleWidth(12)
        parts.setObjectName("gap")
        parts.addWidget(left)
        parts.addWidget(right)
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        self.setLayout(
            column(row(self._title, self._count, None, self._query, gap=3), parts, margin=5, gap=3)
        )
        self._query.setMinimumWidth(320)
        self.words()

    def show_props(self, props: LibraryProps) -> None:
        self._count.setText(self.tr("{n} cases").format(n=props.total))
        show_load(self._states, props.load, filled=bool(props.rows))
        if props.rows != self._rows:
            self._rows = props.rows
            blocked = self._list.blockSignals(True)
            self._list.clear()
            for entry in props.rows:
                flags = f"\n{entry.flags}" if entry.flags else ""
                self._list.addItem(QListWidgetItem(f"{entry.title}\n{entry.line}{flags}"))
            self._list.blockSignals(blocked)
        if props.entry is not None and props.entry.id != self._entry:
            self._entry = props.entry.id
            self._head.setText(props.entry.title)
            self._line.setText(props.entry.line)
            points = "\n".join(props.entry.learning_points)
            extra = ((self.tr("Learning points"), points),) if points else ()
            self._text.show_pairs((*extra, *props.entry.sections))

    def words(self) -> None:
        self._entry = None
        self._title.setText(self.tr("Case library"))
        self._query.setPlaceholderText(self.tr("Search diagnosis, finding, code, department"))
        self._query.setAccessibleName(self.tr("Search the case library"))
        self._list.setAccessibleName(self.tr("Cases found"))
        self._states.set_words(
            (
                self.tr("No case found"),
                self.tr("Closed cases whose patient agreed and whose expert recommended them."),
                "",
            ),
            (
                self.tr("The library could not be read"),
                self.tr("Check the network, then try again."),
                self.tr("Try again"),
            ),
        )

    def focus_search(self) -> None:
        self._query.setFocus()
        self._query.selectAll()

    def _search(self) -> None:
        self._pause.stop()
        self.wished.emit(WishSearchLibrary(self._query.text().strip()))

    def _open(self, index: int) -> None:
        if 0 <= index < len(self._rows):
            self.wished.emit(WishOpenEntry(self._rows[index].id))
