"""Owns everything of the transfer process: one command in, its consequence done."""

import asyncio
import base64
import binascii
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_never

from app.store.archive_outbox import ArchiveOutbox
from app.store.cache import ImageCache
from app.store.inbox import Inbox
from app.store.messages import KeptMessages
from app.store.outbox import Outbox, PendingImport
from app.store.profile import SealedStore
from app.store.recordings import RecordingStore
from app.store.sealed import Sealer
from app.transfer.fetcher import Fetcher
from app.transfer.finding import Unpacking
from app.transfer.importer import Importer
from app.transfer.inbox import InboxKeeper
from app.transfer.intake import Intake
from app.transfer.intake_messages import IntakeCommand
from app.transfer.line import Line
from app.transfer.lock import ProfileLock
from app.transfer.messages import (
    CancelImport,
    CancelUpload,
    Command,
    EndSession,
    Event,
    Fetch,
    GoWithout,
    Import,
    LimitTransfers,
    NetworkBack,
    Open,
    Prefer,
    Quit,
    SessionOver,
    StopFetching,
    TransferCommand,
    Trouble,
    UseSession,
)
from app.transfer.recording_messages import SendRecordings
from app.transfer.recordings import RecordingSender
from app.transfer.session import Server, TransferSession
from app.transfer.uploader import Uploader

log = logging.getLogger(__name__)
LONGEST_LINGER_S = 30 * 60.0
"""How long a process without a window waits for a network that does not come."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What there is once the folder is open."""

    lock: ProfileLock
    outbox: Outbox
    importer: Importer
    uploader: Uploader
    fetcher: Fetcher
    session: TransferSession
    intake: Intake
    recordings: RecordingSender


class Transfer:
    """Carries out commands one after the other; `handle` returns when one has taken effect.

    Args:
        emit: receives every event.
        on_lost_lock: a newer process of this profile wants to take over.
        linger: seconds without any success after which `finish` gives up.
    """

    def __init__(
        self,
        emit: Callable[[Event], None],
        on_lost_lock: Callable[[], None],
        linger: float = LONGEST_LINGER_S,
    ) -> None:
        self._emit = emit
        self._on_lost_lock = on_lost_lock
        self._linger = linger
        self._parts: _Parts | None = None
        self._leaving = False
        """Signed out: the session ends with what is being sent."""
        self._watch: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def handle(self, command: Command) -> None:
        """Raises LockTimeout from `Open` when an older process does not let go."""
        if isinstance(command, Open):
            await self._open(command)
            return
        parts = self._parts
        if parts is None:
            log.error("the folder must be opened before %s", command.kind)
            return
        if isinstance(command, IntakeCommand):
            await parts.intake.handle(command)
            return
        await self._carry_out(parts, command)

    async def _carry_out(self, parts: _Parts, command: TransferCommand) -> None:
        match command:
            case UseSession():
                self._leaving = False
                await parts.session.use(command)
            case EndSession(when_done=True):
                self._leaving = True
                await parts.fetcher.use(None)
            case EndSession():
                await parts.session.end()
            case Import():
                await parts.importer.begin(_pending(command))
            case CancelImport():
                parts.importer.cancel(command.consultation_id)
            case CancelUpload():
                case, uid = command.consultation_id, command.study_instance_uid
                await parts.uploader.cancel((case, uid))
                if command.whole:
                    parts.intake.inbox.taken_out(uid, case)
            case GoWithout():
                key = (command.consultation_id, command.study_instance_uid)
                await parts.uploader.go_without(key)
            case LimitTransfers():
                parts.uploader.pace.limit = parts.fetcher.pace.limit = command.bytes_per_second
            case SendRecordings():
                await parts.recordings.allow(may=command.may)
            case NetworkBack():
                _wake(parts)
            case Fetch():
                parts.fetcher.fetch(command)
            case Prefer():
                parts.fetcher.prefer(command)
            case StopFetching():
                parts.fetcher.stop(command.study_instance_uid)
            case Open() | Quit():
                pass  # the process itself acts on these
            case _:
                assert_never(command)

    # --- beginning and end ---------------------------------------------------------------

    async def _open(self, command: Open) -> None:
        if self._parts is not None:
            return
        try:
            sealer = Sealer(base64.b64decode(command.store_key, validate=True))
        except (binascii.Error, ValueError):
            log.error("the store key is none")
            self._emit(Trouble(what="store-damaged"))
            return
        lock = ProfileLock(command.folder)
        await lock.acquire()
        self._watch = asyncio.create_task(self._give_way(lock), name="give way")
        parts = await self._build(command, sealer, lock)
        self._parts = parts
        await asyncio.to_thread(parts.outbox.sweep)
        await asyncio.to_thread(parts.intake.inbox.load)
        parts.intake.tell_inbox()
        await parts.uploader.start()
        for pending in await asyncio.to_thread(parts.outbox.pending_imports):
            await parts.importer.begin(pending)
        await parts.session.resume()

    def _intake(self, command: Open, sealer: Sealer, unpacking: Unpacking) -> Intake:
        folder = command.folder
        inbox = InboxKeeper(
            Inbox(folder, sealer),
            on_full=lambda: self._emit(Trouble(what="disk-full")),
        )
        return Intake(
            inbox,
            self._emit,
            unpacking,
            self._news.set,
            messages=KeptMessages(folder, sealer),
            to_archive=ArchiveOutbox(folder, sealer),
            key_lasts=command.key_lasts,
        )

    async def _build(self, command: Open, sealer: Sealer, lock: ProfileLock) -> _Parts:
        folder = command.folder
        outbox = Outbox(folder, sealer)
        cache = await asyncio.to_thread(ImageCache, folder, sealer)
        line = Line(SealedStore(folder / "transfer", sealer))
        await asyncio.to_thread(line.load)
        uploader = Uploader(outbox, sealer, self._emit, on_idle=self._news.set, line=line)
        unpacking = Unpacking(folder / "unpacking")
        await asyncio.to_thread(unpacking.sweep)
        fetcher = Fetcher(cache, self._emit)
        intake = self._intake(command, sealer, unpacking)
        importer = Importer(
            outbox,
            sealer,
            self._emit,
            on_study=uploader.add,
            on_idle=self._news.set,
            inbox=intake.inbox,
            line=line,
            unpacking=unpacking,
        )
        recordings = RecordingSender(
            RecordingStore(command.recordings or folder, sealer),
            self._emit,
            uploader.turns,
            uploader.pace,
            on_idle=self._news.set,
        )
        session = TransferSession(
            folder,
            sealer,
            on_server=_each(uploader.use, recordings.use, fetcher.use),
            on_over=lambda: self._emit(SessionOver()),
        )
        return _Parts(lock, outbox, importer, uploader, fetcher, session, intake, recordings)

    async def _give_way(self, lock: ProfileLock) -> None:
        await lock.wanted()
        log.info("a newer transfer process takes over")
        self._on_lost_lock()

    async def finish(self) -> None:
        """Returns when every upload is done, or nothing has succeeded for `linger` seconds; then
        the session of somebody who has signed out ends.

        While pictures may come in by themselves it returns only when it is cancelled.
        """
        parts = self._parts
        if parts is None:
            return
        await parts.fetcher.close()
        await parts.recordings.window_gone()
        loop = asyncio.get_running_loop()
        if parts.intake.serving:
            log.info("the window has gone; the receiver goes on")
            await self._all_sent(parts, linger=float("inf"))
            await self._leave(parts)
            await loop.create_future()
        await self._all_sent(parts, self._linger)
        await self._leave(parts)

    async def _leave(self, parts: _Parts) -> None:
        if self._leaving:
            await parts.session.end()

    async def _all_sent(self, parts: _Parts, linger: float) -> None:
        """Returns when nothing is left to send, or nothing has succeeded for `linger` seconds."""
        loop = asyncio.get_running_loop()
        since = loop.time()
        sending = (parts.uploader, parts.recordings, parts.intake.archiving)
        while parts.importer.busy or parts.intake.busy or not all(one.idle for one in sending):
            quiet_since = max(since, *(one.last_success for one in sending))
            left = quiet_since + linger - loop.time()
            if left <= 0 and not parts.importer.busy and not parts.intake.busy:
                log.info("the uploads go on when the program is opened again")
                return
            self._news.clear()
            try:
                async with asyncio.timeout(max(left, 1.0)):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def close(self) -> None:
        """Stops everything; what is unfinished goes on at the next start."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        parts, self._parts = self._parts, None
        if parts is None:
            return
        await parts.importer.close()
        await parts.intake.close()
        await parts.uploader.close()
        await parts.recordings.stop()
        await parts.fetcher.close()
        await parts.session.close()
        parts.lock.release()


def _wake(parts: _Parts) -> None:
    for one in (parts.uploader, parts.recordings, parts.fetcher, parts.intake):
        one.wake()


def _pending(command: Import) -> PendingImport:
    return PendingImport(
        id=command.id,
        consultation_id=command.consultation_id,
        account_id=command.account_id,
        paths=tuple(str(path) for path in command.paths),
        files_of=command.files_of,
        inbox_studies=command.inbox_studies,
        chosen=command.chosen,
        with_loss=command.with_loss,
    )


def _each(
    *users: Callable[[Server | None], Awaitable[None]],
) -> Callable[[Server | None], Awaitable[None]]:
    """One after the other."""

    async def use(server: Server | None) -> None:
        for one in users:
            await one(server)

    return use
