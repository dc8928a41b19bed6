"""What each kind of action must be told: a checklist, an expert, a time, who was absent, a reason.

Every body answers `take` with the wish filled in, or None after marking what is missing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from app.commands.case_wishes import WishCaseAction
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import Field, LineField, label, text_area
from app.models.case_actions import CandidateProps, CaseActionsProps
from app.models.tips import plain_tip
from protocol.appointment import FURTHEST

WORDS = 200
ITEM_WORDS = 80
LATER = timedelta(minutes=30)


class Body(View):
    """One of the forms; the panel shows it while its action is asked for."""

    def begin(self, props: CaseActionsProps) -> None:
        """Empty, for another case or another action."""

    def show_props(self, props: CaseActionsProps) -> None:
        """The state moved while it is open."""

    def take(self, wish: WishCaseAction) -> WishCaseAction | None:
        return wish

    def first(self) -> QWidget:
        """What takes the keys."""
        return self


class ChecklistBody(Body):
    """Common things to tick, and own lines."""

    def __init__(self) -> None:
        super().__init__()
        self._items: tuple[str, ...] = ()
        self._ticks: list[QCheckBox] = []
        self._box = QWidget()
        self._grid = QGridLayout(self._box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._own = text_area("askOwn", 2)
        self._field = Field(self._own)
        self.setLayout(column(self._box, self._field))
        self.words()

    def begin(self, props: CaseActionsProps) -> None:
        self._make(props.ask_items)
        for tick in self._ticks:
            tick.setChecked(False)
        self._own.clear()
        self._field.set_problem("")

    def _make(self, items: tuple[str, ...]) -> None:
        if items == self._items:
            return
        for tick in self._ticks:
            self._grid.removeWidget(tick)
            tick.deleteLater()
        self._items, self._ticks = items, []
        for number, item in enumerate(items):
            tick = QCheckBox(item)
            tick.setObjectName(f"ask_{number}")
            tick.setAccessibleName(item)
            left = Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(tick, number // 2, number % 2, left)
            self._ticks.append(tick)

    def take(self, wish: WishCaseAction) -> WishCaseAction | None:
        ticked = [tick.text() for tick in self._ticks if tick.isChecked()]
        own = [text for line in self._own.toPlainText().splitlines() if (text := line.strip())]
        if not ticked and not own:
            self._field.set_problem(self.tr("Tick or write at least one thing."))
            return None
        if any(len(line) > ITEM_WORDS for line in own):
            text = self.tr("At most {n} characters a line: one thing a line.")
            self._field.set_problem(text.format(n=ITEM_WORDS))
            return None
        self._field.set_problem("")
        return replace(wish, checklist=tuple(dict.fromkeys((*ticked, *own))))

    def first(self) -> QWidget:
        return self._ticks[0] if self._ticks else self._own

    def words(self) -> None:
        self._field.set_name(self.tr("Something else (one thing a line)"))


class HandOverBody(Body):
    """Whom the case could go to, and the note that goes with it."""

    wanted = Signal()
    """The candidates, anew."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[CandidateProps, ...] | None = None
        self._list = QListWidget()
        self._list.setObjectName("handOverList")
        self._list.setMaximumHeight(132)
        self._experts = Field(self._list)
        self._note = LineField("handOverNote")
        self._note.line.setMaxLength(WORDS)
        self.setLayout(column(self._experts, self._note))
        self.words()

    def begin(self, props: CaseActionsProps) -> None:
        self._note.line.clear()
        for field in (self._experts, self._note):
            field.set_problem("")
        self._list.clearSelection()
        self._list.setCurrentRow(-1)
        self.wanted.emit()
        self.show_props(props)

    def show_props(self, props: CaseActionsProps) -> None:
        if props.candidates == self._shown and self._list.count():
            return
        chosen = self._chosen()
        self._shown = props.candidates
        self._list.clear()
        if not props.candidates:
            waiting = self.tr("The experts are being read…")
            nobody = self.tr("There is no other expert. The dispatcher can help.")
            self._note_only(nobody if props.candidates is not None else waiting)
            return
        for one in props.candidates:
            item = QListWidgetItem(f"{one.name}    {one.line}")
            item.setData(Qt.ItemDataRole.UserRole, one)
            if not one.choosable:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                item.setText(f"{one.name}    ✕ {one.line}")
            item.setToolTip(plain_tip(one.line))
            self._list.addItem(item)
            if chosen is not None and one.expert_id == chosen.expert_id and one.choosable:
                self._list.setCurrentItem(item)

    def _note_only(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._list.addItem(item)

    def _chosen(self) -> CandidateProps | None:
        item = self._list.currentItem()
        one = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return one if isinstance(one, CandidateProps) and one.choosable else None

    def take(self, wish: WishCaseAction) -> WishCaseAction | None:
        one, note = self._chosen(), self._note.text.strip()
        self._experts.set_problem("" if one else self.tr("Choose the expert."))
        self._note.set_problem("" if note else self.tr("Say why, and what the other must know."))
        if one is None or not note:
            return None
        return replace(wish, expert_id=one.expert_id, expert_name=one.name, reason=note)

    def first(self) -> QWidget:
        return self._list

    def words(self) -> None:
        self._experts.set_name(self.tr("To whom"), required=True)
        self._note.set_name(self.tr("Note for the other expert"), required=True)


class AppointmentBody(Body):
    """A day and a time in the zone of this computer."""

    def __init__(self) -> None:
        super().__init__()
        self._now: datetime | None = None
        self._at = QDateTimeEdit()
        self._at.setObjectName("appointmentAt")
        self._at.setCalendarPopup(True)
        self._at.setDisplayFormat("yyyy-MM-dd HH:mm")
        self._at.setMinimumHeight(32)
        self._field = Field(self._at)
        self._zone = label("appointmentZone", "small")
        self.setLayout(row(self._field, column(None, self._zone), None))
        self.words()

    def begin(self, props: CaseActionsProps) -> None:
        self._now = props.now
        local = (props.now + LATER).astimezone()
        whole = local.replace(minute=30 if local.minute < 30 else 0, second=0, microsecond=0)
        if local.minute >= 30:
            whole += timedelta(hours=1)
        self._at.setDateTime(QDateTime.fromSecsSinceEpoch(int(whole.timestamp())))
        self._field.set_problem("")
        self.words()

    def show_props(self, props: CaseActionsProps) -> None:
        self._now = props.now

    def take(self, wish: WishCaseAction) -> WishCaseAction | None:
        at = datetime.fromtimestamp(self._at.dateTime().toSecsSinceEpoch()).astimezone()
        if self._now is None or at <= self._now:
            self._field.set_problem(self.tr("Choose a time to come."))
            return None
        if at > self._now + FURTHEST:
            text = self.tr("Choose a time within {days} days.")
            self._field.set_problem(text.format(days=FURTHEST.days))
            return None
        self._field.set_problem("")
        return replace(wish, scheduled_for=at)

    def first(self) -> QWidget:
        return self._at

    def words(self) -> None:
        self._field.set_name(self.tr("Day and time"), required=True)
        offset = datetime.fromtimestamp(self._at.dateTime().toSecsSinceEpoch()).astimezone()
        zone = f"UTC{offset:%z}"
        self._zone.setText(self.tr("Time of this computer ({zone})").format(zone=zone))


class AbsentBody(Body):
    """Who did not come, and what is known of it."""

    def __init__(self) -> None:
        super().__init__()
        self._who = QComboBox()
        self._who.setObjectName("absentWho")
        self._field = Field(self._who)
        self._more = LineField("absentMore")
        self._more.line.setMaxLength(WORDS - 40)
        self.setLayout(row(self._field, self._more))
        self.words()

    def begin(self, props: CaseActionsProps) -> None:
        self._who.setCurrentIndex(-1)
        self._more.line.clear()
        self._field.set_problem("")

    def take(self, wish: WishCaseAction) -> WishCaseAction | None:
        if self._who.currentIndex() < 0:
            self._field.set_problem(self.tr("Say who was absent."))
            return None
        self._field.set_problem("")
        parts = (self._who.currentText(), self._more.text.strip())
        return replace(wish, reason=" – ".join(part for part in parts if part))

    def first(self) -> QWidget:
        return self._who

    def words(self) -> None:
        chosen = self._who.currentIndex()
        self._who.clear()
        self._who.addItems(
            [
                self.tr("The doctor of the clinic was absent"),
                self.tr("The patient was absent"),
                self.tr("The expert was absent"),
                self.tr("The connection failed on both sides"),
            ]
        )
        self._who.setCurrentIndex(chosen)
        self._field.set_name(self.tr("Who was absent"), required=True)
        self._more.set_name(self.tr("What is known"))


class ReasonBody(Body):
    """Why, in a line."""

    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._reason = LineField("actionReason")
        self._reason.line.setMaxLength(WORDS)
        self._reason.line.returnPressed.connect(self.submitted)
        self.setLayout(column(self._reason))
        self.words()

    def begin(self, props: CaseActionsProps) -> None:
        self._reason.line.clear()
        self._reason.set_problem("")

    def take(self, wish: WishCaseAction) -> WishCaseAction | None:
        reason = self._reason.text.strip()
        self._reason.set_problem("" if reason else self.tr("Please fill this in."))
        return replace(wish, reason=reason) if reason else None

    def first(self) -> QWidget:
        return self._reason.line

    def words(self) -> None:
        self._reason.set_name(self.tr("Reason"), required=True)


class PasswordBody(Body):
    """Who signs proves who they are; nothing of it stays when it is hidden."""

    submitted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._read = ""
        self._password = LineField("actionPassword", secret=True)
        self._password.line.returnPressed.connect(self.submitted)
        self.setLayout(column(self._password))
        self.words()

    def begin(self, props: CaseActionsProps) -> None:
        self._read = props.draft
        self._password.line.clear()
        self._password.set_problem("")

    def show_props(self, props: CaseActionsProps) -> None:
        """Nobody signs words that came while they typed: the password is asked for again."""
        if props.draft != self._read:
            self.begin(props)
            self._password.set_problem(
                self.tr("The draft was written on. Read it again, then enter your password.")
            )

    def take(self, wish: WishCaseAction) -> WishCaseAction | None:
        password = self._password.text
        self._password.set_problem("" if password else self.tr("Please fill this in."))
        return replace(wish, approved=self._read, password=password) if password else None

    def first(self) -> QWidget:
        return self._password.line

    def hideEvent(self, event: QHideEvent) -> None:
        self._password.line.clear()
        super().hideEvent(event)

    def words(self) -> None:
        self._password.set_name(self.tr("Your password"), required=True)
