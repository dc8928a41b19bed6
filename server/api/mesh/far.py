"""The socket of another process, as the calls of this one see it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from uuid import UUID

from protocol.call import PeerId
from server.api.mesh.words import Caller, Pushed, Seated, Word
from server.api.services.rooms import Seats
from server.domain.people import CallSeat, Who

MOST_WAITING = 2_000
"""Frames of one socket that wait to be carried out; a signal beyond is lost, as on a bad line."""


class FarEndpoint(Seats):
    """Pushes through the process that has the socket; its frames are carried out in order."""

    def __init__(
        self, me: UUID, process: UUID, caller: Caller, say: Callable[[Word], None]
    ) -> None:
        super().__init__()
        self._me, self._say = me, say
        self.process, self.connection = process, caller.connection
        self.who: Who | None = None
        self.guest: CallSeat | None = caller.guest
        self.session_id = caller.session_id

    def sit(self, case_id: UUID, peer_id: PeerId) -> None:
        super().sit(case_id, peer_id)
        self._say_seat(case_id, peer_id)

    def rise(self, case_id: UUID) -> PeerId | None:
        peer_id = super().rise(case_id)
        if peer_id is not None:
            self._say_seat(case_id, None)
        return peer_id

    def unseated(self, case_id: UUID) -> None:
        """The seat it had before is not to be had any more."""
        self._say_seat(case_id, None)

    def _say_seat(self, case_id: UUID, seat: PeerId | None) -> None:
        self._say(
            Seated(process=self._me, connection=self.connection, consultation_id=case_id, seat=seat)
        )

    def push(self, text: str) -> None:
        self._say(Pushed(process=self._me, connection=self.connection, text=text))


class InOrder:
    """Carries out what belongs together one after the other, in a task of its own."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], Awaitable[None]]] = deque()
        self._task: asyncio.Task[None] | None = None

    def add(self, do: Callable[[], Awaitable[None]]) -> None:
        """What is added beyond `MOST_WAITING` is forgotten."""
        if len(self._waiting) >= MOST_WAITING:
            return
        self._waiting.append(do)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="another process's socket")

    async def _run(self) -> None:
        while self._waiting:
            await self._waiting.popleft()()

    async def close(self) -> None:
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
