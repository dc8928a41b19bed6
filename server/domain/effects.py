"""What an action changes of a case beside its phase: who holds it, its clocks, what was said."""

from dataclasses import replace
from datetime import datetime, timedelta

from protocol.consultation import Action, Phase, Status
from protocol.finding import CriticalFinding
from protocol.identity import compared
from server.domain import finding, mdt, second_opinion
from server.domain.attempt import Attempt
from server.domain.case import Case, Timings, nobody_or
from server.domain.clocks import report_target
from server.domain.transitions import LEASED, POOL


def applied(new: Case, old: Case, attempt: Attempt, now: datetime, timings: Timings) -> Case:
    """The side of an action that is not the phase."""
    new = _in_words(new, old, attempt, now, timings)
    if old.phase is Phase.AWAITING_INFORMATION and new.phase is not old.phase:
        new = _resumed(new, old, now)
    called = old.phase is Phase.IN_CALL and new.phase is not old.phase
    if called or (attempt.who is not None and attempt.who.id == old.holder_id):
        new = replace(new, active_at=now)
    if attempt.action is Action.CLAIM and attempt.who is not None:
        new = replace(
            new,
            holder_id=attempt.who.id,
            holder_institution_id=attempt.who.institution_id,
            claim_hash=attempt.new_claim_hash,
            claimed_at=old.claimed_at if old.holder_id == attempt.who.id else now,
            active_at=now,
            fence=old.fence + 1,
            # Whoever goes on with a case, or takes it over, goes on with its clocks.
            start_by=new.start_by or now + timings.start_target,
            report_by=new.report_by or now + report_target(old.content.urgency, timings),
        )
    elif new.status is Status.PENDING and old.holder_id is not None:
        new = replace(
            new,
            holder_id=None,
            holder_institution_id=None,
            claim_hash=None,
            claimed_at=None,
            start_by=None,
            report_by=None,
            fence=old.fence + 1,
        )
    elif new.status is Status.CANCELLED:
        new = replace(new, claim_hash=None, fence=old.fence + 1)
    return replace(new, lease_until=_lease(new, old, attempt, now, timings.lease))


def _in_words(new: Case, old: Case, attempt: Attempt, now: datetime, timings: Timings) -> Case:
    match attempt.action:
        case Action.SUBMIT:
            return replace(new, submitted_at=now, accept_by=now + timings.accept_target)
        case Action.DECLINE if attempt.who is not None:
            return replace(new, declined=old.declined | {attempt.who.id})
        case Action.ESCALATE:
            return replace(new, escalated=True)
        case Action.ASK_INFORMATION:
            return replace(new, paused_since=now, checklist=attempt.checklist, unanswered=True)
        case Action.RESUBMIT:
            return replace(new, checklist=attempt.checklist, unanswered=False)
        case Action.SCHEDULE:
            at = attempt.scheduled_for
            return replace(new, scheduled_for=at, start_by=at)
        case Action.ADD_IMAGES:
            return replace(new, images_waived=False)
        case Action.WAIVE_IMAGES:
            return replace(new, images_waived=True)
        case Action.CONFIRM_IMAGES:
            return replace(new, content=compared(new.content, attempt.doubt))
        case Action.REQUEST_ABORT:
            return replace(new, abort_requested=True)
        case Action.REFUSE_ABORT | Action.ABORT:
            return replace(new, abort_requested=False)
        case Action.RECEIVE:
            return replace(new, decision=attempt.decision, decision_note=attempt.reason)
        case Action.SIGN:
            return _signed(new, old, attempt.finding, now, timings)
        case Action.SECOND_OPINION:
            # The version too, so that of two who ask at once one is refused.
            return replace(new, second=second_opinion.begun(now), version=old.version + 1)
        case Action.ASK_MDT:
            return _asked_mdt(new, old, attempt, now)
        case Action.CLOSE_MDT | Action.MDT_COMPLETE:
            return replace(new, mdt=mdt.opened(old, now, attempt.reason))
        case Action.READ_BACK | Action.ESCALATE_FINDING:
            return replace(new, finding=_told_finding(old, attempt, now))
        case _:
            return new


def _resumed(new: Case, old: Case, now: datetime) -> Case:
    """The clocks stood still for the clinic and go on, whoever has the case then."""
    waited = timedelta(0) if old.paused_since is None else now - old.paused_since
    return replace(
        new,
        paused_since=None,
        active_at=now,
        accept_by=_later(old.accept_by, waited),
        start_by=_later(old.start_by, waited),
        report_by=_later(old.report_by, waited),
    )


def _signed(new: Case, old: Case, what: str, now: datetime, timings: Timings) -> Case:
    version = old.report_version + 1
    found = finding.after_signing(old.finding, what, version, now, timings)
    new = replace(new, report_version=version, abort_requested=False, finding=found)
    if new.first is None:
        return new
    return replace(new, kept_from=frozenset(), shown_to=nobody_or(new.first.expert_id))


def _asked_mdt(new: Case, old: Case, attempt: Attempt, now: datetime) -> Case:
    """A case that nobody holds goes to the chair first, as one that is directed to them."""
    by = "" if attempt.who is None else attempt.who.display_name
    content = old.content
    if old.phase in POOL:
        content = content.model_copy(update={"directed_expert_id": attempt.expert_id})
    begun = mdt.begun(attempt.seats, by, now)
    return replace(new, mdt=begun, content=content, version=old.version + 1)


def _told_finding(old: Case, attempt: Attempt, now: datetime) -> CriticalFinding | None:
    if old.finding is None:
        return None
    if attempt.who is None:
        return old.finding.model_copy(update={"escalated_at": now})
    by = attempt.who.display_name
    return finding.read_back(old.finding, attempt.reason, attempt.told, by, now)


def _later(due: datetime | None, waited: timedelta) -> datetime | None:
    """A clock goes on where it was paused."""
    return None if due is None else due + waited


def _lease(
    new: Case, old: Case, attempt: Attempt, now: datetime, length: timedelta
) -> datetime | None:
    if new.phase not in LEASED or new.holder_id is None:
        return None
    renewed = attempt.action is Action.CLAIM or (
        attempt.who is not None and attempt.who.id == new.holder_id
    )
    if renewed or old.lease_until is None:
        return now + length
    return old.lease_until
