"""How much of what a case declares has arrived."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.consultation import Phase
from server.domain.transitions import TAKES_IMAGES
from server.store.image_tables import AttachmentRow, DeclaredInstanceRow, InstanceRow
from server.store.tables import ConsultationRow


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of a declared study has arrived with the declared hash."""

    declared: int
    received: int
    undeclared: int
    """Of what was received, asked for only where everything declared has come."""
    newest_at: datetime | None
    """When its last image arrived."""
    late_declared: int = 0
    late_received: int = 0
    """Of those that were added after the case was submitted."""
    nameless: int = 0
    late_nameless: int = 0
    """Of those received: how many name no patient."""

    @property
    def verified(self) -> bool:
        return self.declared > 0 and self.received == self.declared and self.undeclared == 0


async def counts_of(
    session: AsyncSession, case_id: UUID, institution_id: UUID, study_uid: str | None = None
) -> dict[str, Counts]:
    """Counts of every study a case declares, or of one of them, by StudyInstanceUID.

    A case is judged by its own list. Only while it is open to its clinic does it matter what
    else was received that no case declares: somebody forgot to declare it.
    """
    mine = [DeclaredInstanceRow.consultation_id == case_id]
    if study_uid is not None:
        mine.append(DeclaredInstanceRow.study_uid == study_uid)
    found = (await session.execute(_counting(institution_id).where(*mine))).all()
    come = [uid for uid, total, received, *_ in found if received == total]
    nobodys = await undeclared(session, case_id, institution_id, come) if come else {}
    return {
        uid: Counts(total, received, len(nobodys.get(uid, ())), newest, *late_and_nameless)
        for uid, total, received, newest, *late_and_nameless in found
    }


def _counting(institution_id: UUID) -> Select[str, int, int, datetime, int, int, int, int]:
    """By study: how many were declared and received, when the last came, of both how many
    late, and of those received how many nameless."""
    same = InstanceRow.sha256 == DeclaredInstanceRow.sha256
    late = DeclaredInstanceRow.late_at.is_not(None)
    nameless = and_(same, InstanceRow.names_patient.is_(False))
    return (
        select(
            DeclaredInstanceRow.study_uid,
            func.count(),
            func.count(InstanceRow.sop_uid).filter(same),
            func.max(InstanceRow.received_at),
            func.count(DeclaredInstanceRow.sop_uid).filter(late),
            func.count(InstanceRow.sop_uid).filter(and_(same, late)),
            func.count(InstanceRow.sop_uid).filter(nameless),
            func.count(InstanceRow.sop_uid).filter(and_(nameless, late)),
        )
        .outerjoin(
            InstanceRow,
            and_(
                InstanceRow.institution_id == institution_id,
                InstanceRow.sop_uid == DeclaredInstanceRow.sop_uid,
                InstanceRow.study_uid == DeclaredInstanceRow.study_uid,
            ),
        )
        .group_by(DeclaredInstanceRow.study_uid)
    )


async def undeclared(
    session: AsyncSession, case_id: UUID, institution_id: UUID, study_uids: list[str]
) -> dict[str, list[str]]:
    """SOPInstanceUIDs of these studies that no case of the institution declares; none where
    the case is not open to its clinic any more."""
    phase = await session.scalar(select(ConsultationRow.phase).where(ConsultationRow.id == case_id))
    if phase is None or Phase(phase) not in TAKES_IMAGES:
        return {}
    declared = (
        select(DeclaredInstanceRow.sop_uid)
        .join(
            AttachmentRow,
            and_(
                AttachmentRow.consultation_id == DeclaredInstanceRow.consultation_id,
                AttachmentRow.study_uid == DeclaredInstanceRow.study_uid,
            ),
        )
        .where(
            AttachmentRow.institution_id == institution_id,
            DeclaredInstanceRow.study_uid == InstanceRow.study_uid,
            DeclaredInstanceRow.sop_uid == InstanceRow.sop_uid,
        )
    )
    rows = await session.execute(
        select(InstanceRow.study_uid, InstanceRow.sop_uid).where(
            InstanceRow.institution_id == institution_id,
            InstanceRow.study_uid.in_(study_uids),
            ~declared.correlate(InstanceRow).exists(),
        )
    )
    found: dict[str, list[str]] = {}
    for study_uid, sop_uid in rows:
        found.setdefault(study_uid, []).append(sop_uid)
    return found
