"""Checking a report against its case, and its signature (电子签名法 13; RFC 8032)."""

import re
from base64 import b64decode
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from protocol.approval import approval_bytes
from protocol.attached_study import AttachedStudy
from protocol.consultation import Person
from protocol.errors import ErrorCode, FieldProblem
from protocol.late_images import reported_studies
from protocol.mdt import Dissent, Minutes
from protocol.report import CoSignature, Report, examinations_of
from protocol.seal import Seal
from protocol.structured import NUMBER, StructuredFinding
from server.domain.case import Case
from server.domain.errors import Conflict, Invalid
from server.domain.people import Who

CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far the signing desktop's clock may be from the server's."""


def check_report(
    report: Report,
    case: Case,
    expert: Who,
    requester: Person,
    studies: tuple[AttachedStudy, ...],
    minutes: Minutes | None,
    now: datetime,
    approval: CoSignature | None = None,
) -> None:
    """Raises `Invalid` naming every field that does not say what the case says.

    `minutes` are those of an MDT as they must be now; raises `Conflict` where an opinion has been
    signed again since the chair read it. `approval` is a reviewer's, of these very words.
    """
    content, patient = case.content, case.content.patient
    read = reported_studies(content, studies)
    may_lack = {  # what reports of earlier programs do not say
        "patient_id": "" if patient is None else patient.patient_id,
        "department": content.department,
        "examinations": examinations_of(studies, read),
        "co_signature": approval,
    }
    expected: dict[str, object] = {
        "consultation_id": case.id,
        "number": case.number,
        "version": case.report_version + 1,
        "mode": content.mode,
        "patient_name": "" if patient is None else patient.name,
        "patient_sex": "" if patient is None else patient.sex_code,
        "patient_birth_date": "" if patient is None else patient.born,
        "requester_name": requester.display_name,
        "requester_institution": requester.institution_name or "",
        "expert_id": expert.id,
        "expert_name": expert.display_name,
        "expert_title": "" if expert.expert is None else expert.expert.title.value,
        "expert_institution": expert.institution_name or "",
        "question": content.question,
        "minutes": minutes,
    }
    wrong = [name for name, value in expected.items() if getattr(report, name) != value]
    said = ((name, getattr(report, name)) for name in may_lack)
    wrong += [name for name, value in said if value and value != may_lack[name]]
    if sorted(report.study_instance_uids) != sorted(read):
        wrong.append("study_instance_uids")
    if abs(report.signed_at - now) > CLOCK_TOLERANCE:
        wrong.append("signed_at")
    _check_versions(report.minutes, minutes, case)
    problems = [
        FieldProblem(location=("report", name), reason="differs from the case") for name in wrong
    ]
    if not report.opinion.impression:
        problems.append(
            FieldProblem(location=("report", "opinion", "impression"), reason="is empty")
        )
    if report.opinion.open_places():
        problems.append(
            FieldProblem(location=("report", "opinion"), reason="has places 【】 to be filled in")
        )
    if not _whole(report.opinion.structured):
        problems.append(
            FieldProblem(
                location=("report", "opinion", "structured"),
                reason="each has a value, a number where it has a unit, and stands there once",
            )
        )
    if report.opinion.critical != bool(report.opinion.critical_finding):
        problems.append(
            FieldProblem(
                location=("report", "opinion", "critical_finding"),
                reason="goes with the critical flag, and the flag with it",
            )
        )
    if not _dissents_fit(report.opinion.dissents, minutes):
        problems.append(
            FieldProblem(
                location=("report", "opinion", "dissents"),
                reason="is of an opinion in the minutes, once, and quoted as it stands there",
            )
        )
    if problems:
        raise Invalid(
            ErrorCode.VALIDATION_FAILED,
            "the report does not agree with the case it is for",
            fields=tuple(problems),
            consultation_id=case.id,
        )


def _whole(findings: tuple[StructuredFinding, ...]) -> bool:
    once = len({one.key for one in findings}) == len(findings)
    return once and all(
        one.value and (not one.ucum or re.fullmatch(NUMBER, one.value)) for one in findings
    )


def _check_versions(said: Minutes | None, minutes: Minutes | None, case: Case) -> None:
    """Raises `Conflict` (opinions_changed) where the chair has read an earlier version of one."""
    if said is None or minutes is None:
        return
    read = {one.consultation_id: one.version for one in said.contributions}
    if any(
        read.get(one.consultation_id, one.version) < one.version for one in minutes.contributions
    ):
        raise Conflict(
            ErrorCode.OPINIONS_CHANGED,
            "an opinion was signed again: read it before signing the minutes",
            consultation_id=case.id,
        )


def _dissents_fit(dissents: tuple[Dissent, ...], minutes: Minutes | None) -> bool:
    given = {one.consultation_id: one for one in minutes.contributions} if minutes else {}
    once = len({one.consultation_id for one in dissents}) == len(dissents)
    return once and all(
        one.consultation_id in given
        and (not one.quoted or one.words in given[one.consultation_id].impression)
        for one in dissents
    )


def check_signature(report: Report, signature: str, public_key: str) -> None:
    """Raises `Invalid` (signature_invalid) unless the Ed25519 signature is over this report."""
    if not _is_over(report.canonical_bytes(), signature, public_key):
        raise signature_invalid("the signature is not over this report")


def check_approval(case: Case, reviewer: UUID, approved: str | None, seal: Seal) -> None:
    """Raises `Invalid` (signature_invalid) unless it is over the approval of these words."""
    said = approval_bytes(case.id, reviewer, approved or "")
    if not _is_over(said, seal.signature, seal.public_key):
        raise signature_invalid("the signature is not over the words that are approved")


def _is_over(signed: bytes, signature: str, public_key: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(b64decode(public_key, validate=True))
        key.verify(b64decode(signature, validate=True), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def signature_invalid(title: str) -> Invalid:
    return Invalid(ErrorCode.SIGNATURE_INVALID, title)
