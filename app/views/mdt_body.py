"""What asking for an MDT must be told: who chairs, whose opinions are asked for, and why."""

from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QScrollArea, QWidget

from app.commands.case_wishes import WishCaseAction
from app.kit.layouts import column, row, scrolling
from app.kit.widgets import Field, LineField, button, label, set_words
from app.models.case_actions import CaseActionsProps
from app.models.mdt import AskMdtProps
from app.views.case_action_bodies import WORDS, Body
from app.views.case_fields import DEPARTMENTS, combo
from protocol.mdt import FEWEST_SEATS, MOST_SEATS, MdtSeat

SEATS_A_LINE = 3
LEAST_HEIGHT = 72
"""Six opinions, and what is wrong with them, are higher than a low screen: the rest scrolls. In
pixels."""


class SeatRow(QWidget):
    """One opinion: a department, and perhaps an expert of it by name."""

    changed = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self._props: AskMdtProps | None = None
        self._department, self._expert = (
            combo(f"mdtDepartment_{number}"),
            combo(f"mdtExpert_{number}"),
        )
        self._department.setEditable(True)
        self._department.addItems(DEPARTMENTS)
        self._department.setCurrentIndex(-1)
        self._department.currentTextChanged.connect(lambda _text: self._fill())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._department, 1)
        line.addWidget(self._expert, 1)

    def clear(self) -> None:
        self._department.setCurrentIndex(-1)
        self._department.setEditText("")

    def show_props(self, props: AskMdtProps | None) -> None:
        if props != self._props:
            self._props = props
            self._fill()

    def _fill(self) -> None:
        """Those of the department; whoever was chosen stays so where they are one of them."""
        known = self.expert_id
        self._expert.clear()
        self._expert.addItem(self.tr("Anyone of the department"), None)
        for one in () if self._props is None else self._props.experts:
            if self.department in one.departments:
                self._expert.addItem(one.name, str(one.expert_id))
        self._expert.setCurrentIndex(max(0, self._expert.findData(str(known))))

    @property
    def department(self) -> str:
        return self._department.currentText().strip()

    @property
    def expert_id(self) -> UUID | None:
        return _id(self._expert)

    @property
    def seat(self) -> MdtSeat:
        return MdtSeat(department=self.department, expert_id=self.expert_id)

    def first(self) -> QComboBox:
        return self._department

    def words(self, number: int) -> None:
        text = self.tr("Opinion {n}: department").format(n=number)
        self._department.setAccessibleName(text)
        self._expert.setAccessibleName(self.tr("Opinion {n}: expert").format(n=number))
        self._fill()


class MdtBody(Body):
    """Two opinions at first; others by a button."""

    wanted = Signal()
    """Who may chair, and the experts of each department."""

    def __init__(self) -> None:
        super().__init__()
        self._props: AskMdtProps | None = None
        self._chair = combo("mdtChair")
        self._chair_field = Field(self._chair)
        self._holder = label("mdtHolder", wrap=True)
        self._rows = [SeatRow(number) for number in range(MOST_SEATS)]
        seats = QWidget()
        grid = QGridLayout(seats)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        for number, one in enumerate(self._rows):
            grid.addWidget(one, number // SEATS_A_LINE, number % SEATS_A_LINE)
        self._seats = Field(seats)
        self._more = button("mdtMore", self._add, "quiet")
        self._fewer = button("mdtFewer", self._take_away, "quiet")
        self._reason = LineField("mdtReason")
        self._reason.line.setMaxLength(WORDS)
        above = row(self._chair_field, column(None, self._holder), self._reason)
        above.setStretch(0, 1)
        above.setStretch(2, 1)
        below = row(self._seats, column(None, self._more, self._fewer, None, gap=0))
        below.setStretch(0, 1)
        asked = QWidget()
        asked.setLayout(column(above, below))
        self._place = scrolling(asked)
        self._place.setSizeAdjustPolicy(QScrollArea.SizeAdjustPolicy.AdjustToContents)
        self._place.setMinimumHeight(LEAST_HEIGHT)
        self.setLayout(column(self._place))
        self._show_rows(FEWEST_SEATS)
        self.words()

    def begin(self, props: CaseActionsProps) -> None:
        self._reason.line.clear()
        for one in self._rows:
            one.clear()
        for field in (self._chair_field, self._seats, self._reason):
            field.set_problem("")
        self._chair.setCurrentIndex(-1)
        self._show_rows(FEWEST_SEATS)
        self.wanted.emit()
        self.show_props(props)

    def show_props(self, props: CaseActionsProps) -> None:
        mdt = props.mdt
        if mdt == self._props:
            return
        self._props = mdt
        for one in self._rows:
            one.show_props(mdt)
        holder = "" if mdt is None else mdt.holder
        self._chair_field.setVisible(not holder)
        self._holder.setVisible(bool(holder))
        self._holder.setText(self.tr("{name} holds the case and chairs.").format(name=holder))
        known = self._chair.currentData()
        self._chair.clear()
        for chair in () if mdt is None else mdt.chairs:
            self._chair.addItem(f"{chair.name}    {chair.line}", str(chair.expert_id))
        self._chair.setCurrentIndex(self._chair.findData(known))

    def take(self, wish: WishCaseAction) -> WishCaseAction | None:
        holder = self._props is not None and bool(self._props.holder)
        chair = _id(self._chair)
        rows = [one for one in self._rows if not one.isHidden()]
        reason = self._reason.text.strip()
        known = holder or chair is not None
        self._chair_field.set_problem("" if known else self.tr("Choose who chairs."))
        problem = self._problem_of(rows, chair)
        self._seats.set_problem(problem)
        self._reason.set_problem("" if reason else self.tr("Say why several experts are needed."))
        if problem or not reason or not known:
            self._bring(self._seats if known and reason else self._chair_field)
            return None
        seats = tuple(one.seat for one in rows)
        return replace(wish, reason=reason, seats=seats, expert_id=None if holder else chair)

    def _problem_of(self, rows: list[SeatRow], chair: UUID | None) -> str:
        named = [one.expert_id for one in rows if one.expert_id is not None]
        if not all(one.department for one in rows):
            return self.tr("Choose a department for each opinion.")
        if len(set(named)) < len(named):
            return self.tr("Name each expert once.")
        if chair in named:
            return self.tr("Who chairs writes the conclusion: name somebody else for the opinion.")
        return ""

    def _show_rows(self, count: int) -> None:
        for number, one in enumerate(self._rows):
            one.setVisible(number < count)
        self._more.setVisible(count < MOST_SEATS)
        self._fewer.setVisible(count > FEWEST_SEATS)

    def _count(self) -> int:
        return sum(not one.isHidden() for one in self._rows)

    def _bring(self, part: QWidget) -> None:
        """Into sight, once it has its place."""
        QTimer.singleShot(0, self, lambda: self._place.ensureWidgetVisible(part))

    def _add(self) -> None:
        self._show_rows(self._count() + 1)
        last = self._rows[self._count() - 1]
        last.first().setFocus()
        self._bring(last)

    def _take_away(self) -> None:
        last = self._rows[self._count() - 1]
        last.clear()
        self._show_rows(self._count() - 1)
        self._rows[self._count() - 1].first().setFocus()

    def first(self) -> QWidget:
        return self._chair if self._holder.isHidden() else self._rows[0].first()

    def words(self) -> None:
        self._chair_field.set_name(self.tr("Who chairs and writes the conclusion"), required=True)
        self._seats.set_name(self.tr("Whose opinions"), required=True)
        self._reason.set_name(self.tr("Why several experts are needed"), required=True)
        set_words(self._more, self.tr("One more"))
        set_words(self._fewer, self.tr("One less"))
        for number, one in enumerate(self._rows):
            one.words(number + 1)


def _id(box: QComboBox) -> UUID | None:
    known = box.currentData()
    return UUID(known) if isinstance(known, str) else None
