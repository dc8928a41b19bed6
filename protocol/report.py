"""The expert's opinion, and the report that a signature makes immutable."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from protocol.attached_study import AttachedStudy
from protocol.base import (
    Answer,
    Fence,
    Icd10,
    LongText,
    Message,
    Moment,
    Name,
    Sha256,
    ShortText,
    Uid,
)
from protocol.consultation import Mode, Person
from protocol.mdt import Dissent, Minutes
from protocol.seal import Base64Key, Base64Signature, Seal
from protocol.structured import MOST_STRUCTURED, StructuredFinding

OPEN_PLACE = re.compile(r"【[^【】]*】")
"""To be filled in before a report is signed; between the brackets may stand a proposal."""


class LearningFlag(StrEnum):
    """Why the case is worth learning from."""

    MISDIAGNOSIS = "misdiagnosis"  # 常见误诊分析
    RARE_DISEASE = "rare_disease"  # 罕见病识别
    EMERGENCY = "emergency"  # 急症处理流程


MOST_PICTURES = 12
PNG = "image/png"
MAX_PICTURE_BYTES = 8 * 1024 * 1024


class ReportPicture(Message):
    """A picture of the viewer as the expert saw it, with what they drew on it.

    Its bytes (PNG, no word of the patient in it) are sent apart; `sop_instance_uid` and `frame`
    (from 1) say which image it shows.
    """

    sha256: Sha256
    study_instance_uid: Uid
    sop_instance_uid: Uid
    frame: int = Field(default=1, ge=1)
    caption: ShortText = ""


class KeptPicture(Answer):
    """The server has the bytes of a picture."""

    sha256: Sha256
    size: int = Field(ge=1)


class Opinion(Message):
    """What the expert writes; autosaved as a draft until it is signed."""

    findings: LongText = ""
    impression: LongText = ""
    recommendation: LongText = ""
    diagnosis_codes: tuple[Icd10, ...] = ()
    critical: bool = False
    critical_finding: ShortText = Field(
        default="", description="what is critical, one plain sentence; empty unless `critical`"
    )
    learning_flags: tuple[LearningFlag, ...] = ()
    recommend_for_library: bool = False
    dissents: tuple[Dissent, ...] = Field(
        default=(), description="of the minutes of an MDT: who does not agree with the conclusion"
    )
    pictures: tuple[ReportPicture, ...] = Field(
        default=(), max_length=MOST_PICTURES, description="in the order of the paper"
    )
    structured: tuple[StructuredFinding, ...] = Field(
        default=(),
        max_length=MOST_STRUCTURED,
        description="values that a template asks for; a draft may hold some without a value",
    )

    def open_places(self) -> tuple[str, ...]:
        """What is still to be filled in."""
        texts = (self.findings, self.impression, self.recommendation)
        return tuple(place for text in texts for place in OPEN_PLACE.findall(text))


class SaveOpinion(Message):
    """Writes the draft; refused with `stale_fence` when somebody else holds the case."""

    claim_token: str
    fence: Fence
    opinion: Opinion


class EarlierDraft(Answer):
    """What somebody who held the case before wrote and did not sign."""

    author: Person | None = Field(description="absent where it is not known")
    saved_at: Moment
    opinion: Opinion


class OpinionDraft(Answer):
    """The words of who holds the case, nobody else's."""

    opinion: Opinion
    saved_at: Moment | None
    before: EarlierDraft | None = Field(
        default=None, description="for the holder, who may take it over, until they have signed"
    )


class Examination(Message):
    """A study the report rests on, as its images call it."""

    study_instance_uid: Uid
    modalities: tuple[str, ...]
    description: str
    study_date: str = Field(default="", description="DA as in the images")


def examinations_of(
    studies: Iterable[AttachedStudy], uids: Collection[str]
) -> tuple[Examination, ...]:
    """Of those studies of a case that a report rests on."""
    return tuple(
        Examination(
            study_instance_uid=one.study_instance_uid,
            modalities=one.modalities,
            description=one.description,
            study_date=one.study_date,
        )
        for one in studies
        if one.study_instance_uid in uids
    )


def opinion_data(opinion: Opinion) -> dict[str, Any]:
    """Its part of the form that is signed, without what came later and is not there."""
    data = opinion.model_dump(mode="json")
    for name in ("critical_finding", "dissents", "pictures", "structured"):
        if not getattr(opinion, name):
            del data[name]
    return data


class CoSignature(Message):
    """A reviewer's approval of the very words that are signed, as the timeline has it."""

    reviewer_id: UUID
    reviewer_name: Name
    reviewer_institution: str
    approved_at: Moment


class Report(Message):
    """What is signed. Text, integers and times only, so that its canonical form is unique."""

    schema_version: Literal[1] = 1
    consultation_id: UUID
    number: str
    version: int = Field(ge=1)
    mode: Mode
    patient_name: Name
    patient_sex: str
    patient_birth_date: str
    requester_name: Name
    requester_institution: str
    expert_id: UUID
    expert_name: Name
    expert_title: str
    expert_institution: str
    study_instance_uids: tuple[Uid, ...]
    question: LongText
    opinion: Opinion
    signed_at: Moment
    minutes: Minutes | None = Field(default=None, description="where the case was an MDT")
    patient_id: str = ""
    department: str = ""
    examinations: tuple[Examination, ...] = ()
    co_signature: CoSignature | None = Field(
        default=None, description="who approved these words before they were signed"
    )

    def canonical_bytes(self) -> bytes:
        """The JSON that is signed: keys sorted, no white space, UTF-8 (RFC 8785 for this subset).

        The report holds no floating point numbers and its keys are ASCII, which are the only
        places where RFC 8785 differs from a sorted dump. What came later (a critical finding,
        dissents, pictures, structured findings, minutes, the patient's number, the department,
        examinations, a co-signature) is left out where it is not there, so that reports signed
        before keep their signatures.
        """
        data = self.model_dump(mode="json")
        data["opinion"] = opinion_data(self.opinion)
        for name in ("minutes", "patient_id", "department", "examinations", "co_signature"):
            if not getattr(self, name):
                del data[name]
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def digest(self) -> str:
        """SHA-256 of `canonical_bytes`, which its paper carries: lower-case hexadecimal."""
        return hashlib.sha256(self.canonical_bytes()).hexdigest()


PDF = "application/pdf"
MAX_FORM_BYTES = 32 * 1024 * 1024


class PresentedForm(Answer):
    """The report as paper (FHIR DiagnosticReport.presentedForm): PDF/A with a PAdES signature."""

    sha256: Sha256
    size: int = Field(ge=1)


class SigningTerms(Answer):
    """What the site asks of signatures by certificate."""

    roots: tuple[str, ...] = Field(
        default=(), description="certificates (PEM) of the authorities that the site trusts"
    )
    timestamp_url: str = Field(default="", description="of an RFC 3161 authority; empty: none")
    certificate_needed: bool = Field(
        default=False, description="no report is signed without a certificate"
    )
    co_signed: tuple[str, ...] = Field(
        default=(), description="departments whose reports need a co-signature; `*`: all"
    )

    def needs_co_signature(self, department: str) -> bool:
        return "*" in self.co_signed or department in self.co_signed


class SignReport(Message):
    """A report with its Ed25519 signature (RFC 8032) over `Report.canonical_bytes()`."""

    claim_token: str
    fence: Fence
    ticket: str
    report: Report
    signature: Base64Signature
    public_key: Base64Key
    presented_form: Sha256 | None = Field(
        default=None, description="of the paper that was sent before, where there is one"
    )


class SignedReport(Answer):
    """What the clinic receives and verifies before it shows the report as signed."""

    report: Report
    signature: Base64Signature
    public_key: Base64Key
    key_id: UUID
    presented_form: Sha256 | None = None
    co_signed: Seal | None = Field(
        default=None,
        description="the reviewer's own signature, over `protocol.approval.approval_bytes`",
    )


@dataclass(frozen=True, slots=True)
class ReportSeal:
    """What a report's paper says of its signatures; `certificate` is whose signs the file."""

    signature: str
    public_key: str
    certificate: str = ""
    co_signed: Seal | None = None

    @classmethod
    def of(cls, signed: SignedReport) -> "ReportSeal":
        """Of what the server has; it does not say whose certificate signed the file."""
        return cls(signed.signature, signed.public_key, co_signed=signed.co_signed)
