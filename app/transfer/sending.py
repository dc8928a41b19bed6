"""Sends one study: declared first, then only what the server lacks, until it is verified."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from app.net.connection import ENDED
from app.net.dicomweb import Outgoing, Stored
from app.net.errors import Refused
from app.net.pieces import Way, Whole
from app.store.errors import DiskFull, StoreError
from app.store.outbox import Outbox, OutboxInstance, OutboxStudy
from app.store.sealed import Sealer
from app.transfer.line import Line
from app.transfer.messages import ImageStage
from app.transfer.rates import AckedSpeed, Pace
from app.transfer.reasons import PASSING_FAILURES, TransferReason, net_reason, store_failure
from app.transfer.session import Server
from app.transfer.turns import Turns
from app.transfer.uploads import StudyUpload
from protocol.errors import ErrorCode
from protocol.imaging import DeclaredInstance, StudyManifest, StudyProgress

log = logging.getLogger(__name__)
CONNECTIONS = 4
DECLARING = 4
"""Studies that are declared at once."""
CHUNK_BYTES = 64 * 1024
RESUMED_BYTES = 512 * 1024
"""A smaller image is sent again from its beginning when the line breaks."""
PIECE_S = 3.0
"""How long a piece of a large image takes, so that progress is seen and others get their turn."""
LEAST_PIECE_BYTES = 512 * 1024
MOST_PIECE_BYTES = 16 << 20
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


class LaterError(Exception):
    """Nothing more can be done for this study now; trying again may help."""


class StudySender:
    """What all studies that are sent share: the line, its slots and its pace.

    Args:
        on_success: an image, or a whole study, has arrived.
    """

    def __init__(
        self,
        outbox: Outbox,
        sealer: Sealer,
        line: Line,
        on_success: Callable[[StudyUpload], None],
    ) -> None:
        self._outbox = outbox
        self._sealer = sealer
        self._line = line
        self._on_success = on_success
        self.turns = Turns(CONNECTIONS)
        self._declaring = asyncio.Semaphore(DECLARING)
        self._speed = AckedSpeed(asyncio.get_running_loop().time)
        self.pace = Pace()

    async def send(self, server: Server, upload: StudyUpload) -> None:
        """Returns when the study is verified, stuck, or withdrawn and forgotten.

        Raises LaterError, NetError, StoreError.
        """
        if upload.record.withdraw:
            await self._withdraw(server, upload)
            if upload.forgotten:
                return
        async with self._declaring:
            progress = await self._declare(server, upload)
        upload.pauses.reset()
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
            raise LaterError
        if progress.missing:  # refused, every one of them
            upload.stuck = True
            upload.tell()
        elif progress.undeclared:
            upload.stuck = True
            upload.note_other_images(len(progress.undeclared))
        else:
            raise LaterError

    async def _withdraw(self, server: Server, upload: StudyUpload) -> None:
        """Asks the server to forget a cancelled study; one that it never heard of is forgotten."""
        try:
            await server.api.withdraw_study(*upload.key)
        except Refused as refused:
            if refused.code in (SESSION | LATER) - {ErrorCode.NOT_FOUND}:
                raise
            log.info("the server keeps or never had a cancelled study: %s", refused.code.value)
        await upload.withdrawn()

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
                shortfall=record.shortfall.model_copy(update={"left_out": len(record.left_out)}),
            ),
        )
        await upload.declared()
        return progress

    async def _progress(self, server: Server, upload: StudyUpload) -> StudyProgress:
        found = await self._find(server, upload.record)
        if found is None:
            raise LaterError
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

        if not self.turns.busy:
            self._speed.begin()
        upload.speed.begin()
        self.turns.join(upload.key)
        tasks = [asyncio.create_task(connection()) for _ in range(min(CONNECTIONS, len(lacking)))]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.turns.leave(upload.key)

    async def _send_image(
        self, server: Server, upload: StudyUpload, instance: OutboxInstance
    ) -> None:
        uid = instance.sop_instance_uid
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
        self._on_success(upload)
        size = instance.size if outcome.failure is None else 0  # what was refused is not there
        self._confirmed(upload, instance, size, new=True)
        if self.pace.limit is None:
            await self._line.measured(self._speed.read())
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
                Whole(study, uid, instance.sha256, instance.size, content),
                Way(
                    lambda size: self._turn(upload, instance, size),
                    self._piece_bytes,
                    partial(self._confirmed, upload, instance),
                ),
            )
        outgoing = Outgoing(uid, instance.size, lambda: self._bytes_of(upload, uid))
        async with self._turn(upload, instance, instance.size):
            (outcome,) = await server.dicomweb.stow(study, [outgoing])
        return outcome

    @asynccontextmanager
    async def _turn(
        self, upload: StudyUpload, instance: OutboxInstance, size: int
    ) -> AsyncIterator[None]:
        async with self.turns.turn(upload.key, size, first=instance.first):
            upload.mark(instance.sop_instance_uid, ImageStage.SENDING)
            yield

    def _piece_bytes(self) -> int:
        speed = self._line.bytes_per_second / max(1, self.turns.busy)
        if self.pace.limit is not None:
            speed = min(speed, self.pace.limit)
        return int(min(max(speed * PIECE_S, LEAST_PIECE_BYTES), MOST_PIECE_BYTES))

    def _confirmed(
        self, upload: StudyUpload, instance: OutboxInstance, nbytes: int, *, new: bool
    ) -> None:
        """The server has so many bytes of an image."""
        more = upload.confirmed(instance.sop_instance_uid, nbytes)
        if new:
            upload.speed.count(more)
            self._speed.count(more)

    async def _bytes_of(
        self, upload: StudyUpload, uid: str, start: int = 0
    ) -> AsyncIterator[bytes]:
        """The exact bytes, opened in a thread."""
        path = self._outbox.image_path(*upload.key, uid)
        opened = self._sealer.open_file(path, uid, start)
        while (chunk := await asyncio.to_thread(next, opened, None)) is not None:
            for at in range(0, len(chunk), CHUNK_BYTES):
                piece = chunk[at : at + CHUNK_BYTES]
                await self.pace.pass_(len(piece))
                yield piece
