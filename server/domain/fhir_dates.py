"""Dates as FHIR R4 compares them (R4 3.1.1.4.5): each is a span, as long as it is exact.

Where the question names no time zone, the clock of whoever wrote the resource holds: a day is the
clinic's day. Where it names one, moments are compared, and what the resource says without a zone is
taken to be of that zone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from server.domain.fhir_words import at

_DATE = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?"
    r"(Z|[+\- ]\d{2}:\d{2})?)?)?)?"
)
_PREFIXED = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb)?(\d.*)", re.DOTALL)
_PERIOD = frozenset(("start", "end"))
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class NoDate(ValueError):
    """Not written as R4 writes dates."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `low` until before `high`, which are read off the clock of `zone`, whatever their own
    says; None: no zone is told."""

    low: datetime
    high: datetime
    zone: timezone | None = None

    def on(self, zone: timezone | None) -> "Span":
        """As compared with a question of this zone: as written, or as moments."""
        if zone is None:
            return Span(self.low, self.high)
        own = self.zone or zone
        return Span(_moment(self.low, own), _moment(self.high, own))


def span(text: str) -> Span:
    """Of a date, a dateTime or an instant; raises `NoDate`."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise NoDate("write dates as 2026, 2026-01, 2026-01-05 or 2026-01-05T08:30:00+08:00")
    year, month, day, hour, minute, second, part, zone = found.groups()
    try:
        low = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((part or "0").ljust(6, "0")[:6]),
            UTC,
        )
        return Span(low, _until(low, found), _zone(zone))
    except ValueError as error:
        raise NoDate("there is no such day or time") from error


def _until(low: datetime, found: re.Match[str]) -> datetime:
    _, month, day, hour, _, second, part, _ = found.groups()
    try:
        if month is None:
            return low.replace(year=low.year + 1)
        if day is None:
            return (low.replace(day=28) + timedelta(days=4)).replace(day=1)
        if hour is None:
            return low + timedelta(days=1)
        if second is None:
            return low + timedelta(minutes=1)
        return low + timedelta(microseconds=10 ** max(0, 6 - len(part or "")))
    except (ValueError, OverflowError):
        return _LAST


def _zone(text: str | None) -> timezone | None:
    """A `+` that was not escaped in an address has become a blank."""
    if text is None or text == "Z":
        return UTC if text else None
    apart = timedelta(hours=int(text[1:3]), minutes=int(text[4:]))
    return timezone(-apart if text[0] == "-" else apart)


def _moment(at: datetime, zone: timezone) -> datetime:
    try:
        return at - (zone.utcoffset(None) or timedelta())
    except OverflowError:
        return at


def _end(last: Span, zone: timezone | None) -> datetime:
    """On the clock of the beginning, which may be another one: summer time."""
    if zone is None or last.zone is None:
        return last.high
    return _moment(last.high, last.zone) + (zone.utcoffset(None) or timedelta())


@dataclass(frozen=True, slots=True)
class AskedDate:
    """A date with its prefix; `eq` where none was given. `ge` and `le` take what reaches into the
    span itself, as most servers do: by the letter of R4 a stay that began before the year it ended
    in is not found by `ge` of that year."""

    prefix: str
    span: Span

    def takes(self, told: Span) -> bool:
        zone = self.span.zone
        asked, told = self.span.on(zone), told.on(zone)
        within = asked.low <= told.low and told.high <= asked.high
        match self.prefix:
            case "ne":
                return not within
            case "gt":
                return told.high > asked.high
            case "lt":
                return told.low < asked.low
            case "ge":
                return told.high > asked.low
            case "le":
                return told.low < asked.high
            case "sa":
                return told.low >= asked.high
            case "eb":
                return told.high <= asked.low
            case _:
                return within

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """From which moment until before which one a moment is taken; UTC where no zone is told.
        Raises `NoDate` of `ne`, which is no single stretch."""
        zone = self.span.zone or UTC
        whole = self.span.on(zone)
        low, high = whole.low, whole.high
        match self.prefix:
            case "ne":
                raise NoDate("ne is not asked of this parameter")
            case "gt" | "sa":
                return high, None
            case "ge":
                return low, None
            case "lt" | "eb":
                return None, low
            case "le":
                return None, high
            case _:
                return low, high


def asked_date(value: str) -> AskedDate:
    """Raises `NoDate`; `ap` says nothing exact, and is not known."""
    found = _PREFIXED.fullmatch(value)
    if found is None:
        raise NoDate("a date may have one of the prefixes eq, ne, gt, lt, ge, le, sa, eb")
    return AskedDate(found[1] or "eq", span(found[2]))


@dataclass(frozen=True, slots=True)
class DateCondition:
    """`paths` as of the parameter, a Period by its start; one of `choices` must hold. `undated`:
    whether what has no date is taken too."""

    paths: tuple[str, ...]
    choices: tuple[AskedDate, ...]
    undated: bool = False

    def takes(self, resource: Any) -> bool:
        told = [one for path in self.paths for one in spans(resource, path)]
        if not told:
            return self.undated
        return any(choice.takes(one) for choice in self.choices for one in told)


def has_periods(paths: tuple[str, ...]) -> bool:
    return any(path.rpartition(".")[2] in _PERIOD for path in paths)


def spans(resource: Any, path: str) -> Iterator[Span]:
    """What is written there, of a Period all of it; an open end of a Period has no end."""
    steps = [step for step in path.split(".") if step not in _PERIOD]
    for value in at(resource, steps):
        yield from _spans_of(value)


def _spans_of(value: Any) -> Iterator[Span]:
    try:
        if isinstance(value, str):
            yield span(value)
        elif isinstance(value, dict) and _PERIOD & value.keys():
            low = span(value["start"]) if "start" in value else None
            high = span(value["end"]) if "end" in value else None
            zone = next((one.zone for one in (low, high) if one is not None), None)
            end = _end(high, zone) if high is not None else _LAST
            yield Span(low.low if low is not None else _FIRST, end, zone)
    except (NoDate, TypeError, AttributeError):
        return
