"""Taking images from a clinic at the speed of the county's lines: durable before it is told."""

import asyncio
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from protocol.errors import ErrorCode
from protocol.imaging import FailureReason
from server.api.dicomweb.arriving import Incoming, Received, read_parts
from server.api.dicomweb.headers import Header
from server.api.dicomweb.taking import Outcome, Taking
from server.domain.errors import Unauthenticated, Unavailable
from server.domain.people import Who
from server.domain.ports import Clock
from server.edge.entries import Entry
from server.edge.queue import Queue
from server.store.objects import discard_all


class Wakes(Protocol):
    """What begins to send when there is something; see `relaying`."""

    def wake(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Sorted:
    outcome: Outcome
    entry: Entry | None = None


class EdgeIntake(Taking):
    """Takes instances into the queue; what the edge itself can judge is refused at once, the rest
    by the centre later: then it is told when the same bytes are sent again."""

    def __init__(self, queue: Queue, clock: Clock, max_instance_bytes: int, relay: Wakes) -> None:
        super().__init__(queue.objects, max_instance_bytes)
        self._queue, self._clock, self._relay = queue, clock, relay

    def limit(self, max_instance_bytes: int) -> None:
        """The centre takes no larger instances than that."""
        self._max = max_instance_bytes

    def incoming(self, who: Who, length: int) -> Incoming:
        if self._queue.bytes + length > self._queue.budget:
            raise Unavailable(
                ErrorCode.UNAVAILABLE,
                "the edge's disk is full of images that wait for the centre; it goes on by itself",
                retry_after_s=60,
            )
        return super().incoming(who, length)

    async def _keep(self, who: Who, study_uid: str | None, parts: list[Incoming]) -> list[Outcome]:
        if not parts:
            return []
        received = await self._in_thread(lambda: read_parts(parts, study_uid))
        try:
            return await self._queued(who.id, received)
        finally:
            await self._in_thread(lambda: discard_all(one.fresh for one in received))

    async def _queued(self, account_id: UUID, received: list[Received]) -> list[Outcome]:
        sorted_ = [self._sort(account_id, one) for one in received]
        new = [one.entry for one in sorted_ if one.entry is not None]
        fresh = [
            one.fresh for one, told in zip(received, sorted_, strict=True) if told.entry is not None
        ]
        if new:
            try:
                # Shielded: a client that goes away now must not leave it half done.
                await asyncio.shield(self._in_thread(lambda: self._queue.write(fresh, new)))
            except BaseException:
                for entry in new:
                    self._queue.unhold(entry.sha256)
                raise
            for entry in new:
                self._queue.add(entry)
            self._relay.wake()
        return [one.outcome for one in sorted_]

    def _sort(self, account_id: UUID, one: Received) -> _Sorted:
        header, queue = one.header, self._queue
        if header is None or one.failure is not None:
            return _Sorted(Outcome(header, one.failure))
        refused = queue.refusal(account_id, one.fresh.sha256)
        if refused is not None:
            return _Sorted(Outcome(header, refused))
        if queue.find(account_id, one.fresh.sha256) is not None:
            return _Sorted(Outcome(header))
        if queue.bytes + one.fresh.size > queue.budget:
            return _Sorted(Outcome(header, FailureReason.NO_ROOM))
        token = queue.token_of(account_id)
        if token is None:
            raise Unauthenticated(ErrorCode.TOKEN_EXPIRED, "the session has ended; sign in again")
        entry = Entry(
            number=queue.next_number(),
            account_id=account_id,
            study_uid=header.study_uid,
            series_uid=header.series_uid,
            sop_uid=header.sop_uid,
            sop_class=str(header.instance["sop_class"]),
            sha256=one.fresh.sha256,
            size=one.fresh.size,
            taken_at=self._clock.now(),
            token=token[0],
            expires_at=token[1],
        )
        queue.hold(entry.sha256)
        return _Sorted(Outcome(header), entry)


def outcome_of(entry: Entry) -> Outcome:
    """An image that waits already is told as it was told first."""
    instance = {"sop_class": entry.sop_class}
    return Outcome(Header(entry.sop_uid, entry.series_uid, entry.study_uid, {}, {}, instance))
