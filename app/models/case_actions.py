"""What may be done to the open case besides reading and signing, as the server allows it now."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.ask_items import ask_items
from app.models.mdt import AskMdtProps, ExpertChoice, experts_of
from app.models.words import word
from app.session.case import Case
from app.session.case_action import Doing
from app.session.state import State
from protocol.approval import opinion_digest
from protocol.consultation import Action
from protocol.queue import ASKED_NEVERTHELESS, Candidate, PersonPresence, recommended

WITHOUT_CLAIM = frozenset((Action.SECOND_OPINION, Action.AMEND))
"""What the holder may do from a computer that has no claim, or after signing."""


class ActionForm(Enum):
    """What an action must be told."""

    CHECKLIST = auto()
    HAND_OVER = auto()
    APPOINTMENT = auto()
    ABSENT = auto()
    REASON = auto()
    CONFIRM = auto()
    IMAGES = auto()
    READ_BACK = auto()
    MDT = auto()
    PASSWORD = auto()


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """A line of the menu: title, what will happen, and the words of the button that does it."""

    action: Action
    title: str
    explanation: str
    form: ActionForm
    danger: bool = False


@dataclass(frozen=True, slots=True)
class CandidateProps:
    """`line` is the score term by term, or the reasons against."""

    expert_id: UUID
    name: str
    line: str
    choosable: bool


@dataclass(frozen=True, slots=True)
class CaseActionsProps:
    """`candidates` is None until they have been read."""

    consultation_id: UUID
    entries: tuple[ActionEntry, ...]
    doing: Doing | None
    ask_items: tuple[str, ...]
    candidates: tuple[CandidateProps, ...] | None
    now: datetime
    mdt: AskMdtProps | None = None
    draft: str = ""
    """The digest of the words that are shown, where they can be approved."""

    def entry(self, action: Action) -> ActionEntry | None:
        return next((one for one in self.entries if one.action is action), None)


def derive_case_actions(state: State, now: datetime) -> CaseActionsProps | None:
    case, account = state.case, state.link.account
    if case is None or account is None:
        return None
    row = case.consultation.summary
    holder = row.expert is not None and row.expert.id == account.id
    # The holder's writes carry the claim, so they need it on this computer.
    bound = holder and case.claim is None
    known = case.consultation.allowed_actions
    allowed = tuple(one for one in known if one in WITHOUT_CLAIM) if bound else known
    entries = tuple(one for one in (*_work(), *_ends(holder=holder)) if one.action in allowed)
    candidates = case.around.candidates
    return CaseActionsProps(
        consultation_id=case.id,
        entries=entries,
        doing=case.around.doing,
        ask_items=ask_items(row.department),
        candidates=None
        if candidates is None
        else _candidates(case, candidates, state.queue.presence),
        now=now,
        mdt=_ask_mdt(case, state.queue.presence) if Action.ASK_MDT in allowed else None,
        draft=opinion_digest(case.opinion) if Action.APPROVE in allowed else "",
    )


def _ask_mdt(case: Case, presence: tuple[PersonPresence, ...]) -> AskMdtProps:
    row = case.consultation.summary
    known = _candidates(case, case.around.candidates or (), presence)
    return AskMdtProps(
        holder="" if row.expert is None else row.expert.display_name,
        chairs=tuple(
            ExpertChoice(one.expert_id, one.name, line=one.line) for one in known if one.choosable
        ),
        experts=experts_of(row, case.around.experts),
    )


def _candidates(
    case: Case, known: tuple[Candidate, ...], presence: tuple[PersonPresence, ...]
) -> tuple[CandidateProps, ...]:
    """Those who may be chosen first; never the one who has the case."""
    expert = case.consultation.summary.expert
    holder = None if expert is None else expert.id
    there = {one.account_id: one.presence for one in presence}
    translate = QCoreApplication.translate
    others = [one for one in known if one.expert_id != holder]
    best = recommended(others)
    rows = []
    for one in others:
        parts = [translate("case_actions", "Top 3")] if one.expert_id in best else []
        parts += [word(there[one.expert_id])] if one.expert_id in there else []
        rows.append(
            CandidateProps(
                expert_id=one.expert_id,
                name=one.display_name,
                line=" · ".join((*parts, *_why(one))),
                choosable=set(one.ineligible) <= ASKED_NEVERTHELESS,
            )
        )
    return tuple(sorted(rows, key=lambda one: not one.choosable))


def _why(candidate: Candidate) -> tuple[str, ...]:
    if candidate.ineligible:
        return tuple(word(reason) for reason in candidate.ineligible)
    translate = QCoreApplication.translate
    score = translate("case_actions", "Score {n}").format(n=f"{candidate.score or 0:g}")
    terms = tuple(f"{word(term.term)} {term.value:+g}" for term in candidate.terms if term.value)
    relaxed = tuple(word(reason) for reason in candidate.relaxed)
    return (score, *terms, *relaxed)


def _work() -> tuple[ActionEntry, ...]:
    translate = QCoreApplication.translate
    return (
        ActionEntry(
            Action.READ_BACK,
            translate("case_actions", "Read the critical finding back"),
            translate(
                "case_actions",
                "The expert sees at once that it was understood, and by whom. It cannot be "
                "changed afterwards.",
            ),
            ActionForm.READ_BACK,
        ),
        ActionEntry(
            Action.AMEND,
            translate("case_actions", "Amend the report"),
            translate(
                "case_actions",
                "You write a new version and sign it. The clinic reads why, and keeps the signed "
                "one until then; the old version stays readable.",
            ),
            ActionForm.REASON,
        ),
        ActionEntry(
            Action.SECOND_OPINION,
            translate("case_actions", "Ask for a second opinion"),
            translate(
                "case_actions",
                "Another expert reads the same images and history as a case of its own, without "
                "this report and without your reason. Once theirs is signed, both experts and the "
                "clinic see both.",
            ),
            ActionForm.REASON,
        ),
        ActionEntry(
            Action.ASK_MDT,
            translate("case_actions", "Ask several experts (MDT)"),
            translate(
                "case_actions",
                "Each reads the same images and history as a case of its own and does not see what "
                "the others write. Once all have signed, the chair sees all opinions and signs the "
                "conclusion.",
            ),
            ActionForm.MDT,
        ),
        ActionEntry(
            Action.CLOSE_MDT,
            translate("case_actions", "Go on without the missing opinions"),
            translate(
                "case_actions",
                "Who has not signed is asked no longer, and reads why. You see the other opinions; "
                "the minutes say who is missing and why.",
            ),
            ActionForm.REASON,
        ),
        ActionEntry(
            Action.ADD_IMAGES,
            translate("case_actions", "Add late images"),
            translate(
                "case_actions",
                "The expert is told at once. The case keeps its place and its clocks go on.",
            ),
            ActionForm.IMAGES,
        ),
        ActionEntry(
            Action.WAIVE_IMAGES,
            translate("case_actions", "Go on without late images"),
            translate(
                "case_actions",
                "The report can be signed; it does not rest on images that have not arrived or may "
                "be another patient's. The timeline says so. Images added later are waited for.",
            ),
            ActionForm.CONFIRM,
        ),
        ActionEntry(
            Action.CONFIRM_IMAGES,
            translate("case_actions", "The late images belong here"),
            translate(
                "case_actions",
                "You have compared name and date of birth: they are this patient's. The timeline "
                "says so, and the report rests on them.",
            ),
            ActionForm.CONFIRM,
        ),
        ActionEntry(
            Action.ASK_INFORMATION,
            translate("case_actions", "Ask for more information"),
            translate(
                "case_actions",
                "The clinic gets a checklist. The clocks stand still; the case comes back to you.",
            ),
            ActionForm.CHECKLIST,
        ),
        ActionEntry(
            Action.ASSIGN,
            translate("case_actions", "Hand over to another expert"),
            translate(
                "case_actions", "The other expert is rung. The case stays until they accept."
            ),
            ActionForm.HAND_OVER,
        ),
        ActionEntry(
            Action.SCHEDULE,
            translate("case_actions", "Make an appointment"),
            translate("case_actions", "Both sides see the time and are reminded when it comes."),
            ActionForm.APPOINTMENT,
        ),
        ActionEntry(
            Action.RECORD_NO_SHOW,
            translate("case_actions", "Record who did not come"),
            translate(
                "case_actions",
                "The appointment is over. From the expert the case goes back to the queue; from "
                "the clinic it ends.",
            ),
            ActionForm.ABSENT,
            danger=True,
        ),
        ActionEntry(
            Action.REQUEST_REVIEW,
            translate("case_actions", "Ask for a second signature"),
            translate(
                "case_actions",
                "A reviewer of your house reads images and draft, approves it or returns it. You "
                "sign when it is approved.",
            ),
            ActionForm.CONFIRM,
        ),
        ActionEntry(
            Action.APPROVE,
            translate("case_actions", "Approve the draft"),
            translate(
                "case_actions",
                "You sign these very words with your own key. Its expert may sign then too; both "
                "signatures stay with the report.",
            ),
            ActionForm.PASSWORD,
        ),
        ActionEntry(
            Action.RETURN_FROM_REVIEW,
            translate("case_actions", "Return the draft"),
            translate("case_actions", "Its expert reads why and writes on."),
            ActionForm.REASON,
        ),
        ActionEntry(
            Action.SUSPEND,
            translate("case_actions", "Suspend the case"),
            translate(
                "case_actions",
                "You keep it. Images, windows, layout and draft are there again when you go on.",
            ),
            ActionForm.REASON,
        ),
        ActionEntry(
            Action.RELEASE,
            translate("case_actions", "Give the case back"),
            translate(
                "case_actions",
                "The case goes back to the queue with its age; your draft stays with you.",
            ),
            ActionForm.REASON,
            danger=True,
        ),
    )


def _ends(*, holder: bool) -> tuple[ActionEntry, ...]:
    """What ends a case, or asks to, comes last; a dispatcher who ends one says why."""
    translate = QCoreApplication.translate
    return (
        ActionEntry(
            Action.REQUEST_ABORT,
            translate("case_actions", "Ask to end the case"),
            translate(
                "case_actions", "Work has begun: the expert reads why, and agrees or refuses."
            ),
            ActionForm.REASON,
            danger=True,
        ),
        ActionEntry(
            Action.REFUSE_ABORT,
            translate("case_actions", "Refuse to end the case"),
            translate("case_actions", "The clinic reads why. The case goes on."),
            ActionForm.REASON,
        ),
        ActionEntry(
            Action.ABORT,
            translate("case_actions", "End the case early"),
            translate(
                "case_actions", "The case ends without a report. It cannot be taken up again."
            ),
            ActionForm.CONFIRM if holder else ActionForm.REASON,
            danger=True,
        ),
        ActionEntry(
            Action.REJECT,
            translate("case_actions", "Reject the case"),
            translate(
                "case_actions", "The case ends, and the clinic reads why. It is nobody's any more."
            ),
            ActionForm.REASON,
            danger=True,
        ),
        ActionEntry(
            Action.WITHDRAW,
            translate("case_actions", "Withdraw the case"),
            translate(
                "case_actions",
                "Nobody will be rung for this case any more. It cannot be submitted again.",
            ),
            ActionForm.REASON,
            danger=True,
        ),
        ActionEntry(
            Action.ENTER_IN_ERROR,
            translate("case_actions", "Mark as entered in error"),
            translate(
                "case_actions", "For a case of the wrong patient: it ends and is marked as wrong."
            ),
            ActionForm.REASON,
            danger=True,
        ),
    )
