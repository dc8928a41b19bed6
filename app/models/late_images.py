"""Images that belong to a case by their study and have not gone with it."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.session.intake import Intake
from app.transfer.intake_messages import InboxRow
from protocol.consultation import ConsultationSummary, Phase, Status

WITHDRAWABLE = (Status.PENDING, Status.ASSIGNED)


@dataclass(frozen=True, slots=True)
class Late:
    """Of one study of a case: how many images came after it was added, and how many of those that
    the archive announced have not come at all."""

    came_later: int = 0
    missing: int = 0

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
        return " ".join(said)


def takes_images(summary: ConsultationSummary) -> bool:
    """Whether the server lets the requester add images now (a draft, or information was asked
    for)."""
    return summary.status is Status.DRAFT or summary.phase is Phase.AWAITING_INFORMATION


def late_of(intake: Intake, consultation_id: UUID) -> dict[str, Late]:
    """By Study Instance UID, of the studies of the inbox that went with this case."""
    found = {}
    for row in intake.studies:
        if consultation_id in row.attached:
            missing = max(0, row.expected - row.images) if row.expected is not None else 0
            found[row.study_instance_uid] = Late(came_later(row, consultation_id), missing)
    return {uid: late for uid, late in found.items() if late != Late()}


def came_later(row: InboxRow, consultation_id: UUID) -> int:
    """How many images of a study of the inbox this case has not been given."""
    counts = row.attached_each or (row.attached_images,) * len(row.attached)
    given = dict(zip(row.attached, counts, strict=False)).get(consultation_id, row.images)
    return max(0, row.images - given)


def asked_before_submitting(late: dict[str, Late]) -> str:
    """What somebody must know before the case goes out without them; empty where nothing is
    wrong."""
    if not late:
        return ""
    translate = QCoreApplication.translate
    text = translate(
        "case_form",
        "The images of this case are not all there: {later} have come and were not added, "
        "{missing} have not come from the archive. The expert would not see them.",
    )
    later = sum(one.came_later for one in late.values())
    return text.format(later=later, missing=sum(one.missing for one in late.values()))


def late_words(row: InboxRow, cases: dict[UUID, ConsultationSummary]) -> tuple[str, ...]:
    """What came later for each case, and what can be done about it."""
    translate = QCoreApplication.translate
    said = []
    for id_ in row.attached:
        more, case = came_later(row, id_), cases.get(id_)
        if not more:
            continue
        if case is None or takes_images(case):
            text = translate("inbox", "⚠ {n} came later: add it again")
        elif case.status in WITHDRAWABLE:
            text = translate(
                "inbox",
                "⚠ {n} came after the case was submitted: withdraw it and submit a new case with "
                "all images",
            )
        else:
            text = translate(
                "inbox",
                "⚠ {n} came after the case was submitted: tell the expert, and send them with a "
                "new case",
            )
        said.append(text.format(n=more))
    return tuple(dict.fromkeys(said))
