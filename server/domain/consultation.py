"""Applying one action to a case: `step` looks it up in `TABLE`, checks the guards, and answers
the new state with its timeline event, or raises and changes nothing (as h11 does)."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime

from protocol.account import Role
from protocol.appointment import FURTHEST
from protocol.base import new_id
from protocol.consultation import Action, CaseItem, Phase, TimelineEvent
from protocol.errors import ErrorCode
from protocol.finding import says_something
from protocol.transition import says_why
from server.domain import appointment, finding, mdt
from server.domain.attempt import Attempt, Proof
from server.domain.case import Case, Timings
from server.domain.effects import applied
from server.domain.errors import Conflict, Forbidden, Invalid, Refusal, invalid_field, not_a_member
from server.domain.people import Who
from server.domain.second_opinion import may_be_asked
from server.domain.transitions import TABLE, Guard, Rule

_ACTIONS_OF: dict[Role | None, frozenset[Action]] = {
    role: frozenset(action for _, action, who in TABLE if who is role) for role in (*Role, None)
}


@dataclass(frozen=True, slots=True)
class Step:
    """What one action made of a case."""

    case: Case
    event: TimelineEvent


def hash_token(token: str) -> str:
    """How claim tokens and other secrets rest in the store."""
    return hashlib.sha256(token.encode()).hexdigest()


def holds(case: Case, who: Who, proof: Proof) -> bool:
    """Whether `who` holds the case with this claim token and the present fence."""
    matches = case.claim_hash is not None and hmac.compare_digest(
        case.claim_hash, hash_token(proof.claim_token)
    )
    return case.holder_id == who.id and proof.fence == case.fence and matches


def check_proof(case: Case, who: Who, proof: Proof | None, holder_name: str | None = None) -> None:
    """Raises unless `who` holds the case with this claim token and the present fence."""
    if proof is None:
        raise invalid_field("claim_token and fence are needed to write to a case", "claim_token")
    if not holds(case, who, proof):
        raise Conflict(
            ErrorCode.STALE_FENCE,
            "the claim has moved on; read the case again",
            holder=holder_name if case.holder_id is not None else None,
            since=case.claimed_at,
            consultation_id=case.id,
        )


def step(case: Case, attempt: Attempt, now: datetime, timings: Timings) -> Step:
    """Applies one action; raises a `Refusal` and changes nothing where the table says no."""
    role, rule = _permitted(case, attempt, now)
    to = rule.to
    if to is None:
        to = case.phase
    if attempt.action is Action.CLAIM and attempt.who is not None and to is case.phase:
        to = _after_taking_over(case, attempt.who)
    to = appointment.lands(case, attempt.action, to)
    changed = applied(
        replace(case, phase=to, updated_at=case.changed_at(now)), case, attempt, now, timings
    )
    asked = appointment.Asked(role, attempt.scheduled_for, attempt.sitting)
    meeting = appointment.after(changed, case, attempt.action, asked, now)
    changed = replace(changed, appointment=meeting)
    who = attempt.who
    event = TimelineEvent(
        id=new_id(),
        at=now,
        action=attempt.action,
        by=None if who is None else who.person(),
        role=role,
        from_phase=case.phase,
        to_phase=to,
        reason=_reason_of(attempt),
        approved=attempt.approved,
        seal=attempt.seal,
    )
    return Step(changed, event)


def _permitted(case: Case, attempt: Attempt, now: datetime) -> tuple[Role | None, Rule]:
    roles: list[Role | None]
    roles = [None] if attempt.who is None else [role for role in Role if role in attempt.who.roles]
    refusal: Refusal | None = None
    for role in roles:
        rule = TABLE.get((case.phase, attempt.action, role))
        if rule is None:
            continue
        try:
            for guard in rule.guards:
                check_guard(guard, case, attempt, now)
        except Refusal as refused:
            refusal = refusal or refused
        else:
            return role, rule
    if refusal is not None:
        raise refusal
    if attempt.who is not None and not any(attempt.action in _ACTIONS_OF[role] for role in roles):
        raise Forbidden(f"your roles do not allow {attempt.action.value}")
    if attempt.who is not None and attempt.proof is not None:
        # A client that lost the case meanwhile hears of that, not of a phase it has not seen.
        check_proof(case, attempt.who, attempt.proof, attempt.holder_name)
    raise Conflict(
        ErrorCode.TRANSITION_REFUSED,
        f"{attempt.action.value} is not possible while the case is {case.phase.value}",
        consultation_id=case.id,
        holder=attempt.holder_name,
        since=case.claimed_at if case.holder_id is not None else None,
    )


def check_guard(guard: Guard, case: Case, attempt: Attempt, now: datetime | None = None) -> None:
    """Raises the refusal of one guard; every guard is one line of the match."""
    who = attempt.who
    if who is None:
        return
    match guard:
        case Guard.OWN:
            _require_person(who.id == case.requester_id)
        case Guard.HOLDS:
            if case.holder_id != who.id and attempt.proof is None:
                raise not_a_member()
            check_proof(case, who, attempt.proof, attempt.holder_name)
        case Guard.SEAT:
            _require_person(who.id == case.holder_id)
        case Guard.ELIGIBLE:
            _require_open(case, attempt, attempt.eligible or attempt.offered)
        case Guard.DECLINABLE:
            asked = attempt.eligible or attempt.offered or attempt.assigned
            _require_open(case, attempt, asked)
        case Guard.OFFERED:
            _require_person(attempt.offered)
        case Guard.HOLDS_OR_OFFERED:
            if case.holder_id != who.id and not attempt.offered:
                raise claim_lost(case, attempt.holder_name)
        case Guard.NOT_DRAFTER:
            if who.id == case.holder_id:
                raise Forbidden("the drafter cannot review their own draft")
        case Guard.DRAFTERS_HOUSE:
            _require_person(case.reviewed_by(who.institution_id))
        case Guard.DRAFT_READ:
            _check_words(case, attempt)
        case Guard.COMPLETE:
            if attempt.missing:
                raise _incomplete(case, attempt.missing)
        case Guard.REASON:
            _require(says_why(attempt.reason), "a reason is needed, in words", "reason")
        case Guard.WORDS:
            needed = "say what the finding is, in your own words"
            _require(says_something(attempt.reason), needed, "reason")
        case Guard.DECLINE_REASON:
            _require(attempt.decline_reason is not None, "say why", "decline_reason")
            _require(says_why(attempt.reason), "say why in words too", "reason")
        case Guard.DECISION:
            _require(attempt.decision is not None, "the decision is needed", "decision")
        case Guard.CHECKLIST:
            _require(bool(attempt.checklist), "list what is missing", "checklist")
        case Guard.UNANSWERED:
            _require_state(case.unanswered, case, "nothing was asked for, or it was answered")
        case Guard.APPOINTMENT:
            at = attempt.scheduled_for
            fits = at is not None and (now is None or now < at <= now + FURTHEST)
            _require(fits, f"a time to come, within {FURTHEST.days} days", "scheduled_for")
        case Guard.EXPERT:
            _require(attempt.expert_id is not None, "name the expert", "expert_id")
        case Guard.REPORT:
            _require(attempt.report, "signing needs a report: POST it to the case", "action")
        case Guard.IMAGES_ARRIVE:
            _require_state(attempt.arriving > 0, case, "no image is on its way")
        case Guard.IMAGES_OPEN:
            _require_state(attempt.arriving + attempt.doubted > 0, case, "no image is on its way")
        case Guard.IMAGES_DOUBTED:
            _require_state(attempt.doubted > 0, case, "no late image is in doubt")
        case Guard.IMAGES_SETTLED:
            if (attempt.arriving or attempt.doubted) and not case.images_waived:
                raise _images_open(case, attempt)
        case Guard.FINDING_OPEN:
            known = finding.open_finding(case) is not None
            _require_state(known, case, "no critical finding waits to be read back")
        case Guard.NO_SECOND:
            _require_state(may_be_asked(case), case, "a second opinion is there or on its way")
        case Guard.NO_MDT:
            _require_state(mdt.may_be_asked(case), case, "no MDT can be asked of this case")
        case Guard.MDT_SEATS:
            _check_mdt(case, attempt)
        case Guard.MDT_OPEN:
            _require_state(mdt.is_open(case), case, "no opinion is waited for")
        case Guard.OPINIONS_IN:
            require_opinions(case)
        case Guard.OWN_DECISION:
            own = case.mdt_of is None
            _require_state(own, case, "an opinion of an MDT: the decision is on its minutes")
        case Guard.NO_SHOW_KNOWN:
            known = case.appointment is not None and case.appointment.recorded_at is not None
            _require_state(known, case, "no appointment was missed")
        case Guard.OTHER_MISSING:
            problem = appointment.not_missed(case, who.id, attempt.sitting, now)
            _require_state(problem is None, case, problem or "")
        case Guard.ABORT_ASKED:
            _require_state(case.abort_requested, case, "nobody asked to abort this case")
        case Guard.NO_ABORT_ASKED:
            _require_state(not case.abort_requested, case, "aborting was already asked for")


def _check_words(case: Case, attempt: Attempt) -> None:
    _require(attempt.approved is not None, "say which words were read: their digest", "approved")
    if attempt.approved != attempt.draft:
        raise Conflict(
            ErrorCode.STALE_VERSION,
            "the draft has changed since it was read: read it again",
            consultation_id=case.id,
        )


def claim_lost(case: Case, holder_name: str | None) -> Conflict:
    """Somebody else was first."""
    return Conflict(
        ErrorCode.CLAIM_LOST,
        "another expert holds this case",
        holder=holder_name,
        since=case.claimed_at,
        consultation_id=case.id,
    )


def _require_open(case: Case, attempt: Attempt, met: bool) -> None:
    """Raises, saying why the case is not open to somebody, unless it is."""
    if met:
        return
    if attempt.kept:
        raise Conflict(
            ErrorCode.RINGS_ANOTHER,
            "it rings another expert and is kept for them",
            consultation_id=case.id,
        )
    if attempt.assigned:
        raise Conflict(
            ErrorCode.DISPATCHERS_ASSIGN,
            "dispatchers say who takes the cases of this department",
            consultation_id=case.id,
        )
    raise Forbidden("this case is not open to you: see the candidates for the reason")


def _incomplete(case: Case, missing: tuple[CaseItem, ...]) -> Invalid:
    only_studies = missing == (CaseItem.STUDIES,)
    return Invalid(
        ErrorCode.STUDY_UNVERIFIED if only_studies else ErrorCode.INCOMPLETE_CASE,
        "images are still missing" if only_studies else "the case is not complete",
        missing=tuple(item.value for item in missing),
        consultation_id=case.id,
    )


def _images_open(case: Case, attempt: Attempt) -> Conflict:
    code, why = ErrorCode.IMAGES_ARRIVING, f"{attempt.arriving} late images have not arrived: wait"
    if not attempt.arriving:
        code = ErrorCode.IMAGES_DOUBTED
        why = f"{attempt.doubted} late images may be another patient's: confirm_images"
    return Conflict(code, f"{why}, or go on without (waive_images)", consultation_id=case.id)


def require_opinions(case: Case) -> None:
    """Raises `Conflict` (opinions_missing) while the opinions of an MDT are not shown."""
    if mdt.is_open(case):
        raise Conflict(
            ErrorCode.OPINIONS_MISSING,
            "not all opinions are signed: wait, or go on without them (close_mdt)",
            consultation_id=case.id,
        )


def _check_mdt(case: Case, attempt: Attempt) -> None:
    held = case.holder_id is not None
    chair = case.holder_id if held else attempt.expert_id
    stays = not held or attempt.expert_id in (None, case.holder_id)
    _require(stays, "who holds the case chairs", "expert_id")
    problem = mdt.problem_of(attempt.seats, chair)
    _require(problem is None, problem or "", "seats")


def _require_person(met: bool) -> None:
    if not met:
        raise not_a_member()


def _require(met: bool, reason: str, field: str) -> None:
    if not met:
        raise invalid_field(reason, field)


def _require_state(met: bool, case: Case, title: str) -> None:
    if not met:
        raise Conflict(ErrorCode.TRANSITION_REFUSED, title, consultation_id=case.id)


def _reason_of(attempt: Attempt) -> str:
    parts = [attempt.reason, attempt.told, *attempt.checklist]
    if attempt.decline_reason is not None:
        parts.insert(0, attempt.decline_reason.value)
    match attempt.action:
        case Action.ADD_IMAGES:
            parts[:0] = [f"+{attempt.images}", attempt.short]
        case Action.SUBMIT | Action.RESUBMIT:
            parts.insert(0, attempt.short)
        case Action.TAKE_BACK_IMAGES:
            parts.insert(0, f"-{attempt.images}")
        case Action.WAIVE_IMAGES:
            parts.insert(0, str(attempt.arriving + attempt.doubted))
        case Action.CONFIRM_IMAGES:
            parts.insert(0, str(attempt.doubted))
    return "; ".join(part for part in parts if part)


def _after_taking_over(case: Case, who: Who) -> Phase:
    """The holder continues where the case stands; somebody it was handed to starts anew."""
    return case.phase if case.holder_id == who.id else Phase.CLAIMED
