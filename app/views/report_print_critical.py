"""What a clinic must act on, as the first thing on the paper: boxed, with what became of it."""

from html import escape

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from protocol.finding import CriticalFinding
from protocol.report import Opinion


def critical_part(opinion: Opinion, known: CriticalFinding | None = None) -> str:
    """HTML; empty where nothing is critical. `known` is what became of the finding, which whoever
    lays a signed report out anew may know; of another finding than this it says nothing."""
    if not opinion.critical:
        return ""
    translate = QCoreApplication.translate
    what = opinion.critical_finding or translate(
        "report_print", "The expert calls this report critical: read the impression."
    )
    todo = translate(
        "report_print",
        "Act on it now: tell the doctor who treats the patient by voice, then read it back in the "
        "case in your own words.",
    )
    told = _became(known) if known is not None and known.what == opinion.critical_finding else ""
    lines = (
        f"<p class='head' style='margin-top:0'>{escape(_title())}</p>",
        f"<p class='critical'>{escape(what)}</p>",
        f"<p>{escape(todo)}</p>",
        f"<p><b>{escape(told)}</b></p>" if told else "",
    )
    return (
        "<table width='100%' class='box' border='3' cellspacing='0' cellpadding='8'>"
        f"<tr><td>{''.join(lines)}</td></tr></table>"
    )


def _title() -> str:
    return QCoreApplication.translate("report_print", "CRITICAL FINDING")


def _became(finding: CriticalFinding) -> str:
    translate = QCoreApplication.translate
    if finding.read_back_at is None:
        text = translate("report_print", "Not read back when this was laid out; due {due}.")
        return text.format(due=moment(finding.due_at))
    text = translate("report_print", "Read back {when} by {who}: “{words}”")
    if finding.told:
        text += " · " + translate("report_print", "Told: {told}")
    return text.format(
        when=moment(finding.read_back_at),
        who=finding.read_back_by or "–",
        words=finding.read_back,
        told=finding.told,
    )
