"""A consultation: its words, states and bodies (domain.md, Words and States)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from protocol.account import Role, SpokenLanguage
from protocol.appointment import Appointment
from protocol.attached_study import AttachedStudy
from protocol.base import Answer, Icd10, LongText, Message, Moment, Name, Sha256, ShortText
from protocol.earlier_report import EarlierReport
from protocol.finding import CriticalFinding
from protocol.mdt import Mdt
from protocol.seal import Seal
from protocol.second_opinion import SecondOpinion
from protocol.shared_record import SharedRecord


class Mode(StrEnum):
    ADVICE = "advice"  # 会诊: the clinic keeps the decision
    DIAGNOSIS = "diagnosis"  # 诊断: shared liability


class Urgency(StrEnum):
    ROUTINE = "routine"  # 普通
    URGENT = "urgent"  # 加急
    EMERGENCY = "emergency"  # 紧急
    CRITICAL = "critical"  # 危急


class Status(StrEnum):
    """The six displayed statuses."""

    DRAFT = "draft"
    PENDING = "pending"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """What a status means exactly; `STATUS_OF` maps each to its status."""

    EDITING = "editing"
    UPLOADING = "uploading"
    QUEUED = "queued"
    OFFERED = "offered"
    DISPATCHING = "dispatching"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    AWAITING_INFORMATION = "awaiting_information"
    SCHEDULED = "scheduled"
    READING = "reading"
    IN_CALL = "in_call"
    SUSPENDED = "suspended"
    DRAFTING = "drafting"
    AWAITING_REVIEW = "awaiting_review"
    SIGNED = "signed"
    RECEIVED = "received"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    ABORTED = "aborted"
    REJECTED = "rejected"
    NO_SHOW = "no_show"
    ENTERED_IN_ERROR = "entered_in_error"


STATUS_OF: dict[Phase, Status] = {
    **dict.fromkeys((Phase.EDITING, Phase.UPLOADING), Status.DRAFT),
    **dict.fromkeys((Phase.QUEUED, Phase.OFFERED, Phase.DISPATCHING), Status.PENDING),
    **dict.fromkeys(
        (Phase.CLAIMED, Phase.ACCEPTED, Phase.AWAITING_INFORMATION, Phase.SCHEDULED),
        Status.ASSIGNED,
    ),
    **dict.fromkeys(
        (Phase.READING, Phase.IN_CALL, Phase.SUSPENDED, Phase.DRAFTING, Phase.AWAITING_REVIEW),
        Status.IN_PROGRESS,
    ),
    **dict.fromkeys((Phase.SIGNED, Phase.RECEIVED, Phase.AMENDED), Status.COMPLETED),
    **dict.fromkeys(
        (Phase.WITHDRAWN, Phase.ABORTED, Phase.REJECTED, Phase.NO_SHOW, Phase.ENTERED_IN_ERROR),
        Status.CANCELLED,
    ),
}


class Action(StrEnum):
    """What somebody (or the clock) does to a consultation; the table says who may when."""

    BEGIN_UPLOAD = "begin_upload"
    ADD_IMAGES = "add_images"  # to a case that was submitted: late images
    TAKE_BACK_IMAGES = "take_back_images"  # late images that have not all arrived
    WAIVE_IMAGES = "waive_images"  # the expert goes on without late images: not here, or in doubt
    CONFIRM_IMAGES = "confirm_images"  # the expert says that late images in doubt belong here
    EDIT = "edit"
    SUBMIT = "submit"
    OFFER = "offer"
    OFFER_EXPIRED = "offer_expired"
    OFFER_WITHDRAWN = "offer_withdrawn"  # whom it rang may not take it any more
    DECLINE = "decline"
    ESCALATE = "escalate"
    ASSIGN = "assign"
    CLAIM = "claim"
    LEASE_EXPIRED = "lease_expired"
    RELEASE = "release"
    AGREEMENT_ENDED = "agreement_ended"  # of the two houses; who holds the case goes on
    HOLDER_GONE = "holder_gone"  # the account of who held it works no longer
    ACCEPT = "accept"
    REJECT = "reject"
    SCHEDULE = "schedule"
    ASK_INFORMATION = "ask_information"
    RESUBMIT = "resubmit"
    START_READING = "start_reading"
    START_CALL = "start_call"
    END_CALL = "end_call"
    START_DRAFT = "start_draft"
    SUSPEND = "suspend"
    RESUME = "resume"
    REQUEST_REVIEW = "request_review"
    RETURN_FROM_REVIEW = "return_from_review"
    APPROVE = "approve"
    SIGN = "sign"
    RECEIVE = "receive"
    AMEND = "amend"
    READ_BACK = "read_back"
    ESCALATE_FINDING = "escalate_finding"
    SECOND_OPINION = "second_opinion"  # another expert is to read the case, independently
    SECOND_OPINION_SIGNED = "second_opinion_signed"
    ASK_MDT = "ask_mdt"  # several experts are to read the case, independently
    CLOSE_MDT = "close_mdt"  # the chair goes on without the opinions that are missing
    MDT_COMPLETE = "mdt_complete"
    MDT_ENDED = "mdt_ended"  # an opinion is needed no longer
    WITHDRAW = "withdraw"
    REQUEST_ABORT = "request_abort"
    REFUSE_ABORT = "refuse_abort"
    ABORT = "abort"
    RING_AGAIN = "ring_again"
    RECORD_NO_SHOW = "record_no_show"
    ENTER_IN_ERROR = "enter_in_error"
    BREAK_GLASS = "break_glass"  # read in an emergency, by somebody without a part in it


class Decision(StrEnum):
    """What the requester makes of the opinion."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"


class Sex(StrEnum):
    """FHIR AdministrativeGender."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class ConsentForm(StrEnum):
    WRITTEN = "written"
    VIDEO = "video"
    ORAL_WITNESSED = "oral_witnessed"


class CaseItem(StrEnum):
    """What a case must have before it can be submitted (domain.md, States)."""

    PATIENT = "patient"
    REASON = "reason"
    QUESTION = "question"
    HISTORY = "history"
    MODE = "mode"
    URGENCY = "urgency"
    DEPARTMENT = "department"
    CONSENT = "consent"
    GUARDIAN = "guardian"
    WITNESS = "witness"
    STUDIES = "studies"
    IDENTITY = "identity"
    RECORD = "record"  # what was shared of a record is another patient's


class Patient(Message):
    """The patient of a case; `patient_id` is the clinic's identifier (DICOM PatientID).

    A draft keeps what is known so far; a case goes out only when it is `complete`.
    """

    name: ShortText = ""
    patient_id: ShortText = ""
    sex: Sex | None = None
    birth_date: date | None = None
    phone: ShortText = ""
    allergies: tuple[ShortText, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether name, sex and date of birth are there."""
        return bool(self.name) and self.sex is not None and self.birth_date is not None

    @property
    def born(self) -> str:
        """The date of birth as YYYY-MM-DD, empty while it is not known."""
        return "" if self.birth_date is None else self.birth_date.isoformat()

    @property
    def sex_code(self) -> str:
        """The sex as FHIR's code, empty while it is not known."""
        return "" if self.sex is None else self.sex.value


class Consent(Message):
    """The patient's separate consent to the consultation, and to the library if given.

    `given_at` is when it was ticked; without it, form and giver nothing has been agreed to yet.
    """

    form: ConsentForm | None = None
    given_by: ShortText = ""
    given_at: Moment | None = None
    guardian_relation: ShortText = ""
    witness: ShortText = ""
    library: bool = False

    @property
    def complete(self) -> bool:
        """Whether somebody agreed, and how is known."""
        return self.form is not None and bool(self.given_by) and self.given_at is not None


class CaseContent(Message):
    """What the requester writes; every part may be absent while it is a draft."""

    patient: Patient | None = None
    reason: LongText = ""
    question: LongText = ""
    history: LongText = ""
    findings: LongText = ""
    diagnosis_codes: tuple[Icd10, ...] = ()
    mode: Mode | None = None
    urgency: Urgency | None = None
    department: ShortText = ""
    directed_expert_id: UUID | None = None
    language: SpokenLanguage | None = Field(
        default=None, description="what the expert should speak; absent: any"
    )
    consent: Consent | None = None
    identity_checked: ShortText = Field(
        default="",
        description="`protocol.identity.doubt_key` of what the requester compared: the images are "
        "this patient's although they name another",
    )
    record_checked: ShortText = Field(
        default="",
        description="`protocol.record_owner.record_key` of what the requester compared: the record "
        "is this patient's although its name is written otherwise, or nothing but the name agrees",
    )


class SaveCase(Message):
    """Replaces the content of a draft; `version` is the one it was based on."""

    version: int = Field(ge=0)
    content: CaseContent


class CreateConsultation(Message):
    """`id` is chosen by the client, so that asking twice makes one consultation."""

    id: UUID
    content: CaseContent = CaseContent()


class Person(Answer):
    """Somebody as named in a fact."""

    id: UUID
    display_name: Name
    institution_name: str | None = None


class TimelineEvent(Answer):
    """One transition: who, when (UTC), from, to, reason."""

    id: UUID
    at: Moment
    action: Action
    by: Person | None = Field(description="absent when the clock did it")
    role: Role | None
    from_phase: Phase | None
    to_phase: Phase
    reason: str = ""
    approved: Sha256 | None = Field(
        default=None, description="of `approve`: of the draft (`protocol.approval.opinion_digest`)"
    )
    seal: Seal | None = Field(default=None, description="of `approve`: by the reviewer's own key")


class ConsultationSummary(Answer):
    """A row of the worklist or the queue."""

    id: UUID
    number: str
    version: int
    mode: Mode | None
    urgency: Urgency | None
    department: str
    status: Status
    phase: Phase
    patient_name: str
    patient_sex: Sex | None
    patient_birth_date: date | None
    reason: str
    requester: Person
    expert: Person | None
    created_at: Moment
    submitted_at: Moment | None
    accept_by: Moment | None = Field(description="when the accept clock runs out")
    start_by: Moment | None = Field(default=None, description="when the start clock runs out")
    report_by: Moment | None = Field(default=None, description="when the report clock runs out")
    updated_at: Moment
    image_count: int = 0
    lease_until: Moment | None = None
    scheduled_for: Moment | None = Field(default=None, description="the appointment made last")
    finding: CriticalFinding | None = None
    appointment: Appointment | None = None
    second: SecondOpinion | None = Field(default=None, description="the one asked for last")
    second_of: UUID | None = Field(
        default=None, description="this case is a second opinion on that one"
    )
    mdt: Mdt | None = None
    mdt_of: UUID | None = Field(default=None, description="an opinion of the MDT on that case")
    mdt_opened: bool = Field(default=False, description="of such: who signed one sees the others")


class Member(Answer):
    """Who takes part in a case, and as what."""

    person: Person
    role: Role


class Consultation(Answer):
    """One case in full, as its members see it."""

    summary: ConsultationSummary
    content: CaseContent
    studies: tuple[AttachedStudy, ...]
    members: tuple[Member, ...]
    missing: tuple[CaseItem, ...]
    allowed_actions: tuple[Action, ...] = Field(
        description="what the asking account may do now, from the transition table"
    )
    abort_requested: bool = False
    images_waived: bool = Field(default=False, description="the expert goes on without late images")
    priors: tuple[AttachedStudy, ...] = Field(
        default=(),
        description="studies of earlier cases of the patient, which the holder may read through "
        "this case while working on it",
    )
    earlier_reports: tuple[EarlierReport, ...] = Field(
        default=(),
        description="reports of earlier cases of the patient, which the holder may read through "
        "this case while working on it; the newest first",
    )
    decision: Decision | None = None
    decision_note: str = ""
    checklist: tuple[str, ...] = Field(
        default=(),
        description="what the expert asks for while the case awaits information; afterwards what "
        "the requester answered to it",
    )
    unanswered: bool = Field(
        default=False,
        description="the requester has not answered `checklist`, also where the case went on to "
        "somebody else meanwhile: `resubmit` answers it",
    )
    record: SharedRecord | None = None
    emergency_until: Moment | None = None

    @property
    def wants_answer(self) -> bool:
        """Whether the requester is to answer `checklist`, also asked by an earlier server."""
        return self.unanswered or self.summary.phase is Phase.AWAITING_INFORMATION


class ConsultationPage(Answer):
    """Newest first; `next` continues after the last row, absent at the end. Of the queue its head,
    with how many wait `behind` it: they come up as these are taken."""

    items: tuple[ConsultationSummary, ...]
    next: str | None = None
    behind: int = 0
