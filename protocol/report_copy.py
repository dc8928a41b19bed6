"""The patient's copy of a signed report: a link that opens one report on the browser page."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from protocol.base import Answer, Message, Moment
from protocol.call import GuestConsent, InvitationCode, InvitationId
from protocol.consultation import Mode
from protocol.report import CoSignature, Examination
from protocol.structured import StructuredFinding

COPY_WORDING = "2026-11-29"
"""The version of the words that who reads a copy agrees to (`server/web/copy_words.js`)."""
MOST_WRONG_DATES = 5
"""After so many wrong dates of birth a copy opens no more."""


class NewReportCopy(Message):
    valid_days: int = Field(default=7, ge=1, le=30)


class ReportCopy(Answer):
    """A code that opens this report and nothing else, until it runs out or is taken back.

    `link` is the page with the code in the fragment, which no browser sends to a server; None when
    the site has not configured the address that patients reach.
    """

    id: InvitationId
    code: InvitationCode
    expires_at: Moment
    link: str | None = None


class CopyStanding(StrEnum):
    OPEN = "open"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LOCKED = "locked"  # the date of birth was wrong too often


class ReportCopyState(Answer):
    """What has become of a copy; without its code, which nobody can read again."""

    id: InvitationId
    standing: CopyStanding
    created_at: Moment
    expires_at: Moment
    opened_at: Moment | None = Field(description="the last time")
    opened: int = Field(ge=0, description="how often")


class LookAtCopy(Message):
    code: InvitationCode


class CopySeen(Answer):
    """What somebody with a code is shown before they say who they are: nothing of the patient."""

    standing: CopyStanding
    institution_name: str | None
    expires_at: Moment
    wording: str


class OpenCopy(Message):
    """With the patient's date of birth, which whoever finds the link does not know."""

    code: InvitationCode
    birth_date: date = Field(strict=False)
    consent: GuestConsent | None = None


class PatientCopy(Answer):
    """What the patient reads: the report in its latest version, without codes and signatures.

    `has_file`: the signed PDF can be had.
    """

    number: str
    version: int
    mode: Mode
    patient_name: str
    patient_sex: str
    patient_birth_date: str
    requester_name: str
    requester_institution: str
    expert_name: str
    expert_title: str
    expert_institution: str
    department: str
    examinations: tuple[Examination, ...]
    question: str
    structured: tuple[StructuredFinding, ...]
    findings: str
    impression: str
    recommendation: str
    critical_finding: str
    signed_at: Moment
    co_signature: CoSignature | None
    has_file: bool
