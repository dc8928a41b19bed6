"""What is known of the signatures of a report, in a line each."""

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from app.session.case import ReportState
from app.session.signature import PaperVerdict


def signed_line(state: ReportState) -> str:
    translate = QCoreApplication.translate
    report = state.signed.report
    who = f"{report.expert_name} · {report.expert_institution} · {moment(report.signed_at)}"
    if state.verified is None:
        return translate("workspace", "Checking the signature of {who}").format(who=who)
    if state.verified:
        if report.co_signature is not None:
            text = (
                translate("workspace", "{who} · approved by {reviewer}")
                if state.signed.co_signed is None
                else translate("workspace", "{who} · also signed by {reviewer}")
            )
            who = text.format(who=who, reviewer=report.co_signature.reviewer_name)
        return translate("workspace", "Signature verified: {who}").format(who=who)
    return translate("workspace", "The signature does not fit this text. Do not use it.")


def paper_line(paper: PaperVerdict) -> str:
    translate = QCoreApplication.translate
    if paper.lost:
        return translate("workspace", "⚠ The server cannot give the signed file.")
    if not paper.genuine or paper.signer is None:
        return translate("workspace", "⚠ The signed file is not this report's. It is not used.")
    who = {"name": paper.signer.subject, "issuer": paper.signer.issuer}
    if not paper.trusted:
        text = translate(
            "workspace",
            "⚠ The file is signed by {name}; this site does not know the authority {issuer}, or "
            "the certificate was not valid then.",
        )
        return text.format(**who)
    if not paper.of_expert:
        text = translate(
            "workspace",
            "⚠ The file is signed by the certificate of {name}, who is not the expert of this "
            "report. Ask who signed it.",
        )
        return text.format(**who)
    if paper.timestamp is None:
        text = translate("workspace", "Certificate of {name}, issued by {issuer}")
        return text.format(**who)
    text = translate("workspace", "Certificate of {name}, issued by {issuer}; time stamp {time}")
    return text.format(**who, time=moment(paper.timestamp))
