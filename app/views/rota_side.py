"""Beside the rota: the chosen block in fields, and where its expert is reached."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, QTimeZone, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.commands.rota_wishes import WishChangeShift, WishRemoveShift
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import Field, button, label, set_words
from app.models.rota import BlockProps, RotaProps, RowProps, weekday_letters, weekday_words
from app.models.rota_change import changed
from app.models.words import word
from app.views.contact_fields import ContactFields
from protocol.rota import RotaKind

WIDTH = 300
FORMAT = "yyyy-MM-dd HH:mm"


class RotaSide(View):
    """`show_block` fills the fields; nothing changes before “Save”."""

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rotaSide")
        self.setFixedWidth(WIDTH)
        self._props: RotaProps | None = None
        self._block: BlockProps | None = None
        self._row: RowProps | None = None
        self._place = ""
        self._title, self._hint = label("rotaChosen", "lead"), label("rotaHint", "small", wrap=True)
        self._kind = QComboBox()
        self._kind.setObjectName("rotaBlockKind")
        self._begin, self._end = _moment("rotaBegin"), _moment("rotaEnd")
        self._fields = Field(self._kind), Field(self._begin), Field(self._end)
        self._days = [_day_button(number) for number in range(7)]
        self._repeats = label(kind="fieldname")
        self._only = QCheckBox()
        self._only.setObjectName("rotaOnlyDay")
        self._only.setChecked(True)
        self._only.toggled.connect(self._show_scope)
        self._save = button("rotaSave", self._wish_change, "primary")
        self._remove = button("rotaRemove", self._wish_remove, "danger")
        self._form = QWidget()
        self._form.setLayout(
            column(
                *self._fields,
                self._repeats,
                row(*self._days, gap=1),
                self._only,
                row(self._save, self._remove, None),
                gap=2,
            )
        )
        self._contact = ContactFields("rota")
        self._contact.wished.connect(self.wished)
        inside = column(
            self._title, self._hint, self._form, 2, self._contact, None, margin=3, gap=2
        )
        whole = QWidget()
        whole.setLayout(inside)
        scroll = QScrollArea()
        scroll.setObjectName("rotaSideScroll")
        scroll.setWidgetResizable(True)
        scroll.setWidget(whole)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(column(surface("card", column(scroll))))
        self.words()

    # --- what it shows -------------------------------------------------------------------

    def show_props(
        self, props: RotaProps, row: RowProps | None, block: BlockProps | None, place: str
    ) -> None:
        same = block == self._block and row is not None and self._row is not None
        self._props, self._row, self._block = props, row, block
        self._place = place
        self._title.setText(self._title_words())
        self._hint.setText(self._hint_words())
        able = block is not None and block.can_change
        self._form.setVisible(able)
        if block is not None and not same:
            self._fill(block)
        self._contact.setVisible(props.can_contact and row is not None)
        person = None if row is None else row.id
        self._contact.show_person(person, props.contact_of, props.contact)

    def _title_words(self) -> str:
        if self._row is None:
            return ""
        if self._block is None:
            return self._place
        return f"{self._row.name} · {word(self._block.kind)}"

    def _hint_words(self) -> str:
        props, block = self._props, self._block
        if props is None or not (props.can_edit or props.offline):
            own = self.tr(
                "This is your own rota. Your head of department or a dispatcher plans it."
            )
            return own if block is None else f"{block.spoken}\n{own}"
        if props.offline:
            return self.tr("No network: the rota can be looked at, not changed.")
        if block is None:
            return self.tr(
                "Drag over free hours to plan, or press Return. Arrows go from hour to hour, with "
                "Ctrl from day to day."
            )
        if not block.can_change:
            return self.tr("This belongs to another department's rota.")
        return self.tr(
            "Alt and arrows move it, Shift and arrows stretch it, Delete removes it, Space chooses "
            "what lies below, Return edits it here."
        )

    def _fill(self, block: BlockProps) -> None:
        self._kind.setCurrentIndex(self._kind.findData(block.kind))
        self._begin.setDateTime(_shown(block.begin))
        self._end.setDateTime(_shown(block.end))
        days = () if block.weekly is None else block.weekly.weekdays
        for number, control in enumerate(self._days):
            control.setChecked(number in days)
        self._only.setVisible(block.weekly is not None)
        self._only.setChecked(True)
        self._show_scope()

    def _show_scope(self) -> None:
        """The days of the week are those of every time, so one day has none."""
        one_day = self._only.isChecked() and self._only.isVisibleTo(self._form)
        for control in (self._repeats, *self._days):
            control.setVisible(not one_day)
        words = self.tr("Remove this day") if one_day else self.tr("Remove")
        set_words(self._remove, words, self.tr("Delete"))

    def words(self) -> None:
        kinds = {kind: self._kind.findData(kind) for kind in RotaKind}
        for kind, at in kinds.items():
            if at < 0:
                self._kind.addItem(word(kind), kind)
            else:
                self._kind.setItemText(at, word(kind))
        for field, text in zip(
            self._fields, (self.tr("Kind"), self.tr("From"), self.tr("Until")), strict=True
        ):
            field.set_name(text)
        self._repeats.setText(self.tr("Every week on"))
        letters = weekday_letters()
        for control, brief, text in zip(self._days, letters, weekday_words(), strict=True):
            control.setText(brief)
            control.setAccessibleName(self.tr("Every week on {day}").format(day=text))
        self._only.setText(self.tr("Only this day"))
        self._only.setAccessibleName(self.tr("Only this day"))
        set_words(self._save, self.tr("Save"))
        self._contact.set_head(self.tr("When on call"))
        self._contact.words()
        self._show_scope()
        if self._props is not None:
            self._hint.setText(self._hint_words())
            self._title.setText(self._title_words())

    # --- what it wishes ------------------------------------------------------------------

    @property
    def only_day(self) -> bool:
        """Whether a change of what repeats is for the chosen day alone."""
        return self._only.isChecked()

    def take_focus(self) -> None:
        self._begin.setFocus()

    def _wish_change(self) -> None:
        block = self._block
        if block is None or not block.can_change:
            return
        zone = block.begin.tzinfo
        assert isinstance(zone, ZoneInfo)
        days = tuple(number for number, one in enumerate(self._days) if one.isChecked())
        body = changed(
            block,
            _read(self._begin, zone),
            _read(self._end, zone),
            kind=RotaKind(self._kind.currentData()),
            weekdays=days,
            last_day=None if block.weekly is None else block.weekly.last_day,
            only_day=self.only_day,
        )
        self.wished.emit(WishChangeShift(block.entry_id, body))
        self.done.emit()

    def _wish_remove(self) -> None:
        if self._block is not None:
            self.remove(self._block)
            self.done.emit()

    def remove(self, block: BlockProps) -> None:
        """One day of what repeats, or all of it, as the box says."""
        day = block.day if block.weekly is not None and self.only_day else None
        self.wished.emit(WishRemoveShift(block.entry_id, block.version, day))


def _moment(name: str) -> QDateTimeEdit:
    """Shows what is on the wall of the rota's zone, whatever the zone of this computer."""
    made = QDateTimeEdit()
    made.setObjectName(name)
    made.setDisplayFormat(FORMAT)
    made.setCalendarPopup(True)
    made.setTimeZone(QTimeZone.utc())
    return made


def _shown(moment: datetime) -> QDateTime:
    day, at = moment.date(), moment.time()
    return QDateTime(
        QDate(day.year, day.month, day.day), QTime(at.hour, at.minute), QTimeZone.utc()
    )


def _read(edit: QDateTimeEdit, zone: ZoneInfo) -> datetime:
    day, at = edit.date(), edit.time()
    return datetime(day.year(), day.month(), day.day(), at.hour(), at.minute(), tzinfo=zone)


def _day_button(number: int) -> QToolButton:
    made = QToolButton()
    made.setObjectName(f"rotaDay{number}")
    made.setCheckable(True)
    made.setProperty("kind", "day")
    made.setMinimumWidth(30)  # seven of them are in a row
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return made
