"""A window on the hospital's record: whom, what is there, and what of it goes with the case."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
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
    WishTakeBackEntry,
)
from app.kit.layouts import column, row, scrolling, surface
from app.kit.list_states import ListState, ListStates
from app.kit.question import ask
from app.kit.view import View
from app.kit.widgets import LineField, button, label, set_words
from app.models.emr import RecordView
from app.models.emr_search import EmrSearchProps, ReadingProps
from app.models.table import TextTable
from app.session.queue import Load
from app.views.emr import RecordSections
from app.views.record_entry import RecordEntryWindow
from app.views.text_table import TextTableView

SIZE = QSize(940, 640)
WIDTHS = {1: 84, 2: 176, 3: 290}
CHOICES_WIDTH = 250


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
        self.setLayout(column(self._pages, margin=4))
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

    def _share(self, chosen: tuple[Section, ...], compared: bool) -> None:
        if self._props is not None and self._props.consultation_id is not None:
            self.wished.emit(WishShareRecord(self._props.consultation_id, chosen, compared))

    def _enter_patient(self) -> None:
        if self._props is not None and self._props.consultation_id is not None:
            self.wished.emit(WishEnterPatient(self._props.consultation_id))

    def _add(self) -> None:
        if self._props is not None and (reading := self._props.reading) is not None:
            self._entry.begin(self._props.entry, reading.patient_id, reading.who)

    def _follow(self) -> None:
        self._read_it.setEnabled(len(self._table.chosen()) == 1)


class ReadRecord(View):
    """The record of one patient as it comes, and boxes for what of it is shared."""

    shared = Signal(object, bool)
    """The sections that were chosen, and whether somebody compared whose it is."""
    adding = Signal()
    """Something is to be entered by hand."""
    images_wanted = Signal(str)
    """The images of a study of the record are to be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self._props: ReadingProps | None = None
        self._view = RecordView()
        self._boxes: dict[Section, QCheckBox] = {}
        self._state = label("emrReading", "lead", wrap=True)
        self._bar = QProgressBar()
        self._bar.setObjectName("emrBar")
        self._bar.setTextVisible(False)
        self._problem = label("emrProblem", "problem", wrap=True)
        self._compare = label("emrCompare", "problem", wrap=True)
        self._compared = QCheckBox()
        self._compared.setObjectName("emrCompared")
        self._compared.toggled.connect(lambda _on: self._follow())
        self._head = label("emrChoose", "lead", wrap=True)
        self._hint = label("emrHint", "small", wrap=True)
        self._list = QVBoxLayout()
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._sections = RecordSections()
        self._back = button("emrBack", lambda: self.wished.emit(WishLeavePatient()))
        self._share = button("emrShare", self._wish, "primary")
        self._add = button("emrAdd", self.adding.emit)
        self._wrong = button("emrWrong", self._ask_wrong)
        self._images = button("emrImages", self._want_images)
        self._sections.marked.connect(self._follow)
        self._ours = False
        for one in (self._back, self._share, self._add, self._wrong, self._images):
            one.setAutoDefault(False)
        inner = QWidget()
        inner.setLayout(self._list)
        self._side = QWidget()
        self._side.setFixedWidth(CHOICES_WIDTH)
        side = column(self._head, scrolling(inner), self._hint, gap=2)
        side.setStretch(1, 1)
        self._side.setLayout(side)
        both = row(self._sections, self._side, gap=3)
        both.setStretch(0, 1)
        whole = column(
            self._state,
            self._bar,
            self._problem,
            self._compare,
            self._compared,
            both,
            row(self._back, self._images, self._add, self._wrong, None, self._share),
            gap=2,
        )
        whole.setStretch(5, 1)
        self.setLayout(whole)
        self.words()

    def show_props(self, props: ReadingProps | None, *, ours: bool = False) -> None:
        """`ours`: the record can be written into by hand."""
        before, self._props, self._ours = self._props, props, ours
        if props is None or props == before:
            return
        if before is None or before.record is not props.record:
            self._compared.setChecked(False)
            self._sections.show_view(props.view)
            self._fill(props)
        read = props.record is not None
        for part in (self._sections, self._side, self._share):
            part.setVisible(read)
        self._add.setVisible(read and ours and props.can_add)
        self._wrong.setVisible(read and ours)
        going = not read and not props.problem
        self._bar.setVisible(going)
        self._bar.setMaximum(props.parts)
        self._bar.setValue(props.done)
        told = " ".join(one for one in (props.problem, props.unwritten) if one)
        self._problem.setText(f"⚠ {told}" if told else "")
        self._problem.setVisible(bool(told))
        asks = bool(props.compare) and not props.problem
        self._compare.setText(f"⚠ {props.compare}" if asks else "")
        self._compare.setVisible(asks)
        self._compared.setVisible(asks)
        self.words()
        self._follow()

    def _fill(self, props: ReadingProps) -> None:
        while self._list.count():
            old = self._list.takeAt(0).widget()
            old.hide()
            old.deleteLater()
        self._boxes = {}
        for section, text in props.choices:
            box = QCheckBox(text)
            box.setObjectName(f"share_{section.name}")
            box.setAccessibleName(text)
            box.setChecked(True)
            box.toggled.connect(lambda _on: self._follow())
            self._boxes[section] = box
            self._list.addWidget(box)

    def words(self) -> None:
        props = self._props
        text = self.tr("Reading the record of {name}…")
        name = props.person if props is not None else ""
        going = props is not None and props.record is None and not props.problem
        self._state.setText(text.format(name=name) if going else "")
        self._state.setVisible(going)
        self._bar.setAccessibleName(self._state.text())
        self._head.setText(self.tr("What goes with the case"))
        self._compared.setText(self.tr("I have compared: this is the patient of the case"))
        self._compared.setAccessibleName(self._compared.text())
        self._hint.setText(
            self.tr(
                "Only what is ticked goes with the case. Its experts read it, and who reads it is "
                "written down."
            )
        )
        set_words(self._back, self.tr("Stop") if going else self.tr("Back"), "Esc")
        set_words(self._images, self.tr("Fetch its images…"))
        set_words(self._add, self.tr("Add…"))
        set_words(self._wrong, self.tr("Entered in error…"))
        sharing = props is not None and props.sharing
        set_words(self._share, self.tr("Sharing…") if sharing else self.tr("Share with the case"))

    def _want_images(self) -> None:
        if study := self._sections.chosen_study:
            self.images_wanted.emit(study)

    def _ask_wrong(self) -> None:
        """The marked entry stays in the record, and nobody is shown it any more."""
        chosen = self._sections.chosen
        if chosen is None:
            self._problem.setText(self.tr("Mark the entry that is wrong first."))
            self._problem.setVisible(True)
            return
        name, title = chosen
        whose = self._props.patient_id if self._props is not None else ""
        question = self.tr("Mark “{entry}” as entered in error? Nobody is shown it any more.")
        ask(
            self,
            "entryInError",
            (self.tr("Entered in error"), question.format(entry=title)),
            yes=("takeBackEntry", self.tr("Mark as entered in error")),
            no=("keepEntry", self.tr("Keep it")),
            on_yes=lambda: self.wished.emit(WishTakeBackEntry(whose, name)),
        )

    def _wish(self) -> None:
        chosen = tuple(one for one, box in self._boxes.items() if box.isChecked())
        self.shared.emit(chosen, self._compared.isChecked())

    def _follow(self) -> None:
        props = self._props
        if props is None:
            return
        self._images.setVisible(props.archives and bool(self._sections.chosen_study))
        chosen = any(box.isChecked() for box in self._boxes.values())
        compared = not props.compare or self._compared.isChecked()
        self._share.setEnabled(chosen and compared and props.can_share)
        self._add.setEnabled(compared)
