"""Errors as notices: the code and the details that the words need."""

from datetime import UTC, datetime
from uuid import UUID

from app.net.device import DeviceUnusable
from app.net.errors import (
    DeviceRefused,
    NetError,
    NotSignedIn,
    NotUnderstood,
    Refused,
    TimedOut,
    Unreachable,
    Untrusted,
)
from app.services.facts import Facts
from app.services.paper_signature import CertificateUnusable
from app.services.reviewing import DraftChanged
from app.session.notices import Good, Notice, NoticeCode, NoticeRaised, Severity, Trouble
from app.session.upload import LeftOutFile
from app.store.errors import DiskFull, ForeignKey, KeyUnavailable
from protocol.base import new_id
from protocol.errors import ErrorCode, Problem
from protocol.transition import IDEMPOTENCY_KEY

Details = tuple[tuple[str, str], ...]


def trouble_of(error: BaseException) -> tuple[NoticeCode, Details]:
    """The code of an error, and what its words can name."""
    match error:
        case Refused():
            return _code_of(error.problem), problem_details(error.problem)
        case TimedOut():
            return Trouble.TIMED_OUT, ()
        case Unreachable():
            return Trouble.SERVER_UNREACHABLE, ()
        case DeviceRefused():
            return Trouble.DEVICE_REFUSED, ()
        case DeviceUnusable():
            return Trouble.DEVICE_NOT_READABLE, ()
        case Untrusted():
            return Trouble.SERVER_UNTRUSTED, (("what", str(error)),)
        case NotUnderstood():
            return Trouble.ANSWER_NOT_UNDERSTOOD, ()
        case DraftChanged():
            return Trouble.DRAFT_CHANGED, ()
        case NotSignedIn():
            return ErrorCode.SESSION_ENDED, ()
        case NetError():
            return Trouble.UNEXPECTED, ()
        case CertificateUnusable(trouble=trouble):
            return trouble, ()
        case DiskFull():
            return Trouble.DISK_FULL, ()
        case ForeignKey() | KeyUnavailable():
            return Trouble.STORE_KEY_LOST, ()
        case _:
            return Trouble.UNEXPECTED, ()


def _code_of(problem: Problem) -> NoticeCode:
    """A key is no field of a form: it is the program's, not the person's, to mend."""
    if any(IDEMPOTENCY_KEY in field.location for field in problem.fields):
        return Trouble.KEY_USED
    return problem.code


def problem_details(problem: Problem) -> Details:
    """Names, times and places of a refusal."""
    details = []
    if problem.holder:
        details.append(("holder", problem.holder))
    if problem.since:
        details.append(("since", problem.since.astimezone().strftime("%H:%M")))
    if problem.retry_after_s is not None:
        details.append(("count", str(problem.retry_after_s)))
    details += [("what", one) for one in problem.missing]
    details += [("field", name) for field in problem.fields if (name := _named(field.location))]
    return tuple(details)


def _named(location: tuple[str, ...]) -> str:
    """The innermost name of a place in a message, without the number in a list."""
    return next((part for part in reversed(location) if not part.isdigit()), "")


def raise_notice(
    facts: Facts,
    code: NoticeCode,
    details: Details = (),
    *,
    severity: Severity | None = None,
    consultation_id: UUID | None = None,
    left_out: tuple[LeftOutFile, ...] = (),
) -> None:
    """Good news is green, everything else red unless said otherwise."""
    chosen = severity or (Severity.SUCCESS if isinstance(code, Good) else Severity.ERROR)
    notice = Notice(new_id(), datetime.now(UTC), code, chosen, details, consultation_id, left_out)
    facts.apply(NoticeRaised(notice))


def raise_error(facts: Facts, error: BaseException) -> None:
    code, details = trouble_of(error)
    account = facts.state.link.account
    own = account is not None and ("holder", account.display_name) in details
    if code is ErrorCode.STALE_FENCE and own:
        code = Trouble.CLAIM_ELSEWHERE
    network = isinstance(error, Unreachable)
    raise_notice(facts, code, details, severity=Severity.WARNING if network else None)
