"""The rota as rules: when entries happen, who is on duty, which hours nobody covers.

Weekly patterns are recurrences (RFC 5545 3.8.5.3) of wall-clock times in the rota's zone: a shift
from eight to four stays so when the clocks are changed. A time that does not exist on that day
lies an hour later, and of a time that exists twice the first is meant (PEP 495, fold 0).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import WEEKLY, rrule

from protocol.account import Role
from protocol.rota import DEFAULT_ZONE, RotaEntry, RotaGap, RotaKind, RotaShift
from server.domain.errors import invalid_field
from server.domain.people import Who

AHEAD = timedelta(days=8)
"""How far the next change of somebody's duty is looked for: a weekly pattern changes within it."""
CHECKED_AHEAD = timedelta(days=371)
"""What repeats is compared with others so far: a year and a week has every change of clocks."""
LONGEST = {
    RotaKind.SHIFT: timedelta(hours=36),
    RotaKind.ON_CALL: timedelta(days=7),
    RotaKind.LEAVE: timedelta(days=366),
}
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, UTC; the end does not belong to it."""

    begin: datetime
    end: datetime

    def covers(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end

    def meets(self, other: "Span") -> bool:
        return self.begin < other.end and other.begin < self.end


def zone_of(name: str) -> ZoneInfo:
    """Raises `Invalid` for a name that is no IANA zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise invalid_field("there is no such time zone", "zone") from error


def _at(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows there, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def shifts_of(entry: RotaEntry, zone: ZoneInfo, within: Span) -> list[RotaShift]:
    """The times an entry happens that meet a stretch, in order."""
    first = wall(entry.from_at, zone)
    if entry.weekly is None:
        shift = RotaShift(
            entry_id=entry.id, day=first.date(), from_at=entry.from_at, until_at=entry.until_at
        )
        return [shift] if span_of(shift).meets(within) else []
    length = wall(entry.until_at, zone) - first
    begin, end = wall(within.begin, zone) - length, wall(within.end, zone)
    # Weeks are all alike, so the rule may begin shortly before what is asked for.
    weeks = max(0, (begin - first).days // 7 - 1)
    rule = rrule(
        WEEKLY,
        dtstart=first + weeks * _WEEK,
        byweekday=entry.weekly.weekdays,
        until=_last(entry.weekly.last_day),
    )
    found = []
    for start in rule.between(begin, end, inc=True):
        if start.date() in entry.except_days:
            continue
        shift = RotaShift(
            entry_id=entry.id,
            day=start.date(),
            from_at=_at(start, zone),
            until_at=_at(start + length, zone),
        )
        if span_of(shift).meets(within):
            found.append(shift)
    return found


def _last(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.max)


def span_of(shift: RotaShift) -> Span:
    return Span(shift.from_at, shift.until_at)


# --- what may be entered ------------------------------------------------------------------------


def check_entry(entry: RotaEntry, zone: ZoneInfo) -> None:
    """Raises `Invalid` naming the field: ends before it begins, is too long, or meets itself."""
    if entry.until_at <= entry.from_at:
        raise invalid_field("ends before it begins", "until_at")
    if entry.until_at - entry.from_at > LONGEST[entry.kind]:
        days = LONGEST[entry.kind] / timedelta(days=1)
        raise invalid_field(f"may last {days:g} days at most", "until_at")
    if entry.weekly is None:
        return
    if wall(entry.from_at, zone).weekday() not in entry.weekly.weekdays:
        raise invalid_field("its first day is not one of its days of the week", "weekdays")
    last = entry.weekly.last_day
    if last is not None and last < wall(entry.from_at, zone).date():
        raise invalid_field("ends before it begins", "last_day")
    times = shifts_of(entry, zone, Span(entry.from_at, entry.from_at + 2 * _WEEK))
    if any(one.until_at > two.from_at for one, two in pairwise(times)):
        raise invalid_field("one day of it would not be over when the next begins", "weekdays")


def clash(
    entry: RotaEntry, others: Iterable[tuple[RotaEntry, ZoneInfo]], zone: ZoneInfo
) -> tuple[RotaEntry, RotaShift] | None:
    """The first time one of the other entries of the expert stands in the way.

    One person has one shift at a time, in whatever department, and is on call for a department
    once; leave meets leave only, since it is there to lie over the rest.
    """
    for other, there in others:
        if other.id == entry.id or other.kind is not entry.kind:
            continue
        if entry.kind is RotaKind.ON_CALL and other.department != entry.department:
            continue
        begin = max(entry.from_at, other.from_at)
        within = Span(begin - LONGEST[entry.kind], begin + CHECKED_AHEAD)
        shift = _first_met(shifts_of(entry, zone, within), shifts_of(other, there, within))
        if shift is not None:
            return other, shift
    return None


def _first_met(mine: list[RotaShift], theirs: list[RotaShift]) -> RotaShift | None:
    """Both are in order and do not meet themselves, so each is looked at once."""
    ahead = iter(mine)
    one = next(ahead, None)
    for shift in theirs:
        while one is not None and one.until_at <= shift.from_at:
            one = next(ahead, None)
        if one is not None and one.from_at < shift.until_at:
            return shift
    return None


def may_edit(who: Who, expert: Who, department: str) -> bool:
    """Dispatchers edit every rota; the head of a department that of its experts in the own
    house."""
    if Role.DISPATCHER in who.roles:
        return True
    heads = () if who.expert is None else who.expert.heads
    return department in heads and who.institution_id == expert.institution_id


# --- who is on duty -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duty:
    """Of one expert at one moment.

    `on_shift` is true where no shift is entered at all. `on_call`: the departments. `back_at`: when
    somebody who is off begins again. `changes_at`: when this has to be looked at again.
    """

    on_shift: bool = True
    on_call: frozenset[str] = frozenset()
    back_at: datetime | None = None
    changes_at: datetime | None = field(default=None, compare=False)


def duty_of(
    entries: Iterable[RotaEntry], zones: Mapping[str, str], now: datetime, *, planned: bool
) -> Duty:
    """What an expert's entries say of this moment.

    Args:
        zones: by department, where it is not the default.
        planned: they have or had a shift; else they are on shift whenever there is no leave.
    """
    mine = tuple(entries)
    if not mine:
        return Duty(on_shift=not planned)
    spans: dict[tuple[RotaKind, str], list[Span]] = {}
    within = Span(now, now + AHEAD)
    for entry in mine:
        zone = ZoneInfo(zones.get(entry.department, DEFAULT_ZONE))
        key = (entry.kind, entry.department if entry.kind is RotaKind.ON_CALL else "")
        spans.setdefault(key, []).extend(span_of(one) for one in shifts_of(entry, zone, within))
    leave = spans.get((RotaKind.LEAVE, ""), [])
    shifts = spans.get((RotaKind.SHIFT, ""), [])
    away = any(one.covers(now) for one in leave)
    on_shift = not away and (not planned or any(one.covers(now) for one in shifts))
    on_call = frozenset(
        department
        for (kind, department), times in spans.items()
        if kind is RotaKind.ON_CALL and not away and any(one.covers(now) for one in times)
    )
    edges = {edge for times in spans.values() for one in times for edge in (one.begin, one.end)}
    return Duty(
        on_shift=on_shift,
        on_call=on_call,
        back_at=None if on_shift else _back_at(shifts if planned else None, leave, now),
        changes_at=min((edge for edge in edges if edge > now), default=now + AHEAD),
    )


def _back_at(shifts: list[Span] | None, leave: list[Span], now: datetime) -> datetime | None:
    """When a shift goes on or begins, beyond leave; None where none is in sight. `shifts` is None
    for who is on shift whenever there is no leave."""
    at = now
    for one in sorted(leave, key=lambda span: span.begin):
        if one.covers(at):
            at = one.end
    if shifts is None:
        return at
    left = subtracted(shifts, [*leave, Span(datetime.min.replace(tzinfo=UTC), now)])
    return left[0].begin if left else None


# --- what nobody covers -------------------------------------------------------------------------


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order."""
    done: list[Span] = []
    for span in sorted(spans, key=lambda one: one.begin):
        if done and span.begin <= done[-1].end:
            done[-1] = Span(done[-1].begin, max(done[-1].end, span.end))
        else:
            done.append(span)
    return done


def subtracted(spans: Iterable[Span], away: Iterable[Span]) -> list[Span]:
    """What is left of some time when other time is taken out."""
    gone, left = merged(away), []
    for span in merged(spans):
        begin = span.begin
        for cut in gone:
            if cut.end <= begin or cut.begin >= span.end:
                continue
            if cut.begin > begin:
                left.append(Span(begin, cut.begin))
            begin = max(begin, cut.end)
        if begin < span.end:
            left.append(Span(begin, span.end))
    return left


def gaps(
    people: Iterable[UUID], entries: Iterable[RotaEntry], shifts: Iterable[RotaShift], within: Span
) -> list[RotaGap]:
    """The hours of a stretch in which no shift is planned for any of the people, leave taken
    out."""
    kind_of = {entry.id: entry for entry in entries}
    covered: dict[RotaKind, list[Span]] = {RotaKind.SHIFT: [], RotaKind.ON_CALL: []}
    times: dict[tuple[UUID, RotaKind], list[Span]] = {}
    for shift in shifts:
        entry = kind_of[shift.entry_id]
        times.setdefault((entry.expert_id, entry.kind), []).append(span_of(shift))
    for person in people:
        leave = times.get((person, RotaKind.LEAVE), [])
        for kind, there in covered.items():
            there += subtracted(times.get((person, kind), []), leave)
    bare = subtracted([within], covered[RotaKind.SHIFT])
    called = subtracted(bare, subtracted(bare, covered[RotaKind.ON_CALL]))
    nobody = subtracted(bare, covered[RotaKind.ON_CALL])
    found = [(span, False) for span in nobody] + [(span, True) for span in called]
    found.sort(key=lambda one: one[0].begin)
    return [RotaGap(from_at=s.begin, until_at=s.end, on_call=called) for s, called in found]
