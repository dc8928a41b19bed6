"""Whose signatures a report's paper carries, as the last thing on it."""

from html import escape

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from app.models.words import word
from protocol.account import ExpertTitle
from protocol.consultation import Mode
from protocol.report import Report, ReportSeal


def signature_part(report: Report, seal: ReportSeal | None) -> str:
    """HTML; of a draft, which has no seal, only what its kind says."""
    translate = QCoreApplication.translate
    advice = translate(
        "report_print",
        "This is an advice to the treating doctor, who decides on the treatment.",
    )
    note = f"<p>{escape(advice)}</p>" if report.mode is Mode.ADVICE else ""
    if seal is None:
        return note
    who = translate("report_print", "Signed by {name} ({institution}) on {time}").format(
        name=report.expert_name,
        institution=_title(report) + report.expert_institution,
        time=moment(report.signed_at),
    )
    lines = [
        translate("report_print", "Ed25519 signature {signature} · key {key}").format(
            signature=seal.signature, key=seal.public_key
        ),
        translate("report_print", "SHA-256 of what is signed: {digest}").format(
            digest=report.digest()
        ),
    ]
    if seal.co_signed is not None:
        text = translate("report_print", "Ed25519 co-signature {signature} · key {key}")
        co_signed = seal.co_signed
        lines.append(text.format(signature=co_signed.signature, key=co_signed.public_key))
    if seal.certificate:
        text = translate(
            "report_print", "This file carries a signature by the certificate of {who}"
        )
        lines.insert(0, text.format(who=seal.certificate))
    small = "".join(f"<p class='small'>{escape(line)}</p>" for line in lines)
    heads = "".join(
        f"<p class='head'>{escape(line)}</p>" for line in (_reviewed(report, seal), who) if line
    )
    return f"{heads}{note}{small}"


def _reviewed(report: Report, seal: ReportSeal) -> str:
    """Who approved the words before they were signed, by their own key or by the server's word;
    empty where nobody did."""
    signed = report.co_signature
    if signed is None:
        return ""
    translate = QCoreApplication.translate
    text = (
        translate("report_print", "Reviewed and approved by {name} ({institution}) on {time}")
        if seal.co_signed is None
        else translate("report_print", "Reviewed and signed by {name} ({institution}) on {time}")
    )
    return text.format(
        name=signed.reviewer_name,
        institution=signed.reviewer_institution,
        time=moment(signed.approved_at),
    )


def _title(report: Report) -> str:
    return next((f"{word(one)} · " for one in ExpertTitle if one == report.expert_title), "")
