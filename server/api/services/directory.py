"""Everybody and every agreement in memory; read anew when anything about people changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from protocol.account import Agreement, Role
from protocol.consultation import Person
from server.domain.people import Who
from server.store.work import Work


@dataclass(frozen=True, slots=True)
class Snapshot:
    """People and agreements as of one revision of the store."""

    revision: int
    people: dict[UUID, Who]
    agreements: tuple[Agreement, ...]

    def person(self, account_id: UUID) -> Person:
        who = self.people.get(account_id)
        if who is None:
            return Person(id=account_id, display_name="—")
        return who.person()

    def with_role(self, role: Role) -> list[Who]:
        return [who for who in self.people.values() if role in who.roles and not who.disabled]

    def may_consult(self, clinic_id: UUID, hospital_id: UUID | None, now: datetime) -> bool:
        """Whether an agreement between the two is in force; a house may always ask its own."""
        if hospital_id == clinic_id:
            return True
        return any(
            agreement.clinic_id == clinic_id
            and agreement.hospital_id == hospital_id
            and agreement.valid_from <= now
            and (agreement.valid_until is None or agreement.valid_until > now)
            for agreement in self.agreements
        )


class Directory:
    """Caches a `Snapshot`; another process changing people is noticed by the revision."""

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None

    async def of(self, work: Work) -> Snapshot:
        revision = await work.people.revision()
        if self._snapshot is None or self._snapshot.revision != revision:
            self._snapshot = Snapshot(
                revision,
                {who.id: who for who in await work.people.all()},
                tuple(await work.people.agreements()),
            )
        return self._snapshot
