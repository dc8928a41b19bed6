"""Two reports on one question, side by side: what both say, and what only one of them says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from app.models.words import word
from app.session.comparison import ComparedReport
from app.session.state import State
from protocol.account import ExpertTitle
from protocol.report import Opinion, Report

_CLAUSE = re.compile(r".+?(?:[。，；;！？!?\n]\s*|[.,:](?=\D)\s*|$)", re.DOTALL)
"""A number keeps its point and its comma."""
_CATEGORY = 3
"""Signs of an ICD-10 code that name the category: `J18` of `J18.900`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause as it stands, with the marks and spaces that end it, or a code; `alone`: the other
    report does not say it."""

    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class ComparedRow:
    title: str
    first: tuple[Piece, ...]
    second: tuple[Piece, ...]

    @property
    def same(self) -> bool:
        return not any(piece.alone for piece in (*self.first, *self.second))


@dataclass(frozen=True, slots=True)
class ReportHead:
    """Who signed what and when; `verified`: the signature fits the text."""

    title: str
    line: str
    signature: str
    verified: bool


@dataclass(frozen=True, slots=True)
class ComparisonProps:
    """`verdict` says in one sentence whether the conclusions agree; `look` is that of a notice."""

    verdict: str
    look: str
    heads: tuple[ReportHead, ReportHead] | None = None
    rows: tuple[ComparedRow, ...] = ()


def derive_comparison(state: State) -> ComparisonProps | None:
    known = None if state.case is None else state.case.comparison
    if known is None:
        return None
    translate = QCoreApplication.translate
    if known.failed:
        text = translate("comparison", "The reports could not be read. Close this and try again.")
        return ComparisonProps(text, "error")
    if known.first is None or known.second is None:
        return ComparisonProps(translate("comparison", "Reading both reports…"), "info")
    first, second = known.first.signed.report, known.second.signed.report
    verdict, look = _verdict(first, second)
    return ComparisonProps(
        verdict,
        look,
        (
            _head(translate("comparison", "First opinion"), known.first),
            _head(translate("comparison", "Second opinion"), known.second),
        ),
        _rows(first.opinion, second.opinion),
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


def _verdict(first: Report, second: Report) -> tuple[str, str]:
    translate = QCoreApplication.translate
    one, other = first.opinion, second.opinion
    text, look = _of_codes(set(one.diagnosis_codes), set(other.diagnosis_codes))
    if one.critical is not other.critical:
        also = translate("comparison", "Only one of them calls a finding critical.")
        text, look = f"{text} {also}", "warning"
    if first.signed_at > second.signed_at:
        later = translate("comparison", "The first report was changed after the second was signed.")
        text = f"{text} {later}"
    return text, look


def _of_codes(one: set[str], other: set[str]) -> tuple[str, str]:
    translate = QCoreApplication.translate
    if not one or not other:
        text = translate("comparison", "Not both give diagnosis codes: compare the impressions.")
        return text, "info"
    if one == other:
        return translate("comparison", "The diagnoses agree."), "success"
    if {code[:_CATEGORY] for code in one} == {code[:_CATEGORY] for code in other}:
        text = translate(
            "comparison", "The diagnoses are of the same category and differ in detail."
        )
        return text, "info"
    return translate("comparison", "The diagnoses differ."), "warning"


def _rows(one: Opinion, other: Opinion) -> tuple[ComparedRow, ...]:
    translate = QCoreApplication.translate
    texts = (
        (translate("comparison", "Impression"), one.impression, other.impression),
        (translate("comparison", "Findings"), one.findings, other.findings),
        (translate("comparison", "Recommendation"), one.recommendation, other.recommendation),
        (translate("comparison", "Critical finding"), one.critical_finding, other.critical_finding),
    )
    codes = ComparedRow(
        translate("comparison", "Diagnosis codes (ICD-10)"),
        *_pieces(_codes(one), _codes(other)),
    )
    rows = [ComparedRow(title, *_pieces(_clauses(a), _clauses(b))) for title, a, b in texts]
    return tuple(row for row in (codes, *rows) if row.first or row.second)


def _codes(opinion: Opinion) -> tuple[str, ...]:
    return tuple(f"{code} " for code in opinion.diagnosis_codes)


def _clauses(text: str) -> tuple[str, ...]:
    return tuple(_CLAUSE.findall(text.strip()))


def _pieces(
    one: tuple[str, ...], other: tuple[str, ...]
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    return _marked(one, other), _marked(other, one)


def _marked(texts: tuple[str, ...], others: Iterable[str]) -> tuple[Piece, ...]:
    known = {"", *(_bare(text) for text in others)}
    return tuple(Piece(text, alone=_bare(text) not in known) for text in texts)


def _bare(text: str) -> str:
    """Spaces, case and marks at the end make no difference."""
    return re.sub(r"[\s。；;！？!?.,，、:：]", "", text).casefold()
