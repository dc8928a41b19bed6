"""What must still reach the server: every image sealed, one small sealed index a study; and what
must reach the hospital's own server.

```
outbox/<study>.sealed          the index (`OutboxStudy`), its name a hash
outbox/<study>/<image>.sealed  the exact bytes of one instance, its name a hash
imports/<import>.sealed        files to be read; there until that import has ended
writes/<case>.sealed           what the hospital shall keep of a case (`app.net.emr.writes`)
```
An image is sealed before the index names it, and the index is written whole or not at all: after a
power cut there is at most a sealed file nobody names, which `sweep` removes. The bytes go when the
server has verified the study; the index stays, so that images added to it later are declared
together with those already there.

All methods block: for a thread.
"""

import hashlib
import io
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from app.store.chosen import Chosen
from app.store.errors import Damaged
from app.store.files_of import FilesOf
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from app.store.sealed_reader import SealedReader
from protocol.base import Message, Sha256, Uid, new_id
from protocol.shortfall import Shortfall


class Stage(StrEnum):
    """How far an image is, as far as it must survive a restart; the server knows the rest."""

    WAITING = "waiting"
    REFUSED = "refused"
    VERIFIED = "verified"


class OutboxInstance(Message):
    """One image: SHA-256 and size of the exact bytes that are sent, and the SHA-256 of the clinic's
    file where that has another form; `reason` when it was refused."""

    sop_instance_uid: Uid
    series_instance_uid: Uid
    sha256: Sha256
    size: int
    original_sha256: Sha256 | None = None
    lossy: bool = False
    """The clinic's file does not come back from what is sent."""
    first: bool = False
    """It is sent before those that are not."""
    stage: Stage = Stage.WAITING
    reason: str = ""


class OutboxStudy(Message):
    """One study of one case. `account_id` is whose it is: nobody else's session may send it."""

    consultation_id: UUID
    study_instance_uid: Uid
    account_id: UUID | None
    description: str
    modalities: tuple[str, ...]
    instances: tuple[OutboxInstance, ...]
    declared: bool = False
    shortfall: Shortfall = Shortfall()
    left_out: tuple[Uid, ...] = ()
    """Refused images that somebody chose to go on without."""
    lost: tuple[Uid, ...] = ()
    """Images that could not be read where they came from."""
    withdraw: bool = False
    """It was cancelled: what the server has been told of it goes before anything else is sent."""

    @property
    def cancelled(self) -> bool:
        """Cancelled, and not imported again: there is nothing but the withdrawal to do."""
        return self.withdraw and not self.instances

    @property
    def verified(self) -> bool:
        """Every image; not while the server has not been told what is known of the others."""
        images = self.instances
        return self.declared and bool(images) and all(i.stage is Stage.VERIFIED for i in images)


class PendingImport(Message):
    """An import that has not ended; it is begun again after a crash, in the order of `place`."""

    id: UUID = Field(default_factory=new_id)
    place: int = 0
    consultation_id: UUID
    account_id: UUID | None
    paths: tuple[str, ...]
    files_of: FilesOf | None = None
    inbox_studies: tuple[Uid, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    with_loss: bool = False


_STUDY: TypeAdapter[OutboxStudy] = TypeAdapter(OutboxStudy)
_IMPORT: TypeAdapter[PendingImport] = TypeAdapter(PendingImport)


class Outbox:
    """The outbox below one profile's folder."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder = folder / "outbox"
        self._changing = threading.Lock()
        """Held from reading an index to writing it: imports and uploads change it in threads."""
        self._sealer = sealer
        self._indexes = SealedStore(self._folder, sealer)
        self._imports = SealedStore(folder / "imports", sealer)
        self.writes = SealedStore(folder / "writes", sealer)

    # --- studies -------------------------------------------------------------------------

    def studies(self) -> tuple[OutboxStudy, ...]:
        """Every study this key opens; those of another key are left alone."""
        found = []
        for plain in self._indexes.read_all().values():
            try:
                found.append(_STUDY.validate_json(plain))
            except ValidationError:
                continue  # an older program's index: its files are kept
        return tuple(found)

    def study(self, consultation_id: UUID, study_instance_uid: str) -> OutboxStudy | None:
        """Raises ForeignKey or Damaged."""
        plain = self._indexes.read(_name(consultation_id, study_instance_uid))
        if plain is None:
            return None
        try:
            return _STUDY.validate_json(plain)
        except ValidationError as error:
            raise Damaged("not an index of this program") from error

    def save(self, study: OutboxStudy) -> None:
        """Raises DiskFull."""
        name = _name(study.consultation_id, study.study_instance_uid)
        self._indexes.write(name, study.model_dump_json().encode())

    def merge(
        self,
        consultation_id: UUID,
        study_instance_uid: str,
        merged: Callable[[OutboxStudy | None], OutboxStudy],
    ) -> OutboxStudy:
        """Replaces an index by what `merged` makes of it; raises DiskFull."""
        with self._changing:
            study = merged(self.study(consultation_id, study_instance_uid))
            self.save(study)
        return study

    def save_progress(self, study: OutboxStudy) -> None:
        """Keeps what an upload has come to know; what was cancelled or imported meanwhile stays.

        Raises DiskFull.
        """
        with self._changing:
            kept = self.study(study.consultation_id, study.study_instance_uid)
            if kept is None or kept.withdraw != study.withdraw:
                return
            known = {one.sop_instance_uid for one in study.instances}
            more = [one for one in kept.instances if one.sop_instance_uid not in known]
            self.save(study.model_copy(update={"instances": (*study.instances, *more)}))

    def cancel(self, study: OutboxStudy) -> OutboxStudy:
        """Forgets a study's images and remembers that the server has to; raises DiskFull."""
        left = study.model_copy(update={"instances": (), "declared": True, "withdraw": True})
        with self._changing:
            self.save(left)
            self.drop_images(study)
        return left

    def go_without(self, consultation_id: UUID, study_instance_uid: str) -> OutboxStudy | None:
        """Forgets the refused images of a study and remembers how many they were; the study as it
        was where none is refused, or nothing else is left. Raises DiskFull."""
        with self._changing:
            study = self.study(consultation_id, study_instance_uid)
            if study is None:
                return None
            left = tuple(one for one in study.instances if one.stage is not Stage.REFUSED)
            refused = tuple(one for one in study.instances if one.stage is Stage.REFUSED)
            if not left or not refused:
                return study
            out = (*study.left_out, *(one.sop_instance_uid for one in refused))
            now = study.model_copy(update={"instances": left, "declared": False, "left_out": out})
            self.save(now)
            self.drop_images(study.model_copy(update={"instances": refused}))
        return now

    def withdrawn(self, consultation_id: UUID, study_instance_uid: str) -> OutboxStudy | None:
        """The server has forgotten a cancelled study: what was imported since, None if nothing.

        Raises DiskFull.
        """
        with self._changing:
            study = self.study(consultation_id, study_instance_uid)
            if study is None or study.cancelled:
                self._indexes.delete(_name(consultation_id, study_instance_uid))
                return None
            study = study.model_copy(update={"withdraw": False, "declared": False})
            self.save(study)
        return study

    def drop_images(self, study: OutboxStudy) -> None:
        """Removes the sealed bytes of these instances; an import may be adding others now."""
        for one in study.instances:
            path = self.image_path(
                study.consultation_id, study.study_instance_uid, one.sop_instance_uid
            )
            path.unlink(missing_ok=True)
        with suppress(OSError):
            (self._folder / _name(study.consultation_id, study.study_instance_uid)).rmdir()

    def image_path(
        self, consultation_id: UUID, study_instance_uid: str, sop_instance_uid: str
    ) -> Path:
        """Where an image is sealed, with its SOP Instance UID as purpose."""
        name = _name(consultation_id, study_instance_uid)
        return self._folder / name / f"{hashed(sop_instance_uid)}.sealed"

    def open_image(
        self, consultation_id: UUID, study_instance_uid: str, sop_instance_uid: str
    ) -> BinaryIO:
        """Its exact bytes; raises FileNotFoundError where they have been sent and are gone, and
        reading them OSError where they were changed."""
        path = self.image_path(consultation_id, study_instance_uid, sop_instance_uid)
        if not path.is_file():
            raise FileNotFoundError(path.name)
        reader = SealedReader(self._sealer, path, sop_instance_uid)
        return io.BufferedReader(reader, 1 << 20)

    def sweep(self) -> None:
        """Removes sealed images and half-written files that no index of this key names.

        Folders whose index is sealed with another key are left alone.
        """
        if not self._folder.is_dir():
            return
        wanted: dict[str, set[str]] = {}
        for study in self.studies():
            names = {f"{hashed(one.sop_instance_uid)}.sealed" for one in study.instances}
            wanted[_name(study.consultation_id, study.study_instance_uid)] = names
        unread = set(self._indexes.names()) - wanted.keys()
        for folder in self._folder.iterdir():
            if folder.suffix == ".part":
                folder.unlink(missing_ok=True)
            if not folder.is_dir() or folder.name in unread:
                continue
            for file in folder.iterdir():
                if file.name not in wanted.get(folder.name, set()):
                    file.unlink(missing_ok=True)

    # --- imports that run ----------------------------------------------------------------

    def begin_import(self, pending: PendingImport) -> PendingImport:
        """Keeps it behind those that are kept already; raises DiskFull."""
        with self._changing:
            kept = self.pending_imports()
            known = next((one for one in kept if one.id == pending.id), None)
            if known is not None:
                return known
            place = max((one.place for one in kept), default=0) + 1
            pending = pending.model_copy(update={"place": place})
            self._imports.write(pending.id.hex, pending.model_dump_json().encode())
        return pending

    def end_import(self, import_id: UUID) -> None:
        self._imports.delete(import_id.hex)

    def pending_imports(self) -> tuple[PendingImport, ...]:
        """In the order they were begun."""
        found = []
        for plain in self._imports.read_all().values():
            try:
                found.append(_IMPORT.validate_json(_renewed(plain)))
            except ValidationError:
                continue
        return tuple(sorted(found, key=lambda one: one.place))


def _renewed(plain: bytes) -> bytes:
    """An older program kept one import a case, under the case's name, and chose whole studies."""
    data = json.loads(plain)
    if "only_studies" not in data:
        return plain
    chosen = [{"study_instance_uid": uid} for uid in data.pop("only_studies")]
    return json.dumps(data | {"id": data["consultation_id"], "chosen": chosen}).encode()


def hashed(text: str) -> str:
    """A name on the disk that tells nothing."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _name(consultation_id: UUID, study_instance_uid: str) -> str:
    return hashed(f"{consultation_id.hex}/{study_instance_uid}")
