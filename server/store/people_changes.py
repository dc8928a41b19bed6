"""What of people each revision was about, so that caches read only what is new."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.tables import PeopleChangeRow

KEPT = 10_000
"""What a cache has missed more of, it reads whole."""


class PeoplePart(StrEnum):
    """What of people changes by itself."""

    ACCOUNT = "account"
    INSTITUTION = "institution"
    AGREEMENT = "agreement"
    SERVICE_LINES = "service_lines"


Changes = dict[PeoplePart, frozenset[UUID]]


async def note_change(
    session: AsyncSession, revision: int, part: PeoplePart, id_: UUID | None
) -> None:
    await session.execute(
        insert(PeopleChangeRow).values(revision=revision, part=part.value, subject=id_)
    )
    await session.execute(
        delete(PeopleChangeRow).where(PeopleChangeRow.revision <= revision - KEPT)
    )


async def changes_between(session: AsyncSession, after: int, until: int) -> Changes | None:
    """What has changed since a revision; None where that is not known any more, or a program from
    before these were kept has changed something."""
    if not 0 <= until - after <= KEPT:
        return None
    rows = await session.execute(
        select(PeopleChangeRow.part, PeopleChangeRow.subject).where(
            PeopleChangeRow.revision > after, PeopleChangeRow.revision <= until
        )
    )
    found = rows.all()
    if len(found) != until - after:
        return None
    return {
        part: frozenset(row.subject for row in found if row.part == part and row.subject)
        for part in PeoplePart
    }
