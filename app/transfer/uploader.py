"""Sends what is in the outbox: declared first, then only what the server lacks, until verified."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial

from app.net.connection import ENDED
from app.net.dicomweb import Outgoing, Stored
from app.net.errors import NetError, NotSignedIn, Refused, Untrusted
from app.net.pieces import Whole
from app.store.errors import DiskFull, StoreError
from app.store.outbox import Outbox, OutboxInstance, OutboxStudy
from app.store.sealed import Sealer
from app.transfer.line import Line
from app.transfer.messages import ImageStage, Trouble, UploadState
from app.transfer.rates import Pace, Pauses
from app.transfer.reasons import PASSING_FAILURES, TransferReason, net_reason, store_failure
from app.transfer.session import Server
from app.transfer.uploads import Key, StudyUpload
from protocol.errors import ErrorCode
from protocol.imaging import DeclaredInstance, StudyManifest, StudyProgress

log = logging.getLogger(__name__)
CONNECTIONS = 4
PIECE_BYTES = 64 * 1024
RESUMED_BYTES = 512 * 1024
"""A smaller image is sent again from its beginning when the line breaks."""
LATER = {
    ErrorCode.CONFLICT,  # another connection goes on with the image
    ErrorCode.NOT_FOUND,  # the case itself has not reached the server yet
    ErrorCode.TOO_MANY_REQUESTS,
    ErrorCode.NO_ROOM,
    ErrorCode.UNAVAILABLE,
    ErrorCode.SERVER_ERROR,
    ErrorCode.MALFORMED_MESSAGE,  # the upload was cut on the way
}
SESSION = {*ENDED, ErrorCode.TOKEN_EXPIRED, ErrorCode.PASSWORD_CHANGE_REQUIRED}
"""Refusals of the session, not of the images."""
TRIES = 3
"""How often an image is sent again whose failure may pass."""


class _Later(Exception):
    """Nothing more can be done for this study now; trying again may help."""


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
        self._line = line
        self._outbox = outbox
        self._sealer = sealer
        self._emit = emit
        self._on_idle = on_idle
        self._server: Server | None = None
        self._uploads: dict[Key, StudyUpload] = {}
        self._work = asyncio.Event()
        self._pauses = Pauses()
        self.pace = Pace()
        self._sending: tuple[Key, asyncio.Task[None]] | None = None
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
            if self._sending is not None and self._sending[0] == key:
                self._sending[1].cancel()  # what was declared is no longer all
        self.wake()

    async def use(self, server: Server | None) -> None:
        """Sends to this server from now on; None: to none."""
        self._server = server
        await self._stop_sending()
        if server is not None:
            for upload in self._uploads.values():
                if upload.stuck:  # another session may be allowed to
                    upload.take(upload.record)
        self.wake()

    def wake(self) -> None:
        """Tries now instead of after the pause."""
        self._pauses.wake()
        self._work.set()

    async def cancel(self, key: Key) -> None:
        """Stops a study and drops its images; the server is told now, or when it can be reached."""
        upload = self._uploads.pop(key, None)  # so that the loop does not begin it again
        if self._sending is not None and self._sending[0] == key:
            await self._stop_sending()
        if upload is None:
            record = await asyncio.to_thread(self._outbox.study, *key)
            if record is None:
                return
            upload = StudyUpload(record, self._outbox, self._emit)
        await upload.cancel()
        self._uploads[key] = upload
        self.wake()

    async def close(self) -> None:
        """Stops; everything unfinished stays in the outbox."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for upload in self._uploads.values():
            upload.close()

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
        while True:
            self._work.clear()
            server = self._server
            mine = self._mine(server) if server is not None else []
            if server is None or not mine:
                self._on_idle()
                await self._work.wait()
                continue
            again = [await self._guarded(server, upload) for upload in mine]
            if any(again) and self._server is server:
                await self._pauses.wait()

    async def _guarded(self, server: Server, upload: StudyUpload) -> bool:
        """The loop outlives a full disk."""
        try:
            return await self._attempt(server, upload)
        except (StoreError, OSError) as error:
            log.error("the outbox cannot be written: %s", type(error).__name__)
            self._emit(Trouble(what="disk-full"))
            upload.set_paused(True)
            return True

    async def _attempt(self, server: Server, upload: StudyUpload) -> bool:
        """One attempt; True when it should be tried again after a pause."""
        if upload.key not in self._uploads or self._server is not server:
            return False
        task = asyncio.create_task(self._send_study(server, upload), name="upload")
        self._sending = (upload.key, task)
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
        finally:
            self._sending = None
        return False if task.cancelled() else await self._judge(upload, task.exception())

    async def _judge(self, upload: StudyUpload, error: BaseException | None) -> bool:
        if error is None:
            self._succeeded()
            return False
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
            case NetError() | _Later():
                pass
            case _:
                log.error("an upload failed", exc_info=error)
        upload.set_paused(True)
        return True

    def _without_session(self, upload: StudyUpload) -> bool:
        """Everything waits for the session that the window gives."""
        self._server = None
        upload.set_paused(True)
        return False

    def _succeeded(self) -> None:
        self._pauses.reset()
        self._untrusted_told = False
        self.last_success = asyncio.get_running_loop().time()

    async def _stop_sending(self) -> None:
        if self._sending is not None:
            upload, task = self._uploads.get(self._sending[0]), self._sending[1]
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            if upload is not None:
                upload.set_paused(True)

    # --- one study -----------------------------------------------------------------------

    async def _send_study(self, server: Server, upload: StudyUpload) -> None:
        if upload.record.withdraw:
            await self._withdraw(server, upload)
        if upload.key not in self._uploads:
            return
        progress = await self._declare(server, upload)
        self._pauses.reset()
        upload.set_paused(False)
        for _ in range(TRIES):
            lacking = upload.to_send(progress.missing)
            if lacking:
                await self._send_images(server, upload, lacking)
                progress = await self._progress(server, upload)
            if progress.verified:
                await upload.finish()
                return
            if not upload.to_send(progress.missing):
                break
        else:
            raise _Later
        if progress.missing:  # refused, every one of them
            upload.stuck = True
            upload.tell()
        elif progress.undeclared:
            upload.stuck = True
            upload.note_other_images()
        else:
            raise _Later

    async def _withdraw(self, server: Server, upload: StudyUpload) -> None:
        """Asks the server to forget a cancelled study; one that it never heard of is forgotten."""
        try:
            await server.api.withdraw_study(*upload.key)
        except Refused as refused:
            if refused.code in (SESSION | LATER) - {ErrorCode.NOT_FOUND}:
                raise
            log.info("the server keeps or never had a cancelled study: %s", refused.code.value)
        await upload.withdrawn()
        if upload.record.cancelled:
            self._uploads.pop(upload.key, None)
            upload.close()

    async def _declare(self, server: Server, upload: StudyUpload) -> StudyProgress:
        """Declares a study once; later only asks how far it is."""
        record = upload.record
        if record.declared:
            found = await self._find(server, record)
            if found is not None and found.declared == len(record.instances):
                return found
        progress = await server.api.declare_study(
            record.consultation_id,
            StudyManifest(
                study_instance_uid=record.study_instance_uid,
                modalities=record.modalities,
                description=record.description,
                instances=tuple(
                    DeclaredInstance(
                        sop_instance_uid=one.sop_instance_uid,
                        series_instance_uid=one.series_instance_uid,
                        sha256=one.sha256,
                        size=one.size,
                        original_sha256=None if one.lossy else one.original_sha256,
                    )
                    for one in record.instances
                ),
            ),
        )
        await upload.declared()
        return progress

    async def _progress(self, server: Server, upload: StudyUpload) -> StudyProgress:
        found = await self._find(server, upload.record)
        if found is None:
            raise _Later
        return found

    @staticmethod
    async def _find(server: Server, record: OutboxStudy) -> StudyProgress | None:
        uid = record.study_instance_uid
        studies = await server.api.studies(record.consultation_id)
        return next((one for one in studies if one.study_instance_uid == uid), None)

    async def _send_images(
        self, server: Server, upload: StudyUpload, lacking: list[OutboxInstance]
    ) -> None:
        left = iter(sorted(lacking, key=lambda one: not one.first))

        async def connection() -> None:
            for instance in left:
                await self._send_image(server, upload, instance)

        tasks = [asyncio.create_task(connection()) for _ in range(min(CONNECTIONS, len(lacking)))]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_image(
        self, server: Server, upload: StudyUpload, instance: OutboxInstance
    ) -> None:
        uid = instance.sop_instance_uid
        upload.mark(uid, ImageStage.SENDING)
        try:
            outcome = await self._sent(server, upload, instance)
        except (StoreError, OSError) as error:
            if isinstance(error, DiskFull):
                raise
            log.error("a sealed image cannot be read: %s", type(error).__name__)
            await upload.refuse([uid], TransferReason.COPY_DAMAGED)
            return
        except Refused as refused:
            if refused.code is not ErrorCode.TOO_LARGE:
                raise
            await upload.refuse([uid], net_reason(refused))
            return
        self._succeeded()
        if self.pace.limit is None:
            await self._line.measured(upload.speed.read())
        if outcome.failure is None:
            upload.mark(uid, ImageStage.SENT)
        elif outcome.failure in PASSING_FAILURES:
            upload.mark(uid, ImageStage.WAITING, store_failure(outcome.failure))
        else:
            await upload.refuse([uid], store_failure(outcome.failure))

    async def _sent(self, server: Server, upload: StudyUpload, instance: OutboxInstance) -> Stored:
        uid, study = instance.sop_instance_uid, upload.record.study_instance_uid
        if instance.size >= RESUMED_BYTES:
            content = partial(self._bytes_of, upload, uid)
            return await server.pieces.send(
                Whole(study, uid, instance.sha256, instance.size, content)
            )
        outgoing = Outgoing(uid, instance.size, lambda: self._bytes_of(upload, uid))
        (outcome,) = await server.dicomweb.stow(study, [outgoing])
        return outcome

    async def _bytes_of(
        self, upload: StudyUpload, uid: str, start: int = 0
    ) -> AsyncIterator[bytes]:
        """The exact bytes, opened in a thread; counted when the connection has taken them."""
        path = self._outbox.image_path(*upload.key, uid)
        opened = self._sealer.open_file(path, uid, start)
        while (chunk := await asyncio.to_thread(next, opened, None)) is not None:
            for at in range(0, len(chunk), PIECE_BYTES):
                piece = chunk[at : at + PIECE_BYTES]
                await self.pace.pass_(len(piece))
                yield piece
                upload.speed.count(len(piece))
