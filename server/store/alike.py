"""Bytes that say what a held instance says, though they are others (ADR 43)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.counters import upsert_for
from server.store.image_tables import AlikeRow, AttachmentRow, DeclaredInstanceRow, InstanceRow


@dataclass(frozen=True, slots=True)
class Other:
    """Bytes that came under the UID of an instance that is held."""

    institution_id: UUID
    sop_uid: str
    sha256: str


def held_beside(connection: Connection, other: Other) -> tuple[str | None, bool]:
    """The SHA-256 of what is held, None where nothing is; and whether the two are known to say
    the same."""
    held = connection.scalar(
        select(InstanceRow.sha256).where(
            InstanceRow.institution_id == other.institution_id,
            InstanceRow.sop_uid == other.sop_uid,
        )
    )
    known = connection.scalar(
        select(AlikeRow.held_sha256).where(
            AlikeRow.institution_id == other.institution_id,
            AlikeRow.sop_uid == other.sop_uid,
            AlikeRow.sha256 == other.sha256,
        )
    )
    return held, held is not None and held == known


async def known_alike(
    session: AsyncSession, institution_id: UUID, study_uid: str
) -> set[tuple[str, str, str]]:
    """Of the instances of a study: SOP Instance UID, SHA-256 of other bytes, and of the held ones
    that say the same."""
    rows = await session.execute(
        select(AlikeRow.sop_uid, AlikeRow.sha256, AlikeRow.held_sha256)
        .join(
            InstanceRow,
            (InstanceRow.institution_id == AlikeRow.institution_id)
            & (InstanceRow.sop_uid == AlikeRow.sop_uid),
        )
        .where(AlikeRow.institution_id == institution_id, InstanceRow.study_uid == study_uid)
    )
    return {(uid, sha256, held) for uid, sha256, held in rows}


def note_alike(connection: Connection, other: Other, held_sha256: str) -> bool:
    """Keeps that the two say the same; whoever declared the other bytes declares the held ones from
    now on. False where others are held meanwhile."""
    held = connection.execute(
        select(InstanceRow.sha256, InstanceRow.size, InstanceRow.original_sha256).where(
            InstanceRow.institution_id == other.institution_id,
            InstanceRow.sop_uid == other.sop_uid,
            InstanceRow.sha256 == held_sha256,
        )
    ).one_or_none()
    if held is None:
        return False
    attached = select(AttachmentRow.consultation_id).where(
        AttachmentRow.institution_id == other.institution_id,
        AttachmentRow.study_uid == DeclaredInstanceRow.study_uid,
        AttachmentRow.consultation_id == DeclaredInstanceRow.consultation_id,
    )
    theirs = (
        DeclaredInstanceRow.sop_uid == other.sop_uid,
        DeclaredInstanceRow.sha256 == other.sha256,
        attached.exists(),
    )
    originals = connection.scalars(select(DeclaredInstanceRow.original_sha256).where(*theirs))
    names = {other.sha256, *(one for one in originals if one is not None)}
    add = upsert_for(connection.dialect.name)(AlikeRow.__table__)
    house = {"institution_id": other.institution_id, "sop_uid": other.sop_uid}
    connection.execute(
        add.on_conflict_do_update(
            index_elements=["institution_id", "sop_uid", "sha256"],
            set_={"held_sha256": held_sha256},
        ),
        [{**house, "sha256": name, "held_sha256": held_sha256} for name in sorted(names)],
    )
    connection.execute(update(DeclaredInstanceRow).where(*theirs).values(**held._mapping))
    return True
