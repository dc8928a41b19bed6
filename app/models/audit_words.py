"""The words for what stands in the audit trail; what a newer server writes is shown as it is."""

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from app.models.words import listed, word
from app.session.auditing import Span
from protocol.account import Role
from protocol.audit import AlertKind, AuditAlert
from protocol.consultation import Action, Phase
from protocol.export import ExportKind, ExportTo

_ACTIONS, _PHASES = frozenset(Action), frozenset(Phase)
LATE = timedelta(minutes=2)
"""So much later than it began an export is told with the time of both."""


def access_words() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        "create": translate("audit", "Made"),
        "read": translate("audit", "Read"),
        "update": translate("audit", "Changed"),
        "delete": translate("audit", "Removed"),
        "execute": translate("audit", "Did"),
    }


def resource_words() -> dict[str, str]:
    return {**_clinical(), **_of_people()}


def _clinical() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        "consultation": translate("audit", "Case"),
        "worklist": translate("audit", "List of cases"),
        "queue": translate("audit", "Queue"),
        "timeline": translate("audit", "Timeline"),
        "study": translate("audit", "Study"),
        "instance": translate("audit", "Image"),
        "opinion": translate("audit", "Draft of a report"),
        "report": translate("audit", "Report"),
        "presented_form": translate("audit", "File of a report"),
        "report_picture": translate("audit", "Picture in a report"),
        "report_copy": translate("audit", "Patient's copy of a report"),
        "chat": translate("audit", "Chat"),
        "call": translate("audit", "Call"),
        "invitation": translate("audit", "Invitation"),
        "consent": translate("audit", "Consent"),
        "recording": translate("audit", "Recording"),
        "record": translate("audit", "Patient's record"),
        "candidates": translate("audit", "Candidates"),
        "library": translate("audit", "Case library"),
        "export": translate("audit", "Export at a computer"),
        "operation": translate("audit", "Operation"),
        "emergency_access": translate("audit", "Emergency access"),
    }


def _of_people() -> dict[str, str]:
    translate = QCoreApplication.translate
    return {
        "account": translate("audit", "Account"),
        "institution": translate("audit", "Institution"),
        "agreement": translate("audit", "Agreement"),
        "session": translate("audit", "Sign-in"),
        "second_factor": translate("audit", "Second factor"),
        "rota": translate("audit", "Rota"),
        "service_line": translate("audit", "Mode of a department"),
        "contact": translate("audit", "Contact"),
        "alert": translate("audit", "Message to who is on call"),
        "signing_key": translate("audit", "Signing key"),
        "notifications": translate("audit", "List of notifications"),
        "audit": translate("audit", "Audit trail"),
        "trail": translate("audit", "The audit trail itself"),
    }


def outcome_word(outcome: str | None) -> str:
    translate = QCoreApplication.translate
    known = {
        None: translate("audit", "Done"),
        "wrong_password": translate("audit", "Wrong password"),
        "wrong_code": translate("audit", "Wrong code"),
        "wrong_birth_date": translate("audit", "Wrong date of birth"),
        "no_such_case": translate("audit", "No such case"),
        "not_a_member": translate("audit", "No part in the case"),
        "time_unreadable": translate("audit", "Touched: its time cannot be read"),
        "forbidden": translate("audit", "Not allowed to this role"),
    }
    return known.get(outcome, outcome or "")


def purpose_word(purpose: str | None) -> str:
    translate = QCoreApplication.translate
    known = {
        "TREAT": translate("audit", "Treatment"),
        "ETREAT": translate("audit", "Emergency"),
        "HOPERAT": translate("audit", "Running the service"),
    }
    return known.get(purpose or "", purpose or "")


def export_words(detail: str, told_at: datetime) -> str:
    """`pictures to=file count=3 at=…` of the trail in the words of the program; behind its own time
    where the server was told later."""
    translate = QCoreApplication.translate
    kinds = {
        ExportKind.PICTURES: translate("audit", "Pictures"),
        ExportKind.OBJECTS: translate("audit", "Images"),
        ExportKind.CAPTURES: translate("audit", "Pictures as DICOM"),
        ExportKind.MARKS: translate("audit", "Marks and measurements"),
        ExportKind.CURVES: translate("audit", "Pages of curves"),
        ExportKind.DOCUMENT: translate("audit", "Document"),
        ExportKind.REPORT: translate("audit", "Report"),
        ExportKind.CASE: translate("audit", "Parts of the case"),
    }
    places = {
        ExportTo.FILE: translate("audit", "file"),
        ExportTo.PAPER: translate("audit", "paper"),
        ExportTo.ARCHIVE: translate("audit", "archive"),
        ExportTo.RECORD: translate("audit", "hospital's record"),
    }
    kind, *rest = detail.split(" ")
    said = dict(part.partition("=")[::2] for part in rest)
    if kind not in kinds or said.get("to") not in places:
        return detail
    what, where = kinds[ExportKind(kind)], places[ExportTo(said["to"])]
    words = f"{what} × {said.get('count', '1')} · {where}"
    try:
        at = datetime.fromisoformat(said.get("at", ""))
        return words if told_at - at < LATE else f"{moment(at)} · {words}"
    except (ValueError, OverflowError, TypeError, OSError):  # no time, or none this zone has
        return words


def detail_words(detail: str) -> str:
    """`submit editing queued`, a step of a case from phase to phase, what was told of it over the
    line, and whether an account may be used, in the words of the program; else as it is."""
    translate = QCoreApplication.translate
    told = {
        "told": translate("audit", "Told as it changed"),
        "disabled": translate("audit", "Disabled: nobody signs in with it"),
        "enabled": translate("audit", "Enabled again"),
        "told masked": translate("audit", "Told as it changed, without the patient"),
    }
    if detail in told:
        return told[detail]
    match detail.split(" "):
        case [action, before, after, *rest] if action in _ACTIONS and {before, after} <= _PHASES:
            phases = [word(Phase(one)) for one in dict.fromkeys((before, after))]
            return " · ".join((word(Action(action)), " → ".join(phases), *rest))
    return detail


def span_words() -> dict[Span, str]:
    translate = QCoreApplication.translate
    return {
        Span.HOUR: translate("audit", "Last hour"),
        Span.DAY: translate("audit", "Last day"),
        Span.WEEK: translate("audit", "Last 7 days"),
        Span.MONTH: translate("audit", "Last 30 days"),
        Span.ALL: translate("audit", "Everything"),
    }


def _roles_said(detail: str) -> str:
    """`a > b,c` of the trail: what was given and what was taken, in the words of the program."""
    known = {role.value: word(role) for role in Role}
    before, after = (side.strip().split(",") for side in detail.split(">"))
    changed = {
        "+": [known[one] for one in after if one in known and one not in before],
        "\N{MINUS SIGN}": [known[one] for one in before if one in known and one not in after],
    }
    return " ".join(f"{sign} {listed(roles)}" for sign, roles in changed.items() if roles)


def alert_words(alert: AuditAlert) -> str:
    translate = QCoreApplication.translate
    texts = {
        AlertKind.EMERGENCY: translate("audit", "Opened {number} in an emergency"),
        AlertKind.LOCK_OUT: translate("audit", "{count} wrong passwords or codes"),
        AlertKind.MANY_CASES: translate(
            "audit", "Read or exported: {count} different cases told within an hour"
        ),
        AlertKind.ROLES: translate("audit", "Changed the roles of {about}: {detail}"),
        AlertKind.RESET: translate("audit", "Gave {about} a new way to sign in"),
        AlertKind.TRAIL: translate(
            "audit", "The trail was touched ({detail}, entry {about}). Have IT run audit verify."
        ),
    }
    said = _roles_said(alert.detail) if alert.kind is AlertKind.ROLES else alert.detail
    number, about, detail = (one or "–" for one in (alert.number, alert.about, said))
    return texts[alert.kind].format(count=alert.count, number=number, about=about, detail=detail)
