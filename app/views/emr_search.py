"""A window on the hospital's record: whom, what is there, and what of it goes with the case."""

from datetime import date

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QStackedWidget,
    QWidget,
)

from app.commands.emr_wishes import (
    Section,
    WishEnterPatient,
    WishFindPatient,
    WishLeavePatient,
    WishReadPatient,
    WishReadReceived,
    WishShareRecord,
)
from app.kit.layouts import column, row, surface
from app.kit.list_states import ListState, ListStates
from app.kit.widgets import LineField, button, label, set_words
from app.models.emr_search import EmrSearchProps
from app.models.table import TextTable
from app.session.queue import Load
from app.views.emr_sign_in import SignInAgainLine
from app.views.read_record import ReadRecord
from app.views.record_entry import RecordEntryWindow
from app.views.text_table import TextTableView

SIZE = QSize(940, 640)
WIDTHS = {1: 84, 2: 176, 3: 290}


class EmrWindow(QDialog):
    """Enter searches, Enter on a row reads; closing lets go what was read and not shared."""

    wished = Signal(object)
    files_wanted = Signal()
    """Asks the window for HL7 v2 files."""
    images_wanted = Signal(str)
    """Asks the window for the study of this UID, out of the hospital's archive."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("emrWindow")
        self.resize(SIZE)
        self._props: EmrSearchProps | None = None
        self._words = LineField("emrWords")
        self._words.line.returnPressed.connect(self._search)
        self._find = button("emrFind", self._search, "primary")
        self._find.setAutoDefault(False)
        self._remark = label("emrRemark", "muted", wrap=True)
        self._table = TextTableView("emrPatients", TextTable(self._columns, self), WIDTHS, 0)
        self._table.activated.connect(lambda _index: self._read())
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        self._states = ListStates(self._table)
        self._states.retried.connect(self._search)
        self._states.acted.connect(self._enter_patient)
        self._read_it = button("emrRead", self._read, "primary")
        self._files = button("emrFiles", self.files_wanted.emit)
        self._received = button("emrReceived", self._read_received)
        self._place = label("emrPlace", "muted", wrap=True)
        self._entry = RecordEntryWindow(self)
        self._entry.wished.connect(self.wished)
        for one in (self._read_it, self._files, self._received):
            one.setAutoDefault(False)
        found = QWidget()
        asked = row(self._words, self._find, gap=2)
        asked.setAlignment(self._find, Qt.AlignmentFlag.AlignBottom)
        listed = column(
            asked,
            self._place,
            self._remark,
            surface("card", column(self._states, margin=1)),
            row(self._received, self._files, None, self._read_it),
            gap=2,
        )
        listed.setStretch(3, 1)
        found.setLayout(listed)
        self._record = ReadRecord()
        self._record.wished.connect(self.wished)
        self._record.shared.connect(self._share)
        self._record.adding.connect(self._add)
        self._record.images_wanted.connect(self.images_wanted)
        self._pages = QStackedWidget()
        self._pages.addWidget(found)
        self._pages.addWidget(self._record)
        self._sign_in = SignInAgainLine()
        self._sign_in.wished.connect(self.wished)
        whole = column(self._sign_in, self._pages, margin=4, gap=2)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.words()

    def begin(self, props: EmrSearchProps) -> None:
        """Somebody is about to look for the patient of the case."""
        if self._words.text != props.proposed:
            self._words.line.setText(props.proposed)
        self.show_props(props)
        self.show()
        self.activateWindow()
        self._words.line.setFocus()
        self._words.line.selectAll()

    def show_props(self, props: EmrSearchProps) -> None:
        before, self._props = self._props, props
        self._table.show_rows(props.rows)
        told = " ".join(one for one in (props.remark, props.entry.problem) if one)
        self._remark.setText(told)
        self._remark.setVisible(bool(told))
        self._place.setText(props.server)
        self._entry.show_props(props.entry)
        self._sign_in.show_props(props.sign_in)
        self._say(props)
        self._name()
        was = before.reading if before is not None else None
        if was is not None and was.sharing and props.reading is None:
            self.accept()  # it has been shared
        self._record.show_props(props.reading, ours=props.ours)
        self._pages.setCurrentIndex(0 if props.reading is None else 1)
        self._received.setVisible(props.receives)
        if props.reading is None and len(props.rows) == 1 and not self._table.chosen():
            self._table.selectRow(0)
        self._follow()

    def _say(self, props: EmrSearchProps) -> None:
        begin = self.tr("Begin a record for the patient of this case")
        none_found = (self.tr("Nobody was found"), self.tr("Write the whole name, or the number."))
        if props.ours and not props.can_begin:
            first = self.tr("To begin a record, write name, sex, birth and number into the case.")
            none_found = (none_found[0], f"{none_found[1]} {first}")
        before = (self.tr("Whose record?"), self.tr("Write a name or a number, press Enter."))
        empty = none_found if props.asked else before
        action = begin if props.can_begin and props.asked else ""
        problem = (self.tr("The search failed"), props.problem, self.tr("Try again"))
        self._states.set_words((*empty, action), problem)
        if props.load is Load.LOADING:
            self._states.show_state(ListState.LOADING)
        elif props.load is Load.FAILED:
            self._states.show_state(ListState.ERROR)
        else:
            self._states.show_state(ListState.CONTENT if props.rows else ListState.EMPTY)

    def words(self) -> None:
        self._name()
        self._words.set_name(self.tr("Name or number of the patient"))
        set_words(self._find, self.tr("Search"), "Return")
        set_words(self._files, self.tr("From HL7 files…"))
        set_words(self._received, self.tr("From received messages"))
        set_words(self._read_it, self.tr("Read the record"), "Return")
        if self._props is not None:
            self._say(self._props)

    def _name(self) -> None:
        ours = self._props is not None and self._props.ours
        own, hospital = self.tr("The clinic's own record"), self.tr("From the hospital's record")
        self.setWindowTitle(own if ours else hospital)
        numbers = self.tr("Patients of the clinic") if ours else self.tr("Patients of the hospital")
        self._table.setAccessibleName(numbers)

    def _columns(self) -> tuple[str, ...]:
        return self.tr("Name"), self.tr("Sex"), self.tr("Born"), self.tr("Numbers")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape stops what is being read or shared before it closes the window."""
        escape = event.matches(QKeySequence.StandardKey.Cancel)
        if not (escape and self._record.stop()):
            super().keyPressEvent(event)

    def reject(self) -> None:
        self.wished.emit(WishLeavePatient())
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.wished.emit(WishLeavePatient())
        super().closeEvent(event)

    # --- what it wishes ------------------------------------------------------------------

    def _search(self) -> None:
        if self._props is not None:
            self.wished.emit(WishFindPatient(self._words.text.strip()))

    def _read_received(self) -> None:
        if words := self._words.text.strip():
            self.wished.emit(WishReadReceived(words))
        else:
            self._words.line.setFocus()

    def _read(self) -> None:
        for id_ in self._table.chosen()[:1]:
            self.wished.emit(WishReadPatient(id_))

    def _share(
        self, chosen: tuple[Section, ...], compared: bool, since: date | None, contents: bool
    ) -> None:
        if self._props is not None and self._props.consultation_id is not None:
            id_ = self._props.consultation_id
            self.wished.emit(WishShareRecord(id_, chosen, compared, since, contents))

    def _enter_patient(self) -> None:
        if self._props is not None and self._props.consultation_id is not None:
            self.wished.emit(WishEnterPatient(self._props.consultation_id))

    def _add(self) -> None:
        if self._props is not None and (reading := self._props.reading) is not None:
            self._entry.begin(self._props.entry, reading.patient_id, reading.who)

    def _follow(self) -> None:
        self._read_it.setEnabled(len(self._table.chosen()) == 1)
