"""The report on paper: A4, by QPdfWriter (PDF/A-1b) or a printer, from the signed report alone."""

from html import escape
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMarginsF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from app.kit.theme import metrics
from app.models.mdt import minutes_of_report
from app.models.times import moment
from app.models.words import word
from app.viewers.paper import searchable
from protocol.consultation import Mode, Sex
from protocol.report import Report, SignedReport

MARGIN_MM = 18.0
RESOLUTION = 300


class PrintFailed(Exception):
    """The file cannot be written; the message is the system's reason."""


def print_report(signed: SignedReport, target: Path) -> None:
    """Writes the report as PDF/A-1b; raises PrintFailed and leaves no half file."""
    if not target.parent.is_dir():
        raise PrintFailed(QCoreApplication.translate("report_print", "no such folder"))
    half = target.with_suffix(".part")
    writer = QPdfWriter(str(half))
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_A1b)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    writer.setResolution(RESOLUTION)
    writer.setTitle(signed.report.number)
    writer.setCreator("Huizhen")
    document = report_document(signed)
    document.documentLayout().setPaintDevice(writer)
    document.setPageSize(QSizeF(writer.width(), writer.height()))
    document.print_(writer)
    del writer
    try:
        if not half.exists() or half.stat().st_size == 0:
            raise PrintFailed(QCoreApplication.translate("report_print", "no such folder"))
        half.replace(target)
    except OSError as error:
        raise PrintFailed(error.strerror or str(error)) from error


def report_document(signed: SignedReport) -> QTextDocument:
    """The report as a document; every text of a person is escaped."""
    document = QTextDocument()
    plain = searchable(QFont())
    plain.setPointSizeF(10.5)
    document.setDefaultFont(plain)
    families = ", ".join(f"'{family}'" for family in metrics().families)
    document.setDefaultStyleSheet(
        f"body {{ font-family: {families}, sans-serif; font-size: 10.5pt; color: #000; }}"
        "p { margin-top: 0; margin-bottom: 3px; } td { padding: 5px; }"
        ".title { font-size: 20pt; font-weight: bold; } .small { font-size: 8pt; color: #333; }"
        ".head { font-size: 11.5pt; font-weight: bold; margin-top: 14px; margin-bottom: 3px; }"
    )
    document.setHtml(f"<body>{_head(signed.report)}{_body(signed.report)}{_foot(signed)}</body>")
    return document


def _head(report: Report) -> str:
    translate = QCoreApplication.translate
    sex = word(Sex(report.patient_sex)) if report.patient_sex in set(Sex) else report.patient_sex
    cells = (
        (translate("report_print", "Patient"), report.patient_name),
        (translate("report_print", "Sex"), sex),
        (translate("report_print", "Born"), report.patient_birth_date),
        (translate("report_print", "Case"), report.number),
        (
            translate("report_print", "Requested by"),
            f"{report.requester_institution} · {report.requester_name}",
        ),
        (translate("report_print", "Kind"), word(Mode(report.mode))),
    )
    rows = ""
    for first, second in zip(cells[::2], cells[1::2], strict=True):
        rows += (
            "<tr>"
            + "".join(
                f"<td width='14%'><b>{escape(name)}</b></td><td width='36%'>{escape(value)}</td>"
                for name, value in (first, second)
            )
            + "</tr>"
        )
    title = translate("report_print", "Consultation report")
    if report.minutes is not None:
        title = translate("report_print", "Minutes of the multidisciplinary consultation")
    return (
        f"<p align='center' class='small'>{escape(report.expert_institution)}</p>"
        f"<p align='center' class='title'>{escape(title)}</p>"
        f"<table width='100%' border='1' cellspacing='0' cellpadding='4' "
        f"style='border-color:#888; border-style:solid; border-collapse:collapse'>{rows}</table>"
    )


def _body(report: Report) -> str:
    translate = QCoreApplication.translate
    opinion = report.opinion
    codes = ", ".join(opinion.diagnosis_codes)
    critical = (
        translate("report_print", "Critical finding: confirm at once.") if opinion.critical else ""
    )
    if opinion.critical_finding:
        critical = translate("report_print", "Critical finding: {what}").format(
            what=opinion.critical_finding
        )
    parts = (
        (translate("report_print", "Question"), report.question),
        (translate("report_print", "Findings"), opinion.findings),
        (translate("report_print", "Impression"), opinion.impression),
        (translate("report_print", "Diagnosis codes"), codes),
        ("", critical),
        (translate("report_print", "Recommendation"), opinion.recommendation),
    )
    minutes = [(title, "\n".join(lines)) for title, lines in minutes_of_report(report)]
    return "".join(
        f"{_heading(title)}{_paragraphs(text)}" for title, text in (*parts, *minutes) if text
    )


def _heading(text: str) -> str:
    return f"<p class='head'>{escape(text)}</p>" if text else ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())


def _foot(signed: SignedReport) -> str:
    translate = QCoreApplication.translate
    report = signed.report
    who = translate("report_print", "Signed by {name} ({institution}) on {time}").format(
        name=report.expert_name,
        institution=report.expert_institution,
        time=moment(report.signed_at),
    )
    advice = translate(
        "report_print",
        "This is an advice to the treating doctor, who decides on the treatment.",
    )
    note = f"<p>{escape(advice)}</p>" if report.mode is Mode.ADVICE else ""
    mark = translate(
        "report_print", "Ed25519 signature {signature} · key {key} · version {version}"
    )
    seal = mark.format(signature=signed.signature, key=signed.public_key, version=report.version)
    return f"{_heading(who)}{note}<p class='small'>{escape(seal)}</p>"
