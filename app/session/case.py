"""The case that is open: content, chat, opinion, report, and the claim we hold on it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from app.session.case_action import (
    ActionBegun,
    ActionEnded,
    AnswersEdited,
    Around,
    CandidatesLoaded,
    EarlierDraftRead,
    ExpertsLoaded,
    reduce_around,
)
from app.session.comparison import (
    Comparison,
    ComparisonAsked,
    ComparisonClosed,
    ComparisonFailed,
    ComparisonRead,
    comparison_after,
)
from app.session.queue import outdated
from app.session.signature import PaperVerdict
from app.session.told_once import merged, with_event
from app.session.upload import UploadRemoved
from protocol.chat import ChatMessage
from protocol.consultation import CaseContent, Consultation, TimelineEvent
from protocol.imaging import StudyProgress
from protocol.report import Opinion, SignedReport
from protocol.socket import ChatPosted, ConsultationChanged, ReportSigned, StudyProgressed


class Saved(Enum):
    """Where the newest words are."""

    CLEAN = auto()
    DIRTY = auto()
    LOCAL = auto()
    SERVER = auto()


@dataclass(frozen=True, slots=True)
class HeldClaim:
    claim_token: str
    fence: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class ReportState:
    """`verified` is None until the signature has been checked here."""

    signed: SignedReport
    verified: bool | None = None
    paper: PaperVerdict | None = None
    """Of the signed file, where the report has one and it has been looked at."""


@dataclass(frozen=True, slots=True)
class Base:
    """What the server had when this computer began to change the content."""

    version: int
    content: CaseContent


@dataclass(frozen=True, slots=True)
class Case:
    """`base` is there while something was changed here; `content_version` is the version that the
    content of `consultation` belongs to, for a row may already be newer."""

    consultation: Consultation
    claim: HeldClaim | None = None
    content: CaseContent = CaseContent()
    content_saved: Saved = Saved.CLEAN
    opinion: Opinion = Opinion()
    opinion_saved: Saved = Saved.CLEAN
    saved_at: datetime | None = None
    messages: tuple[ChatMessage, ...] = ()
    timeline: tuple[TimelineEvent, ...] = ()
    report: ReportState | None = None
    signing: bool = False
    content_version: int = 0
    base: Base | None = None
    around: Around = Around()
    comparison: Comparison | None = None

    @property
    def id(self) -> UUID:
        return self.consultation.summary.id


@dataclass(frozen=True, slots=True)
class CaseOpened:
    case: Case


@dataclass(frozen=True, slots=True)
class CaseClosed:
    pass


@dataclass(frozen=True, slots=True)
class CaseRead:
    """The server told the case anew (after a transition or a reconnect)."""

    consultation: Consultation


@dataclass(frozen=True, slots=True)
class ContentEdited:
    consultation_id: UUID
    content: CaseContent


@dataclass(frozen=True, slots=True)
class ContentSaved:
    """`consultation` is absent when only this machine has it yet."""

    consultation_id: UUID
    at: datetime
    consultation: Consultation | None


@dataclass(frozen=True, slots=True)
class OpinionEdited:
    consultation_id: UUID
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class OpinionRead:
    """Somebody else's draft, for who reviews it."""

    consultation_id: UUID
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class OpinionSaved:
    consultation_id: UUID
    at: datetime
    by_server: bool


@dataclass(frozen=True, slots=True)
class ClaimHeld:
    consultation_id: UUID
    claim: HeldClaim


@dataclass(frozen=True, slots=True)
class ClaimGone:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class MessagesLoaded:
    consultation_id: UUID
    messages: tuple[ChatMessage, ...]


@dataclass(frozen=True, slots=True)
class TimelineLoaded:
    consultation_id: UUID
    events: tuple[TimelineEvent, ...]


@dataclass(frozen=True, slots=True)
class ReportVerified:
    signed: SignedReport
    verified: bool


@dataclass(frozen=True, slots=True)
class PaperVerified:
    sha256: str
    verdict: PaperVerdict


@dataclass(frozen=True, slots=True)
class SigningChanged:
    consultation_id: UUID
    signing: bool


CaseFact = (
    CaseOpened
    | CaseClosed
    | CaseRead
    | ContentEdited
    | ContentSaved
    | OpinionEdited
    | OpinionRead
    | OpinionSaved
    | ClaimHeld
    | ClaimGone
    | MessagesLoaded
    | TimelineLoaded
    | ReportVerified
    | PaperVerified
    | SigningChanged
    | ChatPosted
    | ConsultationChanged
    | ReportSigned
    | UploadRemoved
    | StudyProgressed
    | ActionBegun
    | ActionEnded
    | CandidatesLoaded
    | ExpertsLoaded
    | AnswersEdited
    | EarlierDraftRead
    | ComparisonAsked
    | ComparisonRead
    | ComparisonFailed
    | ComparisonClosed
)


def reduce_case(case: Case | None, fact: CaseFact) -> Case | None:
    match fact:
        case CaseOpened(opened):
            return replace(opened, content_version=opened.consultation.summary.version)
        case CaseClosed():
            return None
        case _:
            about = None if case is None else getattr(fact, "consultation_id", case.id)
            # What is told of another case, one that was open a moment ago, changes nothing.
            return case if case is None or about != case.id else _reduce_open(case, fact)


def _reduce_open(case: Case, fact: CaseFact) -> Case:
    match fact:
        case CaseOpened() | CaseClosed():
            return case
        case CaseRead(consultation):
            return _read(case, consultation)
        case ContentEdited() | ContentSaved() | OpinionEdited() | OpinionSaved() | OpinionRead():
            return _written(case, fact)
        case ClaimHeld(_, claim):
            return replace(case, claim=claim)
        case ClaimGone():
            return _let_go(case)
        case MessagesLoaded(_, messages):
            return replace(case, messages=merged(case.messages, messages))
        case TimelineLoaded(_, events):
            return replace(case, timeline=events)
        case ReportVerified() | PaperVerified():
            return _looked_at(case, fact)
        case SigningChanged(_, signing):
            return replace(case, signing=signing)
        case ChatPosted():
            if fact.message.consultation_id != case.id:
                return case
            return replace(case, messages=merged(case.messages, (fact.message,)))
        case ConsultationChanged():
            return _changed(case, fact)
        case ReportSigned():
            return _signed(case, fact.report)
        case UploadRemoved():
            return _without_study(case, fact)
        case StudyProgressed():
            return _counted(case, fact.progress)
        case ComparisonAsked() | ComparisonRead() | ComparisonFailed() | ComparisonClosed():
            return replace(case, comparison=comparison_after(case.comparison, fact))
        case _:
            return replace(case, around=reduce_around(case.around, fact))


def _let_go(case: Case) -> Case:
    """What was read of earlier reports goes with the claim."""
    beside_draft = case.comparison is not None and case.comparison.with_draft
    return replace(case, claim=None, comparison=None if beside_draft else case.comparison)


def _looked_at(case: Case, fact: ReportVerified | PaperVerified) -> Case:
    if isinstance(fact, ReportVerified):
        return replace(case, report=ReportState(fact.signed, fact.verified))
    state = case.report
    if state is None or state.signed.presented_form != fact.sha256:
        return case
    return replace(case, report=replace(state, paper=fact.verdict))


def _without_study(case: Case, fact: UploadRemoved) -> Case:
    """Cancelled on this computer; the server follows as soon as it can be reached."""
    studies = case.consultation.studies
    left = tuple(one for one in studies if one.study_instance_uid != fact.study_instance_uid)
    if left == studies:
        return case
    return replace(case, consultation=case.consultation.model_copy(update={"studies": left}))


_TOLD = {
    *("declared", "received", "verified"),
    *("late_declared", "late_received", "nameless", "late_nameless", "shortfall"),
}


def _counted(case: Case, progress: StudyProgress) -> Case:
    """How far a study of the case is; one that is new is read with the case."""
    if progress.consultation_id != case.id:
        return case
    told = {name: getattr(progress, name) for name in _TOLD}
    studies = tuple(
        one.model_copy(update=told)
        if one.study_instance_uid == progress.study_instance_uid
        else one
        for one in case.consultation.studies
    )
    if studies == case.consultation.studies:
        return case
    return replace(case, consultation=case.consultation.model_copy(update={"studies": studies}))


def _read(case: Case, consultation: Consultation) -> Case:
    row = consultation.summary
    if row.id != case.id or outdated(row, case.consultation.summary):
        return case
    clean = case.content_saved in (Saved.CLEAN, Saved.SERVER)
    content = consultation.content if clean else case.content
    return replace(case, consultation=consultation, content=content, content_version=row.version)


Written = ContentEdited | ContentSaved | OpinionEdited | OpinionSaved | OpinionRead


def _written(case: Case, fact: Written) -> Case:
    match fact:
        case ContentEdited(_, content):
            begun = case.base or Base(case.content_version, case.consultation.content)
            return replace(case, content=content, content_saved=Saved.DIRTY, base=begun)
        case ContentSaved(_, at, consultation):
            if consultation is None:
                return replace(case, content_saved=Saved.LOCAL, saved_at=at)
            return _sent(case, consultation, at)
        case OpinionEdited(_, opinion):
            return replace(case, opinion=opinion, opinion_saved=Saved.DIRTY)
        case OpinionRead(_, opinion):
            return replace(case, opinion=opinion)
        case OpinionSaved(_, at, by_server):
            place = Saved.SERVER if by_server else Saved.LOCAL
            return replace(case, opinion_saved=place, saved_at=at)
        case _:
            assert_never(fact)


def _sent(case: Case, saved: Consultation, at: datetime) -> Case:
    """The server has the content; what was typed since stands on what it has."""
    version = saved.summary.version
    newer = case.content != saved.content
    kept = Saved.DIRTY if newer else Saved.SERVER
    done = replace(
        case,
        content_saved=kept,
        saved_at=at,
        base=Base(version, saved.content) if newer else None,
    )
    if outdated(saved.summary, case.consultation.summary):
        return done
    return replace(done, consultation=saved, content_version=version)


def _changed(case: Case, fact: ConsultationChanged) -> Case:
    row = fact.consultation
    if row.id != case.id:
        return case
    case = replace(case, timeline=with_event(case.timeline, fact.event))
    if outdated(row, case.consultation.summary):
        return case
    update: dict[str, object] = {"summary": row}
    if row.phase is not case.consultation.summary.phase:
        update["allowed_actions"] = ()  # those of the phase before; the new ones are being read
    consultation = case.consultation.model_copy(update=update)
    return replace(case, consultation=consultation)


def _signed(case: Case, signed: SignedReport) -> Case:
    """A report just arrived; it waits for its verification unless it is already shown."""
    if signed.report.consultation_id != case.id:
        return case
    shown = case.report.signed if case.report else None
    if shown is not None and (shown == signed or signed.report.version < shown.report.version):
        return case
    return replace(case, report=ReportState(signed))
