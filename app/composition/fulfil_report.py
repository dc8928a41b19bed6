"""Wishes about reports as paper and certificates, and the use cases that answer them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, assert_never

from app.commands.report_wishes import (
    ReportWish,
    WishCertificateFile,
    WishCertificateToken,
    WishForgetCertificate,
    WishForgetPhrase,
    WishKeepPhrase,
    WishPaper,
    WishTokens,
)
from app.imaging.writing.report_object import report_object
from app.services.images import files_of
from app.session.case import Case
from app.views.paper import show_paper
from protocol.consultation import Phase
from protocol.patients import PatientText

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_report(desk: Desk, wish: ReportWish) -> None:
    certificates, start = desk.reports.certificates, desk.tasks.start
    match wish:
        case WishPaper():
            start(_show(desk), only="paper")
        case WishCertificateFile(path, secret):
            start(certificates.choose_file(path, secret), only="certificate")
        case WishTokens(module):
            start(certificates.find_tokens(module), only="certificate")
        case WishCertificateToken(module, token, label, pin):
            start(certificates.choose_token(module, token, label, pin), only="certificate")
        case WishForgetCertificate():
            start(certificates.forget(), only="certificate")
        case WishKeepPhrase(phrase):
            start(desk.reports.phrases.keep(phrase))
        case WishForgetPhrase(phrase):
            start(desk.reports.phrases.forget(phrase))
        case _:
            assert_never(wish)


async def _show(desk: Desk) -> None:
    """The signed paper, or what would be signed now."""
    await desk.keep_words()
    case = desk.session.state.case
    if case is None:
        return
    amending = case.claim is not None and case.consultation.summary.phase is Phase.AMENDED
    paper = None if amending else await desk.reports.papers.signed_paper(case)
    if amending or (paper is None and case.report is None and case.claim is not None):
        draft = await desk.reports.signing.draft(case)
        paper = await desk.reports.papers.draft_paper(draft)
    if paper is not None:
        show_paper(
            desk.window,
            desk.window.appearance,
            paper.pdf,
            paper.number,
            draft=paper.draft,
            as_dicom=_object_of(case, paper.pdf),
        )


def _object_of(case: Case, pdf: bytes) -> Callable[[], bytes] | None:
    """How the file becomes what an archive takes, where it is the report of somebody."""
    state, patient = case.report, case.content.patient
    if state is None or patient is None:
        return None
    report, who = state.signed.report, files_of(patient, "")
    return partial(
        report_object,
        pdf,
        case=case.id,
        patient=PatientText(who.patient_name, who.patient_id, who.birth_date, who.sex),
        study_instance_uid=next(iter(report.study_instance_uids), ""),
        number=report.number,
        version=report.version,
        signed_at=report.signed_at,
    )
