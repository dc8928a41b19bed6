"""Critical findings that wait to be read back: the notice that stays, the strip, the words."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.models.notices import NoticeProps, standing
from app.models.times import clock, moment
from app.session.notices import Severity
from app.session.state import State
from protocol.account import Account, Role
from protocol.consultation import ConsultationSummary, Phase
from protocol.finding import CriticalFinding

REPORTED = (Phase.SIGNED, Phase.RECEIVED, Phase.AMENDED)


def waiting(row: ConsultationSummary) -> CriticalFinding | None:
    """What nobody has read back yet."""
    finding = row.finding
    return finding if finding is not None and finding.open and row.phase in REPORTED else None


def concerns(state: State) -> list[tuple[ConsultationSummary, CriticalFinding]]:
    """What this account must see to, for as long as it is open: the requester's own at once, a
    dispatcher's when the clinic has let its time run out."""
    account = state.link.account
    if account is None:
        return []
    found = []
    for row in state.queue.mine.items:
        if (finding := waiting(row)) is None:
            continue
        late = Role.DISPATCHER in account.roles and finding.escalated_at is not None
        if late or row.requester.id == account.id:
            found.append((row, finding))
    return found


def derive_findings(state: State) -> tuple[NoticeProps, ...]:
    """A notice that stays, of each that `concerns` this account."""
    account = state.link.account
    if account is None:
        return ()
    title = QCoreApplication.translate("findings", "Critical finding")
    return tuple(
        standing(row, Severity.ERROR, _standing(row, finding, account), title)
        for row, finding in concerns(state)
    )


def _standing(row: ConsultationSummary, finding: CriticalFinding, account: Account) -> str:
    translate = QCoreApplication.translate
    if row.requester.id == account.id:
        text = translate(
            "findings",
            "Critical finding in {number}: {what}. Open the case and read it back by {due}: "
            "write what you understood.",
        )
        if finding.escalated_at is not None:
            text = translate(
                "findings",
                "Critical finding in {number}: {what}. It was to be read back by {due}; the "
                "dispatchers have been told. Open the case and write what you understood.",
            )
    else:
        text = translate(
            "findings",
            "Nobody at {clinic} has read back the critical finding of {number} ({what}; due "
            "{due}). Ring them, then open the case and record what they understood.",
        )
    clinic = row.requester.institution_name or row.requester.display_name
    return text.format(
        number=row.number, what=finding.what, due=clock(finding.due_at), clinic=clinic
    )


def finding_line(row: ConsultationSummary, account: Account, now: datetime) -> tuple[str, bool]:
    """What stands above the case, and whether this account is asked to read it back; an empty text
    where nothing was critical."""
    finding = row.finding
    if finding is None or row.phase not in REPORTED:
        return "", False
    translate = QCoreApplication.translate
    if finding.open:
        own = row.requester.id == account.id
        text = translate("findings", "Critical finding: {what}. Not read back yet; due {due}.")
        if finding.escalated_at is not None:
            text = translate(
                "findings",
                "Critical finding: {what}. Not read back by {due}; the dispatchers have been told.",
            )
        said = text.format(what=finding.what, due=clock(finding.due_at))
        return said, own or Role.DISPATCHER in account.roles
    text = translate("findings", "Critical finding: {what}. Read back {when} by {who}: “{words}”")
    if finding.told:
        text += " · " + translate("findings", "Told: {told}")
    assert finding.read_back_at is not None
    return text.format(
        what=finding.what,
        when=moment(finding.read_back_at),
        who=finding.read_back_by or "–",
        words=finding.read_back,
        told=finding.told,
    ), False
