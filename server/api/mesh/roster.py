"""Who is connected to the other processes of the site."""

from collections.abc import Iterable
from uuid import UUID

from server.api.mesh.words import PersonThere


class Roster:
    """What the others told last; empty where there are none. Every change answers whose it is."""

    def __init__(self) -> None:
        self._of: dict[UUID, dict[UUID, PersonThere]] = {}
        self._sessions: dict[UUID, int] = {}
        self._told: set[UUID] = set()
        self._others: frozenset[UUID] = frozenset()

    def connected(self, account_id: UUID) -> bool:
        return any(account_id in people for people in self._of.values())

    def in_call(self, account_id: UUID) -> bool:
        return any(
            people[account_id].in_call for people in self._of.values() if account_id in people
        )

    def expert(self, account_id: UUID) -> bool:
        return any(
            people[account_id].expert for people in self._of.values() if account_id in people
        )

    def session(self, session_id: UUID) -> bool:
        return session_id in self._sessions

    def moved(self, process: UUID, person: PersonThere) -> PersonThere:
        """Somebody came, went, or entered or left a call; answers who it is."""
        people = self._of.setdefault(process, {})
        self._drop(people.pop(person.account_id, None))
        if person.sessions:
            people[person.account_id] = person
            for session_id in person.sessions:
                self._sessions[session_id] = self._sessions.get(session_id, 0) + 1
        return person

    @property
    def whole(self) -> bool:
        """Whether every other process has said who is connected to it."""
        return self._others <= self._told

    def expect(self, others: frozenset[UUID]) -> None:
        """These processes live beside this one."""
        self._others = others

    def told(self, process: UUID, people: Iterable[PersonThere]) -> list[PersonThere]:
        """Everybody of a process anew; answers those of before as well."""
        before = self.gone(process)
        self._told.add(process)
        now = [self.moved(process, person) for person in people]
        here = {person.account_id for person in now}
        return [*now, *(person for person in before if person.account_id not in here)]

    def gone(self, process: UUID) -> list[PersonThere]:
        """The process has ended; answers who was connected to it."""
        self._told.discard(process)
        before = list(self._of.pop(process, {}).values())
        for person in before:
            self._drop(person)
        return before

    def processes(self) -> list[UUID]:
        return list(self._of)

    def _drop(self, person: PersonThere | None) -> None:
        for session_id in () if person is None else person.sessions:
            left = self._sessions[session_id] - 1
            if left:
                self._sessions[session_id] = left
            else:
                del self._sessions[session_id]
