"""What a person is told of an entry of the own record before they mark it."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.models.emr_words import entry_line, title_words, when_words
from app.net.emr.clinical import Entry


@dataclass(frozen=True, slots=True)
class Marked:
    """`name` is type and id of the resource, `words` everything it says: of a blood pressure both
    values."""

    name: str
    words: str


def marked(entries: Iterable[Entry]) -> tuple[Marked, ...]:
    return tuple(Marked(one.id, _words(one)) for one in entries)


def _words(entry: Entry) -> str:
    day = when_words(entry.at) or QCoreApplication.translate("emr", "without a day")
    line = entry_line(entry)
    return f"{title_words(entry)}: {line} · {day}" if line else f"{title_words(entry)} · {day}"
