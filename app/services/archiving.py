"""Signed reports go to the hospital's archive: put into the outbox here, sent by the transfer
process."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from app.imaging.writing.report_object import report_object
from app.net.errors import NetError
from app.services.facts import Facts
from app.services.images import files_of
from app.services.papers import PaperService
from app.services.troubles import raise_notice
from app.session.case import Case
from app.session.notices import Good, Severity, Trouble
from app.store.archive_entry import ToArchive
from app.store.archive_outbox import ArchiveOutbox, Waiting
from app.store.errors import StoreError
from app.store.intake_settings import Pacs
from app.transfer.intake_messages import ArchiveTold, SendToArchive
from protocol.base import new_id
from protocol.consultation import Patient
from protocol.export import Exported, ExportKind, ExportTo
from protocol.patients import PatientText
from protocol.report import Report, SignedReport


def object_of(case: Case, patient: Patient, report: Report, pdf: bytes) -> bytes:
    """The file as what an archive takes; blocks.

    Raises MalformedError: these bytes are no PDF.
    """
    who = files_of(patient, "")
    return report_object(
        pdf,
        case=case.id,
        patient=PatientText(who.patient_name, who.patient_id, who.birth_date, who.sex),
        study_instance_uid=next(iter(report.study_instance_uids), ""),
        number=report.number,
        version=report.version,
        signed_at=report.signed_at,
    )


class ArchivingService:
    """Only reports whose signature fits go to an archive.

    Args:
        tell: gives a command to the transfer process.
        exported: has the audit trail told of a report that goes to an archive.
    """

    def __init__(
        self,
        facts: Facts,
        outbox: ArchiveOutbox,
        papers: PaperService,
        tell: Callable[[SendToArchive], None],
        exported: Callable[[Exported, UUID], None],
    ) -> None:
        self._facts = facts
        self._outbox = outbox
        self._papers = papers
        self._tell = tell
        self._exported = exported

    @property
    def archives(self) -> tuple[Pacs, ...]:
        return self._facts.state.intake.settings.pacs

    @property
    def unsent(self) -> bool:
        """Whether something waits for an archive; looks into a folder."""
        return not self._outbox.is_empty()

    async def received(self, case: Case) -> None:
        """The clinic has decided on a report: it goes where reports go by themselves. What cannot
        be prepared now is told, and somebody sends it from the paper."""
        if case.report is None or not case.report.verified:
            return
        for one in self.archives:
            if not one.reports:
                continue
            try:
                await self.send(case, case.report.signed, one.id)
            except (NetError, StoreError):
                number = case.report.signed.report.number
                details = (("number", number), ("holder", one.name))
                raise_notice(self._facts, Trouble.REPORT_NOT_PREPARED, details)

    async def send(self, case: Case, signed: SignedReport, pacs_id: UUID) -> None:
        """Raises DiskFull, or a NetError where the signed file cannot be fetched now."""
        patient, report = case.content.patient, signed.report
        if patient is None:
            return
        paper = await self._papers.whole_paper(signed)
        data = await asyncio.to_thread(object_of, case, patient, report, paper.pdf)
        entry = ToArchive(
            id=new_id(), pacs_id=pacs_id, number=report.number, version=report.version
        )
        await asyncio.to_thread(self._outbox.add, Waiting(entry, data))
        self._exported(Exported.of(ExportKind.REPORT, ExportTo.ARCHIVE, 1), case.id)
        self._tell(SendToArchive())


def tell_archived(facts: Facts, told: ArchiveTold) -> None:
    """What became of it, on whatever screen."""
    details = (("number", told.entry.number), ("holder", told.archive))
    if told.gone:
        return
    if told.problem is None:
        raise_notice(facts, Good.REPORT_ARCHIVED, details)
        return
    why = (*details, ("problem", told.problem.value))
    raise_notice(facts, Trouble.REPORT_NOT_ARCHIVED, why, severity=Severity.WARNING)
