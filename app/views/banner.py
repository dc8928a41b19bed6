"""The patient banner: never scrolls away, the guard against mixing up patients."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy

from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import ElidedLabel, chip, label, set_chip, set_property
from app.models.workspace import BannerProps


class PatientBanner(View):
    """Name · sex · age · id (masked) · allergies · case no · mode · urgency · state · clock."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("patientBanner")
        self._name = label("bannerName", "title")
        self._line, self._id = label("bannerLine", "text"), label("bannerPatientId", "muted")
        self._allergies = ElidedLabel("bannerAllergies")
        # Who is allergic to what is read first: it takes its room before what kind of case it is.
        self._allergies.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._mode = ElidedLabel("bannerMode", "muted")
        self._mode.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._number = label("bannerNumber", "muted")
        self._other = ElidedLabel("bannerOtherPatient", "problem")
        self._urgency, self._status = chip("bannerUrgency"), chip("bannerStatus")
        self._clock = label("bannerClock", "lead")
        line = row(
            self._name,
            self._line,
            self._id,
            3,
            self._allergies,
            self._mode,
            self._number,
            self._urgency,
            self._status,
            self._clock,
            gap=3,
        )
        line.setStretch(5, 1)
        # A mix-up is said in full, whatever else there is to say.
        self.setLayout(column(surface("banner", column(line, self._other, margin=2, gap=0))))

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
