"""What an account may do with a case now, as its screen offers it."""

from datetime import datetime

from protocol.consultation import Action, CaseItem
from server.domain.attempt import Attempt
from server.domain.case import Case
from server.domain.consultation import check_guard
from server.domain.errors import Refusal
from server.domain.people import Who
from server.domain.transitions import TABLE, Guard, Rule

_STATIC = frozenset(
    (
        Guard.OWN,
        Guard.HOLDS,
        Guard.SEAT,
        Guard.ELIGIBLE,
        Guard.DECLINABLE,
        Guard.OFFERED,
        Guard.HOLDS_OR_OFFERED,
        Guard.NOT_DRAFTER,
        Guard.DRAFTERS_HOUSE,
        Guard.COMPLETE,
        Guard.UNANSWERED,
        Guard.IMAGES_ARRIVE,
        Guard.IMAGES_OPEN,
        Guard.IMAGES_DOUBTED,
        Guard.FINDING_OPEN,
        Guard.NO_SECOND,
        Guard.NO_MDT,
        Guard.MDT_OPEN,
        Guard.OPINIONS_IN,
        Guard.OWN_DECISION,
        Guard.NO_SHOW_KNOWN,
        Guard.OTHER_MISSING,
        Guard.ABORT_ASKED,
        Guard.NO_ABORT_ASKED,
    )
)
"""Guards that depend on the case and the person, not on what the request carries."""


def allowed_actions(
    case: Case,
    who: Who,
    *,
    eligible: bool,
    offered: bool,
    missing: tuple[CaseItem, ...],
    arriving: int = 0,
    doubted: int = 0,
    now: datetime | None = None,
) -> tuple[Action, ...]:
    """What the account may do now, leaving out only what the request itself must bring."""
    attempt = Attempt(
        Action.EDIT,
        who,
        eligible=eligible,
        offered=offered,
        missing=missing,
        arriving=arriving,
        doubted=doubted,
    )
    return allowed_by(case, who, attempt, now)


def allowed_by(
    case: Case, who: Who, attempt: Attempt, now: datetime | None = None
) -> tuple[Action, ...]:
    """The same, with what is known of the case in an attempt of theirs."""
    allowed = []
    for action in Action:
        for role in who.roles:
            rule = TABLE.get((case.phase, action, role))
            if rule is not None and _statically_open(rule, case, attempt, now):
                allowed.append(action)
                break
    return tuple(allowed)


def _statically_open(rule: Rule, case: Case, attempt: Attempt, now: datetime | None) -> bool:
    try:
        for guard in rule.guards:
            if guard is Guard.HOLDS:
                check_guard(Guard.SEAT, case, attempt)
            elif guard in _STATIC:
                check_guard(guard, case, attempt, now)
    except Refusal:
        return False
    return True
