"""Sends what is in the outbox: all studies of the account at once, each until it is verified."""

import asyncio
import logging
from collections.abc import Callable

from app.net.errors import NetError, NotSignedIn, Refused, Untrusted
from app.store.errors import DiskFull, StoreError
from app.store.outbox import Outbox, OutboxStudy
from app.store.sealed import Sealer
from app.transfer.line import Line
from app.transfer.messages import Trouble, UploadState
from app.transfer.rates import Pace
from app.transfer.reasons import net_reason
from app.transfer.sending import LATER, SESSION, LaterError, StudySender
from app.transfer.session import Server
from app.transfer.turns import Turns
from app.transfer.uploads import Key, StudyUpload
from protocol.errors import ErrorCode

log = logging.getLogger(__name__)


class Uploader:
    """Owns every upload of the profile. All methods belong to the loop.

    `on_idle` is called whenever there is nothing left that could be sent.
    """

    def __init__(
        self,
        outbox: Outbox,
        sealer: Sealer,
        emit: Callable[[UploadState | Trouble], None],
        on_idle: Callable[[], None],
        line: Line,
    ) -> None:
        self._outbox = outbox
        self._emit = emit
        self._on_idle = on_idle
        self._server: Server | None = None
        self._uploads: dict[Key, StudyUpload] = {}
        self._work = asyncio.Event()
        self._sender = StudySender(outbox, sealer, line, self._succeeded)
        self._sending: dict[Key, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._untrusted_told = False
        self.last_success = asyncio.get_running_loop().time()

    # --- what the owner asks -------------------------------------------------------------

    async def start(self) -> None:
        """Tells what earlier runs left, and goes on with it."""
        for record in await asyncio.to_thread(self._outbox.studies):
            if not record.verified:
                self.add(record)
        self._task = asyncio.create_task(self._run(), name="uploads")

    def add(self, record: OutboxStudy) -> None:
        """A study that is in the outbox, or has more images than before."""
        key = (record.consultation_id, record.study_instance_uid)
        upload = self._uploads.get(key)
        if upload is None:
            self._uploads[key] = StudyUpload(record, self._outbox, self._emit)
        else:
            upload.take(record)
            if key in self._sending:
                self._sending[key].cancel()  # what was declared is no longer all
        self.wake()

    async def use(self, server: Server | None) -> None:
        """Sends to this server from now on; None: to none."""
        self._server = None
        await self._stop_sending(tuple(self._sending))
        self._server = server
        if server is not None:
            for upload in self._uploads.values():
                if upload.stuck:  # another session may be allowed to
                    upload.take(upload.record)
        self.wake()

    def wake(self) -> None:
        """Tries now instead of after the pause."""
        for upload in self._uploads.values():
            upload.pauses.wake()
        self._work.set()

    async def cancel(self, key: Key) -> None:
        """Stops a study and drops its images; the server is told now, or when it can be reached,
        also of a study that came to the case by another way."""
        upload = self._uploads.pop(key, None)  # so that the loop does not begin it again
        await self._stop_sending((key,))
        if upload is None:
            record = await asyncio.to_thread(self._outbox.study, *key)
            upload = StudyUpload(record or self._unsent(key), self._outbox, self._emit)
        await upload.cancel()
        self._uploads[key] = upload
        self.wake()

    async def go_without(self, key: Key) -> None:
        """Declares a study again without the images that the server refused."""
        await self._stop_sending((key,))
        record = await asyncio.to_thread(self._outbox.go_without, *key)
        if record is not None:
            self.add(record)

    def _unsent(self, key: Key) -> OutboxStudy:
        """A study that another computer has sent: there is nothing of it here but its name."""
        consultation_id, uid = key
        return OutboxStudy(
            consultation_id=consultation_id,
            study_instance_uid=uid,
            account_id=self._server.account_id if self._server is not None else None,
            description="",
            modalities=(),
            instances=(),
        )

    async def close(self) -> None:
        """Stops; everything unfinished stays in the outbox."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._stop_sending(tuple(self._sending))
        for upload in self._uploads.values():
            upload.close()

    @property
    def pace(self) -> Pace:
        """How fast images may be sent."""
        return self._sender.pace

    @property
    def turns(self) -> Turns:
        """Who may send next."""
        return self._sender.turns

    @property
    def idle(self) -> bool:
        """Whether nothing is left that could be sent with this session (if there is one)."""
        return self._server is None or not self._mine(self._server)

    # --- the loop ------------------------------------------------------------------------

    def _mine(self, server: Server) -> list[StudyUpload]:
        """What can be sent now: nobody's session sends what another account has imported."""
        owners = (None, server.account_id)
        return [
            one
            for one in self._uploads.values()
            if not one.verified and not one.stuck and one.record.account_id in owners
        ]

    async def _run(self) -> None:
        """Begins what can be sent and is not being sent, whenever something has changed."""
        while True:
            self._work.clear()
            server = self._server
            mine = self._mine(server) if server is not None else []
            if server is None or not mine:
                self._on_idle()
            else:
                for upload in mine:
                    if upload.key not in self._sending:
                        self._begin(server, upload)
            await self._work.wait()

    def _begin(self, server: Server, upload: StudyUpload) -> None:
        task = asyncio.create_task(self._carry(server, upload), name="upload")
        self._sending[upload.key] = task

        def ended(_task: "asyncio.Task[None]") -> None:
            del self._sending[upload.key]
            self._work.set()

        task.add_done_callback(ended)

    async def _carry(self, server: Server, upload: StudyUpload) -> None:
        """Attempts with growing pauses, as long as trying again may help."""
        while await self._attempt(server, upload):
            await upload.pauses.wait()

    async def _attempt(self, server: Server, upload: StudyUpload) -> bool:
        """One attempt; True when it should be tried again after a pause."""
        try:
            await self._sender.send(server, upload)
            self._succeeded(upload)
            if upload.forgotten:
                self._uploads.pop(upload.key, None)
                upload.close()
            return False
        except Exception as error:  # the loop outlives whatever one study runs into
            return self._judge(upload, error)

    def _judge(self, upload: StudyUpload, error: Exception) -> bool:
        match error:
            case NotSignedIn():
                return self._without_session(upload)
            case Refused() if error.code in SESSION:
                return self._without_session(upload)
            case Untrusted():
                if not self._untrusted_told:
                    self._emit(Trouble(what="server-untrusted"))
                self._untrusted_told = True
            case Refused() if error.code not in LATER:
                upload.stuck = True
                upload.reject(net_reason(error))
                return False
            case DiskFull():
                self._emit(Trouble(what="disk-full"))
            case StoreError() | OSError():
                log.error("the outbox cannot be written: %s", type(error).__name__)
                self._emit(Trouble(what="disk-full"))
            case NetError() | LaterError():
                pass
            case _:
                log.error("an upload failed", exc_info=error)
        full = isinstance(error, Refused) and error.code is ErrorCode.NO_ROOM
        upload.set_paused(True, server_full=full)
        return True

    def _without_session(self, upload: StudyUpload) -> bool:
        """Everything waits for the session that the window gives."""
        self._server = None
        upload.set_paused(True)
        return False

    def _succeeded(self, upload: StudyUpload) -> None:
        upload.pauses.reset()
        self._untrusted_told = False
        self.last_success = asyncio.get_running_loop().time()

    async def _stop_sending(self, keys: tuple[Key, ...]) -> None:
        tasks = {key: self._sending[key] for key in keys if key in self._sending}
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        for key in tasks:
            if key in self._uploads:
                self._uploads[key].set_paused(True)
