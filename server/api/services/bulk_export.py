"""`$export`: cases as bulk data over REST (FHIR Bulk Data Access 2.0), while somebody waits.

What is written rests sealed in the spool of this process, for who asked alone, for a day; a
restart forgets it. Where a site has several processes it is asked of the one where it began.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import structlog

from protocol.account import Role
from protocol.base import new_id
from protocol.errors import ErrorCode
from server.api.services.exported_cases import CaseExports, Lines
from server.domain.audit import Access, Resource
from server.domain.errors import Forbidden, NotFound, Unavailable
from server.domain.people import Who
from server.domain.ports import Clock, Fresh, ObjectSink, ObjectStore
from server.store.work import Store

_LOG = structlog.get_logger("huizhen.bulk_export")
KEPT = timedelta(days=1)
MOST_KEPT = 3
AGAIN_S = 10
_FIRST = datetime(1970, 1, 2, tzinfo=UTC)


class BulkTerms(StrEnum):
    """What a site lets its administrators export over REST."""

    OFF = "off"
    ANONYMOUS = "anonymous"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """`kinds` None: all types; `since`: of what something has happened to since then."""

    url: str
    kinds: frozenset[str] | None = None
    since: datetime | None = None
    deidentified: bool = True


@dataclass
class BulkExport:
    """One that is being written, or lies ready: `files` by type, once it is `ready`."""

    id: UUID
    by: UUID
    order: BulkOrder
    began: datetime
    cases: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    files: dict[str, Fresh] = field(default_factory=dict)
    ready: bool = False
    failed: bool = False
    stopped: bool = False
    writing: asyncio.Task[None] | None = None

    @property
    def until(self) -> datetime:
        return self.began + KEPT


class BulkExports:
    def __init__(self, store: Store, objects: ObjectStore, clock: Clock, terms: BulkTerms) -> None:
        self._store = store
        self._objects = objects
        self._clock = clock
        self._terms = terms
        self._exports: dict[UUID, BulkExport] = {}

    @property
    def open(self) -> bool:
        """Whether the site exports anything over REST."""
        return self._terms is not BulkTerms.OFF

    async def begin(self, who: Who, order: BulkOrder) -> BulkExport:
        """Raises `Forbidden`, and `Unavailable` while another one is written."""
        self.may(who)
        if not order.deidentified and self._terms is not BulkTerms.NAMED:
            raise Forbidden("this site exports without names only: ask with _deidentify=true")
        await self._tidy()
        if any(not one.ready and not one.failed for one in self._exports.values()):
            raise Unavailable(
                ErrorCode.TOO_MANY_REQUESTS,
                "another export is being written",
                retry_after_s=AGAIN_S,
            )
        made = BulkExport(new_id(), who.id, order, self._clock.now())
        self._exports[made.id] = made
        try:
            await self._noted(who, made, Access.EXECUTE, "begun")
        except BaseException:
            del self._exports[made.id]
            raise
        made.writing = asyncio.create_task(self._write(made), name="bulk export")
        return made

    async def status(self, who: Who, id_: UUID) -> BulkExport:
        """Only of one's own; raises `NotFound`."""
        self.may(who)
        await self._tidy()
        found = self._exports.get(id_)
        if found is None or found.by != who.id:
            raise NotFound("there is no such export")
        return found

    async def file(self, who: Who, id_: UUID, kind: str) -> Fresh:
        """Of one that is ready; that it is read is in the trail."""
        found = await self.status(who, id_)
        if not found.ready or kind not in found.files:
            raise NotFound("there is no such file")
        await self._noted(who, found, Access.READ, kind)
        return found.files[kind]

    async def delete(self, who: Who, id_: UUID) -> None:
        """Ends it, or forgets what was written."""
        found = await self.status(who, id_)
        await self._noted(who, found, Access.DELETE, "")
        await self._forget(found)

    def may(self, who: Who) -> None:
        """Raises `Forbidden`."""
        who.needs(Role.ADMIN)
        if not self.open:
            raise Forbidden("this site exports nothing over REST (HUIZHEN_BULK_EXPORT)")

    async def _noted(self, who: Who, one: BulkExport, access: Access, what: str) -> None:
        how = "deidentified" if one.order.deidentified else "named"
        said, whose = f"bulk export {how} {what}".strip(), f"$export/{one.id}"
        await self._store.together(
            lambda desk: desk.trail.note(who.id, access, Resource.RECORD, whose, detail=said)
        )

    async def close(self) -> None:
        """Ends what is written at its next case, while the database is still there; all are
        forgotten, as after any restart."""
        for one in [*self._exports.values()]:
            await self._forget(one)

    # --- writing ---------------------------------------------------------------------------

    async def _write(self, made: BulkExport) -> None:
        sinks: dict[str, ObjectSink] = {}
        try:
            await self._fill(made, sinks)
        except Exception:
            _LOG.exception("bulk_export.failed")
            made.failed = True
        finally:
            for left in (*sinks.values(), *(() if made.ready else made.files.values())):
                await asyncio.to_thread(left.discard)

    async def _fill(self, made: BulkExport, sinks: dict[str, ObjectSink]) -> None:
        def write(kind: str, line: str) -> None:
            if kind not in sinks:
                sinks[kind] = self._objects.sink()
            sinks[kind].write(line.encode())

        order = made.order
        lines = Lines(write, order.kinds)
        cases = CaseExports(self._store, self._objects, deidentified=order.deidentified, by=made.by)
        async for told in cases.sent(_FIRST, made.began, order.since):
            resources = await cases.resources(told)
            await asyncio.to_thread(lines.add, resources)
            made.cases += 1
            if made.stopped:
                return
        for kind, sink in sinks.items():
            made.files[kind] = await asyncio.to_thread(sink.finish)
        made.counts, made.ready = lines.counts, True

    async def _tidy(self) -> None:
        """What nobody fetched in time, and the oldest where there are many."""
        now = self._clock.now()
        done = [one for one in self._exports.values() if one.ready or one.failed]
        late = [one for one in self._exports.values() if one.until <= now]
        for one in {each.id: each for each in (*late, *done[:-MOST_KEPT])}.values():
            await self._forget(one)

    async def _forget(self, one: BulkExport) -> None:
        self._exports.pop(one.id, None)
        one.stopped = True
        if one.writing is not None:
            await asyncio.wait([one.writing])  # who asks and goes does not cancel it
        for file in one.files.values():
            await asyncio.to_thread(file.discard)
