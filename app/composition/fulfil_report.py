"""Wishes about reports as paper and certificates, and the use cases that answer them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, assert_never
from uuid import UUID

import shiboken6

from app.commands.report_wishes import (
    ReportWish,
    WishCertificateFile,
    WishCertificateToken,
    WishFollowCopies,
    WishForgetCertificate,
    WishForgetPhrase,
    WishGiveCopy,
    WishKeepPhrase,
    WishPaper,
    WishShowImage,
    WishTakePicture,
    WishTokens,
    WishWithdrawCopy,
)
from app.imaging.references import Reference
from app.net.errors import NetError
from app.services.archiving import object_of
from app.services.papers import Paper
from app.services.report_pictures import Taken
from app.services.troubles import raise_notice
from app.session.case import Case
from app.session.notices import Trouble
from app.viewers.dicom.output.desk import Seen
from app.views.paper import PaperWindow, show_paper
from app.views.report_print import A5, report_pdf
from protocol.consultation import Phase
from protocol.report import Report, ReportPicture, ReportSeal, SignedReport

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_report(desk: Desk, wish: ReportWish) -> None:
    certificates, start = desk.reports.certificates, desk.tasks.start
    match wish:
        case WishPaper():
            start(_show(desk), only="paper")
        case WishTakePicture(of):
            _take(desk, of)
        case WishShowImage(picture):
            desk.room.go_to(_image_of(picture))
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
        case WishGiveCopy(id_, days):
            start(desk.reports.copies.give(id_, days), only=f"copy {id_}")
        case WishWithdrawCopy(id_, copy_id):
            start(desk.reports.copies.withdraw(id_, copy_id), only=f"no copy {copy_id}")
        case WishFollowCopies(id_):
            start(desk.reports.copies.follow(id_), only="follow copies")
        case _:
            assert_never(wish)


def _take(desk: Desk, of: UUID) -> None:
    pictures = desk.reports.pictures

    def come(seen: Seen | None) -> None:
        if seen is None:
            raise_notice(desk.session, Trouble.NO_PICTURE_SHOWN)
            return
        taken = Taken(seen.png, seen.study_instance_uid, seen.sop_instance_uid, seen.frame)
        desk.tasks.start(pictures.add(of, taken))

    if desk.room.shows_other:
        come(None)
    else:
        desk.viewer.stage.output.seen(come)


def _image_of(picture: ReportPicture) -> Reference:
    uid = picture.sop_instance_uid
    return Reference(picture.study_instance_uid, "", "", uid, (picture.frame - 1,))


async def _show(desk: Desk) -> None:
    """The signed paper, or what would be signed now."""
    await desk.keep_words()
    case = desk.session.state.case
    if case is None:
        return
    papers = desk.reports.papers
    amending = case.claim is not None and case.consultation.summary.phase is Phase.AMENDED
    paper = None if amending else await papers.signed_paper(case)
    if paper is not None and case.report is not None:
        _open(desk, case, paper, case.report.signed)
    elif case.claim is not None:
        await desk.draft.show(case)


async def _show_version(desk: Desk, case: Case, number: int) -> None:
    signed = await desk.reports.signing.version(case.id, number)
    if signed is not None:
        _open(desk, case, await desk.reports.papers.paper_of(signed), signed)


def _open(desk: Desk, case: Case, paper: Paper, signed: SignedReport) -> None:
    latest = case.report.signed if case.report is not None else signed
    window = show_paper(
        desk.window,
        desk.window.appearance,
        paper.pdf,
        paper.number,
        draft=False,
        as_dicom=_object_of(case, signed.report, paper.pdf),
        archives=tuple((one.id, one.name) for one in desk.reports.archiving.archives),
        has_a5=True,
        version=signed.report.version,
        versions=latest.report.version,
    )

    def other(number: int) -> None:
        window.close()
        desk.tasks.start(_show_version(desk, case, number), only="paper")

    def small() -> None:
        laying = desk.tasks.start(_lay_out_a5(desk, window, case, signed), only="paper on A5")
        window.destroyed.connect(lambda _gone: laying.cancel())

    def archive(id_: UUID) -> None:
        desk.tasks.start(_archive(desk, window, case, signed, id_), only="to the archive")

    window.version_chosen.connect(other)
    window.exported.connect(lambda told: desk.reports.exports.tell(told, case.id))
    window.archive_wanted.connect(archive)
    window.a5_wanted.connect(small)


async def _archive(
    desk: Desk, window: PaperWindow, case: Case, signed: SignedReport, id_: UUID
) -> None:
    given = False
    try:
        await desk.reports.archiving.send(case, signed, id_)
        given = True
    finally:
        if shiboken6.isValid(window):
            window.give_to_archive(given=given)


async def _lay_out_a5(desk: Desk, window: PaperWindow, case: Case, signed: SignedReport) -> None:
    """Its pictures are fetched only now: the signed file has them already. What became of a
    critical finding since the signature stands on it too."""
    try:
        pictures = await desk.reports.pictures.of(signed.report)
    except NetError:
        window.fail_a5()
        return
    seal, table = ReportSeal.of(signed), desk.reports.codes.table
    now = desk.session.state.case
    known = now if now is not None and now.id == case.id else case
    finding = known.consultation.summary.finding
    window.lay_out_a5(partial(report_pdf, signed.report, seal, table, pictures, A5, finding))


def _object_of(case: Case, report: Report, pdf: bytes) -> Callable[[], bytes] | None:
    """How the file becomes what an archive takes, where it is the report of somebody."""
    patient = case.content.patient
    return None if patient is None else partial(object_of, case, patient, report, pdf)
