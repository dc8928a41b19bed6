"""Who may add instances to a study."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from protocol.consultation import Phase
from server.domain.transitions import LATE_IMAGES, TAKES_IMAGES
from server.store.image_tables import AttachmentRow, InstanceRow
from server.store.tables import ConsultationRow


@dataclass(frozen=True, slots=True)
class Doors:
    """Of some studies of one institution: `attached` has the accounts that may add to a study of
    some case, `loose` who stored one of no case. A study nobody knows is open to the first."""

    attached: dict[str, set[UUID]]
    loose: dict[str, UUID]
    cases: dict[str, list[UUID]]
    """The cases that have each study."""
    late: dict[str, set[UUID]] = field(default_factory=dict)
    """Who may add late images to a study of a case that was submitted: what it declares only."""

    def attach(self, study_uid: str, case_id: UUID, requester_id: UUID, phase: str) -> None:
        """A case has the study."""
        self.cases.setdefault(study_uid, []).append(case_id)
        open_to = self.attached.setdefault(study_uid, set())
        if Phase(phase) in TAKES_IMAGES:
            open_to.add(requester_id)
        elif Phase(phase) in LATE_IMAGES:
            self.late.setdefault(study_uid, set()).add(requester_id)

    def admit(self, study_uid: str, account_id: UUID, *, declared: bool) -> bool:
        """Whether an account may add an instance; `declared`: a case of the house names it."""
        if study_uid in self.attached:
            late = declared and account_id in self.late.get(study_uid, ())
            return late or account_id in self.attached[study_uid]
        return self.loose.setdefault(study_uid, account_id) == account_id


_ATTACHED = (
    select(
        AttachmentRow.study_uid,
        AttachmentRow.consultation_id,
        ConsultationRow.requester_id,
        ConsultationRow.phase,
    )
    .join(ConsultationRow, ConsultationRow.id == AttachmentRow.consultation_id)
    .where(
        AttachmentRow.institution_id == bindparam("house"),
        AttachmentRow.study_uid.in_(bindparam("studies", expanding=True)),
    )
    .order_by(AttachmentRow.consultation_id)
)
_FIRST = (
    select(InstanceRow.account_id)
    .where(
        InstanceRow.institution_id == bindparam("house"),
        InstanceRow.study_uid == bindparam("study"),
    )
    .order_by(InstanceRow.received_at)
    .limit(1)
)


def doors_of(connection: Connection, institution_id: UUID, study_uids: Iterable[str]) -> Doors:
    """Read in the transaction that changes what they depend on."""
    wanted = set(study_uids)
    doors = Doors({}, {}, {})
    named = {"house": institution_id, "studies": sorted(wanted)}
    for study_uid, case_id, requester_id, phase in connection.execute(_ATTACHED, named):
        doors.attach(study_uid, case_id, requester_id, phase)
    add_loose(connection, doors, institution_id, wanted)
    return doors


def add_loose(
    connection: Connection, doors: Doors, institution_id: UUID, study_uids: Iterable[str]
) -> None:
    """Who stored those of some studies that belong to no case."""
    for study_uid in study_uids:
        if study_uid not in doors.attached:
            first = connection.scalar(_FIRST, {"house": institution_id, "study": study_uid})
            if first is not None:
                doors.loose[study_uid] = first
