"""The studies that go with a case, as they stand."""

from collections.abc import Iterable
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.attached_study import AttachedStudy
from protocol.shortfall import Shortfall
from server.store.counting import counts_of
from server.store.image_tables import AttachmentRow, StudyRow
from server.store.sealed_rows import SessionRows

_HEAD = (
    "patient_name",
    "patient_id",
    "patient_birth_date",
    "patient_sex",
    "study_date",
    "study_time",
)


async def attachments_of(session: AsyncSession, case_ids: Iterable[UUID]) -> list[AttachmentRow]:
    rows = await session.scalars(
        select(AttachmentRow)
        .where(AttachmentRow.consultation_id.in_(list(case_ids)))
        .order_by(AttachmentRow.study_uid)
    )
    return list(rows)


async def attached_of(
    session: AsyncSession, rows: SessionRows, case_id: UUID
) -> tuple[AttachedStudy, ...]:
    mine = await attachments_of(session, [case_id])
    if not mine:
        return ()
    counts = await counts_of(session, case_id, mine[0].institution_id)
    heads = await _heads_of(session, rows, mine)
    return tuple(
        AttachedStudy(
            study_instance_uid=row.study_uid,
            modalities=modalities_of(row),
            description=row.description,
            declared=counts[row.study_uid].declared,
            received=counts[row.study_uid].received,
            verified=counts[row.study_uid].verified,
            newest_at=counts[row.study_uid].newest_at,
            late_declared=counts[row.study_uid].late_declared,
            late_received=counts[row.study_uid].late_received,
            nameless=counts[row.study_uid].nameless,
            late_nameless=counts[row.study_uid].late_nameless,
            shortfall=shortfall_of(row),
            **heads.get(row.study_uid, {}),
        )
        for row in mine
    )


async def _heads_of(
    session: AsyncSession, rows: SessionRows, mine: list[AttachmentRow]
) -> dict[str, dict[str, str]]:
    """Whom the images of some studies of one institution name and when they were taken, by
    StudyInstanceUID."""
    found = await session.execute(
        select(
            StudyRow.institution_id,
            StudyRow.study_uid,
            *(getattr(StudyRow, name) for name in _HEAD),
        ).where(
            StudyRow.institution_id == mine[0].institution_id,
            StudyRow.study_uid.in_([row.study_uid for row in mine]),
        )
    )
    opened = await rows.opened_values(StudyRow, [dict(row) for row in found.mappings()])
    return {one["study_uid"]: {name: one[name] for name in _HEAD} for one in opened}


def modalities_of(row: AttachmentRow) -> tuple[str, ...]:
    """As its clinic declared them."""
    return tuple(orjson.loads(row.modalities))


def shortfall_of(row: AttachmentRow) -> Shortfall:
    """What the clinic knew of images that are not with a study."""
    return Shortfall.model_validate_json(row.shortfall) if row.shortfall else Shortfall()
