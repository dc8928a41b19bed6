"""Opinions, signed reports, chat and the case library."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.chat import ChatMessage
from protocol.library import LibraryEntry, LibraryPage
from protocol.report import LearningFlag, Opinion, SignedReport
from server.domain.case import Case
from server.domain.drafts import Draft, Drafts, drafts_for
from server.store.apart import apart_from
from server.store.sealed_rows import SessionRows
from server.store.tables import LibraryRow, MessageRow, OpinionRow, ReportRow


class Archive:
    """Reads and writes the documents of one transaction."""

    def __init__(self, session: AsyncSession, rows: SessionRows) -> None:
        self._session = session
        self._rows = rows

    async def drafts(self, case: Case) -> Drafts:
        """What the holder of a case has written, and what is there of who held it before."""
        row = await self._rows.open_one(await self._session.get(OpinionRow, case.id))
        if row is None:
            return Drafts()
        written = Opinion.model_validate_json(row.body)
        last = Draft(author_id=row.author_id, saved_at=row.saved_at, opinion=written)
        before = None if row.before is None else Draft.model_validate_json(row.before)
        return drafts_for(case, last, before)

    async def save_draft(self, case: Case, opinion: Opinion, now: datetime) -> Drafts:
        """Writes what the holder has written now."""
        kept = (await self.drafts(case)).before
        await self._write(case, opinion, kept, now)
        return Drafts(opinion, now, kept)

    async def draft_signed(self, case: Case, opinion: Opinion, now: datetime) -> None:
        """The same of what was signed: from then on it is the signer's alone."""
        await self._write(case, opinion, None, now)

    async def _write(
        self, case: Case, opinion: Opinion, before: Draft | None, now: datetime
    ) -> None:
        row = OpinionRow(
            consultation_id=case.id,
            body=opinion.model_dump_json(),
            saved_at=now,
            author_id=case.holder_id,
            before=None if before is None else before.model_dump_json(),
        )
        await self._session.merge(await self._rows.as_written(row))
        await self._session.flush()

    async def add_report(self, signed: SignedReport) -> None:
        report = signed.report
        await self._rows.add(
            ReportRow(
                consultation_id=report.consultation_id,
                version=report.version,
                key_id=signed.key_id,
                signed_at=report.signed_at,
                body=signed.model_dump_json(),
            )
        )

    async def report(self, case_id: UUID, version: int | None = None) -> SignedReport | None:
        """A version of the report, or the latest."""
        query = select(ReportRow).where(ReportRow.consultation_id == case_id)
        if version is not None:
            query = query.where(ReportRow.version == version)
        row = await self._session.scalar(query.order_by(ReportRow.version.desc()).limit(1))
        found = await self._rows.open_one(row)
        return None if found is None else SignedReport.model_validate_json(found.body)

    async def latest_reports(self, case_ids: Iterable[UUID]) -> list[SignedReport]:
        """Of those of these cases that have one that can be opened, in their order."""
        wanted = list(case_ids)
        rows = await self._session.scalars(
            select(ReportRow)
            .where(ReportRow.consultation_id.in_(wanted))
            .order_by(ReportRow.version)
        )
        latest = {row.consultation_id: row for row in rows}
        kept = await self._rows.open_readable(latest[one] for one in wanted if one in latest)
        return [SignedReport.model_validate_json(row.body) for row in kept]

    async def message(self, message_id: UUID) -> ChatMessage | None:
        row = await self._rows.open_one(await self._session.get(MessageRow, message_id))
        return None if row is None else ChatMessage.model_validate_json(row.body)

    async def add_message(self, message: ChatMessage, account_id: UUID | None) -> None:
        """`account_id` is the author's; a guest has none."""
        await self._rows.add(
            MessageRow(
                id=message.id,
                consultation_id=message.consultation_id,
                author_id=account_id,
                at=message.at,
                body=message.model_dump_json(),
            )
        )

    async def messages(self, case_id: UUID) -> list[ChatMessage]:
        rows = await self._session.scalars(
            select(MessageRow)
            .where(MessageRow.consultation_id == case_id)
            .order_by(MessageRow.at, MessageRow.id)
        )
        return [ChatMessage.model_validate_json(row.body) for row in await self._rows.open(rows)]

    async def add_entry(self, case_id: UUID, entry: LibraryEntry) -> bool:
        """Archives a case once; False when it is in the library already."""
        known = await self._session.scalar(
            select(LibraryRow.id).where(LibraryRow.consultation_id == case_id)
        )
        if known is not None:
            return False
        summary = entry.summary
        words = (
            summary.title,
            entry.reason,
            entry.history,
            entry.question,
            entry.findings,
            entry.impression,
            entry.recommendation,
            *summary.diagnosis_codes,
            *summary.modalities,
        )
        self._session.add(
            LibraryRow(
                id=summary.id,
                consultation_id=case_id,
                department=summary.department,
                flags=_flags(entry),
                approved_at=summary.approved_at,
                search_text="\n".join(words).casefold(),
                body=entry.model_dump_json(),
            )
        )
        await self._session.flush()
        return True

    async def entry(self, entry_id: UUID, reader_id: UUID) -> LibraryEntry | None:
        """None also for one of a case that the reader reads independently now."""
        body = await self._session.scalar(
            select(LibraryRow.body).where(LibraryRow.id == entry_id, _not_apart(reader_id))
        )
        return None if body is None else LibraryEntry.model_validate_json(body)

    async def entries(
        self,
        reader_id: UUID,
        *,
        text: str,
        department: str,
        flag: LearningFlag | None,
        skip: int,
        limit: int,
    ) -> LibraryPage:
        """Newest first; every word of `text` must occur."""
        conditions = [
            LibraryRow.search_text.contains(word, autoescape=True)
            for word in text.casefold().split()
        ]
        conditions.append(_not_apart(reader_id))
        if department:
            conditions.append(LibraryRow.department == department)
        if flag is not None:
            conditions.append(LibraryRow.flags.contains(f",{flag.value},"))
        total = await self._session.scalar(select(func.count(LibraryRow.id)).where(*conditions))
        bodies = await self._session.scalars(
            select(LibraryRow.body)
            .where(*conditions)
            .order_by(LibraryRow.approved_at.desc(), LibraryRow.id.desc())
            .offset(skip)
            .limit(limit)
        )
        items = tuple(LibraryEntry.model_validate_json(body).summary for body in bodies)
        end = skip + len(items)
        return LibraryPage(
            items=items, total=total or 0, next=str(end) if end < (total or 0) else None
        )


def _not_apart(reader_id: UUID) -> ColumnElement[bool]:
    """Who reads a case independently does not find the other opinions on it here either."""
    return LibraryRow.consultation_id.not_in(apart_from(reader_id))


def _flags(entry: LibraryEntry) -> str:
    return "," + ",".join(flag.value for flag in entry.summary.learning_flags) + ","
