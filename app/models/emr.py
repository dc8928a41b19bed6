"""What a case carries of the patient's record: sections, values with their course, the timeline."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication

from app.models.emr_coming import coming_words, head_words
from app.models.emr_gaps import allergy_words, gap_words
from app.models.emr_owner import dated_words, record_doubt
from app.models.emr_rows import (
    entry_row,
    is_point,
    measured_row,
    not_drawn,
    on_a_day,
    study_row,
    tip_of,
    worded_row,
)
from app.models.emr_words import (
    NAME_SIGNS,
    card_words,
    day_words,
    entry_line,
    person_words,
    section_words,
    title_words,
    unit_words,
    when_words,
)
from app.models.table import TextRow
from app.net.emr.clinical import ClinicalRecord, Entry, Found, Section, told_of
from app.session.case import Case
from app.session.emr import Emr
from app.session.queue import Load

EVERYTHING = "EVERYTHING"
"""The key of the timeline over all sections."""
STUDY = "study "
"""Before the Study Instance UID in the key of a row whose images can be shown."""
WORDS = "words "
"""Before the key of a row that says something in words, among values."""
MOST_BY_DATE = 500
MEASURED = (Section.LABORATORY, Section.VITALS)


@dataclass(frozen=True, slots=True)
class Course:
    """One measured thing over time, oldest first: (seconds since 1970, value).

    `words` say the same to who does not see the plot.
    """

    key: str
    title: str
    unit: str
    points: tuple[tuple[float, float], ...]
    low: float | None
    high: float | None
    words: str


@dataclass(frozen=True, slots=True)
class SectionHead:
    """A section to choose, with how much is in it and how much of that is flagged."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class EmrSection:
    """`measured` rows are value, usual range and time; others are what and when."""

    rows: tuple[TextRow, ...] = ()
    measured: bool = False


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record on the screen, wherever it comes from. `remarks` say what is not in it. The rows of
    a section are made when it is chosen: a record may have thousands. `stopped`: what has not come
    does not come any more."""

    person: str = ""
    person_whole: str = ""
    """The same with all of a name that is longer than there is room for."""
    photograph: bytes = field(default=b"", repr=False)
    allergies: str = ""
    warns: bool = False
    """Of allergies, known or not known."""
    dated: str = ""
    remarks: tuple[str, ...] = ()
    sections: tuple[SectionHead, ...] = ()
    record: ClinicalRecord = ClinicalRecord()
    studies: frozenset[str] = frozenset()
    stopped: bool = False

    def section(self, key: str) -> EmrSection:
        if key == EVERYTHING:
            return EmrSection(_everything(self.record))
        section = Section.__members__.get(key)
        if section is None:
            return EmrSection()
        if section in MEASURED:
            return EmrSection(_values(self.record, section), measured=True)
        rows = (
            study_row(one, f"{STUDY}{one.study_instance_uid}")
            if one.study_instance_uid in self.studies
            else entry_row(one, key)
            for key, one in _keyed(self.record.of(section)).items()
        )
        return EmrSection(tuple(rows))

    def coming(self, key: str) -> str:
        """What more may come of a section."""
        unfinished = self.record.coming(Section.__members__.get(key))
        return coming_words(unfinished, stopped=self.stopped)

    def heads(self, kept: str = "") -> dict[str, str]:
        """What the sections are called, by their keys. `kept` is open: it is among them though
        nothing has come of it."""
        told = {one.key: one.words for one in self.sections}
        if not kept or kept in told or not told:
            return told
        keys = (*Section.__members__, EVERYTHING)
        return {key: told.get(key) or self.head(key) for key in keys if key in {*told, kept}}

    def head(self, key: str) -> str:
        """What a section is called, also one of which there is nothing."""
        if key == EVERYTHING:
            return QCoreApplication.translate("emr", "Everything by date")
        return _head(self.record, Section[key], stopped=self.stopped)

    def entries(self, section_key: str, key: str) -> tuple[Entry, ...]:
        """What a row is made of: one entry, of a value all of its times, the newest first."""
        section = Section.__members__.get(section_key)
        told = () if section is None else self.record.of(section)
        if section in MEASURED:
            if (found := self.record.courses(section).get(key)) is not None:
                return tuple(entry for entry, _ in reversed(found))
            told, key = self.record.in_words(section), key.removeprefix(WORDS)
        elif section_key == EVERYTHING:
            told = self.record.by_date[:MOST_BY_DATE]
        elif key.startswith(STUDY):
            return tuple(one for one in told if f"{STUDY}{one.study_instance_uid}" == key)[:1]
        one = _keyed(told).get(key)
        return () if one is None else (one,)

    def course(self, section_key: str, key: str) -> Course | None:
        """Of one row of a measured section."""
        section = Section.__members__.get(section_key)
        if section not in MEASURED:
            return None
        found = self.record.courses(section).get(key)
        return None if found is None else _course(found)


@dataclass(frozen=True, slots=True)
class EmrProps:
    """`there` False: the case carries nothing of a record. `stopped`: it is of somebody else, so
    nothing of it is shown. `record_view` makes words of `record`, which may be long: the view asks
    for them when it is another one."""

    there: bool = False
    load: Load = Load.READY
    stopped: str = ""
    record: ClinicalRecord | None = None
    today: date = date.min
    dated: str = ""
    studies: frozenset[str] = frozenset()
    """Study Instance UIDs of the images of the case."""

    @property
    def view(self) -> RecordView:
        if self.record is None:
            return RecordView()
        return record_view(self.record, self.today, dated=self.dated, studies=self.studies)


def derive_emr(case: Case, emr: Emr, now: datetime) -> EmrProps:
    told, shared = case.consultation.record, emr.shared
    if told is None:
        return EmrProps()
    if words := record_doubt(case, told):
        return EmrProps(there=True, stopped=words)
    if shared is None or shared.consultation_id != case.id or shared.record is None:
        failed = shared is not None and shared.load is Load.FAILED
        return EmrProps(there=True, load=Load.FAILED if failed else Load.LOADING)
    today = now.astimezone().date()
    studies = frozenset(one.study_instance_uid for one in case.consultation.studies)
    return EmrProps(
        there=True,
        record=shared.record,
        today=today,
        dated=dated_words(case, told, own=shared.record.own),
        studies=studies,
    )


def record_view(
    record: ClinicalRecord,
    today: date,
    *,
    dated: str = "",
    remarks: tuple[str, ...] = (),
    studies: frozenset[str] = frozenset(),
    stopped: bool = False,
) -> RecordView:
    """Empty sections are not listed unless something may still come, but what is known of
    allergies is said. `studies` are those of which there are images to be shown."""
    view = RecordView(record=record, studies=studies, stopped=stopped)
    there = [one.name for one in Section if record.of(one) or record.coming(one)]
    keys = [*there, EVERYTHING] if there else []
    allergies, warns = allergy_words(record, stopped=stopped)
    return replace(
        view,
        person=person_words(record.person, today, NAME_SIGNS),
        person_whole=person_words(record.person, today),
        photograph=record.person.photograph,
        allergies=allergies,
        warns=warns,
        dated=dated,
        remarks=(*remarks, *_remarks(record)),
        sections=tuple(SectionHead(key, view.head(key)) for key in keys),
    )


def _remarks(record: ClinicalRecord) -> tuple[str, ...]:
    translate = QCoreApplication.translate
    dangling = 0 if record.unfinished else record.dangling  # it may be on its way
    told = (
        (record.unread, translate("emr", "Could not be read: {n}")),
        (record.in_error, translate("emr", "Entered in error, not shown: {n}")),
        (dangling, translate("emr", "Refer to what is not there: {n}")),
    )
    counted = (text.format(n=count) for count, text in told if count)
    return (*card_words(record.person), *gap_words(record.gaps, own=record.own), *counted)


def _head(record: ClinicalRecord, section: Section, *, stopped: bool) -> str:
    title, count, flagged = section_words(section), len(record.of(section)), 0
    if section in MEASURED:
        told = record.courses(section)
        count = len(told) + len(record.in_words(section))
        flagged = sum(1 for found in told.values() if told_of(found)[1].flag is not None)
    coming = bool(record.coming(section))
    head = f"{title} ({count})"
    if flagged:
        text = QCoreApplication.translate("emr", "{title} ({n}, flagged: {flagged})")
        head = text.format(title=title, n=count, flagged=flagged)
    elif coming and not count:
        head = title
    return head_words(head, there=count > 0, stopped=stopped) if coming else head


def _keyed(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Under what stays the same when others come: its name, and which it is of that name."""
    told, seen = {}, Counter[str]()
    for one in entries:
        seen[one.id] += 1
        told[one.id if seen[one.id] == 1 else f"{one.id} {seen[one.id]}"] = one
    return told


def _values(record: ClinicalRecord, section: Section) -> tuple[TextRow, ...]:
    """Each thing at its newest, the newest first."""
    told = record.courses(section).items()
    newest = sorted(told, key=lambda one: one[1][-1][0].order, reverse=True)
    words = _keyed(record.in_words(section)).items()
    names = Counter(told_of(found)[1].title for _, found in newest)
    return (
        *(measured_row(key, found, names) for key, found in newest),
        *(worded_row(one, f"{WORDS}{key}") for key, one in words),
    )


def _course(found: Found) -> Course:
    points = []
    for entry, result in found:
        at = _seconds(entry.at)
        if at is not None and result.number is not None and is_point(entry, result):
            points.append((at, result.number))
    _, last = told_of(found)
    said = "; ".join(on_a_day(*one) for one in found[-12:])
    return Course(
        key=last.key,
        title=_course_title(last.title, len(not_drawn(found))),
        unit=unit_words(last.unit),
        points=tuple(points),
        low=last.low,
        high=last.high,
        words=f"{last.title}: {said}",
    )


def _course_title(title: str, left_out: int) -> str:
    text = QCoreApplication.translate("emr", "{title}, {n} not in the line")
    return text.format(title=title, n=left_out) if left_out else title


def _seconds(at: str) -> float | None:
    if len(at) < 10:
        return None  # a month or a year is no place on an axis of days
    try:
        return datetime.fromisoformat(at).timestamp()
    except ValueError:
        return None


def _everything(record: ClinicalRecord) -> tuple[TextRow, ...]:
    """Newest first, as many as somebody scrolls through."""
    rows = []
    for key, entry in _keyed(record.by_date[:MOST_BY_DATE]).items():
        kind, line = section_words(entry.section), entry_line(entry)
        what = f"{kind}: {title_words(entry)}" + (f" — {line}" if line else "")
        tip = tip_of(what, entry.group, when_words(entry.at))
        rows.append(TextRow(key, (what, day_words(entry.at)), tip))
    if (older := len(record.by_date) - MOST_BY_DATE) > 0:
        text = QCoreApplication.translate("emr", "{n} older: in the parts above")
        rows.append(TextRow("older", (text.format(n=older), "")))
    return tuple(rows)


def list_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return translate("emr", "What"), translate("emr", "When")


def measured_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("emr", "What"),
        translate("emr", "Value"),
        translate("emr", "Usual"),
        translate("emr", "When"),
    )
