"""What a person is told of an entry of the own record before they mark it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.models.emr_words import entry_line, title_words, when_words
from app.models.typed_times import time_typed
from app.net.emr.clinical import Entry
from app.net.emr.entering import ENDING


@dataclass(frozen=True, slots=True)
class Marked:
    """`name` is type and id of the resource, `words` everything it says: of a blood pressure both
    values. `at` is since or on when, `ends`: it can be told to be over."""

    name: str
    words: str
    at: str = ""
    ends: bool = False


def marked(entries: Iterable[Entry]) -> tuple[Marked, ...]:
    return tuple(Marked(one.id, _words(one), one.at, _ends(one)) for one in entries)


def _ends(entry: Entry) -> bool:
    return entry.active and entry.id.partition("/")[0] in ENDING


def over_since(typed: str, told: Marked, now: datetime) -> tuple[str, str]:
    """FHIR dateTime as it was typed, and what is wrong with it."""
    at, problem = time_typed(typed, now)
    known = min(len(at), len(told.at), len("2026-11-20"))
    if at and at[:known] < told.at[:known]:
        text = QCoreApplication.translate("emr", "It began later: {when}.")
        return "", text.format(when=when_words(told.at))
    return at, problem


def _words(entry: Entry) -> str:
    day = when_words(entry.at) or QCoreApplication.translate("emr", "without a day")
    line = entry_line(entry)
    return f"{title_words(entry)}: {line} · {day}" if line else f"{title_words(entry)} · {day}"
