"""In words: whose draft can be taken over, and what of one's own is as somebody else wrote it."""

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from app.models.words import listed
from app.session.case import Case
from app.session.taken_over import TOLD, as_written, to_take
from protocol.consultation import Phase, Status
from protocol.report import EarlierDraft


def earlier_draft(case: Case) -> EarlierDraft | None:
    """What somebody else wrote, while the case is written on here."""
    row = case.consultation.summary
    unsigned = row.status in (Status.ASSIGNED, Status.IN_PROGRESS) or row.phase is Phase.AMENDED
    return case.around.before if case.claim is not None and unsigned else None


def offered_words(case: Case) -> tuple[str, tuple[str, ...]]:
    """Whose draft can be taken over, and which parts of it; empty where none can."""
    before = earlier_draft(case)
    parts = () if before is None else to_take(case.opinion, before.opinion)
    shown = tuple(_named(one) for one in TOLD if one in parts)
    if before is None or not shown:
        return "", ()
    text = QCoreApplication.translate(
        "workspace", "{name} began a report on {when} and did not sign it:"
    )
    return text.format(name=_author(before), when=moment(before.saved_at)), shown


def as_written_words(case: Case) -> str:
    """What would be signed in somebody else's words; empty where nothing would."""
    before = earlier_draft(case)
    parts = () if before is None else as_written(case.opinion, before.opinion)
    if before is None or not parts:
        return ""
    text = QCoreApplication.translate(
        "workspace", "⚠ Taken over from {name} and not changed: {parts}. Signing makes it yours."
    )
    return text.format(name=_author(before), parts=listed(_named(one) for one in parts))


def _author(before: EarlierDraft) -> str:
    translate = QCoreApplication.translate
    if before.author is None:
        return translate("workspace", "Somebody else")
    name, house = before.author.display_name, before.author.institution_name
    if not house:
        return name
    return translate("workspace", "{name} ({house})").format(name=name, house=house)


def _named(part: str) -> str:
    translate = QCoreApplication.translate
    return {
        "findings": translate("workspace", "Findings"),
        "impression": translate("workspace", "Impression"),
        "recommendation": translate("workspace", "Recommendation"),
        "critical_finding": translate("workspace", "Critical finding"),
        "structured": translate("workspace", "Values"),
        "pictures": translate("workspace", "Pictures"),
    }[part]
