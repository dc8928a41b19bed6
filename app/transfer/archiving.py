"""Reports go from the outbox to the hospital's archives, again and again until they are there."""

import asyncio
import logging
from collections.abc import Callable
from uuid import UUID

from app.store.archive_outbox import ArchiveOutbox, Waiting
from app.store.intake_settings import IntakeSettings, Pacs, PacsKind
from app.transfer.intake_messages import ArchiveTold, PacsProblem
from app.transfer.pacs import node_of, problem_of
from app.transfer.rates import Pauses

log = logging.getLogger(__name__)


class Archiving:
    """All methods belong to the loop. Nothing goes before there are settings.

    Args:
        on_idle: called whenever something is there, or could not be stored for now.
    """

    def __init__(
        self,
        outbox: ArchiveOutbox,
        emit: Callable[[ArchiveTold], None],
        on_idle: Callable[[], None],
    ) -> None:
        self._outbox = outbox
        self._emit = emit
        self._on_idle = on_idle
        self._settings: IntakeSettings | None = None
        self._passwords: dict[str, str] = {}
        self._told: dict[UUID, PacsProblem] = {}
        self._pauses = Pauses()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.busy = False
        """Something goes this moment."""
        self.idle = True
        """Nothing waits, as far as was looked."""
        self.last_success = float("-inf")
        """On the loop's clock."""

    def configure(self, settings: IntakeSettings, passwords: dict[str, str]) -> None:
        self._settings, self._passwords = settings, passwords
        self.wake()

    def wake(self) -> None:
        """Looks at once, also at what could not be stored a moment ago."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="to the archive")
        self._news.set()
        self._pauses.wake()

    async def close(self) -> None:
        """What is on its way is sent again at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._news.clear()
            try:
                waiting = await asyncio.to_thread(self._outbox.read_all)
                done = [await self._is_done(one) for one in waiting]
            except OSError:  # another program holds a file
                log.exception("the outbox of archives cannot be read or written now")
                done = [False]
            self.idle = all(done)
            if self.idle:
                self._pauses.reset()
                await self._news.wait()
            else:
                await self._pauses.wait()

    async def _is_done(self, one: Waiting) -> bool:
        if self._settings is None:
            return False
        archive = next((a for a in self._settings.pacs if a.id == one.entry.pacs_id), None)
        if archive is None:
            log.warning("an archive was removed before it had a report")
            await self._forget(one)
            self._emit(ArchiveTold(entry=one.entry, archive="", problem=None, gone=True))
            return True
        self.busy = True
        try:
            await asyncio.to_thread(
                _store,
                archive,
                self._passwords.get(str(archive.id), ""),
                self._settings.receiver.ae_title,
                one.data,
            )
        except Exception as error:  # see `problem_of`
            problem, status = problem_of(error)
            if self._told.get(one.entry.id) is not problem:
                self._told[one.entry.id] = problem
                self._tell(one, archive, problem, status)
            return False
        else:
            await self._forget(one)
            self.last_success = asyncio.get_running_loop().time()
            self._tell(one, archive)
            return True
        finally:
            self.busy = False
            self._on_idle()

    async def _forget(self, one: Waiting) -> None:
        await asyncio.to_thread(self._outbox.remove, one.entry.id)
        self._told.pop(one.entry.id, None)

    def _tell(
        self, one: Waiting, archive: Pacs, problem: PacsProblem | None = None, status: int = 0
    ) -> None:
        self._emit(
            ArchiveTold(entry=one.entry, archive=archive.name, problem=problem, status=status)
        )


def _store(archive: Pacs, password: str, calling: str, data: bytes) -> None:
    from app.net import pacs_web
    from app.net.dimse import scu

    if archive.kind is PacsKind.DICOMWEB:
        pacs_web.store(pacs_web.WebNode(archive.url, archive.username, password), data)
    else:
        scu.store(node_of(archive, calling), data)
