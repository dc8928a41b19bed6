"""STOW-RS (PS3.18 10.5): taking instances in, byte for byte, and saying what became of each."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from protocol.account import Role
from protocol.errors import ErrorCode
from protocol.imaging import FailureReason
from server.api.dicomweb.arriving import Incoming
from server.api.dicomweb.headers import Header, read_header
from server.api.dicomweb.parts import DICOM, PartBegan, PartEnded, PartReader
from server.api.dicomweb.structure import NotDicom, Truncated
from server.api.services.studies import Studies
from server.domain.audit import Access, Resource
from server.domain.errors import Invalid, invalid_field
from server.domain.people import Who
from server.domain.ports import Fresh, ObjectStore
from server.store.intake import Known, add_instances, known
from server.store.objects import discard_all
from server.store.together import Desk
from server.store.trail import TrailLines
from server.store.work import Store

NOT_AUTHORIZED = 0x0124
"""FailureReason "refused: not authorized" (PS3.7 annex C.5.17): the study is somebody else's,
or the instance was taken back while it was on the way."""
BATCH_PARTS = 32
BATCH_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
"""So much of a part is collected before a thread hashes it."""
THREADS = 4
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part; without `failure` (a FailureReason) it is stored."""

    header: Header | None
    failure: int | None = None


@dataclass(frozen=True, slots=True)
class _Received:
    fresh: Fresh
    header: Header | None
    failure: int | None = None


class _Keeper:
    """Keeps whole parts of one body while the next ones come in: those that wait, together."""

    def __init__(self, keep: Callable[[list[Incoming]], Awaitable[list[Outcome]]]) -> None:
        self._keep = keep
        self._whole: list[Incoming] = []
        self._outcomes: list[Outcome] = []
        self._running: asyncio.Task[None] | None = None

    def add(self, part: Incoming) -> None:
        self._whole.append(part)

    async def go_on(self, *, more: bool) -> None:
        """Begins with what is whole, if `more` comes; waits only when too much does."""
        full = (
            len(self._whole) >= BATCH_PARTS or sum(one.size for one in self._whole) >= BATCH_BYTES
        )
        if self._running is not None and (full or self._running.done()):
            await self._running
            self._running = None
        if self._whole and more and self._running is None:
            self._running = asyncio.create_task(self._run())

    async def finish(self) -> list[Outcome]:
        """What became of every whole part, in their order."""
        if self._running is not None:
            await self._running
        await self._run()
        return self._outcomes

    async def _run(self) -> None:
        while self._whole:
            whole, self._whole = self._whole, []
            self._outcomes += await self._keep(whole)


@dataclass(slots=True)
class _Waiting:
    """What one upload wants known; `kept` is done when its bytes are durable."""

    who: Who
    institution_id: UUID
    done: asyncio.Future[list[Outcome]]
    kept: Future[None] = field(default_factory=Future)
    received: list[_Received] = field(default_factory=list)


class ImageStoring:
    """Stores instances for the institution of whoever sends them.

    The bytes of a batch are made durable in one thread while another finds out what the database
    knows of them; both are done before anything is committed, and that before anything is answered.
    """

    def __init__(
        self, store: Store, objects: ObjectStore, studies: Studies, max_instance_bytes: int
    ) -> None:
        self._store = store
        self._objects = objects
        self._studies = studies
        self._max = max_instance_bytes
        self._queue: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None
        self._threads = ThreadPoolExecutor(THREADS, "huizhen-intake")

    async def store(
        self, who: Who, chunks: AsyncIterator[bytes], boundary: str, study_uid: str | None
    ) -> list[Outcome]:
        """Stores every part as it completes; a body that is cut keeps what was whole."""
        _may_store(who)
        reader = PartReader(boundary)
        keeper = _Keeper(partial(self._keep, who, study_uid))
        part: Incoming | None = None
        try:
            async for chunk in chunks:
                for event in reader.feed(chunk):
                    match event:
                        case PartBegan(content_type):
                            part = Incoming(content_type, self._objects.sink())
                        case PartEnded():
                            assert part is not None
                            keeper.add(part)
                            part = None
                        case data:
                            assert part is not None
                            part.add(data)
                            await self._absorb(part)
                await keeper.go_on(more=not reader.finished)
        finally:
            if part is not None:
                await self._in_thread(part.sink.discard)
            outcomes = await keeper.finish()
        if not reader.finished:
            raise Invalid(
                ErrorCode.MALFORMED_MESSAGE,
                "the body ended before its closing boundary; send again",
            )
        return outcomes

    def incoming(self, who: Who, length: int) -> Incoming:
        """Takes one instance of so many bytes; `take`, then `store_one` or `drop`."""
        _may_store(who)
        if length > self._max:
            raise self._too_large()
        return Incoming(DICOM, self._objects.sink())

    async def take(self, incoming: Incoming, chunk: bytes) -> None:
        incoming.add(memoryview(chunk))
        await self._absorb(incoming)

    async def store_one(
        self, who: Who, incoming: Incoming, study_uid: str | None, sha256: str
    ) -> Outcome:
        """Stores what has come, if it is what was announced."""
        incoming.expected = sha256
        (outcome,) = await self._keep(who, study_uid, [incoming])
        return outcome

    async def drop(self, incoming: Incoming) -> None:
        await self._in_thread(incoming.sink.discard)

    def _too_large(self) -> Invalid:
        return Invalid(ErrorCode.TOO_LARGE, f"an instance is larger than {self._max} bytes")

    async def _absorb(self, part: Incoming) -> None:
        if part.size > self._max:
            raise self._too_large()
        if part.waiting >= PIECE_BYTES:
            await self._in_thread(part.absorb)

    async def _in_thread(self, do: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do)

    async def _keep(self, who: Who, study_uid: str | None, parts: list[Incoming]) -> list[Outcome]:
        """Makes whole parts durable, then known; what is refused leaves no row."""
        institution_id = who.institution_id
        if not parts or institution_id is None:
            return []
        loop = asyncio.get_running_loop()
        waiting = _Waiting(who, institution_id, loop.create_future())
        early = self._store.works_in_a_thread

        def take() -> None:
            """Tells the database's thread as soon as the headers are known, then goes on to make
            the bytes durable; that thread waits for it before it commits."""
            try:
                waiting.received = [_read(part, study_uid) for part in parts]
                if early:
                    loop.call_soon_threadsafe(self._enqueue, waiting)
                self._objects.keep([one.fresh for one in waiting.received if one.failure is None])
                waiting.kept.set_result(None)
            except Exception as error:
                waiting.kept.set_exception(error)
            finally:
                if not (early and waiting.received):
                    loop.call_soon_threadsafe(self._enqueue, waiting)
                discard_all(one.fresh for one in waiting.received)

        self._threads.submit(take)
        outcomes = await waiting.done
        for study in {one.header.study_uid for one in outcomes if one.header and not one.failure}:
            self._studies.arrived(institution_id, study)
        return outcomes

    def _enqueue(self, waiting: _Waiting) -> None:
        self._queue.append(waiting)
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        """What several uploads brought meanwhile becomes known in one go."""
        try:
            while self._queue:
                batch, self._queue = self._queue, []
                try:
                    told = await self._store.together(partial(self._insert_all, batch))
                except Exception as error:
                    for one in batch:
                        if not one.done.done():
                            one.done.set_exception(error)
                else:
                    for one, outcomes in zip(batch, told, strict=True):
                        if isinstance(outcomes, Exception):
                            one.done.set_exception(outcomes)
                        elif not one.done.done():
                            one.done.set_result(outcomes)
        finally:
            self._flushing = None

    def _insert_all(self, batch: list[_Waiting], desk: Desk) -> list[list[Outcome] | Exception]:
        answers: dict[int, list[Outcome] | Exception] = {}
        for institution_id in {one.institution_id for one in batch}:
            mine = [one for one in batch if one.institution_id == institution_id]
            headers = [one.header for w in mine for one in w.received if one.header is not None]
            found = known(
                desk,
                institution_id,
                [header.sop_uid for header in headers],
                {header.series_uid for header in headers},
                {header.study_uid for header in headers},
            )
            rows = _Rows(institution_id, desk.now, found)
            for waiting in mine:
                error = waiting.kept.exception()
                if isinstance(error, Exception):
                    answers[id(waiting)] = error
                    continue
                answers[id(waiting)] = [
                    self._judged(one, waiting.who, found, rows, desk) for one in waiting.received
                ]
            rows.add_to(desk)
        return [answers[id(one)] for one in batch]

    def _judged(self, one: _Received, who: Who, found: Known, rows: "_Rows", desk: Desk) -> Outcome:
        header, sha256 = one.header, one.fresh.sha256
        if header is None or one.failure is not None:
            return Outcome(header, one.failure)
        failure = _refusal(header, sha256, who, found)
        if failure == NOT_AUTHORIZED:
            _refused(desk.trail, who, header)
        elif failure is None and not self._objects.holds(sha256):
            # Taken back as equal bytes since it was kept: it is sent again.
            failure = FailureReason.PROCESSING_FAILURE
        elif failure is None:
            _stored(desk.trail, who, header, found.doors.cases)
            if header.sop_uid not in found.held:
                found.held[header.sop_uid] = sha256
                rows.add(header, one.fresh, who)
        return Outcome(header, failure)

    def close(self) -> None:
        self._threads.shutdown()


def _may_store(who: Who) -> None:
    who.needs(Role.REQUESTER)
    if who.institution_id is None:
        raise invalid_field("your account belongs to no institution", "institution_id")


def _refusal(header: Header, sha256: str, who: Who, found: Known) -> int | None:
    if header.sop_uid in found.late or not found.doors.admit(header.study_uid, who.id):
        return NOT_AUTHORIZED
    patient = found.patients.get(header.study_uid)
    if patient is not None and patient[0] and header.study["patient_id"] not in ("", patient[0]):
        return FailureReason.OTHER_PATIENT
    return _disagreement(header.sop_uid, sha256, found.held, found.declared)


def _stored(trail: TrailLines, who: Who, header: Header, cases: Mapping[str, list[UUID]]) -> None:
    """One entry for each case that has the study, or one without a case."""
    concerned: list[UUID | None] = [*cases.get(header.study_uid, [])]
    for case_id in concerned or [None]:
        trail.note(
            who.id, Access.CREATE, Resource.INSTANCE, header.sop_uid, consultation_id=case_id
        )


def _refused(trail: TrailLines, who: Who, header: Header) -> None:
    trail.note(
        who.id, Access.CREATE, Resource.INSTANCE, header.sop_uid, detail="refused: not authorized"
    )


class _Rows:
    """The rows of the three tables one transaction adds."""

    def __init__(self, institution_id: UUID, now: datetime, found: Known) -> None:
        self._institution_id = institution_id
        self._now = now
        self._found = found
        self.studies: dict[str, dict[str, Any]] = {}
        self.series: dict[str, dict[str, Any]] = {}
        self.instances: list[dict[str, Any]] = []

    def add_to(self, desk: Desk) -> None:
        """Writes them."""
        add_instances(
            desk.connection, [*self.studies.values()], [*self.series.values()], self.instances
        )

    def add(self, header: Header, fresh: Fresh, who: Who) -> None:
        house = {"institution_id": self._institution_id}
        if header.study_uid not in self._found.patients:
            said = header.study
            self._found.patients[header.study_uid] = (said["patient_id"], said["patient_name"])
            self.studies[header.study_uid] = {**house, "study_uid": header.study_uid, **said}
        if header.series_uid not in self._found.series:
            self.series.setdefault(
                header.series_uid, {**house, "series_uid": header.series_uid, **header.series}
            )
        self.instances.append(
            {
                **house,
                "sop_uid": header.sop_uid,
                "series_uid": header.series_uid,
                "study_uid": header.study_uid,
                "sha256": fresh.sha256,
                "size": fresh.size,
                "received_at": self._now,
                "account_id": who.id,
                "original_sha256": self._found.originals.get(fresh.sha256),
                **header.instance,
            }
        )


def _disagreement(
    uid: str, sha256: str, held: dict[str, str], declared: dict[str, set[str]]
) -> FailureReason | None:
    """Bytes that differ from those held under the same UID, or from what a case declared."""
    known = held.get(uid)
    if known is not None:
        return None if known == sha256 else FailureReason.CONFLICT
    if uid in declared and sha256 not in declared[uid]:
        return FailureReason.HASH_MISMATCH
    return None


def _read(part: Incoming, study_uid: str | None) -> _Received:
    """Hashes the rest of a part and reads its header; blocking."""
    part.absorb()
    fresh = part.sink.finish()
    if part.content_type != DICOM:
        return _Received(fresh, None, FailureReason.NOT_DICOM)
    source = fresh.open()
    try:
        header = read_header(source, fresh.size)
    except NotDicom:
        return _Received(fresh, None, FailureReason.NOT_DICOM)
    except Truncated:
        return _Received(fresh, None, FailureReason.TRUNCATED)
    finally:
        source.close()
    if part.expected not in (None, fresh.sha256):
        return _Received(fresh, header, FailureReason.HASH_MISMATCH)
    if study_uid is not None and header.study_uid != study_uid:
        return _Received(fresh, header, FailureReason.OTHER_STUDY)
    return _Received(fresh, header)
