"""The patient banner: never scrolls away, the guard against mixing up patients."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from app.kit.layouts import arrange, column, row, surface
from app.kit.theme import metrics
from app.kit.view import View
from app.kit.widgets import ElidedLabel, chip, fitted, set_chip, set_property
from app.models.workspace import BannerProps

GAP = 3
NAME_LEAST, TOLD_LEAST, LINE_LEAST, MODE_LEAST = 120, 200, 204, 60
NAME_SHARE, TOLD_SHARE = 0.3, 0.35
"""How much of the banner a name and the allergies take, however long they are."""


class PatientBanner(View):
    """Name · sex · age · id (masked) · allergies, and case no · mode · urgency · state · clock:
    side by side, or one below the other where that is too narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("patientBanner")
        self._name, self._line = fitted("bannerName", "title"), fitted("bannerLine")
        self._id, self._allergies = fitted("bannerPatientId", "muted"), fitted("bannerAllergies")
        self._number, self._clock = fitted("bannerNumber", "muted"), fitted("bannerClock", "lead")
        self._mode = ElidedLabel("bannerMode", "muted")
        self._mode.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._other = ElidedLabel("bannerOtherPatient", "problem")
        self._urgency, self._status = chip("bannerUrgency"), chip("bannerStatus")
        self._person = row(self._name, self._line, self._id, self._allergies, None, gap=GAP)
        self._case = row(
            self._mode, self._number, self._urgency, self._status, self._clock, gap=GAP
        )
        self._case.setStretch(0, 1)
        self._halves = row(self._person, self._case, gap=GAP)
        self._halves.setStretch(1, 1)
        # A mix-up is said in full, whatever else there is to say.
        whole = column(self._halves, self._other, margin=2, gap=0)
        self.setLayout(column(surface("banner", whole)))

    def show_props(self, props: BannerProps) -> None:
        self._name.setText(props.name)
        self._line.setText(props.line)
        self._id.setText(props.patient_id)
        marked = f"⚠ {props.allergies}" if props.has_allergies else props.allergies
        self._allergies.setText(marked)
        set_property(self._allergies, "type", "problem" if props.has_allergies else "muted")
        warning = f"⚠ {props.other_patient}" if props.other_patient else ""
        if warning and props.compared:
            warning = self.tr("{warning} · compared by the clinic").format(warning=warning)
        self._other.setText(warning)
        self._other.setVisible(bool(warning))
        self._number.setText(props.number)
        self._mode.setText(props.mode)
        set_chip(self._urgency, props.urgency_text, props.urgency.value)
        set_chip(self._status, props.status, props.status_look)
        self._clock.setText(props.clock)
        spoken = (
            props.name,
            props.line,
            props.other_patient,
            props.allergies,
            props.number,
            props.status,
        )
        self.setAccessibleName(", ".join(part for part in spoken if part))
        first = marked.split(", ")[0]
        first = first if first == marked else f"{first}…"
        told = self._allergies.fontMetrics().horizontalAdvance(first)
        self._allergies.setMinimumWidth(min(told + 2, TOLD_LEAST))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Of the two below each other: narrower than side by side they are folded."""
        halves = (half.minimumSize().width() for half in (self._person, self._case))
        return QSize(max(halves) + 4 * metrics().grid, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Who it is has room first; below it, where both do not fit, what kind of case it is."""
        room = self.width()
        for words, share, least in (
            (self._name, NAME_SHARE, NAME_LEAST),
            (self._allergies, TOLD_SHARE, TOLD_LEAST),
        ):
            words.setMaximumWidth(max(least, int(room * share)))
        for words, least in ((self._name, NAME_LEAST), (self._line, LINE_LEAST)):
            words.setMinimumWidth(min(words.sizeHint().width(), least))
        self._id.setMinimumWidth(min(self._id.sizeHint().width(), LINE_LEAST))
        self._id.setMaximumWidth(LINE_LEAST)
        needed = _wanted(self._person) + _wanted(self._case) + 7 * metrics().grid
        needed -= max(0, self._mode.sizeHint().width() - MODE_LEAST)
        arrange(self._halves, across=needed <= room)
        self._halves.setSpacing(0 if needed > room else GAP * metrics().grid)


def _wanted(half: QHBoxLayout) -> int:
    """Pixels for all of its words, as far as each may take them."""
    parts = [half.itemAt(number).widget() for number in range(half.count())]
    shown = [one for one in parts if one is not None and not one.isHidden()]
    widths = [min(one.sizeHint().width(), one.maximumWidth()) for one in shown]
    return sum(widths) + half.spacing() * len(widths)
