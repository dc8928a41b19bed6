"""Who may add instances to a study."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.consultation import Phase
from server.domain.transitions import TAKES_IMAGES
from server.store.image_tables import AttachmentRow, InstanceRow
from server.store.tables import ConsultationRow


@dataclass(frozen=True, slots=True)
class Doors:
    """Of some studies of one institution: `attached` has the accounts that may add to a study of
    some case, `loose` who stored one of no case. A study nobody knows is open to the first."""

    attached: dict[str, set[UUID]]
    loose: dict[str, UUID]

    def admit(self, study_uid: str, account_id: UUID) -> bool:
        if study_uid in self.attached:
            return account_id in self.attached[study_uid]
        return self.loose.setdefault(study_uid, account_id) == account_id


async def doors_of(session: AsyncSession, institution_id: UUID, study_uids: Iterable[str]) -> Doors:
    """Read in the transaction that adds the instances."""
    wanted = sorted(set(study_uids))
    attached: dict[str, set[UUID]] = {}
    cases = await session.execute(
        select(AttachmentRow.study_uid, ConsultationRow.requester_id, ConsultationRow.phase)
        .join(ConsultationRow, ConsultationRow.id == AttachmentRow.consultation_id)
        .where(AttachmentRow.institution_id == institution_id, AttachmentRow.study_uid.in_(wanted))
    )
    for study_uid, requester_id, phase in cases:
        open_to = attached.setdefault(study_uid, set())
        if Phase(phase) in TAKES_IMAGES:
            open_to.add(requester_id)
    stored = await session.execute(
        select(InstanceRow.study_uid, InstanceRow.account_id)
        .where(InstanceRow.institution_id == institution_id, InstanceRow.study_uid.in_(wanted))
        .order_by(InstanceRow.received_at)
    )
    loose: dict[str, UUID] = {}
    for study_uid, account_id in stored:
        loose.setdefault(study_uid, account_id)
    return Doors(attached, loose)
