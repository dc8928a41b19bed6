"""The same image once more in other bytes: it is there already, and kept once (ADR 43)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from protocol.content import Unsaid
from protocol.imaging import FailureReason
from server.api.dicomweb.content import content_of
from server.api.dicomweb.taking import Outcome
from server.domain.audit import Access, Resource
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.store.alike import Other, held_beside, note_alike
from server.store.errors import StoreError
from server.store.together import Desk
from server.store.work import Store

Forget = Callable[[Mapping[str, set[str]]], Awaitable[None]]
"""Removes bytes, named with their SOP Instance UIDs, that no institution holds."""


class Alike:
    """Judges what came under the UID of an instance that is held and is not its bytes.

    Whoever may store may make the server decode two images for each that they send: one pair is
    compared at a time, in a thread; one that was found to say the same is not compared again.
    """

    def __init__(self, store: Store, objects: ObjectStore, forget: Forget) -> None:
        self._store, self._objects, self._forget = store, objects, forget
        self._one = asyncio.Lock()

    async def judged(self, who: Who, outcome: Outcome, sha256: str) -> Outcome:
        """Stored, if what is held says the same; the bytes that came go in any case."""
        header = outcome.header
        assert header is not None
        assert who.institution_id is not None
        other = Other(who.institution_id, header.sop_uid, sha256)
        try:
            return Outcome(header, await self._compared(who, other), already=True)
        finally:
            await self._forget({sha256: {header.sop_uid}})

    async def _compared(self, who: Who, other: Other) -> FailureReason | None:
        async with self._one:
            held, alike = await self._store.look(lambda desk: held_beside(desk.connection, other))
            if held == other.sha256:
                return None
            if held is None:
                return FailureReason.PROCESSING_FAILURE  # taken back meanwhile: it is sent again
            if not alike and not await asyncio.to_thread(self._say_the_same, held, other.sha256):
                return FailureReason.CONFLICT
        noted = await self._store.together(partial(_noted, who, other, held))
        return None if noted else FailureReason.PROCESSING_FAILURE

    def _say_the_same(self, held: str, came: str) -> bool:
        try:
            return self._content(held) == self._content(came)
        except (Unsaid, StoreError):
            return False

    def _content(self, sha256: str) -> str:
        source = self._objects.open(sha256)
        try:
            return content_of(source)
        finally:
            source.close()


def _noted(who: Who, other: Other, held: str, desk: Desk) -> bool:
    noted = note_alike(desk.connection, other, held)
    if noted:
        desk.trail.note(
            who.id,
            Access.CREATE,
            Resource.INSTANCE,
            other.sop_uid,
            detail="held in another encoding",
        )
    return noted
