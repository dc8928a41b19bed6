"""The same original in two lossless forms, or the same image in two encodings: what came first is
what is kept."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.imaging import DeclaredInstance, StudyManifest
from server.store.alike import known_alike
from server.store.image_tables import InstanceRow

_HELD = (
    InstanceRow.sop_uid,
    InstanceRow.sha256,
    InstanceRow.size,
    func.coalesce(InstanceRow.original_sha256, InstanceRow.sha256),
)


async def as_held(
    session: AsyncSession, institution_id: UUID, manifest: StudyManifest
) -> StudyManifest:
    """A manifest that names, of what the institution holds already, the bytes that it holds."""
    rows = await session.execute(
        select(*_HELD).where(
            InstanceRow.institution_id == institution_id,
            InstanceRow.study_uid == manifest.study_instance_uid,
        )
    )
    held = {uid: (sha256, size, original) for uid, sha256, size, original in rows}
    alike = await known_alike(session, institution_id, manifest.study_instance_uid)

    def told(one: DeclaredInstance) -> DeclaredInstance:
        sha256, size, original = held.get(one.sop_instance_uid, ("", 0, ""))
        mine = one.original_sha256 or one.sha256
        if mine != original and (one.sop_instance_uid, mine, sha256) not in alike:
            return one
        kept = original if original != sha256 else None
        return one.model_copy(update={"sha256": sha256, "size": size, "original_sha256": kept})

    return manifest.model_copy(update={"instances": tuple(told(i) for i in manifest.instances)})
