"""A patient's record: allergies always in sight, a section at a time, values with their course."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.commands.emr_wishes import WishOpenDocument, WishReadShared, WishShowStudy
from app.kit.layouts import column, row, scrolling
from app.kit.list_states import ListState, ListStates
from app.kit.painting import Option, paint_line, small
from app.kit.view import View
from app.kit.widgets import button, label, set_property, set_words
from app.models.emr import (
    STUDY,
    Course,
    EmrProps,
    RecordView,
    list_columns,
    measured_columns,
)
from app.models.record_marks import Marked, marked
from app.models.table import TextTable
from app.models.tips import plain_tip
from app.session.queue import Load
from app.views.photograph import Photograph
from app.views.text_table import TextTableView
from app.views.trend import TrendPlot

ARROWS = ("↑", "↓", "*")
LARGE = QSize(860, 640)
ROWS, TABLE_LEAST = 28, 120
VALUE, USUAL, WHEN = 108, 84, 96
NARROW = 420
"""Below this width the usual range stands under the value."""
SLIM = 340
"""Below it the day stands under the name of what was measured."""
TWO_LINES, INSET = 40, 9
LOW_TREND, QWIDGETSIZE_MAX = 146, (1 << 24) - 1


class FlagDelegate(QStyledItemDelegate):
    """A flagged value stands out by its arrow, its weight and its colour. Where there is no room
    for all columns, `below` says which one stands small under which."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.below: dict[int, int] = {}

    def initStyleOption(self, option: QStyleOptionViewItem, index: "Index") -> None:
        super().initStyleOption(option, index)
        drawn: Option = option
        if index.column() == 1 and any(arrow in str(index.data() or "") for arrow in ARROWS):
            drawn.font.setBold(True)
            ink = drawn.palette.color(QPalette.ColorRole.BrightText)
            drawn.palette.setColor(QPalette.ColorRole.Text, ink)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: "Index") -> None:
        under = self.below.get(index.column())
        if under is None:
            super().paint(painter, option, index)
            return
        ink = option.palette.color(QPalette.ColorRole.Text)  # type: ignore[attr-defined]
        drawn: Option = QStyleOptionViewItem(option)
        self.initStyleOption(drawn, index)
        said, drawn.text = drawn.text, ""
        drawn.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, drawn, painter, drawn.widget
        )
        area = drawn.rect.adjusted(INSET, 3, -INSET, -3)
        half = area.height() // 2
        painter.save()
        painter.setFont(drawn.font)
        chosen = bool(drawn.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        upper = area.adjusted(0, 0, 0, half - area.height())
        paint_line(painter, upper, said, drawn.palette.color(role))
        painter.setFont(small(option.font))  # type: ignore[attr-defined]
        told = str(index.sibling(index.row(), under).data() or "")
        lower = area.adjusted(0, half, 0, 0)
        paint_line(painter, lower, told, drawn.palette.color(role) if chosen else ink)
        painter.restore()


Index = QModelIndex | QPersistentModelIndex


class RecordSections(View):
    """The sections of one record and the rows of the chosen one; `at_hospital`: it is being read
    where it lies."""

    marked = Signal()
    """Another row is marked, of whichever table."""

    def __init__(self, *, at_hospital: bool = False) -> None:
        super().__init__()
        self.setObjectName("recordSections")
        self._at_hospital = at_hospital
        self._view = RecordView()
        self._person = label("recordPerson", "text", wrap=True)
        self._photograph = Photograph()
        self._allergies = label("recordAllergies", "problem", wrap=True)
        self._dated = label("recordDated", "small", wrap=True)
        self._remarks = label("recordRemarks", "muted", wrap=True)
        self._choice = QComboBox()
        self._choice.setObjectName("recordSection")
        self._choice.currentIndexChanged.connect(lambda _index: self._show_section())
        self._choice.activated.connect(lambda _index: self._pick())
        self._picked = False
        self._coming = label("recordComing", "small", wrap=True)
        self._list = self._table("recordList", TextTable(list_columns, self), {1: WHEN})
        widths = {1: VALUE, 2: USUAL, 3: WHEN}
        self._list.activated.connect(lambda _index: self._open())
        self._list.selectionModel().selectionChanged.connect(lambda *_: self.marked.emit())
        self._values = self._table("recordValues", TextTable(measured_columns, self), widths)
        self._flags = FlagDelegate(self)
        for number in (0, 1):
            self._values.setItemDelegateForColumn(number, self._flags)
        self._values.selectionModel().selectionChanged.connect(lambda *_: self._show_course())
        self._tables = QStackedWidget()
        self._tables.addWidget(self._list)
        self._tables.addWidget(self._values)
        self._trend = TrendPlot()
        told = column(
            row(self._photograph, self._person, gap=2),
            self._allergies,
            self._choice,
            self._coming,
            self._tables,
            self._trend,
            self._remarks,
            self._dated,
            margin=2,
            gap=2,
        )
        told.setStretch(4, 1)
        self._tables.setMinimumHeight(TABLE_LEAST)
        inner = QWidget()
        inner.setLayout(told)
        self.setLayout(column(scrolling(inner)))
        self.words()

    def _table(self, name: str, model: TextTable, widths: dict[int, int]) -> TextTableView:
        made = TextTableView(name, model, widths, 0)
        made.verticalHeader().setDefaultSectionSize(ROWS)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return made

    def show_view(self, view: RecordView) -> None:
        if view == self._view:
            return
        self._view = view
        self._picked = self._picked and bool(view.sections)
        self._person.setText(view.person)
        self._person.setToolTip(plain_tip(view.person_whole))
        self._person.setAccessibleName(view.person_whole)
        self._photograph.show_bytes(view.photograph)
        self._say_allergies()
        self._dated.setText(view.dated)
        self._dated.setVisible(bool(view.dated))
        self._remarks.setText("\n".join(f"⚠ {one}" for one in view.remarks))
        self._remarks.setVisible(bool(view.remarks))
        heads = self._view.heads(self.section_key if self._picked else "")
        if [self._choice.itemData(n) for n in range(self._choice.count())] != [*heads]:
            self._fill_choice(heads)
        else:
            for number, words in enumerate(heads.values()):
                self._choice.setItemText(number, words)
        self._show_section()

    def _fill_choice(self, heads: dict[str, str]) -> None:
        kept = self._choice.currentData()
        blocked = self._choice.blockSignals(True)
        self._choice.clear()
        for key, words in heads.items():
            self._choice.addItem(words, key)
        self._choice.setCurrentIndex(max(0, self._choice.findData(kept)))
        self._choice.blockSignals(blocked)

    def _pick(self) -> None:
        self._picked = True

    def choose(self, key: str) -> None:
        """Goes to a section, where it is there."""
        if (index := self._choice.findData(key)) >= 0:
            self._picked = True
            self._choice.setCurrentIndex(index)

    @property
    def course(self) -> Course | None:
        return self._trend.course

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow, slim = self.width() < NARROW, self.width() < SLIM
        self._values.setColumnHidden(2, narrow)
        self._values.setColumnHidden(3, slim)
        self._flags.below = {**({1: 2} if narrow else {}), **({0: 3} if slim else {})}
        self._values.verticalHeader().setDefaultSectionSize(TWO_LINES if narrow else ROWS)
        self._trend.setMaximumHeight(LOW_TREND if narrow else QWIDGETSIZE_MAX)
        self._values.setColumnWidth(1, VALUE if narrow else VALUE + 52)

    @property
    def section_key(self) -> str:
        return str(self._choice.currentData() or "")

    def words(self) -> None:
        self._choice.setAccessibleName(self.tr("Part of the record"))
        self._photograph.setAccessibleName(self.tr("Photograph of the patient"))
        self._list.setAccessibleName(self.tr("Entries of the record"))
        self._values.setAccessibleName(self.tr("Values of the record"))
        self._say_allergies()

    @property
    def _chosen_key(self) -> str:
        """Of the marked row; empty where none is marked."""
        table = self._values if self._tables.currentWidget() is self._values else self._list
        return next(iter(table.chosen()), "")

    @property
    def chosen_study(self) -> str:
        """Study Instance UID of the marked entry; empty where it is no imaging study."""
        entries = self._view.entries(self.section_key, self._chosen_key)
        return entries[0].study_instance_uid if entries else ""

    @property
    def chosen(self) -> tuple[Marked, ...]:
        """What the marked row is made of, the newest first."""
        return marked(self._view.entries(self.section_key, self._chosen_key))

    def _say_allergies(self) -> None:
        self._allergies.setText(self._view.allergies)
        set_property(self._allergies, "type", "problem" if self._view.warns else "small")

    def _show_section(self) -> None:
        there = self._choice.count() > 0
        self._choice.setVisible(there)
        section = self._view.section(self.section_key)
        coming = self._view.coming(self.section_key)
        self._coming.setText(coming)
        self._coming.setVisible(bool(coming))
        table = self._values if section.measured else self._list
        table.show_rows(section.rows)
        self._tables.setCurrentWidget(table)
        if not there:
            self._values.show_rows(())
        self._show_course()

    def _open(self) -> None:
        """Images of a study that is in the case, what a document says."""
        for key in self._list.chosen():
            if key.startswith(STUDY):
                self.wished.emit(WishShowStudy(key.removeprefix(STUDY)))
            for entry in self._view.entries(self.section_key, key):
                for content in entry.contents:
                    self.wished.emit(WishOpenDocument(content, self._at_hospital))

    def _show_course(self) -> None:
        self._trend.show_course(self._view.course(self.section_key, self._chosen_key))
        self.marked.emit()


class RecordWindow(QDialog):
    """The record with room for all columns; empty as soon as the case carries none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("recordWindow")
        self.sections = RecordSections()
        self._close = button("closeRecord", self.reject)
        self._close.setAutoDefault(False)
        whole = column(self.sections, row(None, self._close), margin=3)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.resize(LARGE)
        self._words()

    def show_view(self, view: RecordView) -> None:
        if not view.sections:
            self.hide()
        self.sections.show_view(view)

    def _words(self) -> None:
        self.setWindowTitle(self.tr("Health record"))
        set_words(self._close, self.tr("Close"), "Esc")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._words()
        super().changeEvent(event)


class EmrPane(View):
    """What the open case carries; the four states of reading it, and that it is of another."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("emrPane")
        self._props = EmrProps()
        self._large: RecordWindow | None = None
        self.sections = RecordSections()
        self.sections.wished.connect(self.wished)
        self._stopped = label("emrStopped", "problem", wrap=True)
        self._enlarge = button("emrEnlarge", self.enlarge, "quiet")
        self._states = ListStates(self.sections)
        self._states.setObjectName("emrStates")
        self._states.retried.connect(lambda: self.wished.emit(WishReadShared()))
        whole = column(row(None, self._enlarge), self._stopped, self._states, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.words()

    def show_props(self, props: EmrProps) -> None:
        if props != self._props:
            self._props = props
            self._show()

    def _show(self) -> None:
        props, view = self._props, self._props.view
        self._stopped.setText(f"⚠ {props.stopped}" if props.stopped else "")
        self._stopped.setVisible(bool(props.stopped))
        self.sections.show_view(view)
        if self._large is not None:
            self._large.show_view(view)
        self._states.setVisible(not props.stopped)
        self._enlarge.setVisible(bool(view.sections) and not props.stopped)
        if props.load is Load.LOADING:
            self._states.show_state(ListState.LOADING)
        elif props.load is Load.FAILED:
            self._states.show_state(ListState.ERROR)
        else:
            there = bool(view.sections)
            self._states.show_state(ListState.CONTENT if there else ListState.EMPTY)

    def enlarge(self) -> None:
        """The same in a window of its own, which may lie on another screen."""
        if self._large is None:
            self._large = RecordWindow(self)
            self._large.sections.wished.connect(self.wished)
        self._large.show_view(self._props.view)
        self._large.sections.choose(self.sections.section_key)
        self._large.show()
        self._large.activateWindow()

    def words(self) -> None:
        set_words(self._enlarge, self.tr("Enlarge"))
        self._states.set_words(
            (
                self.tr("The record is empty"),
                self.tr("The clinic shared who the patient is, and nothing else."),
                "",
            ),
            (
                self.tr("The record could not be read"),
                self.tr("It is with the case on the server. Check the network, then try again."),
                self.tr("Try again"),
            ),
        )
        self._show()
