"""Moves calls onto the SFU when they have grown, and off it when it is gone."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Protocol
from uuid import UUID

import structlog

from protocol.call import PeerId, Signal
from protocol.socket import SignalReceived
from server.api.services.rooms import Room
from server.api.sfu.errors import SfuError
from server.api.sfu.forwarding import Forwarding
from server.api.sfu.sfu import Sfu
from server.domain.errors import Refusal

_LOG = structlog.get_logger("huizhen.sfu")
RETRY_S = 3.0
"""Seconds until an SFU that did not answer is asked again."""


class Rooms(Protocol):
    """The calls of this process; what changes them is done one at a time."""

    order: asyncio.Lock

    def room_of(self, case_id: UUID) -> Room | None: ...

    async def tell(self, room: Room) -> None:
        """Tells everybody how the call is now."""
        ...


class SfuSwitch:
    """Watches how many sit in a call. Who is on the SFU stays there until the call ends.

    Without an SFU nothing is moved: a call of any size is a mesh.
    """

    def __init__(self, sfu: Sfu | None) -> None:
        self._sfu = sfu
        self._moving: set[UUID] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def look(self, rooms: Rooms, case_id: UUID) -> None:
        """Somebody has joined: a call that has become large is moved."""
        sfu, room = self._sfu, rooms.room_of(case_id)
        if sfu is None or not _due(room, sfu) or case_id in self._moving:
            return
        self._moving.add(case_id)
        self._start(self._move(sfu, rooms, case_id))

    def ended(self, room: Room) -> None:
        """The call is over: nothing of it stays on the SFU."""
        forwarding = room.sfu
        if self._sfu is not None and isinstance(forwarding, Forwarding):
            self._start(self._sfu.end(forwarding))

    def let_go(self, room: Room) -> None:
        """Another process keeps the call, and its room on the SFU, which stays."""
        forwarding = room.sfu
        if self._sfu is not None and isinstance(forwarding, Forwarding):
            self._start(self._sfu.let_go(forwarding))

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._sfu is not None:
            await self._sfu.close()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work, name="sfu switch")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _move(self, sfu: Sfu, rooms: Rooms, case_id: UUID) -> None:
        try:
            while _due(room := rooms.room_of(case_id), sfu):
                assert room is not None
                try:
                    forwarding = await sfu.open(
                        room.call.id,
                        partial(_deliver, rooms, case_id),
                        partial(self._lost, rooms, case_id),
                    )
                except SfuError as error:
                    if not room.sfu_away:
                        _LOG.error("sfu.away", reason=str(error), call_id=str(room.call.id))
                    await self._tell(rooms, case_id, None, away=True)
                    await asyncio.sleep(RETRY_S)
                    continue
                await self._begin(sfu, rooms, case_id, forwarding)
            if room is not None and room.sfu_away:  # small again: nothing is missing any more
                await self._tell(rooms, case_id, None)
        finally:
            self._moving.discard(case_id)

    async def _begin(self, sfu: Sfu, rooms: Rooms, case_id: UUID, forwarding: Forwarding) -> None:
        if forwarding.line.gone.is_set() or not await self._tell(rooms, case_id, forwarding):
            await sfu.end(forwarding)
            return
        if forwarding.line.gone.is_set():  # meanwhile
            await self._tell(rooms, case_id, None, away=True)

    async def _tell(
        self, rooms: Rooms, case_id: UUID, sfu: Forwarding | None, *, away: bool = False
    ) -> bool:
        """False when the call has ended or everybody who made it large has left."""
        async with rooms.order:
            room = rooms.room_of(case_id)
            if room is None:
                return False
            if room.sfu is sfu and room.sfu_away is away:
                return True
            room.forward(sfu, away=away)
            try:
                await rooms.tell(room)
            except Refusal:
                _LOG.warning("sfu.not_told", call_id=str(room.call.id))
            return True

    def _lost(self, rooms: Rooms, case_id: UUID, forwarding: Forwarding) -> None:
        room = rooms.room_of(case_id)
        if room is None or room.sfu is not forwarding:
            return
        _LOG.error("sfu.lost", call_id=str(room.call.id))
        self._start(self._fall_back(rooms, case_id, forwarding))

    async def _fall_back(self, rooms: Rooms, case_id: UUID, forwarding: Forwarding) -> None:
        room = rooms.room_of(case_id)
        if room is not None and room.sfu is forwarding:
            await self._tell(rooms, case_id, None, away=True)
        await forwarding.close()
        self.look(rooms, case_id)


def _due(room: Room | None, sfu: Sfu) -> bool:
    return room is not None and room.sfu is None and len(room.people()) >= sfu.used_from


def _deliver(rooms: Rooms, case_id: UUID, to: PeerId, sender: PeerId, signal: Signal) -> None:
    room = rooms.room_of(case_id)
    seat = None if room is None else room.seats.get(to)
    if seat is not None:
        said = SignalReceived(consultation_id=case_id, sender=sender, signal=signal)
        seat.endpoint.push(said.model_dump_json())
