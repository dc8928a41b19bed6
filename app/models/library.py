"""The case library as a list and an entry."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from app.models.words import word
from app.session.queue import Load
from app.session.state import State
from protocol.consultation import Sex
from protocol.library import LibraryEntry, LibrarySummary


@dataclass(frozen=True, slots=True)
class LibraryRowProps:
    id: UUID
    title: str
    line: str
    flags: str


@dataclass(frozen=True, slots=True)
class EntryProps:
    id: UUID
    title: str
    line: str
    sections: tuple[tuple[str, str], ...]
    learning_points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LibraryProps:
    load: Load
    query: str
    rows: tuple[LibraryRowProps, ...]
    total: int
    entry: EntryProps | None


def derive_library(state: State) -> LibraryProps:
    library = state.library
    return LibraryProps(
        load=library.load,
        query=library.query,
        rows=tuple(_row(item) for item in library.items),
        total=library.total,
        entry=_entry(library.entry) if library.entry else None,
    )


def _row(item: LibrarySummary) -> LibraryRowProps:
    kinds = "/".join(item.modalities)
    codes = " ".join(item.diagnosis_codes)
    parts = (item.department, kinds, codes, moment(item.approved_at)[:10])
    return LibraryRowProps(
        id=item.id,
        title=item.title,
        line=" · ".join(part for part in parts if part),
        flags=" · ".join(word(flag) for flag in item.learning_flags),
    )


def _entry(entry: LibraryEntry) -> EntryProps:
    translate = QCoreApplication.translate
    named = (
        (translate("library", "Reason"), entry.reason),
        (translate("library", "History"), entry.history),
        (translate("library", "Question"), entry.question),
        (translate("library", "Findings"), entry.findings),
        (translate("library", "Impression"), entry.impression),
        (translate("library", "Recommendation"), entry.recommendation),
    )
    sex = word(Sex(entry.sex)) if entry.sex in set(Sex) else entry.sex
    years = translate("library", "{band} years").format(band=word(entry.age_band))
    return EntryProps(
        id=entry.summary.id,
        title=entry.summary.title,
        line=f"{sex} · {years} · {_row(entry.summary).line}",
        sections=tuple((title, text) for title, text in named if text),
        learning_points=entry.learning_points,
    )
