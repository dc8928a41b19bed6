"""What has come in and belongs to no case yet: every image sealed, one sealed index a study.

```
inbox/<study>.sealed          the index (`InboxStudy`), its name a hash
inbox/<study>.from            openly, where its images came from and when (`Origin`)
inbox/<study>/<image>.sealed  the exact bytes of one instance; its name, a hash, is its purpose
```
The images are what counts. An index is written a moment after its images, so that 3,000 slices do
not write it 3,000 times; what a crash left without index is found again by `unindexed`.

All methods block: for a thread.
"""

import contextlib
import io
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from app.store.errors import DiskFull
from app.store.files import write_atomically
from app.store.outbox import hashed
from app.store.profile import SealedStore
from app.store.sealed import Sealer
from app.store.sealed_reader import SealedReader
from protocol.base import Message, Moment, Sha256, Uid
from protocol.patients import PatientText
from protocol.shortfall import Shortfall

HEAD_BYTES = 1 << 20
"""Of an arriving object that is kept in memory, to read its attributes from."""


class InboxPatient(Message):
    """The patient as the file names them, decoded from its character set."""

    name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""

    @classmethod
    def of(cls, found: PatientText) -> "InboxPatient":
        """As far as DICOM lets such texts be long (PS3.5 6.2)."""
        return cls(
            name=found.name[:200],
            patient_id=found.patient_id[:64],
            birth_date=found.birth_date[:8],
            sex=found.sex[:2],
        )


class InboxInstance(Message):
    """One instance: SHA-256 and size of its exact bytes."""

    sop_instance_uid: Uid
    sop_class_uid: str
    series_instance_uid: Uid
    sha256: Sha256
    size: int
    modality: str
    series_number: int
    instance_number: int
    patient: InboxPatient


class InboxStudy(Message):
    """One study. `expected` is how many images a PACS said that it has, None where nobody said."""

    study_instance_uid: Uid
    description: str
    study_date: str
    accession_number: str
    source: str
    first_at: Moment
    last_at: Moment
    instances: tuple[InboxInstance, ...]
    expected: int | None = None
    conflicts: int = Field(0, description="other images under the number of one that is here")
    attached: tuple[UUID, ...] = ()
    attached_images: int = 0
    """How many of them last went to a case."""
    attached_each: tuple[int, ...] = ()
    """How many of them each case of `attached` has."""
    broke_off: bool = Field(False, description="a device or an archive that sent some broke off")
    broken: tuple[str, ...] = ()
    """The series in which it did, by Series Instance UID; empty where nobody knows which."""
    fetching: bool = Field(False, description="an archive is being asked for it")
    lost: tuple[Uid, ...] = ()
    """Images that could not be read where they came from, or were refused as they came in."""
    unplaced: int = Field(0, description="files that came with them and could not be read")

    def images_of(self, consultation_id: UUID) -> int:
        """How many images this case has been given."""
        counts = self.attached_each or (self.attached_images,) * len(self.attached)
        return dict(zip(self.attached, counts, strict=False)).get(consultation_id, 0)

    def given(self, consultation_id: UUID, images: int | None) -> "InboxStudy":
        """This study after the case was given so many of its images; None: has it no more."""
        counts = {case: self.images_of(case) for case in self.attached}
        if images is None:
            counts.pop(consultation_id, None)
            last = max(counts.values(), default=0)
        else:
            counts[consultation_id] = last = images
        now = {"attached": tuple(counts), "attached_each": tuple(counts.values())}
        return self.model_copy(update={**now, "attached_images": last})

    def shortfall(self, *, still_sending: bool) -> Shortfall:
        """What is known of images that have not come."""
        complete = self.expected is not None and len(self.instances) >= self.expected
        return Shortfall(
            expected=self.expected,
            still_sending=still_sending,
            broke_off=self.broke_off and not still_sending and not complete,
            damaged=len(self.lost),
            unplaced=self.unplaced,
        )

    def awaited(self, images: int | None) -> "InboxStudy":
        """This study while an archive is asked for it, which says that it has so many."""
        expected = images if self.expected is None else max(images or 0, self.expected)
        return self.model_copy(update={"expected": expected, "fetching": True})

    def fetched(self, images: int | None, *, whole: bool) -> "InboxStudy":
        """After the archive was asked, which has so many at least; `whole`: it gave all of them."""
        now = {"fetching": False, "expected": self.expected if images is None else images}
        unknown = {""} if whole else set[str]()
        return self.model_copy(update=now)._broken({*self.broken} - unknown)

    @property
    def found_again(self) -> "InboxStudy":
        """As it is after a start: what was being fetched when the program ended broke off."""
        unknown = self.fetching or (self.broke_off and not self.broken)
        found = self.model_copy(update={"fetching": False})
        return found._broken({*self.broken, ""} if unknown else {*self.broken})

    def sent(self, sop_instance_uids: Collection[str], *, released: bool) -> "InboxStudy":
        """This study after an association brought these and was released or broke off: one in
        order settles only the series that it brought."""
        series = {
            one.series_instance_uid
            for one in self.instances
            if one.sop_instance_uid in sop_instance_uids
        }
        return self._broken({*self.broken} - series if released else {*self.broken} | series)

    def _broken(self, series: Collection[str]) -> "InboxStudy":
        return self.model_copy(update={"broken": tuple(sorted(series)), "broke_off": bool(series)})

    @property
    def settled(self) -> "InboxStudy":
        """Somebody has seen to it that all images are here; what an archive announced stays."""
        return self.model_copy(update={"lost": (), "unplaced": 0})._broken(())

    def lacking(self, sop_instance_uids: Iterable[str], unplaced: int) -> "InboxStudy":
        """This study after images were found that cannot be taken; not those that are here."""
        here = {one.sop_instance_uid for one in self.instances}
        lost = tuple(sorted({*self.lost, *sop_instance_uids} - here))
        return self.model_copy(update={"lost": lost, "unplaced": unplaced})

    @property
    def patients(self) -> tuple[InboxPatient, ...]:
        return tuple(dict.fromkeys(one.patient for one in self.instances))


class Origin(Message):
    """What can still be said of a study whose key is lost: nothing in it names a patient."""

    source: str
    last_at: Moment


_STUDY: TypeAdapter[InboxStudy] = TypeAdapter(InboxStudy)


class Inbox:
    """The inbox below one profile's folder."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self.folder = folder / "inbox"
        self.sealer = sealer
        self._indexes = SealedStore(self.folder, sealer)
        self._writing = threading.Lock()

    def studies(self) -> tuple[InboxStudy, ...]:
        """Every study this key opens whose images are there; those of another key stay."""
        found = []
        for plain in self._indexes.read_all().values():
            with contextlib.suppress(ValidationError):
                found.append(self._there(_STUDY.validate_json(plain)))
        return tuple(study for study in found if study.instances)

    def _there(self, study: InboxStudy) -> InboxStudy:
        there = tuple(
            one
            for one in study.instances
            if self.image_path(study.study_instance_uid, one.sop_instance_uid).is_file()
        )
        return study if there == study.instances else study.model_copy(update={"instances": there})

    def save(self, study: InboxStudy) -> None:
        """Raises DiskFull."""
        with self._writing:
            name = hashed(study.study_instance_uid)
            origin = Origin(source=study.source, last_at=study.last_at)
            write_atomically(self._origin_path(name), origin.model_dump_json().encode())
            self._indexes.write(name, study.model_dump_json().encode())

    def remove(self, study: InboxStudy) -> None:
        """Forgets a study and its images."""
        with self._writing:
            self.forget(hashed(study.study_instance_uid))

    def forget(self, name: str) -> None:
        """Removes a study by its name on the disk, whatever key it is sealed with."""
        self._indexes.delete(name)
        self._origin_path(name).unlink(missing_ok=True)
        folder = self.folder / name
        for path in folder.glob("*"):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            folder.rmdir()

    def require_room(self, reserve_bytes: int) -> None:
        """Raises DiskFull when less is free, and OSError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(self.folder).free < reserve_bytes:
            raise DiskFull("less than the reserve is free")

    def origin(self, name: str) -> Origin | None:
        """Where the study of that name on the disk came from, where that was written down."""
        try:
            return Origin.model_validate_json(self._origin_path(name).read_bytes())
        except (OSError, ValidationError):
            return None

    def _origin_path(self, name: str) -> Path:
        return self.folder / f"{name}.from"

    def image_path(self, study_instance_uid: str, sop_instance_uid: str) -> Path:
        return self.folder / hashed(study_instance_uid) / f"{hashed(sop_instance_uid)}.sealed"

    def open(self, study_instance_uid: str, sop_instance_uid: str) -> BinaryIO:
        """The plain bytes of an image; reading them raises OSError where they were changed."""
        return self.open_path(self.image_path(study_instance_uid, sop_instance_uid))

    def open_path(self, path: Path, purpose: str = "") -> BinaryIO:
        """As `open`; `purpose` where the file is not at its place yet."""
        reader = SealedReader(self.sealer, path, purpose or path.stem)
        return io.BufferedReader(reader, 1 << 20)

    def unindexed(self, studies: tuple[InboxStudy, ...]) -> Iterator[Path]:
        """Sealed images that no index names; half-written files are removed on the way."""
        if not self.folder.is_dir():
            return
        named = {
            self.image_path(study.study_instance_uid, one.sop_instance_uid)
            for study in studies
            for one in study.instances
        }
        for path in sorted(self.folder.glob("**/*")):
            if path.suffix in (".part", ".arrived"):
                path.unlink(missing_ok=True)
            elif path.suffix == ".sealed" and path.parent != self.folder and path not in named:
                yield path
