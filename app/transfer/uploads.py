"""The state of one study's upload: what the outbox keeps, and what is known while it runs."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from app.store.outbox import Outbox, OutboxInstance, OutboxStudy, Stage
from app.transfer.messages import ImageStage, ImageState, UploadState
from app.transfer.rates import TELL_EVERY_S, AckedSpeed, Pauses, Throttle
from app.transfer.reasons import ImageReason, TransferReason, reason_of

Key = tuple[UUID, str]
IMAGES_A_SECOND = 5000
"""How many image states are told a second at most: a study of 5,000 is told once a second."""

_STAGES = {
    Stage.WAITING: ImageStage.WAITING,
    Stage.REFUSED: ImageStage.REFUSED,
    Stage.VERIFIED: ImageStage.VERIFIED,
}


@dataclass(frozen=True, slots=True)
class _Image:
    instance: OutboxInstance
    stage: ImageStage
    code: ImageReason | None = None
    confirmed: int = 0
    """Bytes of it that the server is known to have."""


class StudyUpload:
    """One study on its way. All methods belong to the loop; `save` writes in a thread."""

    def __init__(
        self, record: OutboxStudy, outbox: Outbox, emit: Callable[[UploadState], None]
    ) -> None:
        self.record = record
        self.paused = self._server_full = False
        self.stuck = False
        """Nothing more can be done before something changes (new images, a restart)."""
        self.forgotten = False
        """It was cancelled, and the server knows nothing of it any more."""
        self._others = 0
        self._outbox = outbox
        self._emit = emit
        self._images: dict[str, _Image] = {}
        self.pauses = Pauses()
        self.speed = AckedSpeed(asyncio.get_running_loop().time)
        interval = max(TELL_EVERY_S, len(record.instances) / IMAGES_A_SECOND)
        self._throttle = Throttle(self._tell, interval)
        self.take(record)

    @property
    def key(self) -> Key:
        return self.record.consultation_id, self.record.study_instance_uid

    @property
    def verified(self) -> bool:
        return self.record.verified

    def take(self, record: OutboxStudy) -> None:
        """The record as it is in the outbox now (more images were imported)."""
        self.record, self.stuck, self._others = record, False, 0
        self._images = {
            one.sop_instance_uid: _Image(one, _STAGES[one.stage], reason_of(one.reason))
            for one in record.instances
        }
        self.tell()

    # --- what the server says ------------------------------------------------------------

    def to_send(self, missing: Iterable[str]) -> list[OutboxInstance]:
        """What the server lacks and has not refused; everything else is there already."""
        lacking = set(missing)
        found = []
        for uid, image in self._images.items():
            if image.stage is ImageStage.REFUSED:
                continue
            if uid in lacking:
                self._images[uid] = replace(image, stage=ImageStage.WAITING, code=None)
                found.append(image.instance)
            elif image.stage is not ImageStage.VERIFIED:
                self._images[uid] = replace(image, stage=ImageStage.SENT, code=None)
        self._throttle.changed()
        return found

    def reject(self, code: ImageReason) -> None:
        """The server takes nothing of this study now; the next run asks again."""
        open_stages = (ImageStage.WAITING, ImageStage.SENDING)
        self._images = {
            uid: replace(image, stage=ImageStage.REFUSED, code=code)
            if image.stage in open_stages
            else image
            for uid, image in self._images.items()
        }
        self.stuck = True
        self.tell()

    def mark(
        self, sop_instance_uid: str, stage: ImageStage, code: ImageReason | None = None
    ) -> None:
        image = self._images[sop_instance_uid]
        self._images[sop_instance_uid] = replace(image, stage=stage, code=code)
        self._throttle.changed()

    def confirmed(self, sop_instance_uid: str, nbytes: int) -> int:
        """The server has so many bytes of an image; answers how many more than was known."""
        image = self._images[sop_instance_uid]
        self._images[sop_instance_uid] = replace(image, confirmed=nbytes)
        self._throttle.changed()
        return max(0, nbytes - image.confirmed)

    def set_paused(self, paused: bool, *, server_full: bool = False) -> None:
        """Waits, or goes on; `server_full` where the server has no room."""
        if paused:
            self.speed.stop()
            self._images = {
                uid: replace(image, stage=ImageStage.WAITING)
                if image.stage is ImageStage.SENDING
                else image
                for uid, image in self._images.items()
            }
        server_full = server_full or any(
            image.stage is ImageStage.WAITING and image.code is TransferReason.NO_ROOM
            for image in self._images.values()
        )
        now = paused, paused and server_full
        if now != (self.paused, self._server_full):
            self.paused, self._server_full = now
            self.tell()

    def note_other_images(self, count: int) -> None:
        """All are sent, yet the server will not verify: it holds so many that were not declared."""
        self._others = count
        self.tell()

    # --- what is kept --------------------------------------------------------------------

    async def declared(self) -> None:
        self.record = self.record.model_copy(update={"declared": True})
        await self._save()
        self._throttle.changed()

    async def refuse(self, uids: Iterable[str], code: ImageReason) -> None:
        """Keeps that the server will not have these images."""
        for uid in uids:
            self.mark(uid, ImageStage.REFUSED, code)
        await self._save()

    async def finish(self) -> None:
        """The server has verified every image: the sealed bytes go, the index stays."""
        self._images = {
            uid: replace(image, stage=ImageStage.VERIFIED, code=None)
            for uid, image in self._images.items()
        }
        await self._save()
        await asyncio.to_thread(self._outbox.drop_images, self.record)
        self.speed.stop()
        self.paused = False
        self.tell()

    async def cancel(self) -> None:
        """The images go at once; that the server must forget them is kept until it has."""
        self.take(await asyncio.to_thread(self._outbox.cancel, self.record))
        self.speed.stop()
        self.paused = False

    async def withdrawn(self) -> None:
        """The server knows nothing of it any more; what was imported since begins anew."""
        left = await asyncio.to_thread(self._outbox.withdrawn, *self.key)
        if left is not None:
            self.take(left)
            return
        self.forgotten = True
        self.record = self.record.model_copy(update={"declared": False})
        self.tell()

    async def _save(self) -> None:
        kept = {
            ImageStage.REFUSED: Stage.REFUSED,
            ImageStage.VERIFIED: Stage.VERIFIED,
        }
        instances = tuple(
            image.instance.model_copy(
                update={"stage": kept.get(image.stage, Stage.WAITING), "reason": image.code or ""}
            )
            for image in self._images.values()
        )
        self.record = self.record.model_copy(update={"instances": instances})
        await asyncio.to_thread(self._outbox.save_progress, self.record)

    # --- telling -------------------------------------------------------------------------

    def tell(self) -> None:
        """Tells the window now."""
        self._throttle.now()

    def close(self) -> None:
        self._throttle.cancel()

    def _tell(self) -> None:
        sending = any(one.stage is ImageStage.SENDING for one in self._images.values())
        self._emit(
            UploadState(
                consultation_id=self.record.consultation_id,
                study_instance_uid=self.record.study_instance_uid,
                description=self.record.description,
                modalities=self.record.modalities,
                images=tuple(
                    ImageState(
                        sop_instance_uid=uid,
                        number=number,
                        size=image.instance.size,
                        stage=image.stage,
                        code=image.code,
                        confirmed=image.confirmed,
                    )
                    for number, (uid, image) in enumerate(self._images.items(), 1)
                ),
                account_id=self.record.account_id,
                declared=self.record.declared,
                verified=self.verified,
                paused=self.paused,
                others=self._others,
                server_full=self.paused and self._server_full,
                cancelled=self.record.cancelled,
                bytes_per_second=round(self.speed.told() if sending else 0.0, 1),
            )
        )
