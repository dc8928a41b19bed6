"""Everybody and every agreement in memory; read anew when anything about people changed."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from protocol.account import Agreement, Role
from protocol.consultation import Person
from protocol.service_line import LineMode
from server.domain.people import Who
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

    def with_role(self, role: Role) -> list[Who]:
        return [who for who in self.people.values() if role in who.roles and not who.disabled]

    def experts_of(self, department: str) -> tuple[Who, ...]:
        """Who is named an expert of it."""
        return self._experts_of.get(department, ())

    @cached_property
    def _experts_of(self) -> dict[str, tuple[Who, ...]]:
        found: dict[str, list[Who]] = defaultdict(list)
        for who in self.with_role(Role.EXPERT):
            for department in () if who.expert is None else who.expert.departments:
                found[department].append(who)
        return {department: tuple(experts) for department, experts in found.items()}

    @cached_property
    def _agreements_of(self) -> dict[UUID, tuple[Agreement, ...]]:
        """By the clinic that asks."""
        found: dict[UUID, list[Agreement]] = defaultdict(list)
        for agreement in self.agreements:
            found[agreement.clinic_id].append(agreement)
        return {clinic: tuple(its) for clinic, its in found.items()}

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
            if known is None or known.revision != revision:
                known = Snapshot(
                    revision,
                    {who.id: who for who in await work.people.all()},
                    tuple(await work.people.agreements()),
                    Lines(self._lines, await work.service_lines.all()),
                )
                newer = self._snapshot is None or self._snapshot.revision < revision
                if newer and not work.people.changed_here:
                    self._snapshot = known
        return known
