"""What an expert sends before the report that names it: its paper, the pictures in it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from protocol.errors import ErrorCode
from server.api.services.acting import Acting
from server.api.services.stored_bytes import check, received
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import Conflict
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.domain.rights import Part, require_part
from server.store.work import Store, Work


@dataclass(frozen=True, slots=True)
class Kind:
    """What is sent: how a refusal calls it, what its bytes begin with, how many it may have."""

    called: str
    format: str
    magic: bytes
    most_bytes: int
    resource: Resource


class SentAhead(ABC):
    """Bytes rest sealed in the object store, and their row is there before they are. A report names
    them by their hash, so that its signature is one over them too."""

    kind: ClassVar[Kind]

    def __init__(self, store: Store, objects: ObjectStore, acting: Acting) -> None:
        self._store = store
        self._objects = objects
        self._acting = acting

    @abstractmethod
    async def _known(self, work: Work, case_id: UUID, sha256: str) -> bool:
        """Whether this very one has been sent for the case."""

    @abstractmethod
    async def _shared(self, work: Work, sha256: str) -> bool:
        """Whether its bytes, which are here, may be another case's too."""

    @abstractmethod
    async def _add(self, work: Work, who: Who, case_id: UUID, sha256: str, size: int) -> None:
        """The row of a new one; raises `Invalid` where the case has too many."""

    async def keep(self, who: Who, case_id: UUID, sha256: str, chunks: AsyncIterator[bytes]) -> int:
        """Keeps one for the report that is signed next, and answers its size in bytes; the same
        again changes nothing."""
        kind = self.kind
        fresh = await received(self._objects, chunks, kind.most_bytes, kind.called)
        try:
            await check(fresh, sha256, kind.magic, kind.format)
            if await self._announce(who, case_id, sha256, fresh.size):
                await asyncio.to_thread(self._objects.keep, [fresh])
            return fresh.size
        finally:
            await asyncio.to_thread(fresh.discard)

    async def _announce(self, who: Who, case_id: UUID, sha256: str, size: int) -> bool:
        """False when its bytes are here already."""
        held = await asyncio.to_thread(self._objects.holds, sha256)
        async with self._store.writing() as work:
            case = await self._acting.get(work, case_id)
            require_part(case, who, Part.HOLDER)
            if await self._known(work, case_id, sha256):
                return not held
            if held and not await self._shared(work, sha256):
                # What other things rest on must not go when this is forgotten.
                raise Conflict(ErrorCode.CONFLICT, "these bytes are kept for something else")
            await self._add(work, who, case_id, sha256, size)
            self._note(work, who, Access.CREATE, case, sha256)
            return not held

    async def remove(self, hashes: Iterable[str]) -> None:
        for one in hashes:
            await asyncio.to_thread(self._objects.remove, one)

    def _note(self, work: Work, who: Who, access: Access, case: Case, sha256: str) -> None:
        resource = self.kind.resource
        work.trail.note(who.id, access, resource, case.id, consultation_id=case.id, detail=sha256)
