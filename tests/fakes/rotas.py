"""A week of a department's rota, as the server answers it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from protocol.account import ExpertTitle
from protocol.rota import Rota, RotaEntry, RotaExpert, RotaKind, Weekly
from server.domain.rota import Span, gaps, shifts_of
from tests.fakes.boards import somebody
from tests.fakes.examples import named

MONDAY = date(2026, 11, 16)
SHANGHAI = ZoneInfo("Asia/Shanghai")
DEPARTMENT = "放射科"
PEOPLE = (
    ("陈专家", ExpertTitle.CHIEF),
    ("王建国", ExpertTitle.ASSOCIATE_CHIEF),
    ("孙丽", ExpertTitle.ATTENDING),
    ("赵主任", ExpertTitle.CHIEF),
    ("李明", ExpertTitle.ATTENDING),
)


def at(day: int, hour: float, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Of the week: day 0 is its Monday."""
    begin = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=zone)
    return (begin + timedelta(days=day, hours=hour)).astimezone(UTC)


def entry(name: str, who: str, day: int, hour: float, hours: float, **more: object) -> RotaEntry:
    values: dict[str, object] = {
        "id": named(f"entry {name}"),
        "expert_id": named(who),
        "department": DEPARTMENT,
        "kind": RotaKind.SHIFT,
        "from_at": at(day, hour),
        "until_at": at(day, hour + hours),
    }
    return RotaEntry.model_validate(values | more)


def entries() -> tuple[RotaEntry, ...]:
    weekdays = Weekly(weekdays=(0, 1, 2, 3, 4))
    call, leave = RotaKind.ON_CALL, RotaKind.LEAVE
    return (
        entry("day", "陈专家", 0, 8, 8, weekly=weekdays),
        entry("late", "王建国", 0, 16, 8, weekly=Weekly(weekdays=(0, 1, 2, 3))),
        entry("early", "孙丽", 1, 7, 6.5),
        entry("saturday", "孙丽", 5, 8, 10),
        entry("night call", "王建国", 4, 16, 40, kind=call),
        entry("call", "赵主任", 0, 0, 8, kind=call, weekly=weekdays),
        entry("away", "孙丽", 2, 0, 48, kind=leave),
    )


def rota(
    planned: tuple[RotaEntry, ...] | None = None,
    *,
    may_edit: bool = True,
    may_contact: bool = True,
) -> Rota:
    planned = entries() if planned is None else planned
    within = Span(at(0, 0), at(7, 0))
    shifts = [one for item in planned for one in shifts_of(item, SHANGHAI, within)]
    busy = {one.expert_id for one in planned if one.kind is RotaKind.SHIFT}
    experts = tuple(
        RotaExpert(person=somebody(name), title=title, always=named(name) not in busy)
        for name, title in PEOPLE
    )
    found = gaps([one.person.id for one in experts], planned, shifts, within)
    return Rota(
        department=DEPARTMENT,
        zone="Asia/Shanghai",
        may_edit=may_edit,
        may_contact=may_contact,
        from_at=within.begin,
        until_at=within.end,
        departments=("放射科", "心内科"),
        experts=experts,
        entries=planned,
        shifts=tuple(shifts),
        gaps=tuple(found) if may_edit and busy else (),
    )
