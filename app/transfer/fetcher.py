"""Fetches the studies that are being looked at into the sealed cache, what is wanted next first."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterator
from functools import partial

from app.imaging.coming import Growth
from app.net.dicomweb import FoundInstance, FoundStudy
from app.net.errors import NetError, NotSignedIn, Refused, Unreachable
from app.store.cache import ImageCache
from app.store.errors import DiskFull, StoreError
from app.transfer.downloading import Downloads, Wanted
from app.transfer.early import Early
from app.transfer.fetched_study import FetchedStudy
from app.transfer.messages import (
    Event,
    Fetch,
    FetchEnded,
    FetchFailed,
    InstanceArrived,
    InstanceComing,
    Prefer,
    Trouble,
)
from app.transfer.rates import Pace, Pauses
from app.transfer.reasons import TransferReason, net_reason
from app.transfer.session import Server
from protocol.errors import ErrorCode

log = logging.getLogger(__name__)
CONNECTIONS = 4
FEW, FEW_FOR_S = 2, 2.0
"""So many fill a line without loss; one with loss needs them all."""
TRIES = 5
"""How often a broken connection is tried again before an instance is told as failed."""
FIRST_ALONE_S = 2.0
"""How long the first instance has the line to itself, so that a picture is seen at once."""
PIECE_BYTES = 1 << 20
TELL_EVERY_S = 0.5
PASSING = {
    ErrorCode.TOO_MANY_REQUESTS,
    ErrorCode.NO_ROOM,
    ErrorCode.UNAVAILABLE,
    ErrorCode.SERVER_ERROR,
}


class Fetcher:
    """Owns every download of the profile. All methods belong to the loop."""

    def __init__(self, cache: ImageCache, emit: Callable[[Event], None]) -> None:
        self._cache = cache
        self._emit = emit
        self._server: Server | None = None
        self._online = asyncio.Event()
        self._pauses = Pauses()
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._downloads = Downloads(Pace())
        self._studies: dict[str, tuple[FetchedStudy, asyncio.Task[None]]] = {}

    def fetch(self, wish: Fetch) -> None:
        """Begins a study, or begins it anew; what is in the cache costs nothing."""
        self.stop(wish.study_instance_uid)
        study = FetchedStudy(wish)
        self._cache.keep(study.uid)
        task = asyncio.create_task(self._fetch(study), name="fetch")
        task.add_done_callback(partial(self._ended, study))
        self._studies[study.uid] = (study, task)

    @property
    def pace(self) -> Pace:
        """How fast images may come."""
        return self._downloads.pace

    def prefer(self, wish: Prefer) -> None:
        if (found := self._studies.get(wish.study_instance_uid)) is None:
            return
        study = found[0]
        study.prefer(wish.sop_instance_uids, wish.waited_for)
        if study.rushed is not None:
            return
        wanted = study.take_waited_for()
        if wanted is None and self._downloads.yielding() and study.preferred:
            wanted = study.left.pop(study.preferred[0], None)
        if wanted is not None:
            self._rush(study, wanted)

    def _rush(self, study: FetchedStudy, instance: FoundInstance) -> None:
        """What somebody waits for comes before all else, and so does what they look at while a call
        has the line; beside the connections, whose images may take minutes."""

        async def rush() -> None:
            wanted: FoundInstance | None = instance
            with self._downloads.rushing():
                while wanted is not None:
                    self._settle(study, wanted, await self._retrieve(study, wanted, rushed=True))
                    wanted = study.take_waited_for()

        study.rushed = asyncio.create_task(rush(), name="fetch at once")
        study.rushed.add_done_callback(lambda _done: setattr(study, "rushed", None))

    def stop(self, study_instance_uid: str) -> None:
        found = self._studies.pop(study_instance_uid, None)
        if found is not None:
            self._cache.release(found[0].uid)
            found[1].cancel()
            if found[0].rushed is not None:
                found[0].rushed.cancel()

    def wake(self) -> None:
        """The network is back."""
        self._pauses.wake()

    async def use(self, server: Server | None) -> None:
        """Fetches from this server from now on; what runs goes on with it."""
        self._online.clear()
        self._server = server
        restart = [found[0] for found in self._studies.values() if not found[1].done()]
        tasks = [found[1] for found in self._studies.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if server is not None:
            self._online.set()
        for study in restart:
            self.fetch(Fetch(consultation_id=study.case, study_instance_uid=study.uid))
            self._studies[study.uid][0].preferred = study.preferred

    async def close(self) -> None:
        tasks = [task for _, task in self._studies.values()]
        for uid in tuple(self._studies):
            self.stop(uid)
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, study: FetchedStudy, task: asyncio.Task[None]) -> None:
        """Nobody waits in vain for a study whose work broke off by a defect."""
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("a study could not be fetched on", exc_info=error)
        self._emit(FetchFailed(study_instance_uid=study.uid, code=TransferReason.NOT_UNDERSTOOD))
        self._emit(
            FetchEnded(study_instance_uid=study.uid, arrived=study.arrived, failed=study.failed)
        )

    # --- one study -----------------------------------------------------------------------

    async def _fetch(self, study: FetchedStudy) -> None:
        if await self._list(study):
            with self._telling(study):
                async with asyncio.TaskGroup() as group:
                    early = Early(study, self._connected, self._downloads.pace, self._emit)
                    first = group.create_task(self._next(study))
                    told = [group.create_task(early.thumbnails(first))]
                    first.add_done_callback(lambda _done: study.first.over.set())
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(FIRST_ALONE_S):
                            await study.first.over.wait()
                    rest = group.create_task(self._connections(study))
                    await self._list_on(study)
                    told.append(group.create_task(early.places(first)))
                    await asyncio.wait({first, rest})
                    for asking in told:
                        asking.cancel()  # all is here
                if study.left:  # listed after the connections had nothing more to do
                    await self._connections(study)
                if study.rushed is not None:
                    await asyncio.wait({study.rushed})
        self._emit(
            FetchEnded(study_instance_uid=study.uid, arrived=study.arrived, failed=study.failed)
        )

    @contextlib.contextmanager
    def _telling(self, study: FetchedStudy) -> Iterator[None]:
        """Tells how far a study is until it ends, also while nothing comes."""

        async def tell() -> None:
            while True:
                self._emit(study.progress())
                await asyncio.sleep(TELL_EVERY_S)

        telling = asyncio.create_task(tell(), name="fetch progress")
        try:
            yield
        finally:
            telling.cancel()
            self._emit(study.progress())

    async def _list_on(self, study: FetchedStudy) -> None:
        """The rest of a long list."""
        while study.next is not None and await self._list(study):
            pass

    async def _list(self, study: FetchedStudy) -> bool:
        """Tells what the study has, as far as one page of the list; False where nobody says."""
        try:
            page = await self._page(study)
        except NetError as error:
            self._emit(FetchFailed(study_instance_uid=study.uid, code=net_reason(error)))
            study.unlisted = True
            self._emit(study.progress())
            return False
        told = study.listed(page)
        self._emit(told)
        new = {one.sop_instance_uid for one in told.instances}
        await self._take(study, [one for one in page.instances if one.sop_instance_uid in new])
        return True

    async def _page(self, study: FetchedStudy) -> FoundStudy:
        tried = 0
        while True:
            server = await self._connected()
            try:
                return await server.dicomweb.instances(study.uid, study.case, study.next or 0)
            except NotSignedIn:
                self._forget(server)
            except NetError as error:
                tried += 1
                if tried == TRIES or not _passing(error):
                    raise
                await self._pauses.wait()

    async def _take(self, study: FetchedStudy, listed: list[FoundInstance]) -> None:
        """What is here has arrived, the others are left to be fetched."""
        left = {one.sop_instance_uid: one for one in listed}
        wanted = {uid: study.of(one) for uid, one in left.items()}
        # All at once: a thread for each name would keep the first picture from the line.
        for uid in await asyncio.to_thread(self._cache.present, study.uid, wanted):
            path = await asyncio.to_thread(self._cache.find, study.uid, uid, wanted[uid])
            if path is not None:
                study.begun.add(left.pop(uid).series_instance_uid)
                study.arrived += 1
                self._emit(
                    InstanceArrived(study_instance_uid=study.uid, sop_instance_uid=uid, path=path)
                )
        study.add(left.values())

    async def _connections(self, study: FetchedStudy) -> None:
        """Few at first: of many that share a line the nearest ends hardly before the farthest."""
        async with asyncio.TaskGroup() as group:
            few = [group.create_task(self._connection(study)) for _ in range(FEW)]
            await asyncio.wait(few, timeout=FEW_FOR_S)
            for _ in range(min(CONNECTIONS - FEW, len(study.left))):
                group.create_task(self._connection(study))

    async def _connection(self, study: FetchedStudy) -> None:
        while await self._next(study):
            pass

    async def _next(self, study: FetchedStudy) -> bool:
        """Fetches what is wanted most; False when nothing is left."""
        async with self._slots:
            if (instance := study.take()) is None:
                return False
            self._settle(study, instance, await self._retrieve(study, instance))
        return True

    def _settle(
        self, study: FetchedStudy, instance: FoundInstance, code: TransferReason | None
    ) -> None:
        if code is None:
            study.arrived += 1
            return
        study.failed += 1
        self._emit(
            FetchFailed(
                study_instance_uid=study.uid,
                sop_instance_uid=instance.sop_instance_uid,
                code=code,
            )
        )

    async def _retrieve(
        self, study: FetchedStudy, instance: FoundInstance, *, rushed: bool = False
    ) -> TransferReason | None:
        """None when it has arrived, else why it cannot be had now."""
        tried = 0
        while True:
            server = await self._connected()
            try:
                await self._download(server, study, instance, rushed=rushed)
            except NotSignedIn:
                self._forget(server)
            except NetError as error:
                tried += 1
                if tried == TRIES or not _passing(error):
                    return net_reason(error)
                await self._pauses.wait()
            except (StoreError, OSError) as error:
                if isinstance(error, DiskFull):
                    self._emit(Trouble(what="disk-full"))
                return TransferReason.NOT_KEPT
            else:
                self._pauses.reset()
                return None

    async def _download(
        self, server: Server, study: FetchedStudy, instance: FoundInstance, *, rushed: bool
    ) -> None:
        uid, of = instance.sop_instance_uid, study.of(instance)
        pending, came = bytearray(), 0
        with contextlib.ExitStack() as stack:
            write = stack.enter_context(self._cache.adding(study.uid, uid, of))
            begun = stack.enter_context(self._beginning(study, uid, of))
            wanted = Wanted(study.uid, instance.series_instance_uid, uid, study.case)
            study.first.asked()
            coming = self._downloads.bytes_of(server, wanted, study.first.told, rushed=rushed)
            async with contextlib.aclosing(coming) as pieces:
                async for piece in pieces:
                    study.speed.count(len(piece))
                    study.first.count(len(piece))
                    came += len(piece)
                    pending += piece
                    await begun(piece)
                    if len(pending) >= PIECE_BYTES:
                        await asyncio.to_thread(write, bytes(pending))
                        pending.clear()
            await asyncio.to_thread(write, bytes(pending))
        path = await asyncio.to_thread(self._cache.find, study.uid, uid, of)
        if path is None:
            raise OSError("the cached file has gone")
        study.fetched(instance, came)
        self._emit(InstanceArrived(study_instance_uid=study.uid, sop_instance_uid=uid, path=path))

    @contextlib.contextmanager
    def _beginning(
        self, study: FetchedStudy, uid: str, of: str
    ) -> Iterator[Callable[[bytes], Coroutine[None, None, None]]]:
        """Takes the pieces of one instance, and tells of it while it comes where that is of use."""
        growth, begun, told = Growth(), bytearray(), False

        async def take(piece: bytes) -> None:
            nonlocal told
            if growth.hopeless:
                begun.clear()
                return
            begun.extend(piece)
            if growth.reached(len(begun)) and await asyncio.to_thread(growth.due, begun):
                told = True
                put = self._cache.put_begun
                path = await asyncio.to_thread(put, study.uid, uid, bytes(begun), of)
                self._emit(
                    InstanceComing(study_instance_uid=study.uid, sop_instance_uid=uid, path=path)
                )

        try:
            yield take
        finally:
            if told:
                self._cache.drop_begun(study.uid, uid, of)

    async def _connected(self) -> Server:
        while True:
            await self._online.wait()
            if self._server is not None:
                return self._server
            self._online.clear()

    def _forget(self, server: Server) -> None:
        """Its session is over: the window gives another."""
        if self._server is server:
            self._server = None
            self._online.clear()


def _passing(error: NetError) -> bool:
    if isinstance(error, Refused):
        return error.code in PASSING
    return isinstance(error, Unreachable)
