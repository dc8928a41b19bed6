"""The inbox: studies that belong to no case yet, and which case they may go to."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.intake_words import date_words, patient_line, person_words, source_words
from app.models.late_images import late_words, takes_images, takes_late_images
from app.models.table import TextRow
from app.models.times import byte_size, moment
from app.models.words import listed
from app.session.intake import Intake
from app.session.link import KeyPlace
from app.session.queue import Load
from app.session.state import State
from app.transfer.intake_messages import InboxPerson, InboxRow, IntakeState, LostStudy
from app.transfer.looking import FROM_FILES
from app.transfer.watching import TAKEN_FROM
from protocol.consultation import ConsultationSummary, Status

MOST_LOST = 5


@dataclass(frozen=True, slots=True)
class AttachTarget:
    """A case that studies may go to."""

    consultation_id: UUID
    title: str
    patient_name: str
    late: bool = False
    """The case is with the experts: its images come late."""


@dataclass(frozen=True, slots=True)
class InboxProps:
    load: Load
    rows: tuple[TextRow, ...]
    settled_by_hand: frozenset[str]
    """Studies with marks that a person may take away who knows that all images are here."""
    people: tuple[tuple[str, InboxPerson], ...]
    """Whom each study names."""
    targets: tuple[AttachTarget, ...]
    listening: str
    """What the receiver and the watched folder do now, in a line."""
    warning: str
    lost: str
    """What an earlier run received and nobody can open any more."""
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
        settled_by_hand=frozenset(
            one.study_instance_uid
            for one in intake.studies
            if (one.broke_off or one.lost or one.unplaced) and not one.arriving
        ),
        people=tuple(
            (study.study_instance_uid, who) for study in intake.studies for who in study.patients
        ),
        targets=tuple(
            AttachTarget(item.id, _title(item), item.patient_name, takes_late_images(item))
            for item in state.queue.mine.items
            if takes_images(item)
            and (item.status is Status.DRAFT or (account and item.requester.id == account.id))
        ),
        listening=listening_words(intake),
        warning=warning_words(state),
        lost=lost_words(intake.lost),
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
    if study.arriving:
        said.append(translate("inbox", "⚠ still being sent"))
    elif study.broke_off:
        said.append(translate("inbox", "⚠ broke off: send or fetch again"))
    if study.lost:
        text = translate("inbox", "⚠ {n} could not be read or were refused: have them sent again")
        said.append(text.format(n=study.lost))
    if study.unplaced:
        text = translate("inbox", "⚠ {n} files beside them could not be read")
        said.append(text.format(n=study.unplaced))
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
        text = translate("inbox", "Watched folder: {taken} taken")
        parts.append(text.format(taken=state.taken))
        if state.left:
            text = translate("inbox", "{n} left that are no images")
            parts.append(text.format(n=state.left))
    fetched = sum(not one.ended for one in intake.retrieves)
    if fetched:
        text = translate("inbox", "Studies being fetched from the archive: {n}")
        parts.append(text.format(n=fetched))
    if parts:
        return " · ".join(parts)
    if intake.settings.receiver.on or intake.settings.watched.on:
        return ""  # what keeps it from working is a warning
    return translate("inbox", "Nothing comes in by itself: switch the receiver on in the settings")


def warning_words(state: State) -> str:
    """What keeps pictures from coming in; empty when nothing does."""
    said = []
    if state.intake.settings.receiver.on and state.link.key_place is KeyPlace.MEMORY:
        said.append(no_key_words())
    return " ".join((*said, *_folder_words(state.intake.state), *_receiver_words(state.intake)))


def _folder_words(told: IntakeState) -> Iterator[str]:
    translate = QCoreApplication.translate
    if told.folder_gone:
        yield translate(
            "inbox", "The watched folder is not there. Check the drive or the settings."
        )
    if told.archives:
        text = translate(
            "inbox",
            "ZIP files in the watched folder ({n}) are not opened by themselves: choose them with "
            "“Add files…”, or unpack them there.",
        )
        yield text.format(n=told.archives)
    if told.damaged:
        text = translate(
            "inbox",
            "{n} files of the watched folder are damaged or cut off and were not taken: have them "
            "written again.",
        )
        yield text.format(n=told.damaged)
    if told.doubled:
        text = translate(
            "inbox",
            "{n} files of the watched folder have the number of another image that is here, with "
            "other contents, and were not taken: ask the department that made them.",
        )
        yield text.format(n=told.doubled)


def _receiver_words(intake: Intake) -> Iterator[str]:
    translate, told = QCoreApplication.translate, intake.state
    if told.port_taken:
        yield translate(
            "inbox",
            "The receiver cannot listen: another program has its port. Choose another port "
            "in the settings, or end that program.",
        )
    # What lies in files is told where it lies.
    sent = [(one, n) for one, n in intake.refused if one not in (FROM_FILES, TAKEN_FROM)]
    if sent:
        text = translate(
            "inbox",
            "Images that could not be read or kept were refused, and nothing else of their study "
            "has come: {whom}. Have them sent again.",
        )
        named = translate("inbox", "{n} from {source}")
        whom = (named.format(n=n, source=source_words(one)) for one, n in sent)
        yield text.format(whom=listed(whom))
    if told.refused:
        text = translate(
            "inbox", "Refused, for they are not in the list of devices: {callers}. If one of "
            "them is yours, enter it in the settings."
        )  # fmt: skip
        yield text.format(callers=listed(told.refused))
    if told.rejected:
        text = translate(
            "inbox", "Asked for and not taken: {what}. Ask the device's service to send ordinary "
            "DICOM instead."
        )  # fmt: skip
        yield text.format(what=listed(f"{one} ({who})" for who, one in told.rejected))


def no_key_words() -> str:
    """Why a computer without a lasting key receives nothing, and what to do."""
    return QCoreApplication.translate(
        "inbox",
        "The receiver stays off: this computer keeps its key in memory only, and images that a "
        "device sends and then forgets would be lost with it. Have hospital IT set up a keyring or "
        "a key file (HUIZHEN_CLIENT_KEY_FILE), then sign in again.",
    )


def lost_words(lost: tuple[LostStudy, ...]) -> str:
    """How many images cannot be opened any more, whom they came from, and what to do."""
    if not lost:
        return ""
    translate = QCoreApplication.translate
    unknown = translate("inbox", "unknown sender")
    from_whom = []
    for one in lost[:MOST_LOST]:
        when = f" ({moment(one.last_at)})" if one.last_at is not None else ""
        text = translate("inbox", "{n} from {source}")
        who = source_words(one.source) or unknown
        from_whom.append(text.format(n=one.images, source=who) + when)
    if len(lost) > MOST_LOST:
        from_whom.append(translate("inbox", "and {n} more studies").format(n=len(lost) - MOST_LOST))
    text = translate(
        "inbox",
        "{n} images that came in earlier cannot be opened: their key is gone, or the files are "
        "damaged. Have them sent again: {whom}.",
    )
    return text.format(n=sum(one.images for one in lost), whom=listed(from_whom))
