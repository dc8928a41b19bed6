"""The live sockets of this process: who is connected, and facts on their way to them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from protocol.account import Role
from protocol.queue import PersonPresence, Presence
from protocol.socket import PresenceChanged
from server.api.socket.connection import SESSION_OVER, Connection
from server.domain.people import Who
from server.domain.ports import Clock, Delivery


@dataclass(frozen=True, slots=True)
class _Pause:
    until: datetime


class Hub:
    """Knows every signed-in socket; implements `Reachability` and listens to the bus."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of_account: dict[UUID, set[Connection]] = {}
        self._of_session: dict[UUID, set[Connection]] = {}
        self._pauses: dict[UUID, _Pause] = {}
        self._shown: dict[UUID, PersonPresence] = {}
        self.on_arrival: Callable[[Who], None] = lambda _who: None

    # --- Reachability -----------------------------------------------------------------------

    def reachable(self, account_id: UUID) -> bool:
        return account_id in self._of_account and not self._paused(account_id)

    def connected(self, session_id: UUID) -> bool:
        return session_id in self._of_session

    # --- sockets ----------------------------------------------------------------------------

    def add(self, connection: Connection) -> None:
        who, session_id = connection.who, connection.session_id
        if who is None or session_id is None:
            return
        self._of_account.setdefault(who.id, set()).add(connection)
        self._of_session.setdefault(session_id, set()).add(connection)

    def announce(self, who: Who) -> None:
        """After the replay: the person is there; an expert may be rung."""
        self._show(who)
        if Role.EXPERT in who.roles and self.reachable(who.id):
            self.on_arrival(who)

    def remove(self, connection: Connection) -> None:
        who, session_id = connection.who, connection.session_id
        if who is None or session_id is None:
            return
        for index, key in ((self._of_account, who.id), (self._of_session, session_id)):
            live = index.get(key)
            if live is not None:
                live.discard(connection)
                if not live:
                    del index[key]
        self._show(who)

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

    # --- presence ---------------------------------------------------------------------------

    def pause(self, who: Who, minutes: int) -> None:
        was = self.reachable(who.id)
        if minutes:
            self._pauses[who.id] = _Pause(self._clock.now() + timedelta(minutes=minutes))
        else:
            self._pauses.pop(who.id, None)
        if not was:
            self.announce(who)
        else:
            self._show(who)

    def show(self, who: Who) -> None:
        """Tells everybody when an expert's presence differs from what was last shown."""
        self._show(who)

    def presence_of(self, account_id: UUID) -> PersonPresence:
        live = self._of_account.get(account_id)
        if not live:
            return PersonPresence(account_id=account_id, presence=Presence.OFFLINE)
        if any(connection.seats for connection in live):
            return PersonPresence(account_id=account_id, presence=Presence.IN_CALL)
        if self._paused(account_id):
            return PersonPresence(
                account_id=account_id,
                presence=Presence.PAUSED,
                until=self._pauses[account_id].until,
            )
        return PersonPresence(account_id=account_id, presence=Presence.AVAILABLE)

    def _paused(self, account_id: UUID) -> bool:
        pause = self._pauses.get(account_id)
        if pause is None:
            return False
        if pause.until <= self._clock.now():
            del self._pauses[account_id]
            return False
        return True

    def _show(self, who: Who) -> None:
        if Role.EXPERT not in who.roles:
            return
        presence = self.presence_of(who.id)
        if self._shown.get(who.id) == presence:
            return
        self._shown[who.id] = presence
        text = PresenceChanged(presence=presence).model_dump_json()
        for live in self._of_account.values():
            for connection in live:
                connection.push(text)
