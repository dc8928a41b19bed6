"""A week of a department's rota as rows of blocks, and the hours that nobody covers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from app.models.words import word
from app.session.link import LinkPhase
from app.session.queue import Load
from app.session.state import State
from protocol.on_call import Contact
from protocol.rota import DEFAULT_ZONE, RotaEntry, RotaGap, RotaKind, RotaShift, Weekly
from protocol.rota import Rota as RotaAnswer

ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Europe/Berlin", "UTC")
"""Offered; any other IANA name can be typed."""


@dataclass(frozen=True, slots=True)
class BlockProps:
    """One time of an entry. `words` are what can be written into it, the longest first. `weekly`
    and `first`, its first begin, are those of the entry."""

    entry_id: UUID
    day: date
    expert_id: UUID
    kind: RotaKind
    begin: datetime
    end: datetime
    words: tuple[str, ...]
    spoken: str
    weekly: Weekly | None
    first: datetime
    version: int
    elsewhere: bool
    """Of another department."""
    can_change: bool


@dataclass(frozen=True, slots=True)
class RowProps:
    id: UUID
    name: str
    line: str
    blocks: tuple[BlockProps, ...]


@dataclass(frozen=True, slots=True)
class GapProps:
    """`on_call`: somebody can be called."""

    begin: datetime
    end: datetime
    on_call: bool
    words: str


@dataclass(frozen=True, slots=True)
class DayProps:
    begin: datetime
    words: str
    weekend: bool


@dataclass(frozen=True, slots=True)
class RotaProps:
    """Times are of the zone. `gap_words` sums up what is not covered; `now` is in the week or
    outside of it."""

    load: Load
    offline: bool
    department: str
    departments: tuple[str, ...]
    zone: str
    zone_info: ZoneInfo
    from_day: date
    begin: datetime
    end: datetime
    now: datetime
    week_words: str
    days: tuple[DayProps, ...]
    rows: tuple[RowProps, ...]
    gaps: tuple[GapProps, ...]
    gap_words: str
    gap_look: str
    can_edit: bool
    can_contact: bool
    contact_of: UUID | None
    contact: Contact | None

    def block(self, entry_id: UUID, day: date) -> BlockProps | None:
        blocks = (block for row in self.rows for block in row.blocks)
        return next((one for one in blocks if (one.entry_id, one.day) == (entry_id, day)), None)

    def row(self, expert_id: UUID) -> RowProps | None:
        return next((row for row in self.rows if row.id == expert_id), None)


def derive_rota(state: State, now: datetime) -> RotaProps | None:
    """None before anything was read."""
    answer = state.rota.answer
    if answer is None:
        return None
    zone = zone_of(answer.zone)
    begin, end = answer.from_at.astimezone(zone), answer.until_at.astimezone(zone)
    offline = state.link.phase is not LinkPhase.ONLINE
    bare = [gap for gap in answer.gaps if not gap.on_call]
    return RotaProps(
        load=state.rota.load,
        offline=offline,
        department=answer.department,
        departments=answer.departments,
        zone=answer.zone,
        zone_info=zone,
        from_day=begin.date(),
        begin=begin,
        end=end,
        now=now.astimezone(zone),
        week_words=f"{begin:%Y-%m-%d} – {end - timedelta(hours=1):%m-%d}",
        days=_days(begin, end),
        rows=_rows(answer, zone, offline=offline),
        gaps=tuple(_gap(gap, zone) for gap in answer.gaps),
        gap_words=_gap_words(bare, answer),
        gap_look="error"
        if bare
        else "good"
        if answer.gaps or not _unplanned(answer)
        else "neutral",
        can_edit=answer.may_edit and not offline,
        can_contact=answer.may_contact and not offline,
        contact_of=state.rota.contact_of,
        contact=state.rota.contact,
    )


def zone_of(name: str) -> ZoneInfo:
    """The default where this computer does not know the zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def weekday_words() -> tuple[str, ...]:
    """From Monday on."""
    translate = QCoreApplication.translate
    return (
        translate("rota", "Mon"),
        translate("rota", "Tue"),
        translate("rota", "Wed"),
        translate("rota", "Thu"),
        translate("rota", "Fri"),
        translate("rota", "Sat"),
        translate("rota", "Sun"),
    )


def weekday_letters() -> tuple[str, ...]:
    """The same where there is little room."""
    translate = QCoreApplication.translate
    return (
        translate("rota", "Mo"),
        translate("rota", "Tu"),
        translate("rota", "We"),
        translate("rota", "Th"),
        translate("rota", "Fr"),
        translate("rota", "Sa"),
        translate("rota", "Su"),
    )


def _days(begin: datetime, end: datetime) -> tuple[DayProps, ...]:
    names, days, at = weekday_words(), [], begin
    while at < end:
        days.append(DayProps(at, f"{names[at.weekday()]} {at:%m-%d}", at.weekday() >= 5))
        at = at + timedelta(days=1)
    return tuple(days)


def _rows(answer: RotaAnswer, zone: ZoneInfo, *, offline: bool) -> tuple[RowProps, ...]:
    entries = {entry.id: entry for entry in answer.entries}
    found: dict[UUID, list[BlockProps]] = {}
    for shift in answer.shifts:
        entry = entries[shift.entry_id]
        mine = entry.department == answer.department
        can = answer.may_edit and not offline and mine
        block = _block(entry, shift, zone, elsewhere=not mine, can_change=can)
        found.setdefault(entry.expert_id, []).append(block)
    return tuple(
        RowProps(
            one.person.id,
            one.person.display_name,
            QCoreApplication.translate("rota", "Always on shift")
            if one.always
            else word(one.title),
            tuple(found.get(one.person.id, ())),
        )
        for one in answer.experts
    )


def _block(
    entry: RotaEntry, shift: RotaShift, zone: ZoneInfo, *, elsewhere: bool, can_change: bool
) -> BlockProps:
    begin, end = shift.from_at.astimezone(zone), shift.until_at.astimezone(zone)
    words = span_words(begin, end)
    kind = word(entry.kind)
    brief = f"{_hour(begin)}–{_hour(end, at_midnight='24')}"
    fitting: tuple[str, ...] = (f"{kind} {words}", words)
    fitting += (kind,) if lasts_days(begin, end) else (brief, _hour(begin), kind[:1])
    every = QCoreApplication.translate("rota", "every week") if entry.weekly is not None else ""
    spoken = (kind, f"{begin:%m-%d}", words, every)
    return BlockProps(
        entry_id=entry.id,
        day=shift.day,
        expert_id=entry.expert_id,
        kind=entry.kind,
        begin=begin,
        end=end,
        words=(f"{kind} {words}", kind) if entry.kind is RotaKind.LEAVE else fitting,
        spoken=", ".join(part for part in spoken if part),
        weekly=entry.weekly,
        first=entry.from_at.astimezone(zone),
        version=entry.version,
        elsewhere=elsewhere,
        can_change=can_change,
    )


def span_words(begin: datetime, end: datetime) -> str:
    """08:00–16:00; over more than a day with the days."""
    if lasts_days(begin, end):
        return f"{begin:%m-%d %H:%M} – {end:%m-%d %H:%M}"
    return f"{begin:%H:%M}–{end:%H:%M}"


def lasts_days(begin: datetime, end: datetime) -> bool:
    return end - begin > timedelta(days=1)


def _hour(moment: datetime, at_midnight: str = "0") -> str:
    """8, 8:30; the day ends at 24."""
    if moment.minute:
        return f"{moment.hour}:{moment:%M}"
    return str(moment.hour) if moment.hour else at_midnight


def _gap(gap: RotaGap, zone: ZoneInfo) -> GapProps:
    begin, end = gap.from_at.astimezone(zone), gap.until_at.astimezone(zone)
    translate = QCoreApplication.translate
    text = translate("rota", "{time}: no shift planned, nobody on call")
    if gap.on_call:
        text = translate("rota", "{time}: on call only")
    names = weekday_words()
    time = f"{names[begin.weekday()]} {span_words(begin, end)}"
    return GapProps(begin, end, gap.on_call, text.format(time=time))


def _unplanned(answer: RotaAnswer) -> bool:
    """Nobody of the department has a shift in any rota."""
    return all(one.always for one in answer.experts)


def _gap_words(bare: list[RotaGap], answer: RotaAnswer) -> str:
    """How many hours of the week nobody covers."""
    if not answer.may_edit:
        return ""
    translate = QCoreApplication.translate
    hours = sum(((gap.until_at - gap.from_at) for gap in bare), timedelta()) / timedelta(hours=1)
    if _unplanned(answer):
        return translate("rota", "No rota yet: everybody counts as on shift")
    if not bare:
        return translate("rota", "Every hour is planned")
    return translate("rota", "{n} h without shift or call").format(n=f"{hours:g}")
