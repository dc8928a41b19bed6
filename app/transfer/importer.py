"""From the clinic's disk into the outbox: every usable object sealed, the others told with why."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from uuid import UUID

from app.imaging.errors import ImagingError, Reason
from app.imaging.writing.wrapping import Wrapping
from app.store.chosen import is_chosen
from app.store.errors import DiskFull, StoreError
from app.store.outbox import Outbox, OutboxInstance, OutboxStudy, PendingImport, Stage
from app.store.sealed import Sealer
from app.transfer.alike import say_the_same
from app.transfer.finding import (
    FoundFile,
    LeftOutError,
    Member,
    Unpacking,
    find_files,
    left_out_of,
)
from app.transfer.identity import NOBODY, Identity
from app.transfer.inbox import InboxKeeper
from app.transfer.lightening import Lightener, light_copy
from app.transfer.line import Line
from app.transfer.losses import Losses
from app.transfer.merging import Brought, InboxShortfall, merged
from app.transfer.messages import Event, ImportEnded, ImportProgress, LeftOut, PatientFound, Trouble
from app.transfer.rates import Throttle
from app.transfer.reading import Digest, Head, digest_of, read_found, whose
from app.transfer.reasons import ImageReason, TransferReason
from protocol.patients import PatientText

log = logging.getLogger(__name__)
READERS = 2
MOST_TOLD = 500
"""How many left-out files are named; a folder of holiday pictures needs no more."""


@dataclass(slots=True)
class _Gathered:
    """What one import has found so far."""

    pending: PendingImport
    losses: Losses
    done: int = 0
    total: int = 0
    imported: int = 0
    kept: dict[str, dict[str, OutboxInstance]] = field(default_factory=dict)
    new: dict[str, dict[str, tuple[Head, Digest]]] = field(default_factory=dict)
    patients: dict[PatientText, None] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    taken: dict[tuple[str, str], asyncio.Future[str]] = field(default_factory=dict)
    of_inbox: dict[str, int] = field(default_factory=dict)
    """How many images of a study of the inbox this import takes."""
    begun: bool = False
    stopped: bool = False
    saving: bool = False
    """Everything is sealed and goes into the indexes: it is too late to take it back."""

    def wrapping_of(self, one: FoundFile) -> Wrapping | None:
        """How a file is wrapped that is no DICOM object, None where it was not asked for by name:
        what else lies on a disc from a hospital belongs to the viewer on it."""
        of = self.pending.files_of
        if of is None or one.member is not None or str(one.path) not in self.pending.paths:
            return None
        patient = PatientText(of.patient_name, of.patient_id, of.birth_date, of.sex)
        return Wrapping(self.pending.consultation_id, patient, of.description)

    def wants(self, head: Head) -> bool:
        """Whether it was chosen by study and patient, where some were; made objects always are."""
        return head.content is not None or is_chosen(
            self.pending.chosen, head.study_instance_uid, whose(head.patient)
        )

    def leave_out(self, name: str, code: ImageReason, identity: Identity = NOBODY) -> None:
        self.losses.note(code, identity)
        if len(self.left_out) < MOST_TOLD:
            self.left_out.append(LeftOut(name=name, code=code))


class Importer:
    """Runs imports one after the other; all methods belong to the loop."""

    def __init__(
        self,
        outbox: Outbox,
        sealer: Sealer,
        emit: Callable[[Event], None],
        on_study: Callable[[OutboxStudy], None],
        on_idle: Callable[[], None],
        inbox: InboxKeeper | None,
        line: Line,
        unpacking: Unpacking,
    ) -> None:
        self._unpacking = unpacking
        self._outbox = outbox
        self._sealer = sealer
        self._emit = emit
        self._on_study = on_study
        self._on_idle = on_idle
        self._inbox = inbox
        self._lightener = Lightener(lambda: line.bytes_per_second, READERS)
        self._running: dict[asyncio.Task[None], _Gathered] = {}
        self._turn = asyncio.Lock()
        self._closing = False

    @property
    def busy(self) -> bool:
        return bool(self._running)

    async def begin(self, pending: PendingImport) -> None:
        """Keeps an import, so that it outlives a crash, says so, and starts it or lets it wait its
        turn; one that runs already is left alone."""
        if any(one.pending.id == pending.id for one in self._running.values()):
            return
        gathered = _Gathered(pending, Losses(pending.chosen))
        try:
            await asyncio.to_thread(self._outbox.begin_import, pending)
        except StoreError as error:
            self._tell_trouble(error)
            self._end(gathered, cancelled=True)
            return
        self._progress(gathered)
        task = asyncio.create_task(self._import(gathered), name="import")
        self._running[task] = gathered
        task.add_done_callback(self._ended)

    def cancel(self, consultation_id: UUID) -> None:
        """Takes back the imports of a case that run or wait."""
        for task, gathered in self._running.items():
            if gathered.pending.consultation_id == consultation_id and not gathered.saving:
                gathered.stopped = True
                if gathered.begun:  # else its task would end without having taken anything back
                    task.cancel()

    async def close(self) -> None:
        """Stops; an import that did not end begins again at the next start."""
        self._closing = True
        tasks = tuple(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an import failed", exc_info=error)
        self._on_idle()

    async def _import(self, gathered: _Gathered) -> None:
        pending = gathered.pending
        try:
            gathered.begun = True
            if gathered.stopped:
                raise asyncio.CancelledError
            async with self._turn:
                await self._read_all(gathered)
                gathered.saving = True
                await self._save(gathered)
                if self._inbox is not None:
                    self._inbox.attached(gathered.of_inbox, pending.consultation_id)
        except StoreError as error:
            self._tell_trouble(error)
            await self._undo(gathered)
            self._end(gathered, cancelled=True)
        except asyncio.CancelledError:
            if self._closing:
                raise
            await self._undo(gathered)
            self._end(gathered, cancelled=True)
        except Exception as error:  # what nobody foresaw must not bind the case for ever
            log.error("an import failed", exc_info=error)
            for path in pending.paths[:1]:
                gathered.leave_out(Path(path).name, Reason.UNREADABLE)
            await self._undo(gathered)
            self._end(gathered, cancelled=True)
        else:
            await asyncio.to_thread(self._outbox.end_import, pending.id)
            self._end(gathered, cancelled=False)

    def _tell_trouble(self, error: StoreError) -> None:
        self._emit(Trouble(what="disk-full" if isinstance(error, DiskFull) else "store-damaged"))

    def _end(self, gathered: _Gathered, *, cancelled: bool) -> None:
        self._emit(
            ImportEnded(
                id=gathered.pending.id,
                consultation_id=gathered.pending.consultation_id,
                imported=0 if cancelled else gathered.imported,
                left_out=tuple(gathered.left_out),
                patients=tuple(
                    PatientFound(
                        patient_name=one.name,
                        patient_id=one.patient_id,
                        sex=one.sex,
                        birth_date=one.birth_date,
                    )
                    for one in gathered.patients
                ),
                cancelled=cancelled,
            )
        )

    # --- reading -------------------------------------------------------------------------

    async def _read_all(self, gathered: _Gathered) -> None:
        paths = tuple(Path(path) for path in gathered.pending.paths)
        found = await asyncio.to_thread(find_files, paths)
        for name, code, identity in found.left_out:
            gathered.leave_out(name, code, identity)
        kept = self._inbox_heads(gathered)
        gathered.total = len(found.files) + len(kept)
        throttle = Throttle(lambda: self._progress(gathered))
        throttle.changed()
        left: Iterator[FoundFile | Head] = iter((*found.files, *kept))

        async def reader() -> None:
            for one in left:
                await self._read_one(gathered, one)
                gathered.done += 1
                throttle.changed()

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(READERS):
                    group.create_task(reader())
        except BaseExceptionGroup as errors:
            raise _first(errors) from errors
        finally:
            throttle.cancel()
            await asyncio.to_thread(found.close)
        self._progress(gathered)

    def _inbox_heads(self, gathered: _Gathered) -> tuple[Head, ...]:
        """What is in the inbox now; what comes meanwhile is not of this import."""
        if self._inbox is None:
            return ()
        found: list[Head] = []
        for uid in gathered.pending.inbox_studies:
            heads = self._inbox.heads(uid)
            gathered.of_inbox[uid] = len(heads)
            found += heads
        return tuple(found)

    def _progress(self, gathered: _Gathered) -> None:
        self._emit(
            ImportProgress(
                id=gathered.pending.id,
                consultation_id=gathered.pending.consultation_id,
                done=gathered.done,
                total=gathered.total,
            )
        )

    async def _read_one(self, gathered: _Gathered, one: FoundFile | Head) -> None:
        try:
            if isinstance(one, Head):
                await self._take(gathered, one)
                return
            async with self._unpacked(one) as place:
                head = await asyncio.to_thread(read_found, place, gathered.wrapping_of(one))
                if gathered.wants(head):
                    await self._take(gathered, replace(head, name=one.name))
        except (LeftOutError, ImagingError, OSError) as error:
            gathered.leave_out(*left_out_of(one.name, one.identity, error))

    @contextlib.asynccontextmanager
    async def _unpacked(self, found: FoundFile) -> AsyncIterator[Path | Member]:
        """A file that can be read, for as long as the block lasts."""
        place = self._unpacking.unpacked(found)
        path = await asyncio.to_thread(place.__enter__)
        try:
            yield path
        finally:
            await asyncio.to_thread(place.__exit__, None, None, None)

    async def _take(self, gathered: _Gathered, head: Head) -> None:
        """Seals one object, unless it is in the outbox or among these files already."""
        key = (head.study_instance_uid, head.sop_instance_uid)
        first = gathered.taken.get(key)
        if first is None:
            first = gathered.taken[key] = asyncio.get_running_loop().create_future()
            try:
                digest = await self._seal(gathered, head)
            except BaseException:
                del gathered.taken[key]
                first.cancel()
                raise
            first.set_result(digest.source if digest is not None else "")
            if digest is not None:
                if head.content is None:  # else it names whom it was told to name
                    gathered.patients.setdefault(head.patient)
                gathered.imported += 1
            return
        try:
            known = await first
        except asyncio.CancelledError:
            if not first.cancelled():
                raise
            await self._take(gathered, head)  # the first could not be read: this one may be
            return
        digest = await asyncio.to_thread(digest_of, head)
        if known != digest.sha256 and not await self._is_there(gathered, head):
            gathered.leave_out(head.name, TransferReason.OTHER_IMAGE_IMPORTED)

    async def _seal(self, gathered: _Gathered, head: Head) -> Digest | None:
        """None when another image of this identity is in the outbox."""
        case, study = gathered.pending.consultation_id, head.study_instance_uid
        if study not in gathered.kept:
            kept = await asyncio.to_thread(self._outbox.study, case, study)
            gathered.kept[study] = {i.sop_instance_uid: i for i in kept.instances} if kept else {}
        known = gathered.kept[study].get(head.sop_instance_uid)
        if known is not None and known.stage is not Stage.REFUSED:
            digest = await asyncio.to_thread(digest_of, head)
            there = digest.sha256 in (known.sha256, known.original_sha256)
            if there or await self._is_there(gathered, head):
                return digest
            gathered.leave_out(head.name, TransferReason.OTHER_IMAGE_IMPORTED)
            return None
        target = self._outbox.image_path(case, study, head.sop_instance_uid)
        sealing = partial(light_copy, with_loss=gathered.pending.with_loss)
        digest = await asyncio.to_thread(sealing, head, self._lightener, self._sealer, target)
        gathered.new.setdefault(study, {})[head.sop_instance_uid] = (
            replace(head, content=None),
            digest,
        )
        return digest

    async def _is_there(self, gathered: _Gathered, head: Head) -> bool:
        """Whether the copy in the outbox says the same; not where it has been sent and is gone."""
        case, study = gathered.pending.consultation_id, head.study_instance_uid
        opened = partial(self._outbox.open_image, case, study, head.sop_instance_uid)
        with contextlib.suppress(FileNotFoundError):
            return await asyncio.to_thread(say_the_same, opened, head.open)
        return False

    # --- the indexes ---------------------------------------------------------------------

    async def _save(self, gathered: _Gathered) -> None:
        case = gathered.pending.consultation_id
        seen: dict[str, set[str]] = {}
        for study, sop in gathered.taken:
            seen.setdefault(study, set()).add(sop)
        here = {**gathered.new, **gathered.of_inbox, **seen}
        beside = gathered.losses.beside(here)
        for study_uid in {**here, **gathered.losses.known}:
            brought = Brought(
                gathered.new.get(study_uid, {}),
                frozenset(seen.get(study_uid, ())),
                frozenset(gathered.losses.known.get(study_uid, ())),
                beside,
                self._known(study_uid) if study_uid in gathered.of_inbox else None,
            )
            made = partial(merged, gathered.pending, study_uid, brought)
            if brought.found or await self._is_news(case, study_uid, made):
                self._on_study(await asyncio.to_thread(self._outbox.merge, case, study_uid, made))

    def _known(self, study_uid: str) -> InboxShortfall | None:
        study = self._inbox.study(study_uid) if self._inbox is not None else None
        if self._inbox is None or study is None:
            return None
        said = study.shortfall(still_sending=study_uid in self._inbox.sending)
        return InboxShortfall(said, frozenset(study.lost))

    async def _is_news(
        self, case: UUID, study_uid: str, made: Callable[[OutboxStudy | None], OutboxStudy]
    ) -> bool:
        """Whether the server was told something else of the images that a study lacks."""
        kept = await asyncio.to_thread(self._outbox.study, case, study_uid)
        if kept is None or not kept.instances:
            return False
        return made(kept).shortfall != kept.shortfall

    async def _undo(self, gathered: _Gathered) -> None:
        """Takes back what this import has sealed."""
        case = gathered.pending.consultation_id
        await asyncio.to_thread(self._outbox.end_import, gathered.pending.id)
        for study_uid, found in gathered.new.items():
            for uid in found:
                path = self._outbox.image_path(case, study_uid, uid)
                await asyncio.to_thread(path.unlink, missing_ok=True)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
