"""Reports side by side: what all say, and what only one of them says."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from app.models.structured import line_of
from app.models.times import day, moment
from app.models.words import word
from app.session.comparison import ComparedReport
from app.session.state import State
from protocol.account import ExpertTitle
from protocol.report import Opinion, Report

_CLAUSE = re.compile(r".+?(?:[。，；;！？!?\n]\s*|[.,:](?=\D)\s*|$)", re.DOTALL)
"""A number keeps its point and its comma."""
_MARKS = re.compile(r"[\s。；;！？!?，、:：]|(?<!\d)[.,]|[.,](?!\d)")
_CATEGORY = 3
"""Signs of an ICD-10 code that name the category: `J18` of `J18.900`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause as it stands, with the marks and spaces that end it, or a code; `alone`: no other
    report says it."""

    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """`texts`: one a report."""

    title: str
    texts: tuple[tuple[Piece, ...], ...]

    @property
    def same(self) -> bool:
        return not any(piece.alone for text in self.texts for piece in text)


@dataclass(frozen=True, slots=True)
class ReportHead:
    """Who signed what and when; `verified`: the signature fits the text, None of a draft."""

    title: str
    line: str
    signature: str
    verified: bool | None


@dataclass(frozen=True, slots=True)
class ComparisonProps:
    """`verdict` says in one sentence whether the conclusions agree; `look` is that of a notice.
    `sentence` says in a report what it was compared with."""

    verdict: str
    look: str
    title: str
    heads: tuple[ReportHead, ...] = ()
    rows: tuple[ComparedRow, ...] = ()
    sentence: str = ""


def derive_comparison(state: State) -> ComparisonProps | None:
    known = None if state.case is None else state.case.comparison
    if known is None or state.case is None:
        return None
    row = state.case.consultation.summary
    translate = QCoreApplication.translate
    of_mdt = row.mdt is not None or row.mdt_of is not None
    title = translate("comparison", "Two opinions side by side")
    if of_mdt:
        title = translate("comparison", "Opinions of the MDT side by side")
    if known.failed:
        text = translate("comparison", "The reports could not be read. Close this and try again.")
        return ComparisonProps(text, "error", title)
    if not known.reports:
        reading = translate("comparison", "Reading the reports…")
        return ComparisonProps(reading, "info", title)
    if known.with_draft:
        return _with_draft(known.reports[0], state.case.opinion)
    reports = tuple(one.signed.report for one in known.reports)
    verdict, look = _verdict(reports, of_mdt=of_mdt)
    names = tuple(one.department for one in known.reports)
    if not of_mdt:
        names = (
            translate("comparison", "First opinion"),
            translate("comparison", "Second opinion"),
        )
    heads = tuple(_head(name, one) for name, one in zip(names, known.reports, strict=True))
    return ComparisonProps(verdict, look, title, heads, _rows([one.opinion for one in reports]))


def _with_draft(earlier: ComparedReport, draft: Opinion) -> ComparisonProps:
    """The older one stands left, as time goes."""
    report, translate = earlier.signed.report, QCoreApplication.translate
    opinions = (report.opinion, draft)
    verdict, look = _of_codes([set(one.diagnosis_codes) for one in opinions])
    written = ReportHead(
        title=translate("comparison", "This report, as it is being written"),
        line=translate("comparison", "What you type appears here."),
        signature=translate("comparison", "Not signed yet"),
        verified=None,
    )
    head = _head(report.department or translate("comparison", "Earlier report"), earlier)
    who = " · ".join(part for part in (report.patient_name, report.patient_birth_date) if part)
    head = replace(head, line=f"{who} · {head.line}")
    sentence = translate("comparison", "Compared with the report of {date} ({number}): 【】.")
    return ComparisonProps(
        verdict,
        look,
        translate("comparison", "Beside an earlier report on {patient}").format(patient=who),
        (head, written),
        _rows(opinions),
        sentence.format(date=day(report.signed_at), number=report.number)
        if earlier.verified
        else "",
    )


def _head(title: str, one: ComparedReport) -> ReportHead:
    report, translate = one.signed.report, QCoreApplication.translate
    rank = next((word(title) for title in ExpertTitle if title == report.expert_title), "")
    who = (report.expert_name, rank, report.expert_institution)
    when = translate("comparison", "{when}, version {n}")
    signature = translate("comparison", "Signature verified")
    if not one.verified:
        signature = translate("comparison", "The signature does not fit this text. Do not use it.")
    return ReportHead(
        title=f"{title} · {report.number}",
        line=" · ".join(part for part in who if part),
        signature=f"{when.format(when=moment(report.signed_at), n=report.version)} · {signature}",
        verified=one.verified,
    )


def _verdict(reports: tuple[Report, ...], *, of_mdt: bool) -> tuple[str, str]:
    translate = QCoreApplication.translate
    text, look = _of_codes([set(one.opinion.diagnosis_codes) for one in reports])
    if len({one.opinion.critical for one in reports}) > 1:
        also = translate("comparison", "Not all of them call a finding critical.")
        if len(reports) == 2:
            also = translate("comparison", "Only one of them calls a finding critical.")
        text, look = f"{text} {also}", "warning"
    if not of_mdt and reports[0].signed_at > reports[1].signed_at:
        later = translate("comparison", "The first report was changed after the second was signed.")
        text = f"{text} {later}"
    return text, look


def _of_codes(codes: list[set[str]]) -> tuple[str, str]:
    translate = QCoreApplication.translate
    if len(codes) == 1:
        return translate("comparison", "Only one opinion was given."), "info"
    if not all(codes):
        text = translate("comparison", "Not all give diagnosis codes: compare the impressions.")
        if len(codes) == 2:
            text = translate(
                "comparison", "Not both give diagnosis codes: compare the impressions."
            )
        return text, "info"
    if all(one == codes[0] for one in codes):
        return translate("comparison", "The diagnoses agree."), "success"
    categories = [{code[:_CATEGORY] for code in one} for one in codes]
    if all(one == categories[0] for one in categories):
        text = translate(
            "comparison", "The diagnoses are of the same category and differ in detail."
        )
        return text, "info"
    return translate("comparison", "The diagnoses differ."), "warning"


def _rows(opinions: Sequence[Opinion]) -> tuple[ComparedRow, ...]:
    translate = QCoreApplication.translate
    titles = {
        "impression": translate("comparison", "Impression"),
        "findings": translate("comparison", "Findings"),
        "recommendation": translate("comparison", "Recommendation"),
        "critical_finding": translate("comparison", "Critical finding"),
    }
    codes = ComparedRow(
        translate("comparison", "Diagnosis codes (ICD-10)"),
        _pieces([_codes(one) for one in opinions]),
    )
    structured = ComparedRow(
        translate("comparison", "Measured and graded"),
        _pieces([_structured(one, opinions[0]) for one in opinions]),
    )
    rows = [
        ComparedRow(title, _pieces([_clauses(getattr(one, name)) for one in opinions]))
        for name, title in titles.items()
    ]
    return tuple(row for row in (codes, structured, *rows) if any(row.texts))


def _structured(opinion: Opinion, first: Opinion) -> tuple[str, ...]:
    """Each on a line; with how much it is more or less than the first report says."""
    before = {} if opinion is first else {one.key: one for one in first.structured}
    told = (one for one in opinion.structured if one.value)
    lines = "\n".join(line_of(one, before.get(one.key)) for one in told)
    return tuple(lines.splitlines(keepends=True))


def _codes(opinion: Opinion) -> tuple[str, ...]:
    return tuple(f"{code} " for code in opinion.diagnosis_codes)


def _clauses(text: str) -> tuple[str, ...]:
    return tuple(_CLAUSE.findall(text.strip()))


def _pieces(texts: list[tuple[str, ...]]) -> tuple[tuple[Piece, ...], ...]:
    return tuple(
        _marked(text, [clause for j, other in enumerate(texts) if j != i for clause in other])
        for i, text in enumerate(texts)
    )


def _marked(texts: tuple[str, ...], others: Iterable[str]) -> tuple[Piece, ...]:
    known = {"", *(_bare(text) for text in others)}
    return tuple(Piece(text, alone=_bare(text) not in known) for text in texts)


def _bare(text: str) -> str:
    """Spaces, case and marks at the end make no difference."""
    return _MARKS.sub("", text).casefold()
