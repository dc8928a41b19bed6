"""What experts ask clinics for most, by service line; lines of one's own are always possible."""

from PySide6.QtCore import QCoreApplication

_IMAGING = ("放射", "影像", "超声", "核医学", "radiology", "imaging", "ultrasound", "nuclear")
_HEART = ("心", "cardio")
_NERVES = ("神经", "卒中", "neuro", "stroke")


def ask_items(department: str) -> tuple[str, ...]:
    """The line's own things first, then what every line asks for."""
    name = department.casefold()
    own: tuple[str, ...] = ()
    for signs, items in ((_IMAGING, _imaging()), (_HEART, _heart()), (_NERVES, _nerves())):
        if any(sign in name for sign in signs):
            own += items
    return tuple(dict.fromkeys((*own, *_every())))


def _imaging() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("ask_items", "Thin slices of the examination (≤ 1.25 mm)"),
        translate("ask_items", "Prior images for comparison"),
        translate("ask_items", "The missing series or views"),
    )


def _heart() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("ask_items", "12-lead ECG, as a recording and not as a photograph"),
        translate("ask_items", "Troponin, BNP or NT-proBNP, with times"),
        translate("ask_items", "Blood pressure and heart rate over time"),
    )


def _nerves() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("ask_items", "Time of onset and course of the symptoms"),
        translate("ask_items", "Neurological findings with NIHSS"),
    )


def _every() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("ask_items", "History: onset, course, treatment so far"),
        translate("ask_items", "Laboratory values with dates"),
        translate("ask_items", "Earlier reports and discharge letters"),
        translate("ask_items", "Medication and allergies"),
    )
