"""Planning the rota: reading, entering, changing, copying a week; who may, and what overlaps."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from protocol.account import Role
from protocol.base import new_id
from protocol.errors import ErrorCode
from protocol.rota import (
    DEFAULT_ZONE,
    ChangeRotaEntry,
    CopyWeek,
    NewRotaEntry,
    Rota,
    RotaEntry,
    RotaExpert,
    RotaKind,
    SetRotaZone,
)
from protocol.socket import RotaChanged
from server.api.services.directory import Directory, Snapshot
from server.api.services.duties import Duties
from server.api.socket.hub import Hub
from server.domain.audit import Access, Resource
from server.domain.errors import Conflict, Forbidden, NotFound, invalid_field
from server.domain.people import Who
from server.domain.rota import Span, check_entry, clash, gaps, may_edit, shifts_of, wall, zone_of
from server.store.work import Store, Work


@dataclass(frozen=True, slots=True)
class _Seen:
    """Which departments somebody may look at, and whom of one of them."""

    departments: tuple[str, ...]
    edits: bool
    experts: tuple[Who, ...]


class Rotas:
    """What dispatchers and heads of departments plan."""

    def __init__(self, store: Store, directory: Directory, duties: Duties, hub: Hub) -> None:
        self._store = store
        self._directory = directory
        self._duties = duties
        self._hub = hub

    # --- reading ----------------------------------------------------------------------------

    async def rota(self, who: Who, department: str, from_day: date, days: int) -> Rota:
        """The days from midnight in the rota's zone on; the first department where none is
        named."""
        async with self._store.reading() as work:
            people = await self._directory.of(work)
            seen = _seen(who, people, department)
            department = department or (seen.departments[0] if seen.departments else "")
            name = await work.rota.zone(department)
            zone = ZoneInfo(name)
            ids = {one.id for one in seen.experts}
            zones, planned = await work.rota.zones(), await work.rota.planned()
            within = _days(from_day, days, zone)
            every = await work.rota.of_experts(ids, within.begin)
        shown = [one for one in every if _belongs(one, department)]
        shifts = [
            shift
            for entry in shown
            for shift in shifts_of(entry, _zone(zones, entry.department), within)
        ]
        return Rota(
            department=department,
            zone=name,
            may_edit=seen.edits,
            may_contact=Role.DISPATCHER in who.roles,
            from_at=within.begin,
            until_at=within.end,
            departments=seen.departments,
            experts=tuple(_expert(one, always=one.id not in planned) for one in seen.experts),
            entries=tuple(shown),
            shifts=tuple(sorted(shifts, key=lambda one: (one.from_at, one.entry_id))),
            gaps=tuple(gaps(ids, shown, shifts, within)) if seen.edits and ids & planned else (),
        )

    # --- planning ---------------------------------------------------------------------------

    async def add(self, who: Who, body: NewRotaEntry) -> RotaEntry:
        entry = RotaEntry(
            id=body.id,
            expert_id=body.expert_id,
            department=body.department,
            kind=body.kind,
            from_at=body.from_at,
            until_at=body.until_at,
            weekly=body.weekly,
        )
        async with self._store.writing() as work:
            known = await work.rota.get(body.id)
            if known is None:
                people = await self._directory.of(work)
                await self._allowed(work, who, people, entry)
                await self._fits(work, entry, people)
                await self._keep(work, who, entry)
        if known is not None:
            if known.expert_id != body.expert_id:
                raise Conflict(ErrorCode.CONFLICT, "this id is taken")
            return known
        await self._told(entry.department)
        return entry

    async def change(self, who: Who, entry_id: UUID, body: ChangeRotaEntry) -> RotaEntry:
        """Answers what now stands where the change was made: of one day, the new entry."""
        async with self._store.writing() as work:
            old = await self._entry(work, who, entry_id)
            people = await self._directory.of(work)
            zone = ZoneInfo(await work.rota.zone(old.department))
            changed = old.model_copy(
                update={
                    "kind": body.kind,
                    "from_at": body.from_at,
                    "until_at": body.until_at,
                    "weekly": body.weekly,
                    "version": body.version + 1,
                }
            )
            if body.only_day is not None:
                await self._take_out(work, old, body.version, body.only_day, zone)
                update = {"id": new_id(), "weekly": None, "except_days": (), "version": 1}
                changed = changed.model_copy(update=update)
                await self._fits(work, changed, people)
                await self._keep(work, who, changed)
            else:
                await self._fits(work, changed, people)
                if not await work.rota.change(changed, body.version):
                    raise _stale()
                work.trail.note(who.id, Access.UPDATE, Resource.ROTA, entry_id)
        await self._told(old.department)
        return changed

    async def remove(self, who: Who, entry_id: UUID, version: int, only_day: date | None) -> None:
        async with self._store.writing() as work:
            old = await self._entry(work, who, entry_id)
            zone = ZoneInfo(await work.rota.zone(old.department))
            if only_day is not None:
                await self._take_out(work, old, version, only_day, zone)
            elif not await work.rota.remove(entry_id, version):
                raise _stale()
            detail = "" if only_day is None else only_day.isoformat()
            work.trail.note(who.id, Access.DELETE, Resource.ROTA, entry_id, detail=detail)
        await self._told(old.department)

    async def copy_week(self, who: Who, body: CopyWeek) -> list[RotaEntry]:
        """All of it or nothing: raises `Conflict` where one entry would overlap."""
        moved = body.to_day - body.from_day
        if moved == timedelta(0):
            raise invalid_field("a week is not copied onto itself", "to_day")
        made: list[RotaEntry] = []
        async with self._store.writing() as work:
            people = await self._directory.of(work)
            seen = _seen(who, people, body.department)
            if not seen.edits:
                raise Forbidden("only dispatchers and the head of the department plan its rota")
            zone = ZoneInfo(await work.rota.zone(body.department))
            within = _days(body.from_day, 7, zone)
            everybody = [one.id for one in seen.experts]
            for entry in await work.rota.of_experts(everybody, within.begin):
                once = entry.weekly is None and entry.kind is not RotaKind.LEAVE
                if not once or entry.department != body.department:
                    continue
                if not within.covers(entry.from_at):
                    continue
                copy = entry.model_copy(
                    update={
                        "id": new_id(),
                        "from_at": _moved(entry.from_at, moved, zone),
                        "until_at": _moved(entry.until_at, moved, zone),
                        "version": 1,
                    }
                )
                await self._fits(work, copy, people)
                await self._keep(work, who, copy)
                made.append(copy)
        await self._told(body.department)
        return made

    async def set_zone(self, who: Who, body: SetRotaZone) -> None:
        zone_of(body.zone)
        async with self._store.writing() as work:
            seen = _seen(who, await self._directory.of(work), body.department)
            if not seen.edits:
                raise Forbidden("only dispatchers and the head of the department plan its rota")
            await work.rota.set_zone(body.department, body.zone)
            work.trail.note(who.id, Access.UPDATE, Resource.ROTA, detail=f"zone {body.zone}")
        await self._told(body.department)

    # --- what all of them need --------------------------------------------------------------

    async def _entry(self, work: Work, who: Who, entry_id: UUID) -> RotaEntry:
        found = await work.rota.get(entry_id)
        if found is None:
            raise NotFound("this is no longer on the rota")
        await self._allowed(work, who, await self._directory.of(work), found)
        return found

    async def _allowed(self, work: Work, who: Who, people: Snapshot, entry: RotaEntry) -> None:
        expert = people.people.get(entry.expert_id)
        if expert is None or expert.expert is None:
            raise invalid_field("there is no such expert", "expert_id")
        if entry.department not in expert.expert.departments:
            raise invalid_field("this expert is not of this department", "department")
        if not may_edit(who, expert, entry.department):
            raise Forbidden("only dispatchers and the head of the department plan its rota")

    async def _fits(self, work: Work, entry: RotaEntry, people: Snapshot) -> None:
        zones = await work.rota.zones()
        zone = _zone(zones, entry.department)
        check_entry(entry, zone)
        others = [
            (one, _zone(zones, one.department))
            for one in await work.rota.of_experts([entry.expert_id], entry.from_at)
        ]
        met = clash(entry, others, zone)
        if met is not None:
            other, shift = met
            name = people.person(entry.expert_id).display_name
            raise Conflict(
                ErrorCode.ROTA_OVERLAP,
                f"{name} is already on the rota of {other.department} then ({other.kind.value})",
                holder=name,
                since=shift.from_at,
                missing=(other.department,),
            )

    async def _keep(self, work: Work, who: Who, entry: RotaEntry) -> None:
        await work.rota.add(entry)
        detail = f"{entry.kind.value} of {entry.expert_id}"
        work.trail.note(who.id, Access.CREATE, Resource.ROTA, entry.id, detail=detail)

    async def _take_out(
        self, work: Work, entry: RotaEntry, version: int, day: date, zone: ZoneInfo
    ) -> None:
        """One day of what repeats; the last one that was left takes the entry with it."""
        there = [one.day for one in shifts_of(entry, zone, _days(day, 1, zone))]
        if entry.weekly is None or day not in there:
            raise invalid_field("it does not begin on this day", "only_day")
        less = entry.model_copy(
            update={"except_days": (*entry.except_days, day), "version": version + 1}
        )
        if not await work.rota.change(less, version):
            raise _stale()

    async def _told(self, department: str) -> None:
        await self._duties.follow()
        self._hub.tell_everybody(RotaChanged(department=department))


def _seen(who: Who, people: Snapshot, department: str) -> _Seen:
    """Raises `Forbidden` for who has no part in any rota, or in this one."""
    experts = [one for one in people.with_role(Role.EXPERT) if one.expert is not None]
    own = () if who.expert is None or Role.EXPERT not in who.roles else who.expert.departments
    heads = () if who.expert is None else who.expert.heads
    if Role.DISPATCHER in who.roles:
        known = {name for one in experts if one.expert for name in one.expert.departments}
    else:
        known = {*own, *heads}
    if not known and Role.DISPATCHER not in who.roles:
        raise Forbidden("rotas are for experts, heads of departments and dispatchers")
    departments = tuple(sorted(known))
    if department and department not in known and Role.DISPATCHER not in who.roles:
        raise Forbidden("this is not a rota of yours")
    chosen = department or (departments[0] if departments else "")
    of_it = [one for one in experts if one.expert and chosen in one.expert.departments]
    edits = Role.DISPATCHER in who.roles or chosen in heads
    shown = [one for one in of_it if (edits and may_edit(who, one, chosen)) or one.id == who.id]
    shown.sort(key=lambda one: (one.display_name, one.id))
    return _Seen(departments, edits, tuple(shown))


def _belongs(entry: RotaEntry, department: str) -> bool:
    """Leave is of every department."""
    return entry.department == department or entry.kind is RotaKind.LEAVE


def _expert(who: Who, *, always: bool) -> RotaExpert:
    assert who.expert is not None
    return RotaExpert(person=who.person(), title=who.expert.title, always=always)


def _zone(zones: dict[str, str], department: str) -> ZoneInfo:
    return ZoneInfo(zones.get(department, DEFAULT_ZONE))


def _days(first: date, days: int, zone: ZoneInfo) -> Span:
    """Whole days from midnight to midnight on the wall."""
    begin = datetime(first.year, first.month, first.day, tzinfo=zone)
    end = begin + timedelta(days=days)  # on the wall: Python adds to what is shown
    return Span(begin.astimezone(UTC), end.astimezone(UTC))


def _moved(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """The same time on the wall some days later."""
    return (wall(moment, zone) + by).replace(tzinfo=zone).astimezone(UTC)


def _stale() -> Conflict:
    return Conflict(ErrorCode.CONFLICT, "this has just been changed; read the rota again")
