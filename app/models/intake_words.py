"""The words of intake: what an archive or a device did not do, and what to do about it."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.store.intake_settings import Charset, Pacs, PacsKind, Retrieve
from app.transfer.intake_messages import InboxPerson, PacsProblem
from app.transfer.looking import FROM_FILES
from app.transfer.watching import TAKEN_FROM

__all__ = ["Charset", "Pacs", "PacsKind", "Retrieve"]

_PROBLEMS = {
    PacsProblem.UNREACHABLE: QT_TRANSLATE_NOOP(
        "intake",
        "The archive cannot be reached. Check its address and port, the cable, and the firewall.",
    ),
    PacsProblem.TIMED_OUT: QT_TRANSLATE_NOOP(
        "intake", "The archive fell silent. Try again; if it stays so, tell hospital IT."
    ),
    PacsProblem.NOT_ADMITTED: QT_TRANSLATE_NOOP(
        "intake",
        "The archive refuses this computer. Have its AE title entered there, and check the "
        "archive's own AE title here.",
    ),
    PacsProblem.NOT_OFFERED: QT_TRANSLATE_NOOP(
        "intake", "The archive does not offer this service. Choose another way to retrieve."
    ),
    PacsProblem.REFUSED: QT_TRANSLATE_NOOP(
        "intake", "The archive could not do it and gave no reason but its code. Tell hospital IT."
    ),
    PacsProblem.UNKNOWN_DESTINATION: QT_TRANSLATE_NOOP(
        "intake",
        "The archive does not know where to send. Have this computer's AE title, address and "
        "port entered there.",
    ),
    PacsProblem.NOT_UNDERSTOOD: QT_TRANSLATE_NOOP(
        "intake", "The archive's answer makes no sense. Check the address, then tell hospital IT."
    ),
    PacsProblem.UNTRUSTED: QT_TRANSLATE_NOOP(
        "intake",
        "This computer does not trust the archive's certificate. Have IT install its CA.",
    ),
    PacsProblem.NOT_SIGNED_IN: QT_TRANSLATE_NOOP(
        "intake", "The archive asks for another user or password. Change them in the settings."
    ),
    PacsProblem.RECEIVER_OFF: QT_TRANSLATE_NOOP(
        "intake",
        "C-MOVE sends to this computer's receiver, which does not listen. Switch it on in the "
        "settings, or retrieve by C-GET.",
    ),
    PacsProblem.NO_ROOM: QT_TRANSLATE_NOOP("intake", "There is no room left on the disk."),
    PacsProblem.UNEXPECTED: QT_TRANSLATE_NOOP(
        "intake", "It was broken off on this computer. Try again."
    ),
}


def problem_words(problem: PacsProblem | None, status: int = 0) -> str:
    """Cause and mend, with the status of the answer where there is one."""
    if problem is None:
        return ""
    words = QCoreApplication.translate("intake", str(_PROBLEMS[problem]))
    if not status:
        return words
    code = f"0x{status:04X}" if status > 999 or status < 100 else f"HTTP {status}"
    return f"{words} ({code})"


def of_archive(problem: str) -> str:
    """The same of a problem by its value."""
    return problem_words(PacsProblem(problem))


def source_words(source: str) -> str:
    """Where a study came from: a device or archive by its title, or how it was taken."""
    translate = QCoreApplication.translate
    if source == FROM_FILES:
        return translate("intake", "Files")
    if source == TAKEN_FROM:
        return translate("intake", "Watched folder")
    return source


def person_words(person_name: str) -> str:
    """A PN (PS3.5 6.2.1.2) in each of its scripts, as people write them."""
    groups = []
    for group in person_name.split("="):
        wide = any(ord(letter) > 0x2E7F for letter in group)
        parts = ("" if wide else " ").join(part for part in group.split("^") if part)
        if parts.strip() and parts not in groups:
            groups.append(parts)
    return " / ".join(reversed(groups))


def date_words(day: str) -> str:
    """A DA as 2026-11-21."""
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) >= 8 and day[:8].isdigit() else day


def sex_words(code: str) -> str:
    translate = QCoreApplication.translate
    names = {"M": translate("intake", "male"), "F": translate("intake", "female")}
    return names.get(code.upper(), "")


def patient_line(person: InboxPerson) -> str:
    """Name, sex, date of birth and identifier; nobody is named where nobody is."""
    parts = (
        person_words(person.name),
        sex_words(person.sex),
        date_words(person.birth_date),
        person.patient_id,
    )
    line = " · ".join(part for part in parts if part)
    return line or QCoreApplication.translate("intake", "No patient named")
