"""Times as people type them and as exactly as they know them: a year, a month, a day, a minute."""

import re
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from app.models.typed_numbers import narrowed

_TYPED = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2}))?)?)?", re.ASCII
)
_SIGNS = str.maketrans({"：": ":", "　": " ", "／": "/", "年": "-", "月": "-", "日": " "})
_BEGIN = (0, 1, 1, 0, 0)
"""What is not typed is where it begins; there is no year 0."""
EARLIEST = 1900


def time_typed(text: str, now: datetime) -> tuple[str, str]:
    """FHIR dateTime, as exact as it was typed (in the zone of `now`), and what is wrong with it;
    both empty where nothing was typed."""
    plain = narrowed(text.translate(_SIGNS)).rstrip("-")
    if not plain:
        return "", ""
    found = _TYPED.fullmatch(plain)
    parts = [int(one) for one in found.groups() if one is not None] if found else []
    year, month, day, hour, minute = *parts, *_BEGIN[len(parts) :]
    try:
        first = datetime(year, month, day, hour, minute, tzinfo=now.tzinfo)
    except ValueError:
        parts, first = [], now
    translate = QCoreApplication.translate
    if not parts or first.year < EARLIEST:
        return "", translate(
            "times", "Write it like 2026, 2026-11, 2026-11-20 or 2026-11-20 14:05."
        )
    if first > now:
        return "", translate("times", "This time has not come yet.")
    if len(parts) > 3:
        return first.isoformat(timespec="seconds"), ""
    return date(first.year, first.month, first.day).isoformat()[: 4 + 3 * (len(parts) - 1)], ""
