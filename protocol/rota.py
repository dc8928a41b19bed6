"""The rota: who is on shift, who is on call, who is on leave, as a department plans it.

A rota names an IANA zone; what repeats weekly keeps its hours on the wall there, also where
daylight saving moves them in UTC.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from protocol.account import ExpertTitle
from protocol.base import Answer, Message, Moment, Name
from protocol.consultation import Person

DEFAULT_ZONE = "Asia/Shanghai"
MOST_DAYS = 62
"""The longest stretch of a rota that is read at once."""


class RotaKind(StrEnum):
    """`on_call` is reached for critical cases and by mail or telephone; `leave` takes the expert
    out of every shift and call, in all departments."""

    SHIFT = "shift"
    ON_CALL = "on_call"
    LEAVE = "leave"


RotaDay = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(3000, 1, 1))]
"""Days in other zones, and weeks later, are still days of the calendar."""
RotaMoment = Annotated[
    Moment, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))
]

Weekday = Annotated[int, Field(ge=0, le=6)]
"""Monday is 0."""


class Weekly(Message):
    """Every week on these days, in the rota's zone; `last_day` is the last on which it begins."""

    weekdays: tuple[Weekday, ...] = Field(min_length=1, max_length=7)
    last_day: RotaDay | None = None


class NewRotaEntry(Message):
    """From `from_at` to `until_at`, or every week so; the same id again answers the first one."""

    id: UUID
    expert_id: UUID
    department: Name
    kind: RotaKind
    from_at: RotaMoment
    until_at: RotaMoment
    weekly: Weekly | None = None


class ChangeRotaEntry(Message):
    """All of an entry as it is to be. With `only_day`, a day on which it begins in the rota's
    zone, that one day is taken out of what repeats and stands by itself."""

    version: int
    kind: RotaKind
    from_at: RotaMoment
    until_at: RotaMoment
    weekly: Weekly | None = None
    only_day: RotaDay | None = None


class RotaEntry(Answer):
    """`from_at` and `until_at` are those of its first day; it does not happen on `except_days`."""

    id: UUID
    expert_id: UUID
    department: str
    kind: RotaKind
    from_at: Moment
    until_at: Moment
    weekly: Weekly | None = None
    except_days: tuple[date, ...] = ()
    version: int = 1


class RotaShift(Answer):
    """One time an entry happens; `day` is where it begins in the rota's zone."""

    entry_id: UUID
    day: date
    from_at: Moment
    until_at: Moment


class RotaGap(Answer):
    """No shift is planned; `on_call`: but somebody can be called. Where nobody has a rota yet there
    are none."""

    from_at: Moment
    until_at: Moment
    on_call: bool


class RotaExpert(Answer):
    """`always`: no shift is entered for them, so they count as on shift at any time."""

    person: Person
    title: ExpertTitle
    always: bool


class Rota(Answer):
    """A department's rota for some days. Who may not edit it sees themselves only, no gaps."""

    department: str
    zone: str
    may_edit: bool
    may_contact: bool
    from_at: Moment
    until_at: Moment
    departments: tuple[str, ...]
    experts: tuple[RotaExpert, ...]
    entries: tuple[RotaEntry, ...]
    shifts: tuple[RotaShift, ...]
    gaps: tuple[RotaGap, ...] = ()


class CopyWeek(Message):
    """What stands once in the seven days from `from_day` on is written again from `to_day` on.
    What repeats is there anyway; leave is not copied."""

    department: Name
    from_day: RotaDay
    to_day: RotaDay


class SetRotaZone(Message):
    """What is planned keeps its moments; what repeats keeps from then on the hours there."""

    department: Name
    zone: Annotated[str, Field(min_length=1, max_length=64)]
