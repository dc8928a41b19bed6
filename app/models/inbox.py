"""The inbox: studies that belong to no case yet, and which case they may go to."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.intake_words import date_words, patient_line, person_words, source_words
from app.models.late_images import late_words, takes_images
from app.models.table import TextRow
from app.models.times import byte_size, moment
from app.session.intake import Intake
from app.session.queue import Load
from app.session.state import State
from app.transfer.intake_messages import InboxRow, IntakeState
from protocol.consultation import ConsultationSummary, Status


@dataclass(frozen=True, slots=True)
class AttachTarget:
    """A draft that studies may go to; `other` when its patient has another name than theirs."""

    consultation_id: UUID
    title: str
    patient_name: str


@dataclass(frozen=True, slots=True)
class InboxProps:
    load: Load
    rows: tuple[TextRow, ...]
    targets: tuple[AttachTarget, ...]
    listening: str
    """What the receiver and the watched folder do now, in a line."""
    warning: str
    has_pacs: bool


def inbox_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("inbox", "Patient"),
        translate("inbox", "Study date"),
        translate("inbox", "Kind"),
        translate("inbox", "Description"),
        translate("inbox", "Images"),
        translate("inbox", "From"),
        translate("inbox", "Arrived"),
        translate("inbox", "State"),
    )


def derive_inbox(state: State) -> InboxProps:
    intake, account = state.intake, state.link.account
    cases = {item.id: item for item in state.queue.mine.items}
    return InboxProps(
        load=intake.load,
        rows=tuple(_row(study, cases) for study in intake.studies),
        targets=tuple(
            AttachTarget(item.id, _title(item), item.patient_name)
            for item in state.queue.mine.items
            if takes_images(item)
            and (item.status is Status.DRAFT or (account and item.requester.id == account.id))
        ),
        listening=listening_words(intake),
        warning=warning_words(intake.state),
        has_pacs=bool(intake.settings.pacs),
    )


def _title(item: ConsultationSummary) -> str:
    return " · ".join(part for part in (item.number, item.patient_name) if part)


def _row(study: InboxRow, cases: dict[UUID, ConsultationSummary]) -> TextRow:
    said = state_words(study, cases)
    return TextRow(
        key=study.study_instance_uid,
        cells=(
            _whose(study),
            date_words(study.study_date),
            "/".join(study.modalities),
            study.description,
            image_words(len_of=study.images, expected=study.expected),
            source_words(study.source),
            moment(study.last_at),
            said,
        ),
        tip="\n".join(
            (
                *(patient_line(person) for person in study.patients),
                byte_size(study.size),
                said,
            )
        ),
    )


def _whose(study: InboxRow) -> str:
    if len(study.patients) == 1:
        return patient_line(study.patients[0])
    return " ⚠ ".join(person_words(person.name) or "?" for person in study.patients)


def image_words(*, len_of: int, expected: int | None) -> str:
    """127, or 127 / 180 where some are missing."""
    if expected is None or len_of >= expected:
        return str(len_of)
    return f"{len_of} / {expected}"


def state_words(study: InboxRow, cases: dict[UUID, ConsultationSummary]) -> str:
    """Everything that somebody must know before these pictures are used."""
    translate = QCoreApplication.translate
    said = []
    if study.expected is not None and study.images < study.expected:
        missing = study.expected - study.images
        said.append(translate("inbox", "⚠ incomplete: {n} missing").format(n=missing))
    if len(study.patients) > 1:
        said.append(translate("inbox", "⚠ names several patients"))
    if study.conflicts:
        text = translate("inbox", "⚠ {n} other images under the same numbers were refused")
        said.append(text.format(n=study.conflicts))
    said += late_words(study, cases)
    for id_ in study.attached:
        number = cases[id_].number if id_ in cases else ""
        said.append(translate("inbox", "with case {number}").format(number=number).strip())
    return " · ".join(said)


def listening_words(intake: Intake) -> str:
    """What the receiver and the watched folder do now, in a line."""
    state, title = intake.state, intake.settings.receiver.ae_title
    translate = QCoreApplication.translate
    parts = []
    if state.listening:
        text = translate("inbox", "Receiving as {title}, port {port}")
        parts.append(text.format(title=title, port=state.port))
    if state.watching:
        text = translate("inbox", "Watched folder: {taken} taken, {left} left that are no images")
        parts.append(text.format(taken=state.taken, left=state.left))
    return " · ".join(parts) or translate(
        "inbox", "Nothing comes in by itself: switch the receiver on in the settings"
    )


def warning_words(state: IntakeState) -> str:
    """What keeps pictures from coming in; empty when nothing does."""
    translate = QCoreApplication.translate
    said = []
    if state.port_taken:
        said.append(
            translate(
                "inbox",
                "The receiver cannot listen: another program has its port. Choose another port "
                "in the settings, or end that program.",
            )
        )
    if state.folder_gone:
        said.append(
            translate("inbox", "The watched folder is not there. Check the drive or the settings.")
        )
    if state.refused:
        text = translate(
            "inbox", "Refused, for they are not in the list of devices: {callers}. If one of "
            "them is yours, enter it in the settings."
        )  # fmt: skip
        said.append(text.format(callers=", ".join(state.refused)))
    return " ".join(said)
