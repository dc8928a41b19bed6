"""Brings the site's folder of backups up to date while the server runs: what SQLite's log says, and
every object that is kept."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy.engine import make_url

from server.api.services.now_and_then import TOLD_EVERY, NowAndThen
from server.domain.ports import Clock
from server.settings import Settings
from server.store.backup import BackupFolder, copy_objects
from server.store.errors import BackupUnusable, StoreError
from server.store.folder_owner import followed_alone, own_mark
from server.store.keyring import KeyRing
from server.store.log_keeping import LogKeeper
from server.store.site_objects import SiteObjects

_LOG = structlog.get_logger("huizhen.backup")
_OBJECTS_AT_ONCE = 32


class BackupFollowing:
    """`enter` before the database is opened, `run` meanwhile, `leave` when it is closed.

    Args:
        folder: of backups; one that nobody has put a backup into is left alone, since it may be
            the empty place of a disk that is not there just now.
        database: SQLite's file; None where another database keeps its own log.
        mark: the server's, see `folder_owner`.
        spool: below the folder of objects, this process's own.
    """

    def __init__(
        self,
        folder: Path,
        ring: KeyRing,
        database: Path | None,
        mark: str,
        spool: str,
        every_s: float,
        clock: Clock,
    ) -> None:
        self._folder, self._ring, self._database = folder, ring, database
        self._mark, self._alone = mark, ExitStack()
        self._spool, self._every_s, self._clock = spool, every_s, clock
        self._keeper: LogKeeper | None = None
        self._keeping = threading.Lock()
        """What was cancelled goes on in its thread a moment longer."""
        self._lock = threading.Lock()
        self._waiting: dict[str, None] = {}
        self._compared = False
        self._told = defaultdict[Callable[[], object], NowAndThen](
            lambda: NowAndThen(clock, TOLD_EVERY)
        )

    def kept(self, names: Iterable[str]) -> None:
        """Objects that are durable here."""
        with self._lock:
            self._waiting.update(dict.fromkeys(names))

    async def enter(self) -> None:
        """Takes up the log where it was left, before somebody writes."""
        if self._database is not None and self._database.is_file():
            await self._tried(self._keep_log)

    async def run(self, objects: SiteObjects) -> None:
        objects.on_kept = self.kept
        bring = partial(self._bring_objects, objects)
        await asyncio.gather(self._keep_on(self._keep_log), self._keep_on(bring))

    async def leave(self) -> None:
        await self._tried(self._end_log)

    async def _keep_on(self, do: Callable[[], object]) -> None:
        while True:
            await self._tried(do)
            await asyncio.sleep(self._every_s)

    def _keep_log(self) -> None:
        if self._database is None:
            return
        with self._keeping:
            if self._keeper is None:
                log = self._backups().log
                self._alone.enter_context(followed_alone(self._folder, self._mark))
                self._keeper = LogKeeper(self._database, log, self._clock.now)
            self._keeper.keep()

    def _end_log(self) -> None:
        with self._keeping:
            keeper, self._keeper, self._database = self._keeper, None, None
            with self._alone:
                if keeper is not None:
                    keeper.stop()

    def _bring_objects(self, objects: SiteObjects) -> None:
        """Those that are not there yet, then what came since."""
        there = self._backups().objects
        if not self._compared:
            there.clear_spool()
            self.kept(one for one in objects.stored() if not there.holds(one))
            self._compared = True
        while self._waiting:
            with self._lock:
                names = list(self._waiting)[:_OBJECTS_AT_ONCE]
            lacking = [one for one in names if not there.wanted_again(one)]
            # What cannot be read here was taken back meanwhile, or is a matter for `scrub`.
            copy_objects(objects, there, lacking, lambda _told: None)
            with self._lock:
                for one in names:
                    self._waiting.pop(one, None)

    def _backups(self) -> BackupFolder:
        if not BackupFolder.begun(self._folder):
            raise BackupUnusable(
                "nobody has put a backup into HUIZHEN_BACKUP_DIR yet, or its disk is not there: "
                "`huizhen-server backup take` begins one"
            )
        spool = self._folder / "objects/spool" / self._spool
        return BackupFolder(self._folder, self._ring, spool)

    async def _tried(self, do: Callable[[], object]) -> bool:
        """Answers whether it went well; what did not is told now and then, and tried again."""
        told = self._told[do]
        try:
            await asyncio.to_thread(do)
        except (StoreError, OSError) as error:
            if told.due():
                _LOG.error("backup.not_followed", why=str(error))
            return False
        told.reset()
        return True


@asynccontextmanager
async def backup_following(
    settings: Settings, ring: KeyRing, clock: Clock
) -> AsyncIterator[BackupFollowing | None]:
    """Around everything that opens the database; None where the site has no such folder."""
    if settings.backup_dir is None:
        yield None
        return
    url = make_url(settings.database)
    file = url.database if url.get_backend_name() == "sqlite" else None
    following = BackupFollowing(
        settings.backup_dir,
        ring,
        Path(file) if file else None,
        own_mark(settings.data_dir),
        settings.process or "server",
        settings.backup_every_s,
        clock,
    )
    await following.enter()
    try:
        yield following
    finally:
        await following.leave()
