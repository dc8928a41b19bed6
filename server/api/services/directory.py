"""Everybody and every agreement in memory; read anew when anything about people changed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TypeVar
from uuid import UUID

from protocol.account import Agreement, Role
from protocol.consultation import Person
from protocol.service_line import LineMode
from server.domain.case import Case
from server.domain.people import Who
from server.domain.rights import hears_of, treating
from server.store.people_changes import PeoplePart
from server.store.work import Work

EVERY = "*"
"""In the settings: every department that is not named."""


@dataclass(frozen=True)
class Lines:
    """Modes of departments: somebody's choice before the site's settings ("*" is of all others)."""

    settings: Mapping[str, LineMode] = field(default_factory=dict)
    chosen: Mapping[str, LineMode] = field(default_factory=dict)

    @property
    def default(self) -> LineMode:
        return self.settings.get(EVERY, LineMode.OPEN)

    def mode_of(self, department: str) -> LineMode:
        return self.chosen.get(department, self.settings.get(department, self.default))


@dataclass(frozen=True)
class Snapshot:
    """People and agreements as of one revision of the store, in the orders they are asked for."""

    revision: int
    people: dict[UUID, Who]
    agreements: tuple[Agreement, ...]
    lines: Lines = Lines()

    def mode_of(self, department: str) -> LineMode:
        return self.lines.mode_of(department)

    def capacity_of(self, account_id: UUID) -> int | None:
        """How many cases an expert holds at once; None where nothing limits it."""
        who = self.people.get(account_id)
        return None if who is None or who.expert is None else who.expert.capacity

    def person(self, account_id: UUID) -> Person:
        who = self.people.get(account_id)
        if who is None:
            return Person(id=account_id, display_name="—")
        return who.person()

    def with_role(self, role: Role) -> tuple[Who, ...]:
        """Who works in it."""
        return tuple(who for who in self._with_role.get(role, ()) if not who.disabled)

    @cached_property
    def _with_role(self) -> dict[Role, tuple[Who, ...]]:
        return _grouped((role, who) for who in self.people.values() for role in who.roles)

    def hearing(self, case: Case) -> list[Who]:
        """Whom changes of a case are told (`hears_of`), of a province without asking everybody: who
        treats, and those who look after all cases."""
        looking = (self._with_role.get(one, ()) for one in (Role.DISPATCHER, Role.REVIEWER))
        asked = {who.id: who for who in chain.from_iterable(looking)}
        asked |= {one: self.people[one] for one in treating(case) & self.people.keys()}
        return [who for who in asked.values() if hears_of(case, who)]

    def experts_of(self, department: str) -> tuple[Who, ...]:
        """Who is named an expert of it."""
        return self._experts_of.get(department, ())

    @cached_property
    def _experts_of(self) -> dict[str, tuple[Who, ...]]:
        return _grouped(
            (department, who)
            for who in self.with_role(Role.EXPERT)
            if who.expert is not None
            for department in who.expert.departments
        )

    def responsible(self, department: str) -> tuple[Who, ...]:
        """Whom clocks of a department may concern beside those who are asked: its heads, and
        dispatchers."""
        return (*self._heads_of.get(department, ()), *self.with_role(Role.DISPATCHER))

    @cached_property
    def _heads_of(self) -> dict[str, tuple[Who, ...]]:
        return _grouped(
            (department, who)
            for who in self.people.values()
            if who.expert is not None and not who.disabled
            for department in who.expert.heads
        )

    @cached_property
    def _agreements_of(self) -> dict[UUID, tuple[Agreement, ...]]:
        """By the clinic that asks."""
        return _grouped((agreement.clinic_id, agreement) for agreement in self.agreements)

    def in_force(self, now: datetime) -> frozenset[tuple[UUID, UUID]]:
        """Clinic and hospital of every agreement in force."""
        return frozenset(
            (one.clinic_id, one.hospital_id) for one in self.agreements if _holds(one, now)
        )

    def changes_after(self, now: datetime) -> datetime | None:
        """When the next agreement begins or ends by itself."""
        times = (at for one in self.agreements for at in (one.valid_from, one.valid_until))
        return min((at for at in times if at is not None and at > now), default=None)

    def agreement_ended(self, clinic_id: UUID, hospital_id: UUID, now: datetime) -> datetime | None:
        """When the last agreement of the two ended; None while one is in force, or without any."""
        its = [
            one for one in self._agreements_of.get(clinic_id, ()) if one.hospital_id == hospital_id
        ]
        if any(_holds(one, now) for one in its):
            return None
        ends = (one.valid_until for one in its)
        return max((at for at in ends if at is not None and at <= now), default=None)

    def may_consult(self, clinic_id: UUID, hospital_id: UUID | None, now: datetime) -> bool:
        """Whether an agreement between the two is in force; a house may always ask its own."""
        if hospital_id == clinic_id:
            return True
        return any(
            agreement.hospital_id == hospital_id and _holds(agreement, now)
            for agreement in self._agreements_of.get(clinic_id, ())
        )

    def agreed(self, clinic_id: UUID, department: str, now: datetime) -> bool:
        """Whether a clinic may ask any expert of a department; also where it has none."""
        experts = self.experts_of(department)
        houses = {who.institution_id for who in experts}
        return not houses or any(self.may_consult(clinic_id, house, now) for house in houses)


K = TypeVar("K")
V = TypeVar("V")


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _holds(agreement: Agreement, now: datetime) -> bool:
    until = agreement.valid_until
    return agreement.valid_from <= now and (until is None or until > now)


class Directory:
    """Caches a `Snapshot`; another process changing people is noticed by the revision."""

    def __init__(self, lines: Mapping[str, LineMode] | None = None) -> None:
        self._lines = {} if lines is None else lines
        self._snapshot: Snapshot | None = None
        self._reading = asyncio.Lock()

    async def of(self, work: Work) -> Snapshot:
        """As it is for this unit of work; of many that ask at once, the first reads."""
        revision = await work.people.revision()
        async with self._reading:
            known = self._snapshot
            if known is not None and known.revision > revision and not work.people.changed_here:
                if await work.people.revision_now() >= known.revision:
                    return known  # it began before the others: nothing older is to be seen
                if work.people.sees_the_newest:  # the database has gone back: a standby took over
                    self._snapshot = known = None
            if known is None or known.revision != revision:
                known = await self._read(work, known, revision)
                newer = self._snapshot is None or self._snapshot.revision < revision
                if newer and not work.people.changed_here:
                    self._snapshot = known
        return known

    async def _read(self, work: Work, known: Snapshot | None, revision: int) -> Snapshot:
        """Of a province only what has changed, where that is known."""
        lines = Lines(self._lines, await work.service_lines.all())
        changes = None if known is None else await work.people.changes(known.revision, revision)
        if known is None or changes is None:
            everybody = {who.id: who for who in await work.people.all()}
            return Snapshot(revision, everybody, tuple(await work.people.agreements()), lines)
        people, agreements = known.people, known.agreements
        if touched := await work.people.touched(changes):
            people = {**people, **{who.id: who for who in touched}}
        if changed := changes[PeoplePart.AGREEMENT]:
            its = {one.id: one for one in agreements}
            its |= {one.id: one for one in await work.people.agreements(changed)}
            agreements = tuple(its.values())
        return Snapshot(revision, people, agreements, lines)
