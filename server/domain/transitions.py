"""The one transition table (domain.md, States): who may do what in which phase.

Every (phase, action, role) that is not a key of `TABLE` is refused and changes nothing. A role
of None is the clock. A target of None keeps the phase.
"""

from dataclasses import dataclass
from enum import Enum, auto

from protocol.account import Role
from protocol.consultation import Action, Phase
from protocol.meeting import MEETING

A, P = Action, Phase


class Guard(Enum):
    """A condition beyond phase, action and role."""

    OWN = auto()  # the requester of this case
    HOLDS = auto()  # the expert who holds it, with claim token and fence
    SEAT = auto()  # the expert who holds it; writes nothing, so needs no token
    ELIGIBLE = auto()  # an expert who may claim it (matching), or whom it rings
    DECLINABLE = auto()  # the same, or one whom dispatchers might have assigned it
    OFFERED = auto()  # an expert whom it rings now
    HOLDS_OR_OFFERED = auto()  # continues after a crash, or takes over what was handed to them
    NOT_DRAFTER = auto()  # never the expert who wrote the draft
    DRAFTERS_HOUSE = auto()  # of the institution whose expert wrote the draft
    DRAFT_READ = auto()  # says which words, and they are those of the draft
    COMPLETE = auto()  # everything a submission needs, every study verified
    REASON = auto()
    WORDS = auto()  # what was understood, in own words
    DECLINE_REASON = auto()
    DECISION = auto()
    CHECKLIST = auto()
    UNANSWERED = auto()  # the clinic was asked for more and has not answered
    APPOINTMENT = auto()
    EXPERT = auto()  # names the expert it goes to
    REPORT = auto()  # carries a checked, signed report
    IMAGES_ARRIVE = auto()  # late images have been declared that are not here
    IMAGES_OPEN = auto()  # such, or late images that may be another patient's
    IMAGES_DOUBTED = auto()  # only the latter
    IMAGES_SETTLED = auto()  # none is on its way or in doubt, or the expert goes on without
    NO_SECOND = auto()  # no second opinion is waited for or signed, and this is none itself
    NO_MDT = auto()  # no MDT was asked for, and this is no case behind another
    MDT_SEATS = auto()  # names who is asked, and a chair that fits
    MDT_OPEN = auto()  # the opinions of an MDT are not shown yet
    OPINIONS_IN = auto()  # they are, or the case is no MDT
    OWN_DECISION = auto()  # no opinion of an MDT: what is decided on are its minutes
    FINDING_OPEN = auto()  # a critical finding was not read back
    NO_SHOW_KNOWN = auto()  # an appointment did not take place
    OTHER_MISSING = auto()  # its time has come, they have not met, the other side sits nowhere
    ABORT_ASKED = auto()
    NO_ABORT_ASKED = auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a permitted triple leads, and under which conditions."""

    to: Phase | None
    guards: tuple[Guard, ...] = ()


Key = tuple[Phase, Action, Role | None]

DRAFT = (P.EDITING, P.UPLOADING)
TAKES_IMAGES = (*DRAFT, P.AWAITING_INFORMATION)
"""Where the requester may still send images."""
GIVING = (A.SUBMIT, A.RESUBMIT)
"""The requester gives the case to the experts."""
POOL = (P.QUEUED, P.OFFERED, P.DISPATCHING)
BEFORE_WORK = (P.CLAIMED, P.ACCEPTED, P.AWAITING_INFORMATION, P.SCHEDULED)
AT_WORK = (P.READING, P.IN_CALL, P.SUSPENDED, P.DRAFTING, P.AWAITING_REVIEW)
HELD = (*BEFORE_WORK, *AT_WORK)
CHAIRED = (P.CLAIMED, P.ACCEPTED, P.SCHEDULED, P.READING, P.IN_CALL, P.SUSPENDED, P.DRAFTING)
"""Where an MDT may be asked of a case that somebody holds, who then chairs it."""
LATE_IMAGES = (*POOL, P.CLAIMED, P.ACCEPTED, P.SCHEDULED, *AT_WORK)
"""Where the requester may add images to a case that was submitted."""
REPORTED = (P.SIGNED, P.RECEIVED)
DONE = (*REPORTED, P.AMENDED)
LEASED = frozenset((P.CLAIMED, P.READING, P.IN_CALL, P.DRAFTING))
"""Phases in which a lease runs; it must be renewed by heartbeat."""

_CLOCK = None
_READ_BACK = (Guard.WORDS, Guard.FINDING_OPEN)
_HAND_OVER = (Guard.HOLDS, Guard.EXPERT, Guard.REASON)
_ASK_MDT = (Guard.REASON, Guard.NO_MDT, Guard.MDT_SEATS)

_Row = tuple[tuple[Phase, ...], Action, Role | None, Phase | None, tuple[Guard, ...]]


def _requester() -> list[_Row]:
    own = (Guard.OWN,)
    own_reason = (Guard.OWN, Guard.REASON)
    role = Role.REQUESTER
    return [
        (DRAFT, A.EDIT, role, None, own),
        (DRAFT, A.BEGIN_UPLOAD, role, P.UPLOADING, own),
        (DRAFT, A.SUBMIT, role, P.QUEUED, (Guard.OWN, Guard.COMPLETE)),
        (DRAFT, A.WITHDRAW, role, P.WITHDRAWN, own),
        ((*POOL, *BEFORE_WORK), A.WITHDRAW, role, P.WITHDRAWN, own_reason),
        ((P.AWAITING_INFORMATION,), A.EDIT, role, None, own),
        ((P.AWAITING_INFORMATION,), A.BEGIN_UPLOAD, role, None, own),
        (LATE_IMAGES, A.ADD_IMAGES, role, None, own),
        (LATE_IMAGES, A.TAKE_BACK_IMAGES, role, None, (Guard.OWN, Guard.IMAGES_ARRIVE)),
        ((P.AWAITING_INFORMATION,), A.RESUBMIT, role, P.ACCEPTED, (Guard.OWN, Guard.COMPLETE)),
        # Who asked may have given the case away meanwhile: what they asked for is answered still.
        (LATE_IMAGES, A.RESUBMIT, role, None, (Guard.OWN, Guard.UNANSWERED)),
        (AT_WORK, A.REQUEST_ABORT, role, None, (*own_reason, Guard.NO_ABORT_ASKED)),
        (MEETING, A.RECORD_NO_SHOW, role, P.NO_SHOW, (*own_reason, Guard.OTHER_MISSING)),
        (POOL, A.RECORD_NO_SHOW, role, P.NO_SHOW, (*own_reason, Guard.NO_SHOW_KNOWN)),
        ((*DRAFT, *POOL, *BEFORE_WORK), A.ENTER_IN_ERROR, role, P.ENTERED_IN_ERROR, own_reason),
        (DONE, A.READ_BACK, role, None, (Guard.OWN, *_READ_BACK)),
        ((P.SIGNED,), A.RECEIVE, role, P.RECEIVED, (Guard.OWN, Guard.OWN_DECISION, Guard.DECISION)),
        (POOL, A.ASK_MDT, role, P.OFFERED, (Guard.OWN, Guard.EXPERT, *_ASK_MDT)),
        (CHAIRED, A.ASK_MDT, role, None, (Guard.OWN, *_ASK_MDT)),
        (REPORTED, A.SECOND_OPINION, role, None, (*own_reason, Guard.NO_SECOND)),
    ]


def _expert() -> list[_Row]:
    role = Role.EXPERT
    holds, seat = (Guard.HOLDS,), (Guard.SEAT,)
    holds_reason = (Guard.HOLDS, Guard.REASON)
    begun = (P.CLAIMED, P.ACCEPTED, P.SCHEDULED)
    return [
        (POOL, A.CLAIM, role, P.CLAIMED, (Guard.ELIGIBLE,)),
        ((*HELD, *DONE), A.CLAIM, role, None, (Guard.HOLDS_OR_OFFERED,)),
        ((P.OFFERED,), A.DECLINE, role, P.QUEUED, (Guard.DECLINABLE, Guard.DECLINE_REASON)),
        (
            (P.QUEUED, P.DISPATCHING),
            A.DECLINE,
            role,
            None,
            (Guard.DECLINABLE, Guard.DECLINE_REASON),
        ),
        (HELD, A.DECLINE, role, None, (Guard.OFFERED, Guard.DECLINE_REASON)),
        ((P.CLAIMED,), A.ACCEPT, role, P.ACCEPTED, holds),
        ((P.CLAIMED, P.ACCEPTED), A.REJECT, role, P.REJECTED, holds_reason),
        ((*begun, P.READING, P.DRAFTING, P.SUSPENDED), A.RELEASE, role, P.QUEUED, holds_reason),
        ((*begun, P.READING, P.DRAFTING, P.SUSPENDED), A.ASSIGN, role, None, _HAND_OVER),
        ((*begun, P.READING), A.SCHEDULE, role, P.SCHEDULED, (Guard.HOLDS, Guard.APPOINTMENT)),
        (
            (*begun, P.READING, P.DRAFTING),
            A.ASK_INFORMATION,
            role,
            P.AWAITING_INFORMATION,
            (Guard.HOLDS, Guard.CHECKLIST),
        ),
        (begun, A.START_READING, role, P.READING, holds),
        ((*begun, P.READING, P.DRAFTING), A.START_CALL, role, P.IN_CALL, seat),
        ((P.IN_CALL,), A.END_CALL, role, P.READING, seat),
        ((P.READING, P.IN_CALL), A.START_DRAFT, role, P.DRAFTING, holds),
        ((P.READING, P.IN_CALL, P.DRAFTING), A.SUSPEND, role, P.SUSPENDED, holds_reason),
        ((P.SUSPENDED,), A.RESUME, role, P.READING, holds),
        ((P.DRAFTING,), A.REQUEST_REVIEW, role, P.AWAITING_REVIEW, holds),
        ((P.AMENDED,), A.REQUEST_REVIEW, role, None, holds),
        ((P.AWAITING_REVIEW,), A.RETURN_FROM_REVIEW, role, P.DRAFTING, holds_reason),
        (
            (P.READING, P.IN_CALL, P.DRAFTING, P.AMENDED),
            A.SIGN,
            role,
            P.SIGNED,
            (Guard.HOLDS, Guard.REPORT, Guard.IMAGES_SETTLED, Guard.OPINIONS_IN),
        ),
        (CHAIRED, A.CLOSE_MDT, role, None, (*holds_reason, Guard.MDT_OPEN)),
        (
            (P.READING, P.IN_CALL, P.DRAFTING),
            A.WAIVE_IMAGES,
            role,
            None,
            (Guard.HOLDS, Guard.IMAGES_OPEN),
        ),
        (
            (P.READING, P.IN_CALL, P.DRAFTING),
            A.CONFIRM_IMAGES,
            role,
            None,
            (Guard.HOLDS, Guard.IMAGES_DOUBTED),
        ),
        (REPORTED, A.AMEND, role, P.AMENDED, holds_reason),
        (REPORTED, A.SECOND_OPINION, role, None, (*seat, Guard.REASON, Guard.NO_SECOND)),
        (AT_WORK, A.ABORT, role, P.ABORTED, (Guard.HOLDS, Guard.ABORT_ASKED)),
        (AT_WORK, A.REFUSE_ABORT, role, None, (*holds_reason, Guard.ABORT_ASKED)),
        (MEETING, A.RECORD_NO_SHOW, role, P.QUEUED, (*holds_reason, Guard.OTHER_MISSING)),
    ]


def _dispatcher() -> list[_Row]:
    role = Role.DISPATCHER
    reason = (Guard.REASON,)
    anywhere = (*POOL, *BEFORE_WORK, *AT_WORK, *DONE)
    return [
        (POOL, A.ASK_MDT, role, P.OFFERED, (Guard.EXPERT, *_ASK_MDT)),
        (CHAIRED, A.ASK_MDT, role, None, _ASK_MDT),
        (POOL, A.OFFER, role, P.OFFERED, (Guard.EXPERT,)),
        (POOL, A.ASSIGN, role, P.OFFERED, (Guard.EXPERT,)),
        (HELD, A.ASSIGN, role, None, (Guard.EXPERT, Guard.REASON)),
        ((P.QUEUED, P.OFFERED), A.ESCALATE, role, P.DISPATCHING, reason),
        (HELD, A.RELEASE, role, P.QUEUED, reason),
        (POOL, A.REJECT, role, P.REJECTED, reason),
        (AT_WORK, A.ABORT, role, P.ABORTED, reason),
        (MEETING, A.RECORD_NO_SHOW, role, P.NO_SHOW, (*reason, Guard.OTHER_MISSING)),
        (POOL, A.RECORD_NO_SHOW, role, P.NO_SHOW, (*reason, Guard.NO_SHOW_KNOWN)),
        (anywhere, A.ENTER_IN_ERROR, role, P.ENTERED_IN_ERROR, reason),
        # Who could be reached only by telephone read it back there.
        (DONE, A.READ_BACK, role, None, _READ_BACK),
    ]


def _reviewer() -> list[_Row]:
    role = Role.REVIEWER
    other = (Guard.NOT_DRAFTER, Guard.DRAFTERS_HOUSE)
    read = (*other, Guard.DRAFT_READ)
    return [
        ((P.AWAITING_REVIEW,), A.RETURN_FROM_REVIEW, role, P.DRAFTING, (*other, Guard.REASON)),
        # The timeline names who approved which words; the drafter then signs these.
        ((P.AWAITING_REVIEW,), A.APPROVE, role, P.DRAFTING, read),
        # The report that is amended stands meanwhile, and so does its phase.
        ((P.AMENDED,), A.RETURN_FROM_REVIEW, role, None, (*other, Guard.REASON)),
        ((P.AMENDED,), A.APPROVE, role, None, read),
    ]


def _clock() -> list[_Row]:
    return [
        (POOL, A.OFFER, _CLOCK, P.OFFERED, ()),
        ((P.OFFERED,), A.OFFER_EXPIRED, _CLOCK, P.QUEUED, ()),
        ((P.OFFERED,), A.OFFER_WITHDRAWN, _CLOCK, P.QUEUED, ()),
        (HELD, A.HOLDER_GONE, _CLOCK, P.QUEUED, ()),
        (HELD, A.AGREEMENT_ENDED, _CLOCK, None, ()),
        ((P.QUEUED, P.OFFERED), A.ESCALATE, _CLOCK, P.DISPATCHING, ()),
        ((P.CLAIMED,), A.LEASE_EXPIRED, _CLOCK, P.QUEUED, ()),
        ((P.READING, P.IN_CALL, P.DRAFTING), A.LEASE_EXPIRED, _CLOCK, P.SUSPENDED, ()),
        ((P.READING, P.DRAFTING), A.SUSPEND, _CLOCK, P.SUSPENDED, ()),
        ((P.IN_CALL,), A.END_CALL, _CLOCK, P.READING, ()),
        (DONE, A.ESCALATE_FINDING, _CLOCK, None, ()),
        (DONE, A.SECOND_OPINION_SIGNED, _CLOCK, None, ()),
        ((*POOL, *HELD), A.MDT_COMPLETE, _CLOCK, None, ()),
        ((*POOL, *BEFORE_WORK), A.MDT_ENDED, _CLOCK, P.WITHDRAWN, ()),
        (AT_WORK, A.MDT_ENDED, _CLOCK, P.ABORTED, ()),
        # With the case whose MDT it is an opinion of: the wrong patient for both.
        ((*POOL, *HELD, *DONE), A.ENTER_IN_ERROR, _CLOCK, P.ENTERED_IN_ERROR, ()),
        (MEETING, A.RING_AGAIN, _CLOCK, None, ()),
        (MEETING, A.RECORD_NO_SHOW, _CLOCK, P.QUEUED, ()),
    ]


def _build() -> dict[Key, Rule]:
    table: dict[Key, Rule] = {}
    for rows in (_requester(), _expert(), _dispatcher(), _reviewer(), _clock()):
        for phases, action, role, to, guards in rows:
            for phase in phases:
                key = (phase, action, role)
                if key in table:
                    raise ValueError(f"two rules for {key}")
                table[key] = Rule(to, guards)
    return table


TABLE: dict[Key, Rule] = _build()
