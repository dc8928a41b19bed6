"""What a change on the grid asks of the server: times on the wall, one day or every time."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from app.models.rota import BlockProps
from protocol.base import new_id
from protocol.rota import ChangeRotaEntry, NewRotaEntry, RotaKind, Weekly

STEP = timedelta(minutes=30)
USUAL = timedelta(hours=8)
"""How long a shift is that is made with one key."""


def later(moment: datetime, by: timedelta) -> datetime:
    """So much real time later, shown in the same zone: Python itself adds to what is on the
    wall."""
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)


def lasting(begin: datetime, end: datetime) -> timedelta:
    """Real time between two moments; Python itself subtracts what is on the wall."""
    return end.astimezone(UTC) - begin.astimezone(UTC)


def snapped(moment: datetime) -> datetime:
    """The half hour that is nearest on the wall."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    passed = moment.replace(tzinfo=None) - midnight.replace(tzinfo=None)
    return midnight + round(passed / STEP) * STEP


def new_shift(
    expert_id: UUID, department: str, kind: RotaKind, begin: datetime, end: datetime
) -> NewRotaEntry:
    return NewRotaEntry(
        id=new_id(),
        expert_id=expert_id,
        department=department,
        kind=kind,
        from_at=begin.astimezone(UTC),
        until_at=end.astimezone(UTC),
    )


def changed(
    block: BlockProps,
    begin: datetime,
    end: datetime,
    *,
    kind: RotaKind | None = None,
    weekdays: tuple[int, ...] | None = None,
    last_day: date | None = None,
    only_day: bool,
) -> ChangeRotaEntry:
    """The change of one time to `begin` and `end`.

    Args:
        weekdays: on which it repeats; None leaves them as they are, empty ends repeating.
        only_day: of what repeats, this day alone; else every time moves as this one does.
    """
    kind = kind or block.kind
    if only_day and block.weekly is not None:
        return ChangeRotaEntry(
            version=block.version,
            kind=kind,
            from_at=begin.astimezone(UTC),
            until_at=end.astimezone(UTC),
            only_day=block.day,
        )
    days = _shifted(block, begin) if weekdays is None else weekdays
    if weekdays is None and block.weekly is not None:
        last_day = block.weekly.last_day
    first = _wall(block.first) + (_wall(begin) - _wall(block.begin))
    while days and first.weekday() not in days:
        first += timedelta(days=1)
    zone, length = begin.tzinfo, _wall(end) - _wall(begin)
    return ChangeRotaEntry(
        version=block.version,
        kind=kind,
        from_at=first.replace(tzinfo=zone).astimezone(UTC),
        until_at=(first + length).replace(tzinfo=zone).astimezone(UTC),
        weekly=Weekly(weekdays=tuple(sorted(days)), last_day=last_day) if days else None,
    )


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _shifted(block: BlockProps, begin: datetime) -> tuple[int, ...]:
    """The weekdays of an entry one time of which moves to another day."""
    if block.weekly is None:
        return ()
    days = (begin.date() - block.begin.date()).days
    return tuple((day + days) % 7 for day in block.weekly.weekdays)
