"""Taking a case into the library without its patient (domain.md, case library)."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from uuid import UUID

from protocol.consultation import CaseContent
from protocol.library import AgeBand, LibraryEntry, LibrarySummary
from protocol.report import LearningFlag, Opinion, Report
from server.domain.case import years_between
from server.domain.identifying import IDENTIFYING
from server.domain.mdt import names_in
from server.domain.person_names import ways_of

REMOVED = "〔…〕"
_BANDS = (
    (1, AgeBand.INFANT),
    (13, AgeBand.CHILD),
    (17, AgeBand.ADOLESCENT),
    (39, AgeBand.ADULT),
    (59, AgeBand.MIDDLE_AGED),
    (79, AgeBand.OLDER),
)
_POINTS: dict[LearningFlag, str] = {
    LearningFlag.MISDIAGNOSIS: "常见误诊分析",
    LearningFlag.RARE_DISEASE: "罕见病识别",
    LearningFlag.EMERGENCY: "急症处理流程",
}


def age_band(birth: date, today: date) -> AgeBand:
    """The band of completed years; the youngest covers the first two."""
    age = years_between(birth, today)
    for last, band in _BANDS:
        if age <= last:
            return band
    return AgeBand.OLDEST


def without_identity(text: str, names: Iterable[str], patient: str = "") -> str:
    """The text without the given names and without dates, telephone, identity and record numbers.

    A name is removed wherever it stands, in any case and with or without spaces between its
    parts; of a person also the other ways in which they are written (`person_names`), of the
    `patient` parts of the name alone; of a place also what follows its county or town. Whoever
    approves an entry still reads it, because free text can name others.
    """
    known = {name.strip() for name in (*names, patient)}
    for name in sorted(known):
        for way in ways_of(name, patient=name == patient.strip()):
            text = re.sub(way, REMOVED, text, flags=re.IGNORECASE)
    known |= {part for name in known for part in (*_short(name), *name.split("·")) if part}
    for name in sorted((n for n in known if len(n) >= 2), key=len, reverse=True):
        spaced = r"[\s·^]*".join(re.escape(part) for part in re.split(r"[\s·^]+", name) if part)
        text = re.sub(spaced, REMOVED, text, flags=re.IGNORECASE)
    for pattern in IDENTIFYING:
        text = pattern.sub(REMOVED, text)
    return text


def _short(name: str) -> Iterator[str]:
    """How a place is called without the county or town before it: 青石镇卫生院 of 青石县…."""
    for found in re.finditer(r"[\u4e00-\u9fff]{2,}?[省市县区镇乡](?=[\u4e00-\u9fff]{5,}$)", name):
        yield name[found.end() :]


def names_of(report: Report) -> tuple[str, ...]:
    """Every person and place that a report names, and its number."""
    return (
        report.patient_name,
        report.requester_name,
        report.requester_institution,
        report.expert_name,
        report.expert_institution,
        report.number,
        *_reviewers(report),
        *names_in(report.minutes),
    )


def _reviewers(report: Report) -> tuple[str, ...]:
    signed = report.co_signature
    return () if signed is None else (signed.reviewer_name, signed.reviewer_institution)


def entry_of(
    entry_id: UUID,
    content: CaseContent,
    opinion: Opinion,
    *,
    modalities: Iterable[str],
    names: Iterable[str],
    approved_at: datetime,
) -> LibraryEntry:
    """The library's version of a closed case; `names` are every person and place of the case."""
    patient = content.patient
    if patient is None or patient.birth_date is None:
        raise ValueError("a case without a patient cannot be archived")
    consent = content.consent
    known = [*names, patient.name, patient.patient_id, patient.phone]
    if consent is not None:
        known += [consent.given_by, consent.witness]

    def clean(text: str) -> str:
        return without_identity(text, known, patient.name)

    measured = (one.chinese for one in opinion.structured)
    codes = opinion.diagnosis_codes or content.diagnosis_codes
    subject = clean(opinion.impression).strip().splitlines()
    diagnosis = subject[0][:60] if subject else (codes[0] if codes else "")
    summary = LibrarySummary(
        id=entry_id,
        title=diagnosis or content.department,
        department=content.department,
        modalities=tuple(sorted(set(modalities))),
        diagnosis_codes=tuple(codes),
        learning_flags=opinion.learning_flags,
        approved_at=approved_at,
    )
    return LibraryEntry(
        summary=summary,
        age_band=age_band(patient.birth_date, approved_at.date()),
        sex=patient.sex_code,
        reason=clean(content.reason),
        history=clean(content.history),
        question=clean(content.question),
        findings=clean("\n".join((*measured, opinion.findings or content.findings))),
        impression=clean(opinion.impression),
        recommendation=clean(opinion.recommendation),
        learning_points=tuple(_POINTS[flag] for flag in opinion.learning_flags),
    )
