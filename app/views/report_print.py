"""The report as paper: A4 or A5, PDF/A-1b, from the structured report alone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from types import MappingProxyType

from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QIODevice,
    QMarginsF,
    QRectF,
    QSizeF,
    Qt,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
    QTextOption,
)

from app.kit.theme import metrics
from app.models.diagnosis import DiagnosisTable, shipped
from app.models.emr_words import masked_number
from app.models.language import reads_chinese
from app.models.mdt import minutes_of_report
from app.models.structured import lines_of
from app.models.times import age
from app.models.words import word
from app.viewers.paper import searchable
from app.viewers.paper_letters import Drawn, runs_of, with_written_letters
from app.views.report_print_critical import critical_part
from app.views.report_print_pictures import ONE_A_ROW, TWO_A_ROW, PictureRoom, picture_part
from app.views.report_print_signatures import signature_part
from protocol.consultation import Mode, Sex
from protocol.finding import CriticalFinding
from protocol.identity_card import looks_like_one
from protocol.report import Examination, Report, ReportSeal

NO_PICTURES: Mapping[str, bytes | None] = MappingProxyType({})
RESOLUTION = 300
HEAD_MM, FOOT_MM = 8.0, 9.0
"""Above and below the text of each page; the first page has a head of its own."""
_ELIDE = Qt.TextElideMode.ElideRight
_MM_AN_INCH = 25.4
_POINTS_AN_INCH = 72.0
_SMALL_POINTS = 8.0
_DRAFT_POINTS = 60.0
_DRAFT_INK, _SMALL_INK = QColor(232, 232, 232), QColor(70, 70, 70)


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a report is laid out on one size of paper: letters in points, as small as is still read
    without effort; `stacked`: what a cell of the head says stands below its name."""

    size: QPageSize.PageSizeId
    margin_mm: float
    body: float
    title: float
    head: float
    small: float
    stacked: bool
    pictures: PictureRoom


A4 = Sheet(QPageSize.PageSizeId.A4, 18, 10.5, 20, 11.5, 8, stacked=False, pictures=TWO_A_ROW)
A5 = Sheet(QPageSize.PageSizeId.A5, 11, 9.5, 15, 10.5, 7.5, stacked=True, pictures=ONE_A_ROW)


def report_pdf(
    report: Report,
    seal: ReportSeal | None,
    table: DiagnosisTable | None = None,
    pictures: Mapping[str, bytes | None] = NO_PICTURES,
    sheet: Sheet = A4,
    finding: CriticalFinding | None = None,
) -> bytes:
    """The report as PDF/A-1b (ISO 19005-1); without a seal it says on every page that it is a
    draft. `pictures` are PNG by SHA-256, None where one is lost; `finding` is what became of what
    is critical. Works in any thread of Qt's."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_A1b)
    writer.setPageSize(QPageSize(sheet.size))
    edge = sheet.margin_mm
    writer.setPageMargins(QMarginsF(edge, edge, edge, edge), QPageLayout.Unit.Millimeter)
    writer.setResolution(RESOLUTION)
    writer.setTitle(report.number)
    writer.setCreator("Huizhen")
    document = report_document(report, seal, table or shipped(), pictures, sheet, finding)
    _paint(document, report, seal, writer)
    del writer
    first = Drawn(f"{_draft_words()}{_which(report)}{_page_words(0, 1)}")
    drawn = (first, *runs_of(document), Drawn(_whose(report)))
    return with_written_letters(bytes(buffer.data().data()), drawn, searchable(QFont()))


def _paint(
    document: QTextDocument, report: Report, seal: ReportSeal | None, writer: QPdfWriter
) -> None:
    document.documentLayout().setPaintDevice(writer)
    width, height = float(writer.width()), float(writer.height())
    head, foot = _dots(HEAD_MM), _dots(FOOT_MM)
    room = height - head - foot
    document.setPageSize(QSizeF(width, room))
    count = document.pageCount()
    painter = QPainter(writer)
    try:
        for page in range(count):
            if page:
                writer.newPage()
            if seal is None:
                _paint_draft(painter, width, height)
            _paint_edges(painter, report, width, height, page, count)
            painter.save()
            painter.translate(0, head - page * room)
            whole = QRectF(0, page * room, width, room)
            painter.setClipRect(whole)
            context = QAbstractTextDocumentLayout.PaintContext()
            context.clip = whole  # type: ignore[attr-defined]  # missing in the stubs
            document.documentLayout().draw(painter, context)
            painter.restore()
    finally:
        painter.end()


def _dots(mm: float) -> float:
    return mm * RESOLUTION / _MM_AN_INCH


def _font(points: float) -> QFont:
    font = searchable(QFont())
    font.setPixelSize(round(points * RESOLUTION / _POINTS_AN_INCH))
    return font


def _paint_edges(
    painter: QPainter, report: Report, width: float, height: float, page: int, count: int
) -> None:
    """Whose report this is on every page, and which page of how many."""
    painter.setFont(_font(_SMALL_POINTS))
    painter.setPen(_SMALL_INK)
    middle = Qt.AlignmentFlag.AlignVCenter
    if page:
        area = QRectF(0, 0, width, _dots(HEAD_MM) / 2)
        elided = painter.fontMetrics().elidedText(_whose(report), _ELIDE, round(width))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, elided)
    area = QRectF(0, height - _dots(FOOT_MM) / 2, width, _dots(FOOT_MM) / 2)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, _which(report))
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, _page_words(page, count))


def _whose(report: Report) -> str:
    """The name last: of one that has no room the rest still tells whose it is."""
    return f"{report.number} · {report.patient_birth_date} · {report.patient_name}"


def _which(report: Report) -> str:
    version = QCoreApplication.translate("report_print", "Version {n}").format(n=report.version)
    return f"{report.number} · {version}"


def _page_words(page: int, count: int) -> str:
    words = QCoreApplication.translate("report_print", "Page {n} of {count}")
    return words.format(n=page + 1, count=count)


def _draft_words() -> str:
    return QCoreApplication.translate("report_print", "DRAFT, NOT SIGNED")


def _paint_draft(painter: QPainter, width: float, height: float) -> None:
    """Pale words below the text: paper from a draft must never pass for a report."""
    painter.save()
    painter.translate(width / 2, height / 2)
    painter.rotate(-45)
    font = _font(_DRAFT_POINTS)
    drawn = QFontMetricsF(font).boundingRect(_draft_words())
    room = min(width, height) * math.sqrt(2)  # for length and height together, lying across
    if (needed := drawn.width() + drawn.height()) > room:
        font.setPixelSize(math.floor(font.pixelSize() * room / needed))
    painter.setFont(font)
    painter.setPen(_DRAFT_INK)
    area = QRectF(-room / 2, -room / 8, room, room / 4)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, _draft_words())
    painter.restore()


def report_document(
    report: Report,
    seal: ReportSeal | None,
    table: DiagnosisTable,
    pictures: Mapping[str, bytes | None] = NO_PICTURES,
    sheet: Sheet = A4,
    finding: CriticalFinding | None = None,
) -> QTextDocument:
    """The report as a document; every text of a person is escaped."""
    document = QTextDocument()
    plain = searchable(QFont())
    plain.setPointSizeF(sheet.body)
    document.setDefaultFont(plain)
    wrapped = QTextOption()  # a signature is one word, longer than a line of A5
    wrapped.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(wrapped)
    families = ", ".join(f"'{family}'" for family in metrics().families)
    document.setDefaultStyleSheet(
        f"body {{ font-family: {families}, sans-serif; font-size: {sheet.body}pt; color: #000; }}"
        "p { margin-top: 0; margin-bottom: 3px; } td { padding: 5px; }"
        f".title {{ font-size: {sheet.title}pt; font-weight: bold; }}"
        f".small {{ font-size: {sheet.small}pt; color: #333; }}"
        f".head {{ font-size: {sheet.head}pt; font-weight: bold; margin-top: 14px;"
        " margin-bottom: 3px; }"
        "table.box { margin-top: 10px; border-color: #000; border-style: solid;"
        " border-collapse: collapse; }"
        f".critical {{ font-size: {sheet.head + 1}pt; font-weight: bold; }}"
    )
    shown = picture_part(document, report.opinion.pictures, pictures, sheet.pictures)
    critical = critical_part(report.opinion, finding)
    parts = (
        _head(report, sheet),
        critical,
        _body(report, table),
        shown,
        signature_part(report, seal),
    )
    document.setHtml(f"<body>{''.join(parts)}</body>")
    return document


def _cells(report: Report) -> list[tuple[str, str]]:
    """What stands in the table at the top, by name; an even number."""
    translate = QCoreApplication.translate
    sex = word(Sex(report.patient_sex)) if report.patient_sex in set(Sex) else report.patient_sex
    cells = (
        (translate("report_print", "Patient"), report.patient_name),
        (translate("report_print", "Sex"), sex),
        (translate("report_print", "Born"), _born(report)),
        (translate("report_print", "Patient's number"), _number(report.patient_id)),
        (translate("report_print", "Case"), report.number),
        (translate("report_print", "Department"), report.department),
        (
            translate("report_print", "Requested by"),
            f"{report.requester_institution} · {report.requester_name}",
        ),
        (translate("report_print", "Kind"), word(Mode(report.mode))),
    )
    told = [cell for cell in cells if cell[1]]
    return [*told, ("", "")] if len(told) % 2 else told


def _cell(name: str, value: str, *, stacked: bool) -> str:
    name, value = escape(name), escape(value)
    if stacked:
        return f"<td width='50%'><span class='small'>{name}</span><br>{value}</td>"
    return f"<td width='17%'><b>{name}</b></td><td width='33%'>{value}</td>"


def _head(report: Report, sheet: Sheet) -> str:
    translate = QCoreApplication.translate
    told = [_cell(name, value, stacked=sheet.stacked) for name, value in _cells(report)]
    rows = "".join(f"<tr>{''.join(told[at : at + 2])}</tr>" for at in range(0, len(told), 2))
    title = translate("report_print", "Consultation report")
    if report.minutes is not None:
        title = translate("report_print", "Minutes of the multidisciplinary consultation")
    replaced = ""
    if report.version > 1:
        text = translate("report_print", "Version {n}: it replaces version {before}.")
        text = text.format(n=report.version, before=report.version - 1)
        replaced = f"<p align='center'><b>{escape(text)}</b></p>"
    return (
        f"<p align='center' class='small'>{escape(report.expert_institution)}</p>"
        f"<p align='center' class='title'>{escape(title)}</p>"
        f"<table width='100%' border='1' cellspacing='0' cellpadding='4' "
        f"style='border-color:#888; border-style:solid; border-collapse:collapse'>{rows}</table>"
        f"{replaced}"
    )


def _born(report: Report) -> str:
    """With the age at the signature."""
    try:
        birth = date.fromisoformat(report.patient_birth_date)
    except ValueError:
        return report.patient_birth_date
    return f"{report.patient_birth_date} ({age(birth, report.signed_at.date())})"


def _number(identifier: str) -> str:
    """The clinic's own in full, so that paper and record match; of an identity card a part."""
    return masked_number(identifier) if looks_like_one(identifier) else identifier


def _examination(one: Examination) -> str:
    day = one.study_date
    shown = f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) == 8 and day.isdigit() else day
    parts = ("/".join(one.modalities), one.description, shown)
    return " · ".join(part for part in parts if part)


def _body(report: Report, table: DiagnosisTable) -> str:
    translate = QCoreApplication.translate
    opinion = report.opinion
    codes = "\n".join(_coded(code, table) for code in opinion.diagnosis_codes)
    parts = (
        (
            translate("report_print", "Examination"),
            "\n".join(_examination(one) for one in report.examinations),
        ),
        (translate("report_print", "Question"), report.question),
        (
            translate("report_print", "Measured and graded"),
            "\n".join(lines_of(opinion.structured)),
        ),
        (translate("report_print", "Findings"), opinion.findings),
        (translate("report_print", "Impression"), opinion.impression),
        (translate("report_print", "Diagnosis codes"), codes),
        (translate("report_print", "Recommendation"), opinion.recommendation),
    )
    minutes = [(title, "\n".join(lines)) for title, lines in minutes_of_report(report)]
    return "".join(
        f"{_heading(title)}{_paragraphs(text)}" for title, text in (*parts, *minutes) if text
    )


def _coded(code: str, table: DiagnosisTable) -> str:
    """The code with what it means, in the language of the report."""
    found = table.find(code)
    if found is None:
        return code
    return f"{code} {found.named(chinese=reads_chinese())}"


def _heading(text: str) -> str:
    return f"<p class='head'>{escape(text)}</p>" if text else ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())
