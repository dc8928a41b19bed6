"""The use cases around signed reports, built together: certificate, papers, signing."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QThreadPool

from app.models.diagnosis import DiagnosisTable, shipped, with_own
from app.net.api import Api
from app.net.auditing import AuditApi
from app.net.presented_forms import PresentedFormApi
from app.net.report_copies import ReportCopyApi
from app.net.report_pictures import ReportPictureApi
from app.services.archiving import ArchivingService
from app.services.certificates import CertificateService
from app.services.drafts import Drafts
from app.services.expert import ExpertService
from app.services.exports import ExportService
from app.services.papers import PaperService
from app.services.phrases import PhraseService
from app.services.report_copy import ReportCopyService
from app.services.report_pictures import ReportPictureService
from app.services.server_time import server_now
from app.services.signing import SigningService
from app.services.tasks import Tasks
from app.services.threads import result_of
from app.session.owner import Session
from app.store.archive_outbox import ArchiveOutbox
from app.store.profile import CODE_TABLE, SealedStore
from app.store.sealed import Sealer
from app.transfer.messages import Command
from app.views.diagnosis_field import DiagnosisField
from app.views.report_print import report_pdf
from protocol.account import Account, Role
from protocol.report import Report, ReportSeal
from protocol.socket import ReportSigned

log = logging.getLogger(__name__)


class Codes:
    """The table of diagnoses that this computer uses."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / CODE_TABLE
        self._own: DiagnosisTable | None = None

    @property
    def table(self) -> DiagnosisTable:
        return self._own or shipped()

    async def load(self, fields: Iterable[DiagnosisField]) -> None:
        try:
            text = await asyncio.to_thread(self._file.read_text, "utf-8")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError):
            log.warning("the imported table of diagnoses cannot be read; the program's own is used")
            return
        self._own = await asyncio.to_thread(with_own, text)
        for field in fields:
            field.use(self._own)

    async def laid_out(
        self, report: Report, seal: ReportSeal | None, pictures: Mapping[str, bytes | None]
    ) -> bytes:
        """The report as PDF/A, laid out beside the GUI thread.

        Trap: Qt's text layout starts timers, which only threads of Qt's own can have.
        """
        start = QThreadPool.globalInstance().start
        return await result_of(lambda: report_pdf(report, seal, self.table, pictures), start)


@dataclass(frozen=True, slots=True)
class Reports:
    certificates: CertificateService
    papers: PaperService
    signing: SigningService
    tasks: Tasks
    signs: bool
    codes: Codes
    phrases: PhraseService
    pictures: ReportPictureService
    copies: ReportCopyService
    archiving: ArchivingService
    exports: ExportService

    def begin(self, fields: Iterable[DiagnosisField]) -> None:
        """Who signs is told at once what the site asks of it, and which certificate is chosen;
        `fields` know the hospital's own table of diagnoses, where one was imported."""
        self.tasks.start(self.codes.load(fields))
        if self.signs:
            self.tasks.start(self.certificates.load())
            self.tasks.start(self.papers.terms())
            self.tasks.start(self.phrases.load())

    def arrived(self, message: ReportSigned) -> None:
        """A report was signed elsewhere just now."""
        if self.signing.arrived(message.report):
            self.tasks.renew(partial(self.papers.verify, message.report), only="paper arrived")


def build_reports(
    session: Session,
    api: Api,
    drafts: Drafts,
    expert: ExpertService,
    tasks: Tasks,
    account: Account,
    folder: Path,
    sealer: Sealer,
    tell: Callable[[Command], None],
) -> Reports:
    keys = SealedStore(folder / "keys", sealer)
    certificates = CertificateService(session, keys, account.id)
    codes = Codes(folder)
    forms = PresentedFormApi(api.connection)
    pictures = ReportPictureService(session, ReportPictureApi(api.connection), expert, tasks)
    papers = PaperService(session, forms, certificates, pictures.of, codes.laid_out)
    signing = SigningService(session, api, drafts, keys, account, papers)
    phrases = PhraseService(session, keys, account.id)
    signs = Role.EXPERT in account.roles
    copies = ReportCopyService(session, ReportCopyApi(api.connection))
    to_archive = ArchiveOutbox(folder / "transfer", sealer)
    kept, trail = SealedStore(folder / "exports", sealer), AuditApi(api.connection)
    exports = ExportService(session, trail, kept, account, tasks, lambda: server_now(session.state))
    archiving = ArchivingService(session, to_archive, papers, tell, exports.tell)
    return Reports(
        certificates=certificates,
        papers=papers,
        signing=signing,
        tasks=tasks,
        signs=signs,
        codes=codes,
        phrases=phrases,
        pictures=pictures,
        copies=copies,
        archiving=archiving,
        exports=exports,
    )
