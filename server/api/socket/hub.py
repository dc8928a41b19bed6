"""The live sockets of this process: who is connected, and facts on their way to them."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from protocol.account import Role
from protocol.base import Answer
from protocol.queue import PersonPresence
from protocol.socket import HEARTBEAT_S, PresenceChanged
from server.api.mesh.roster import Roster
from server.api.mesh.words import PersonThere
from server.api.socket.connection import SESSION_OVER, Connection
from server.domain.people import Who
from server.domain.ports import Clock, Delivery
from server.domain.presence import Signs, derived, may_be_rung, pausing
from server.domain.rota import Duty

MISSED_HEARTBEATS = 4410


class Others(Protocol):
    """The other processes of the site, as they are told of this one."""

    def moved(self, person: PersonThere) -> None: ...

    def paused(self, account_id: UUID, until: datetime | None) -> None: ...

    def shown(self, text: str) -> None: ...


class Alone:
    """There are none."""

    def moved(self, person: PersonThere) -> None: ...

    def paused(self, account_id: UUID, until: datetime | None) -> None: ...

    def shown(self, text: str) -> None: ...


class Hub:
    """Knows every signed-in socket; implements `Reachability` and listens to the bus.

    Args:
        roster: who is connected to the other processes of the site.
    """

    def __init__(self, clock: Clock, roster: Roster | None = None) -> None:
        self._clock = clock
        self.roster = roster or Roster()
        self.others: Others = Alone()
        self._told: dict[UUID, PersonThere] = {}
        self._of_account: dict[UUID, set[Connection]] = {}
        self._of_session: dict[UUID, set[Connection]] = {}
        self._boards: set[Connection] = set()
        self._pauses: dict[UUID, datetime] = {}
        self._duties: dict[UUID, Duty] = {}
        self._at_work: dict[UUID, set[UUID]] = {}
        self._shown: dict[UUID, PersonPresence] = {}
        self.on_arrival: Callable[[Who], None] = lambda _who: None
        self.on_departure: Callable[[UUID], None] = lambda _account_id: None
        """Somebody is connected nowhere any more."""
        self.on_strangers: Callable[[], None] = lambda: None
        """Experts have been connected elsewhere without this process knowing of it."""

    # --- Reachability -----------------------------------------------------------------------

    def reachable(self, account_id: UUID, *, critical: bool = False) -> bool:
        return may_be_rung(self._signs(account_id), self._clock.now(), critical=critical)

    def on_shift(self, account_id: UUID) -> bool:
        return self.duty_of(account_id).on_shift

    def on_call(self, account_id: UUID, department: str) -> bool:
        return department in self.duty_of(account_id).on_call

    def connected(self, session_id: UUID) -> bool:
        return session_id in self._of_session or self.roster.session(session_id)

    # --- sockets ----------------------------------------------------------------------------

    def add(self, connection: Connection) -> None:
        who, session_id = connection.who, connection.session_id
        if who is None or session_id is None:
            return
        self._of_account.setdefault(who.id, set()).add(connection)
        self._of_session.setdefault(session_id, set()).add(connection)
        if Role.DISPATCHER in who.roles:
            self._boards.add(connection)
        self._tell_others(who)

    def announce(self, who: Who) -> None:
        """After the replay: the person is there; an expert may be rung."""
        self._show(who)
        if Role.EXPERT in who.roles:
            self.on_arrival(who)

    def remove(self, connection: Connection) -> None:
        who, session_id = connection.who, connection.session_id
        if who is None or session_id is None:
            return
        self._boards.discard(connection)
        for index, key in ((self._of_account, who.id), (self._of_session, session_id)):
            live = index.get(key)
            if live is not None:
                live.discard(connection)
                if not live:
                    del index[key]
        self._show(who)
        self._left(who.id)

    def deliver(self, delivery: Delivery) -> None:
        """One committed fact to whoever it concerns and is connected."""
        text = delivery.payload.decode()
        if delivery.session_id is not None:
            for connection in tuple(self._of_session.get(delivery.session_id, ())):
                connection.fact(delivery.seq, text)
                if delivery.closes:
                    connection.close_after_queue(SESSION_OVER)
            return
        for account_id in delivery.accounts:
            for connection in self._of_account.get(account_id, ()):
                connection.fact(delivery.seq, text)

    def stale(self, before: float) -> Iterable[Connection]:
        """Connections that have said nothing since `before` (monotonic seconds)."""
        return [
            connection
            for live in self._of_account.values()
            for connection in live
            if connection.last_heard < before
        ]

    async def sweep(self) -> None:
        """Closes sockets that missed two heartbeats: their presence has ended."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(HEARTBEAT_S / 3)
            for connection in self.stale(loop.time() - 2.5 * HEARTBEAT_S):
                connection.close_after_queue(MISSED_HEARTBEATS)

    # --- presence ---------------------------------------------------------------------------

    def pause(self, account_id: UUID, until: datetime | None) -> None:
        """Until when somebody pauses; None ends it, and an expert who is there may be rung."""
        self.pause_here(account_id, until)
        self.others.paused(account_id, until)

    def pause_here(self, account_id: UUID, until: datetime | None) -> None:
        """The same, where the others know of it."""
        was = self.reachable(account_id)
        if until is None:
            self._pauses.pop(account_id, None)
        else:
            self._pauses[account_id] = until
        self._moved(account_id, arrived=not was)

    def pausing(self) -> frozenset[UUID]:
        """Whose pauses it knows of."""
        return frozenset(self._pauses)

    def end_pauses(self) -> int:
        """Ends the pauses whose time is over; answers how many."""
        now = self._clock.now()
        over = [id_ for id_, until in self._pauses.items() if not pausing(until, now)]
        for account_id in over:
            del self._pauses[account_id]
            self._moved(account_id, arrived=True)
        return len(over)

    def duty_of(self, account_id: UUID) -> Duty:
        return self._duties.get(account_id, Duty())

    def duty(self, account_id: UUID, duty: Duty) -> None:
        """What the rota says of somebody now; who comes on shift or on call may be rung."""
        was = self.duty_of(account_id)
        self._duties[account_id] = duty
        comes = (duty.on_shift and not was.on_shift) or bool(duty.on_call - was.on_call)
        self._moved(account_id, arrived=comes)

    def tell_everybody(self, message: Answer) -> None:
        """What is not stored, to every socket of a person, also at other processes."""
        text = message.model_dump_json()
        self.push_to_everybody(text)
        self.others.shown(text)

    def push_to_everybody(self, text: str) -> None:
        """To every socket of a person here."""
        for live in tuple(self._of_account.values()):
            for connection in live:
                connection.push(text)

    def tell(self, message: Answer, accounts: Iterable[UUID]) -> None:
        """What is not stored, to the sockets of some people."""
        text = message.model_dump_json()
        for account_id in accounts:
            for connection in self._of_account.get(account_id, ()):
                connection.push(text)

    def at_work(self, account_id: UUID, case_id: UUID, *, now_at_it: bool) -> None:
        """Somebody began to read a case or to write its report, or does so no longer."""
        cases = self._at_work.setdefault(account_id, set())
        if now_at_it:
            cases.add(case_id)
        else:
            cases.discard(case_id)
        if not cases:
            del self._at_work[account_id]
        self._moved(account_id, arrived=False)

    def moved_elsewhere(self, people: Iterable[PersonThere]) -> None:
        """The roster has changed for these."""
        for person in people:
            if person.expert:
                self._show_expert(person.account_id)
            self._left(person.account_id)

    def told_elsewhere(self, process: UUID, people: Sequence[PersonThere]) -> None:
        """Everybody who is connected to another process. Who comes there is rung there; whom it did
        not know of while it could not hear may be rung by this one only now."""
        strange = any(
            one.expert and one.sessions and not self._signs(one.account_id).connected
            for one in people
        )
        self.moved_elsewhere(self.roster.told(process, people))
        if strange:
            self.on_strangers()

    def _left(self, account_id: UUID) -> None:
        if not self._signs(account_id).connected:
            self.on_departure(account_id)

    def people_here(self) -> tuple[PersonThere, ...]:
        """Everybody connected to this process, as the others are told."""
        return tuple(self._told.values())

    def _moved(self, account_id: UUID, *, arrived: bool) -> None:
        who = next((one.who for one in self._of_account.get(account_id, ())), None)
        if who is None:  # offline before and after, or connected to another process
            if self.roster.expert(account_id):
                self._show_expert(account_id)
        elif arrived:
            self.announce(who)
        else:
            self._show(who)

    def show(self, who: Who) -> None:
        """Tells everybody when an expert's presence differs from what was last shown."""
        self._show(who)

    def presence_of(self, account_id: UUID) -> PersonPresence:
        return derived(account_id, self._signs(account_id), self._clock.now())

    def _signs(self, account_id: UUID) -> Signs:
        live = self._of_account.get(account_id, ())
        return Signs(
            connected=bool(live) or self.roster.connected(account_id),
            in_call=any(connection.seats for connection in live) or self.roster.in_call(account_id),
            at_work=account_id in self._at_work,
            paused_until=self._pauses.get(account_id),
            duty=self.duty_of(account_id),
        )

    def _show(self, who: Who) -> None:
        self._tell_others(who)
        if Role.EXPERT in who.roles:
            self._show_expert(who.id)

    def _show_expert(self, account_id: UUID) -> None:
        """To themself, and to dispatchers, who have a board: told to everybody it would grow with
        the square of the site. Who looks for somebody to hand a case over reads it (`presence`)."""
        presence = self.presence_of(account_id)
        if self._shown.get(account_id) == presence:
            return
        self._shown[account_id] = presence
        text = PresenceChanged(presence=presence).model_dump_json()
        for connection in {*self._boards, *self._of_account.get(account_id, ())}:
            connection.push(text)

    def _tell_others(self, who: Who) -> None:
        live = self._of_account.get(who.id, ())
        person = PersonThere(
            account_id=who.id,
            sessions=frozenset(one.session_id for one in live if one.session_id is not None),
            in_call=any(connection.seats for connection in live),
            expert=Role.EXPERT in who.roles,
        )
        if self._told.get(who.id) == person:
            return
        if person.sessions:
            self._told[who.id] = person
        elif self._told.pop(who.id, None) is None:
            return
        self.others.moved(person)
