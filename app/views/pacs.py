"""A window on the hospital's archives: search on top, studies below, what is being fetched last."""

from uuid import UUID

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.commands.intake_wishes import (
    StudyQuery,
    WishRetrieve,
    WishSearchPacs,
    WishSeekStudy,
    WishStopRetrieve,
    WishStopSearch,
)
from app.kit.layouts import column, row, surface
from app.kit.list_states import ListState, ListStates
from app.kit.widgets import Field, LineField, button, chip, label, set_chip, set_words
from app.models.pacs import PacsProps, RetrieveProps, pacs_columns
from app.models.table import TextTable
from app.session.queue import Load
from app.views.text_table import TextTableView
from app.views.times_fields import DaySpan

WIDTHS = {0: 170, 1: 120, 2: 92, 3: 66, 4: 96, 5: 60, 7: 130, 8: 64}
DESCRIPTION = 6
MODALITIES = ("", "CT", "MR", "CR", "DX", "US", "MG", "XA", "RF", "NM", "PT", "ES", "ECG", "SR")

ONE_FETCHED, MORE_FETCHED = 96, 190
"""Height for one study that is fetched, and for two to be seen at once."""


class PacsWindow(QDialog):
    """Enter searches, Enter on a row fetches it; closing stops nothing that is being fetched."""

    wished = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pacsWindow")
        self.resize(1120, 640)
        self._props: PacsProps | None = None
        self._rows: dict[str, RetrieveRow] = {}
        self._archive = QComboBox()
        self._archive.setObjectName("pacsArchive")
        self._archive_field = Field(self._archive)
        self._name, self._id = LineField("pacsName"), LineField("pacsPatientId")
        self._accession = LineField("pacsAccession")
        self._modality = QComboBox()
        self._modality.setObjectName("pacsModality")
        self._modality.setEditable(True)
        self._modality.addItems(MODALITIES)
        self._modality_field = Field(self._modality)
        self._days = DaySpan("pacsDays")
        self._search = button("pacsSearch", self._ask, "primary")
        self._stop = button("pacsStop", lambda: self.wished.emit(WishStopSearch()), "quiet")
        self._remark = label("pacsRemark", "muted", wrap=True)
        self._table = TextTableView("pacsTable", TextTable(pacs_columns, self), WIDTHS, DESCRIPTION)
        self._table.activated.connect(lambda _index: self._fetch())
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        self._states = ListStates(self._table)
        self._states.retried.connect(self._ask_again)
        self._states.acted.connect(self._ask_by_pinyin)
        self._retrieve = button("pacsRetrieve", self._fetch, "primary")
        self._list = QVBoxLayout()
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._fetched = QScrollArea()
        self._arrange()
        self.words()

    def _arrange(self) -> None:
        inner = QWidget()
        inner.setLayout(self._list)
        self._fetched.setWidget(inner)
        self._fetched.setWidgetResizable(True)
        self._fetched.setMaximumHeight(MORE_FETCHED)
        self._fetched.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for field, width in ((self._archive_field, 150), (self._modality_field, 84)):
            field.setFixedWidth(width)
        self._days.setFixedWidth(280)
        fields = row(
            self._archive_field,
            self._name,
            self._id,
            self._accession,
            self._days,
            self._modality_field,
            gap=2,
        )
        asked = row(self._remark, self._stop, self._search)
        asked.setStretch(0, 1)
        layout = column(
            fields,
            asked,
            surface("card", column(self._states, margin=1)),
            row(None, self._retrieve),
            self._fetched,
            margin=4,
            gap=2,
        )
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def begin(self, study_instance_uid: str = "") -> None:
        """Somebody is about to look for a patient, or looks for this very study."""
        if study_instance_uid and self._archive.count():
            for field in (self._name, self._id, self._accession):
                field.line.clear()
            self.wished.emit(WishSeekStudy(study_instance_uid))
        self.show()
        self.activateWindow()
        self._name.line.setFocus()
        self._name.line.selectAll()

    def show_props(self, props: PacsProps) -> None:
        before, self._props = self._props, props
        if before is None or before.archives != props.archives:
            chosen = self._archive.currentData()
            self._archive.clear()
            for id_, name in props.archives:
                self._archive.addItem(name, id_)
            self._archive.setCurrentIndex(max(0, self._archive.findData(chosen)))
        was = before.searched if before is not None else None
        if props.sought and props.searched not in (None, was):
            self._archive.setCurrentIndex(self._archive.findData(props.searched))
        self._table.show_rows(props.rows)
        self._remark.setText(props.remark)
        self._stop.setVisible(props.load is Load.LOADING)
        self._search.setEnabled(bool(props.archives))
        self._show_list(props)
        self._show_retrieves(props.retrieves)
        self._follow()

    def _show_list(self, props: PacsProps) -> None:
        self._say(props)
        if props.load is Load.LOADING:
            self._states.show_state(ListState.LOADING)
        elif props.load is Load.FAILED:
            self._states.show_state(ListState.ERROR)
        else:
            self._states.show_state(ListState.CONTENT if props.rows else ListState.EMPTY)

    def _show_retrieves(self, retrieves: tuple[RetrieveProps, ...]) -> None:
        for number, props in enumerate(retrieves):
            uid = props.study_instance_uid
            if uid not in self._rows:
                made = RetrieveRow(uid)
                made.stopped.connect(lambda u: self.wished.emit(WishStopRetrieve(u)))
                self._rows[uid] = made
                self._list.insertWidget(number, made)
            self._rows[uid].show_row(props)
        self._fetched.setMinimumHeight(ONE_FETCHED if len(retrieves) == 1 else MORE_FETCHED)
        self._fetched.setVisible(bool(retrieves))

    def words(self) -> None:
        self.setWindowTitle(self.tr("Search the archive"))
        self._archive_field.set_name(self.tr("Archive"))
        self._name.set_name(self.tr("Name"))
        self._id.set_name(self.tr("Patient ID"))
        self._accession.set_name(self.tr("Accession no."))
        self._modality_field.set_name(self.tr("Kind"))
        self._days.set_name(self.tr("Study date"))
        set_words(self._search, self.tr("Search"), "Return")
        set_words(self._stop, self.tr("Stop"))
        set_words(self._retrieve, self.tr("Fetch into the inbox"))
        self._table.setAccessibleName(self.tr("Studies of the archive"))
        self._fetched.setAccessibleName(self.tr("What is being fetched"))
        for made in self._rows.values():
            made.words()

    def _say(self, props: PacsProps) -> None:
        nothing = props.asked
        self._states.set_words(
            (
                self.tr("No study found") if nothing else self.tr("What are you looking for?"),
                props.hint or self.tr("Try less of the name, or other dates.")
                if nothing
                else self.tr(
                    "Any part of a name, a number, or days; with nothing typed all are asked for."
                ),
                self.tr("Search by pinyin") if props.pinyin else "",
            ),
            (self.tr("The search did not succeed"), props.problem, self.tr("Try again")),
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field searches; in the table it fetches, which the table says itself."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.focusWidget() is not self._table:
            self._ask()
            return
        super().keyPressEvent(event)

    # --- what it wishes ------------------------------------------------------------------

    def _ask(self) -> None:
        archive = self._archive.currentData()
        if not isinstance(archive, UUID):
            return
        first, last = self._days.days()
        self.wished.emit(
            WishSearchPacs(
                archive,
                StudyQuery(
                    self._name.text.strip(),
                    self._id.text.strip(),
                    self._accession.text.strip(),
                    first,
                    last,
                    self._modality.currentText().strip().upper(),
                ),
            )
        )

    def _ask_again(self) -> None:
        if self._props is not None and self._props.sought:
            self.wished.emit(WishSeekStudy(self._props.sought))
        else:
            self._ask()

    def _ask_by_pinyin(self) -> None:
        if self._props is not None and self._props.pinyin:
            self._name.line.setText(self._props.pinyin)
            self._ask()

    def _fetch(self) -> None:
        props = self._props
        if props is None or props.searched is None:
            return
        for uid in self._table.chosen():
            self.wished.emit(WishRetrieve(props.searched, uid, props.images.get(uid)))

    def _follow(self) -> None:
        self._retrieve.setEnabled(bool(self._table.chosen()))


class RetrieveRow(QWidget):
    """One study on its way into the inbox."""

    stopped = Signal(str)

    def __init__(self, uid: str) -> None:
        super().__init__()
        self._title, self._mark = label(kind="lead"), chip()
        self._line = label(kind="muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._stop = button(f"stop_{uid}", lambda: self.stopped.emit(uid), "quiet")
        head = row(self._title, self._mark, None, self._stop)
        self.setLayout(surface_layout(column(head, self._bar, self._line, margin=2, gap=1)))
        self.words()

    def show_row(self, props: RetrieveProps) -> None:
        self._title.setText(props.title)
        self._line.setText(props.line)
        self._bar.setMaximum(100 if props.percent >= 0 or not props.running else 0)
        self._bar.setValue(max(0, props.percent))
        self._bar.setAccessibleName(props.line)
        self._stop.setVisible(props.running)
        texts = {
            "good": self.tr("Complete"),
            "warning": self.tr("Incomplete"),
            "error": self.tr("Failed"),
        }
        set_chip(self._mark, texts.get(props.look, ""), props.look)

    def words(self) -> None:
        set_words(self._stop, self.tr("Stop"))


def surface_layout(inner: QVBoxLayout) -> QVBoxLayout:
    return column(surface("raised", inner))
