"""The use cases around signed reports, built together: certificate, papers, signing."""

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QThreadPool

from app.net.api import Api
from app.net.presented_forms import PresentedFormApi
from app.services.certificates import CertificateService
from app.services.drafts import Drafts
from app.services.papers import PaperService
from app.services.signing import SigningService
from app.services.tasks import Tasks
from app.session.owner import Session
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from app.views.report_print import report_pdf
from protocol.account import Account, Role
from protocol.report import Report, ReportSeal
from protocol.socket import ReportSigned


@dataclass(frozen=True, slots=True)
class Reports:
    certificates: CertificateService
    papers: PaperService
    signing: SigningService
    tasks: Tasks
    signs: bool

    def begin(self) -> None:
        """Who signs is told at once what the site asks of it, and which certificate is chosen."""
        if self.signs:
            self.tasks.start(self.certificates.load())
            self.tasks.start(self.papers.terms())

    def arrived(self, message: ReportSigned) -> None:
        """A report was signed elsewhere just now."""
        if self.signing.arrived(message.report):
            self.tasks.renew(partial(self.papers.verify, message.report), only="paper arrived")


async def laid_out(report: Report, seal: ReportSeal | None) -> bytes:
    """The report as PDF/A, laid out beside the GUI thread.

    Trap: Qt's text layout starts timers, which only threads of Qt's own can have.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bytes] = loop.create_future()

    def tell(pdf: bytes, error: Exception | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(pdf)
        else:
            done.set_exception(error)

    def run() -> None:
        pdf, failed = b"", None
        try:
            pdf = report_pdf(report, seal)
        except Exception as error:
            failed = error
        loop.call_soon_threadsafe(tell, pdf, failed)

    QThreadPool.globalInstance().start(run)
    return await done


def build_reports(
    session: Session,
    api: Api,
    drafts: Drafts,
    tasks: Tasks,
    account: Account,
    *,
    folder: Path,
    sealer: Sealer,
) -> Reports:
    keys = SealedStore(folder / "keys", sealer)
    certificates = CertificateService(session, keys, account.id)
    papers = PaperService(session, PresentedFormApi(api.connection), certificates, laid_out)
    signing = SigningService(session, api, drafts, keys, account, papers)
    return Reports(certificates, papers, signing, tasks, Role.EXPERT in account.roles)
