"""Images that did not go with a case: those that wait here, and those that are added late."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.notices import NoticeProps, standing
from app.session.intake import Intake
from app.session.notices import Severity
from app.session.state import State
from app.transfer.intake_messages import InboxRow
from protocol.attached_study import AttachedStudy
from protocol.consultation import ConsultationSummary, Phase, Status
from protocol.late_images import doubted_late, late_counts

UNSIGNED = (Status.PENDING, Status.ASSIGNED, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Late:
    """Of one study of a case: how many images came after it was added, how many of those that the
    archive announced have not come at all, and whether a device is still sending some."""

    came_later: int = 0
    missing: int = 0
    arriving: bool = False

    @property
    def words(self) -> str:
        """Empty where nothing is wrong."""
        translate = QCoreApplication.translate
        said = []
        if self.came_later:
            text = translate("case_form", "⚠ {n} more images have come and are not with the case.")
            said.append(text.format(n=self.came_later))
        if self.missing:
            text = translate("case_form", "⚠ The archive has {n} more images than have come.")
            said.append(text.format(n=self.missing))
        if self.arriving:
            said.append(translate("case_form", "⚠ The device is still sending."))
        return " ".join(said)


def is_written(summary: ConsultationSummary) -> bool:
    """Whether the case is the requester's to write and send (a draft, or information was asked
    for)."""
    return summary.status is Status.DRAFT or summary.phase is Phase.AWAITING_INFORMATION


def takes_images(summary: ConsultationSummary) -> bool:
    """Whether the server lets the requester add images now: until the report is signed."""
    return summary.status is Status.DRAFT or summary.status in UNSIGNED


def takes_late_images(summary: ConsultationSummary) -> bool:
    """Whether images that are added now come late: the case is with the experts."""
    return takes_images(summary) and not is_written(summary)


@dataclass(frozen=True, slots=True)
class Arriving:
    """The late images of a case: how many have arrived, and how many of those that arrived are not
    shown here yet."""

    done: int = 0
    total: int = 0
    unseen: int = 0
    waived: bool = False
    """The expert chose to sign without those that have not arrived or are in doubt."""
    doubted: int = 0
    """Of those that arrived: how many may be another patient's."""

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def holds_up(self) -> bool:
        """Whether the expert must decide before signing."""
        return bool(self.left or self.doubted) and not self.waived


def arriving_of(state: State) -> Arriving:
    """Of the open case; nothing once its report is signed, nor in a case that has none."""
    case = state.case
    if case is None or case.consultation.summary.status not in UNSIGNED:
        return Arriving()
    studies = case.consultation.studies
    done, total = late_counts(studies)
    doubted = doubted_late(case.content, studies)
    waived = case.consultation.images_waived
    return Arriving(done, total, _unseen(state, studies), waived, doubted)


def late_line(study: AttachedStudy) -> str:
    """The mark of a study with late images; empty where it has none."""
    if not study.late_declared:
        return ""
    translate = QCoreApplication.translate
    if study.late_received < study.late_declared:
        text = translate("case_form", "● Late images, uploading {done} of {total}")
        return text.format(done=study.late_received, total=study.late_declared)
    return translate("case_form", "● {n} late images").format(n=study.late_declared)


def _unseen(state: State, studies: tuple[AttachedStudy, ...]) -> int:
    """Late images of whole studies that are not among those that were listed for the viewer; it is
    not known before every other study has been listed."""
    listed = {one.study_instance_uid: one.total for one in state.fetching.studies if one.listed}
    early = {one.study_instance_uid for one in studies if one.declared > one.late_declared}
    if not early <= listed.keys():
        return 0
    return sum(
        min(one.late_declared, max(0, one.declared - listed.get(one.study_instance_uid, 0)))
        for one in studies
        if one.verified
    )


def late_of(intake: Intake, consultation_id: UUID) -> dict[str, Late]:
    """By Study Instance UID, of the studies of the inbox that went with this case."""
    found = {}
    for row in intake.studies:
        if consultation_id in row.attached:
            missing = max(0, row.expected - row.images) if row.expected is not None else 0
            later = came_later(row, consultation_id)
            found[row.study_instance_uid] = Late(later, missing, row.arriving)
    return {uid: late for uid, late in found.items() if late != Late()}


def unsaid(late: dict[str, Late], short: Iterable[AttachedStudy]) -> dict[str, Late]:
    """Without the numbers that the server has been told of these studies."""
    told = {one.study_instance_uid for one in short}
    left = {uid: replace(one, missing=0) if uid in told else one for uid, one in late.items()}
    return {uid: one for uid, one in left.items() if one != Late()}


def came_later(row: InboxRow, consultation_id: UUID) -> int:
    """How many images of a study of the inbox this case has not been given."""
    counts = row.attached_each or (row.attached_images,) * len(row.attached)
    given = dict(zip(row.attached, counts, strict=False)).get(consultation_id, row.images)
    return max(0, row.images - given)


def asked_before_submitting(late: dict[str, Late]) -> str:
    """What somebody must know before the case goes out without them; empty where nothing is
    wrong."""
    translate = QCoreApplication.translate
    later = sum(one.came_later for one in late.values())
    missing = sum(one.missing for one in late.values())
    said = []
    if any(one.arriving for one in late.values()):
        said.append(
            translate("case_form", "A device is still sending images of this case: wait for them.")
        )
    if later or missing:
        text = translate(
            "case_form",
            "The images of this case are not all there: {later} have come and were not added, "
            "{missing} have not come from the archive. The expert would not see them.",
        )
        said.append(text.format(later=later, missing=missing))
    return " ".join(said)


def derive_late(state: State) -> tuple[NoticeProps, ...]:
    """Cases that are with the experts while more of their images have come to this computer."""
    found = []
    for row in state.queue.mine.items:
        if not takes_late_images(row):
            continue
        more = sum(came_later(study, row.id) for study in state.intake.studies)
        if not more:
            continue
        text = QCoreApplication.translate(
            "case_form",
            "{n} more images have come that are not with {number}. Add them from the inbox: the "
            "expert is told.",
        )
        title = QCoreApplication.translate("case_form", "More images")
        said = text.format(n=more, number=row.number)
        found.append(standing(row, Severity.WARNING, said, title))
    return tuple(found)


def late_words(row: InboxRow, cases: dict[UUID, ConsultationSummary]) -> tuple[str, ...]:
    """What came later for each case, and what can be done about it."""
    translate = QCoreApplication.translate
    said = []
    for id_ in row.attached:
        more, case = came_later(row, id_), cases.get(id_)
        if not more:
            continue
        if case is None or is_written(case):
            text = translate("inbox", "⚠ {n} came later: add it again")
        elif takes_images(case):
            text = translate(
                "inbox",
                "⚠ {n} came after the case was submitted: add it again, the expert is told",
            )
        else:
            text = translate(
                "inbox",
                "⚠ {n} came after the report was signed: send them with a new case, or ask the "
                "expert for an amendment",
            )
        said.append(text.format(n=more))
    return tuple(dict.fromkeys(said))
