"""What stands between the two sides of a case: asked for, answered, agreed for a time, wished."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import assert_never
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.absence import missed_line
from app.models.findings import finding_line, waiting
from app.models.late_images import Arriving, arriving_of
from app.models.mdt import late_again, standing
from app.models.shortfall import named_words
from app.models.taken_over import as_written_words, offered_words
from app.models.times import duration, moment
from app.models.waiting import place_sentence
from app.session.case import Case
from app.session.state import State
from protocol.account import Account, Role
from protocol.approval import last_approval, opinion_digest
from protocol.attached_study import AttachedStudy
from protocol.consultation import Action, Phase, Status, TimelineEvent
from protocol.mdt import Mdt
from protocol.second_opinion import SecondOpinion, SecondState

REVIEWED = (Action.REQUEST_REVIEW, Action.APPROVE, Action.RETURN_FROM_REVIEW)


class StripStep(Enum):
    """What can be done about it at once."""

    NONE = auto()
    ANSWER = auto()
    TAKE_OVER = auto()
    SHOW_LATE = auto()
    DECIDE_ABORT = auto()
    CLOSE_NO_SHOW = auto()
    READ_BACK = auto()
    COMPARE = auto()
    OPINIONS = auto()
    OPEN_OTHER = auto()
    WRITE_AGAIN = auto()
    WRITE_REFUSED = auto()
    WRITE_PATIENT = auto()
    """Another number of the patient, at the hospital."""
    WRITE_OVER = auto()
    WRITE_LEAVE = auto()


@dataclass(frozen=True, slots=True)
class StripLine:
    """`look` is that of a notice: info, success, warning."""

    text: str
    look: str
    items: tuple[str, ...] = ()
    step: StripStep = StripStep.NONE
    other: UUID | None = None
    """Of `OPEN_OTHER`: which case."""


def derive_strip(state: State, now: datetime) -> tuple[StripLine, ...]:
    case, account = state.case, state.link.account
    if case is None or account is None:
        return ()
    found = (
        _emergency(case),
        _finding(case, account, now),
        second_line(case, account),
        mdt_line(case, account),
        _meeting_line(case, account),
        _place(case, state, now),
        _information(case, account),
        _earlier_draft(case),
        _review(case),
        _short(case),
        _late(case, account, arriving_of(state)),
        _appointment(case, now),
        _missed(case, account),
        _abort(case, account),
    )
    return tuple(line for line in found if line is not None)


def _emergency(case: Case) -> StripLine | None:
    """Of who reads it in an emergency: until when, and that it is seen."""
    until = case.consultation.emergency_until
    if until is None:
        return None
    text = QCoreApplication.translate(
        "case_strip",
        "Emergency access until {when}. You can read and change nothing; what you look at is "
        "recorded, and the case's doctors and security were told.",
    )
    return StripLine(text.format(when=moment(until)), "warning")


def last_event(case: Case, action: Action) -> TimelineEvent | None:
    return next((one for one in reversed(case.timeline) if one.action is action), None)


def came_since(case: Case) -> tuple[AttachedStudy, ...]:
    """Studies of which an image arrived after the expert asked for more; none while it waits."""
    asked = last_event(case, Action.ASK_INFORMATION)
    if asked is None or case.consultation.summary.phase is Phase.AWAITING_INFORMATION:
        return ()
    return tuple(
        study
        for study in case.consultation.studies
        if study.newest_at is not None and study.newest_at > asked.at
    )


def _finding(case: Case, account: Account, now: datetime) -> StripLine | None:
    text, asked = finding_line(case.consultation.summary, account, now)
    if not text:
        return None
    may = asked and Action.READ_BACK in case.consultation.allowed_actions
    closed = waiting(case.consultation.summary) is None
    return StripLine(
        text,
        "success" if closed else "error",
        step=StripStep.READ_BACK if may else StripStep.NONE,
    )


def second_line(case: Case, account: Account) -> StripLine | None:
    """Where the second opinion is, or that this case is one."""
    row = case.consultation.summary
    watches = row.requester.id == account.id or Role.DISPATCHER in account.roles
    if row.second is not None:
        return _of_first(case, row.second, watches=watches)
    if row.second_of is None:
        return None
    translate = QCoreApplication.translate
    if row.status is Status.COMPLETED:
        text = translate("case_strip", "Second opinion: both experts see both reports.")
        return StripLine(text, "info", step=StripStep.COMPARE)
    if not watches:
        text = translate(
            "case_strip",
            "Second opinion: read it independently. You see the first report once yours is signed.",
        )
        return StripLine(text, "info")
    text = translate(
        "case_strip",
        "Second opinion: the expert reads independently. Do not tell them what the first report "
        "says.",
    )
    return StripLine(text, "info", step=StripStep.OPEN_OTHER, other=row.second_of)


def _of_first(case: Case, second: SecondOpinion, *, watches: bool) -> StripLine:
    translate = QCoreApplication.translate
    when = moment(second.signed_at or second.asked_at)
    match second.state:
        case SecondState.SIGNED:
            text = translate("case_strip", "Second opinion: signed {when}.")
            return StripLine(text.format(when=when), "success", step=StripStep.COMPARE)
        case SecondState.ENDED:
            text = translate("case_strip", "The second opinion ended without a report.")
            if Action.SECOND_OPINION in case.consultation.allowed_actions:
                again = translate("case_strip", "It can be asked for again in the case actions.")
                text = f"{text} {again}"
            return StripLine(text, "warning")
        case SecondState.READING:
            text = translate(
                "case_strip", "Second opinion: another expert reads the case (asked for {when})."
            )
        case SecondState.WAITING:
            text = translate(
                "case_strip", "Second opinion: waits for another expert (asked for {when})."
            )
        case _:
            assert_never(second.state)
    step = StripStep.OPEN_OTHER if watches else StripStep.NONE
    return StripLine(text.format(when=when), "info", step=step, other=second.consultation_id)


def mdt_line(case: Case, account: Account) -> StripLine | None:
    """Where each opinion of an MDT is, or that this case is one of them."""
    row = case.consultation.summary
    translate = QCoreApplication.translate
    if row.mdt is not None:
        return _of_asked(row.mdt, account)
    if row.mdt_of is None:
        return None
    if row.requester.id == account.id or Role.DISPATCHER in account.roles:
        text = translate(
            "case_strip",
            "Opinion for an MDT: do not tell the expert what the others say.",
        )
        return StripLine(text, "info", step=StripStep.OPEN_OTHER, other=row.mdt_of)
    if row.mdt_opened and row.status is Status.COMPLETED:
        text = translate("case_strip", "Opinion for an MDT: all who gave one see all of them.")
        return StripLine(text, "info", step=StripStep.OPINIONS)
    text = translate(
        "case_strip",
        "Opinion for an MDT: read independently. You see the others once all have signed.",
    )
    return StripLine(text, "info")


def _meeting_line(case: Case, account: Account) -> StripLine | None:
    """Whoever gave an opinion meets the others in the case of the chair."""
    row = case.consultation.summary
    gave = row.expert is not None and row.expert.id == account.id
    if row.mdt_of is None or not row.mdt_opened or not gave:
        return None
    text = QCoreApplication.translate(
        "case_strip", "The round meets in the case of its chair: join the call there."
    )
    return StripLine(text, "info", step=StripStep.OPEN_OTHER, other=row.mdt_of)


def _of_asked(mdt: Mdt, account: Account) -> StripLine:
    translate = QCoreApplication.translate
    items, count = standing(mdt), (len(mdt.signed), len(mdt.opinions))
    if mdt.opened_at is None:
        text = translate("case_strip", "MDT: {n} of {total} opinions are signed.")
        if Role.REQUESTER not in account.roles:
            also = translate("case_strip", "They are shown once all are, or the chair goes on.")
            text = f"{text} {also}"
        return StripLine(text.format(n=count[0], total=count[1]), "info", items)
    text = translate("case_strip", "MDT: the opinions are here.")
    if mdt.without:
        why = translate("case_strip", "MDT: the chair goes on without who is missing ({why}).")
        text = why.format(why=mdt.without)
    again = bool(late_again(mdt))
    if again:
        read = translate("case_strip", "One was signed again since: read it.")
        text = f"{text} {read}"
    step = StripStep.OPINIONS if mdt.signed else StripStep.NONE
    return StripLine(text, "warning" if again else "success", items, step)


def _place(case: Case, state: State, now: datetime) -> StripLine | None:
    row = case.consultation.summary
    place = state.queue.place_of(row.id)
    if place is None or row.status is not Status.PENDING:
        return None
    return StripLine(place_sentence(place, row.department, now), "info")


def _information(case: Case, account: Account) -> StripLine | None:
    translate = QCoreApplication.translate
    row, items = case.consultation.summary, case.consultation.checklist
    own = row.requester.id == account.id
    if own and case.consultation.wants_answer:
        text = translate("case_strip", "The expert asks for more:")
        return StripLine(text, "warning", items, StripStep.ANSWER)
    if row.phase is Phase.AWAITING_INFORMATION:
        text = translate("case_strip", "Waiting for the clinic; the clocks stand still:")
        return StripLine(text, "info", items)
    if case.consultation.unanswered:
        text = translate("case_strip", "The clinic was asked and has not answered yet:")
        return StripLine(text, "warning", items)
    if not items or own or row.status not in (Status.ASSIGNED, Status.IN_PROGRESS):
        return None
    count = len(came_since(case))
    text = translate("case_strip", "The clinic answered:")
    if count:
        text = translate("case_strip", "The clinic answered (studies with new images: {n}):")
    return StripLine(text.format(n=count), "success", items)


def _earlier_draft(case: Case) -> StripLine | None:
    """What who held the case before wrote is theirs until somebody takes it over."""
    text, parts = offered_words(case)
    if text:
        return StripLine(text, "info", parts, StripStep.TAKE_OVER)
    kept = as_written_words(case)
    return StripLine(kept, "warning") if kept else None


def _review(case: Case) -> StripLine | None:
    """The second signature: who waits for whom, and what the reviewer said."""
    translate, phase = QCoreApplication.translate, case.consultation.summary.phase
    if phase is Phase.AWAITING_REVIEW:
        return _waits_for_reviewer(case)
    said = next((one for one in reversed(case.timeline) if one.action in REVIEWED), None)
    if said is None or said.by is None or phase not in (Phase.DRAFTING, Phase.AMENDED):
        return None
    if phase is Phase.AMENDED and said.action is Action.REQUEST_REVIEW:
        return _waits_for_reviewer(case)
    if said.action is Action.APPROVE and last_approval(case.timeline) is None:
        return None  # of the version before, or of who held the case before
    changed = case.claim is not None and said.approved != opinion_digest(case.opinion)
    if said.action is Action.APPROVE and changed:
        text = translate("case_strip", "The draft has changed since {name} approved it.")
        return StripLine(text.format(name=said.by.display_name), "info")
    if said.action is Action.APPROVE:
        text = translate("case_strip", "{name} approved the draft: it can be signed.")
        return StripLine(text.format(name=said.by.display_name), "success")
    if said.action is Action.REQUEST_REVIEW or said.role is not Role.REVIEWER:
        return None  # whoever asked took it back
    text = translate("case_strip", "{name} returned the draft:").format(name=said.by.display_name)
    return StripLine(text, "warning", (said.reason,) if said.reason else ())


def _waits_for_reviewer(case: Case) -> StripLine:
    """A draft waits for its reviewer."""
    translate = QCoreApplication.translate
    if Action.APPROVE in case.consultation.allowed_actions:
        text = translate(
            "case_strip",
            "This draft waits for a reviewer: read images and draft, then approve or return it "
            "in the case actions.",
        )
        return StripLine(text, "warning")
    return StripLine(translate("case_strip", "The draft waits for the second signature."), "info")


def _short(case: Case) -> StripLine | None:
    """Studies that the clinic knew to be incomplete: nobody reads them for complete ones."""
    lines = named_words(case.consultation.studies)
    if not lines:
        return None
    text = QCoreApplication.translate("case_strip", "Not all images of this case are here:")
    return StripLine(text, "warning", lines)


def _late(case: Case, account: Account, late: Arriving) -> StripLine | None:
    """Images that were added after the case was submitted: marked until the report is signed."""
    if not late.total:
        return None
    translate = QCoreApplication.translate
    if late.left:
        own = case.consultation.summary.requester.id == account.id
        text = (
            translate("case_strip", "Late images, uploading {done} of {total}")
            if own
            else translate("case_strip", "Late images are coming: {done} of {total} are here")
        )
        if late.waived:
            words = translate("case_strip", "The report is going to be signed without them.")
            text = f"{text}. {words}"
        return StripLine(text.format(done=late.done, total=late.total), "warning")
    if late.doubted:
        text = translate("case_strip", "⚠ Late images may be another patient's: {n}")
        return StripLine(text.format(n=late.doubted), "warning")
    text = translate("case_strip", "● Late images have come: {n}").format(n=late.total)
    if not late.unseen:
        return StripLine(text, "success")
    words = translate("case_strip", "{n} of them are not on the screen yet")
    text = f"{text} · {words.format(n=late.unseen)}"
    return StripLine(text, "success", step=StripStep.SHOW_LATE)


def _appointment(case: Case, now: datetime) -> StripLine | None:
    row = case.consultation.summary
    if row.phase is not Phase.SCHEDULED or row.scheduled_for is None:
        return None
    translate = QCoreApplication.translate
    left, when = row.scheduled_for - now, moment(row.scheduled_for)
    if left.total_seconds() > 0:
        text = translate("case_strip", "Appointment: {when}, in {time}")
        return StripLine(text.format(when=when, time=duration(left)), "info")
    text = translate("case_strip", "Appointment: {when}, {time} ago. Call, or record who is absent")
    return StripLine(text.format(when=when, time=duration(-left)), "warning")


def _missed(case: Case, account: Account) -> StripLine | None:
    text = missed_line(case.consultation.summary, account)
    if not text:
        return None
    may = Action.RECORD_NO_SHOW in case.consultation.allowed_actions
    return StripLine(text, "warning", step=StripStep.CLOSE_NO_SHOW if may else StripStep.NONE)


def _abort(case: Case, account: Account) -> StripLine | None:
    if not case.consultation.abort_requested:
        return None
    translate = QCoreApplication.translate
    asked = last_event(case, Action.REQUEST_ABORT)
    why = (asked.reason,) if asked is not None and asked.reason else ()
    if case.consultation.summary.requester.id == account.id:
        text = translate("case_strip", "You asked to end this case; the expert has not answered:")
        return StripLine(text, "info", why)
    text = translate("case_strip", "The clinic asks to end this case:")
    may = case.claim is not None and Action.ABORT in case.consultation.allowed_actions
    return StripLine(text, "warning", why, StripStep.DECIDE_ABORT if may else StripStep.NONE)
