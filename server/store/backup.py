"""Backups of a site in one folder: sealed objects, each once, and a sealed copy of the database.

    FOLDER/objects/…            as in the data folder; named by SHA-256, copied once
    FOLDER/backups/NAME.json    one backup: which object is its database, and which list of objects
    FOLDER/log/…                what was written to SQLite after a backup; see `log_parts`

A backup that was cut has no file with its name: what it has copied serves the next one. Nothing in
the folder can be read without the site's key file, which is not in it.
"""

import contextlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from server.domain.ports import Fresh, ObjectReader, ObjectStore
from server.store.alone import held_alone
from server.store.errors import BackupUnusable, ObjectMissing, StoreError
from server.store.keyring import KeyRing, sync_folder
from server.store.log_parts import LogParts
from server.store.log_replay import Reach, reaches
from server.store.objects import FolderObjects, discard_all, opens_whole
from server.store.progress import Tell, told_of
from server.store.room import told_when_full
from server.store.snapshots import Snapshot
from server.store.wal import Place

_PIECE_BYTES = 1024 * 1024
_BATCH_BYTES = 32 * 1024 * 1024
_NAME = re.compile(r"^[0-9]{8}T[0-9]{6}Z$")


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = 1
    number: int = 0
    """One more than any that was there, so that no clock decides; 0 of older programs."""
    program: str
    taken_at: AwareDatetime
    dialect: str
    revision: str
    database: str
    """SHA-256 of the object that is the database's copy."""
    listing: str
    """SHA-256 of the object that lists the others, a SHA-256 a line."""
    site: str
    """SHA-256 of the object that is a TAR of what else lies in the data folder: certificates, keys
    of tokens and of evidence, pointers into the archive. Not the keys of the objects."""
    objects: int
    log: Place | None = None
    """The state of SQLite that was copied: from there the log leads on."""
    missing: tuple[str, ...] = ()
    """What the database spoke of and was not there, or damaged, when it was taken."""

    @property
    def own(self) -> tuple[str, str, str]:
        """The objects that are the backup itself."""
        return self.database, self.listing, self.site


@dataclass(frozen=True, slots=True)
class Copied:
    """What copying objects came to."""

    copied: int
    failed: dict[str, str]
    """Why an object could not be had, by its SHA-256."""


class BackupFolder:
    """The backups in a folder, of one site.

    Args:
        ring: the keys of the site: objects of a backup rest under the same ones.
        spool: of a server that brings what it keeps here as it comes, in a folder of its own.
    """

    def __init__(self, folder: Path, ring: KeyRing, spool: Path | None = None) -> None:
        self._backups = folder / "backups"
        self._backups.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.objects = FolderObjects(folder / "objects", ring, spool)
        self.log = LogParts(folder, ring)
        self.log.make_folder()
        self.scratch = folder / "scratch"
        self.scratch.mkdir(exist_ok=True, mode=0o700)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keeps others that write here out, and removes what a cut one left: a database in plain.

        Raises `BackupUnusable`.
        """
        busy = BackupUnusable(
            "another backup or restore works in this folder: wait until it has ended"
        )
        with held_alone(self._backups.with_name("lock"), busy):
            self.objects.clear_spool()
            for left in self.scratch.iterdir():
                left.unlink()
            yield

    @staticmethod
    def begun(folder: Path) -> bool:
        """Whether backups have been put into a folder; an empty one may be a disk that is not
        there just now."""
        return (folder / "backups").is_dir()

    # --- looking -------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """Every whole backup, in the order in which they were taken."""
        found = (file.stem for file in self._backups.glob("*.json"))
        return sorted((one for one in found if _NAME.match(one)), key=self._order)

    def _order(self, name: str) -> tuple[int, str]:
        try:
            return self.manifest(name).number, name
        except BackupUnusable:
            return 0, name

    def manifest(self, name: str) -> Manifest:
        """Raises `BackupUnusable`."""
        try:
            text = (self._backups / f"{name}.json").read_bytes()
            found = Manifest.model_validate_json(text)
        except FileNotFoundError as error:
            raise BackupUnusable(
                f"there is no backup {name!r} here: `backup list` shows what there is"
            ) from error
        except (OSError, ValidationError) as error:
            raise BackupUnusable(f"the backup {name!r} cannot be read; take another") from error
        if found.format != 1:
            raise BackupUnusable(f"a later program wrote the backup {name!r}: use that version")
        return found

    def readable(self) -> dict[str, Manifest]:
        """What each of `names` says of itself, without those that cannot be read."""
        found = {}
        for name in self.names():
            with contextlib.suppress(BackupUnusable):
                found[name] = self.manifest(name)
        return found

    def listed(self, manifest: Manifest) -> list[str]:
        """The SHA-256 of every object of a backup; raises a `StoreError`."""
        with contextlib.closing(self.objects.open(manifest.listing)) as found:
            return found.read().decode().split()

    def check(self, manifest: Manifest, tell: Tell) -> dict[str, str]:
        """Opens everything a backup needs; answers what cannot be opened and why."""
        try:
            names = [*manifest.own, *self.listed(manifest)]
        except StoreError as error:
            return {manifest.listing: str(error)}
        bad: dict[str, str] = {}
        for sha256 in told_of(names, tell, "checked"):
            if not opens_whole(self.objects, sha256):
                there = self.objects.holds(sha256)
                bad[sha256] = "damaged" if there else "not there"
        return bad

    # --- taking and giving back ----------------------------------------------------------------

    def copy_in(
        self, site: ObjectStore, names: Iterable[str], tell: Tell, *, read_all: bool = False
    ) -> Copied:
        """Copies what is not here yet; what is here stays, under the active key.

        Args:
            read_all: what is here is read to its end too, and copied anew where it is damaged.
        """
        names = [
            name
            for name in names
            if not self._brought_along(name) or (read_all and not opens_whole(self.objects, name))
        ]
        return copy_objects(site, self.objects, names, tell)

    def _brought_along(self, sha256: str) -> bool:
        """Whether it is here already; its data key is then wrapped with the active key too, so that
        a rotation that forgets older keys leaves no unreadable backups."""
        if not self.objects.holds(sha256):
            return False
        try:
            self.objects.rewrap(sha256)
        except StoreError:
            return False  # damaged, or under a forgotten key: copied anew
        return True

    def finish(
        self, program: str, snapshot: Snapshot, database: Path, site: Path, copied: Copied
    ) -> tuple[str, Manifest]:
        """Seals the copy of the database and the TAR of the site, and writes the manifest: from
        then on the backup is there, under the UTC second it was taken in."""
        had = [one for one in (*snapshot.objects, *snapshot.perhaps) if one not in copied.failed]
        listing = self._keep_all(io.BytesIO("\n".join(had).encode()))
        before = self.names()
        name = snapshot.taken_at.strftime("%Y%m%dT%H%M%SZ")
        manifest = Manifest(
            number=1 + (self._order(before[-1])[0] if before else 0),
            program=program,
            taken_at=snapshot.taken_at,
            dialect=snapshot.dialect,
            revision=snapshot.revision,
            database=self._keep(database),
            site=self._keep(site),
            listing=listing,
            objects=len(had),
            log=snapshot.log,
            missing=tuple(one for one in snapshot.objects if one in copied.failed),
        )
        fresh = self._backups / f"{name}.new"
        with told_when_full():
            fresh.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
            fresh.replace(self._backups / f"{name}.json")
            sync_folder(self._backups)
        return name, manifest

    def _keep(self, file: Path) -> str:
        with file.open("rb") as source:
            return self._keep_all(source)

    def _keep_all(self, source: BinaryIO) -> str:
        fresh = _taken(source, self.objects)
        name = fresh.sha256
        _kept(self.objects, [fresh])
        return name

    @contextlib.contextmanager
    def in_plain(self, sha256: str) -> Iterator[Path]:
        """One object as a file in the scratch folder, gone at the end."""
        file = self.scratch / sha256
        try:
            self._write_plain(sha256, file)
            yield file
        finally:
            file.unlink(missing_ok=True)

    def _write_plain(self, sha256: str, file: Path) -> None:
        with (
            contextlib.closing(self.objects.open(sha256)) as found,
            told_when_full(),
            file.open("wb") as out,
        ):
            while piece := found.read(_PIECE_BYTES):
                out.write(piece)

    def keep_newest(self, count: int) -> int:
        """Removes backups taken before the last `count`, then objects that no other speaks of;
        answers how many backups.

        Nothing is removed while any remaining list cannot be read.
        """
        names = self.names()
        gone, stay = names[:-count], names[-count:]
        if not gone:
            return 0
        needed: set[str] = set()
        kept = {name: self.manifest(name) for name in stay}
        for manifest in kept.values():
            needed |= {*manifest.own, *self.listed(manifest)}
        leads = [one.part for one in self.reaches(kept).values()]
        oldest = min(one.taken_at for one in kept.values())
        for name in gone:
            (self._backups / f"{name}.json").unlink()
        sync_folder(self._backups)
        if leads:
            self.log.remove_before(min(leads))
        for sha256 in list(self.objects.stored()):
            # What came later than the oldest may be needed for a moment between two backups.
            if sha256 not in needed and self.objects.kept_at(sha256) < oldest:
                self.objects.remove(sha256)
        return len(gone)

    def reaches(self, manifests: Mapping[str, Manifest]) -> dict[str, Reach]:
        """How far the log leads from each of these backups; raises a `StoreError`."""
        places = {name: one.log for name, one in manifests.items() if one.log is not None}
        return reaches(self.log, places)


def copy_objects(source: ObjectStore, target: ObjectStore, names: list[str], tell: Tell) -> Copied:
    """Copies objects that are not there, each read to its end and compared with its name.

    Told once a second. What cannot be read is left out and answered; a target that takes nothing
    raises its `StoreError`.
    """
    failed: dict[str, str] = {}
    batch: list[Fresh] = []
    copied = 0
    try:
        for sha256 in told_of(names, tell, "copied"):
            try:
                batch.append(_read(source, target, sha256))
            except StoreError as error:
                failed[sha256] = str(error)
                continue
            copied += 1
            if sum(one.size for one in batch) >= _BATCH_BYTES:
                _kept(target, batch)
        _kept(target, batch)
    finally:
        discard_all(batch)
    return Copied(copied, failed)


def _taken(source: BinaryIO | ObjectReader, target: ObjectStore) -> Fresh:
    sink = target.sink()
    try:
        while piece := source.read(_PIECE_BYTES):
            sink.write(piece)
        return sink.finish()
    except BaseException:
        sink.discard()
        raise


def _read(source: ObjectStore, target: ObjectStore, sha256: str) -> Fresh:
    with contextlib.closing(source.open(sha256)) as found:
        fresh = _taken(found, target)
    if fresh.sha256 != sha256:
        fresh.discard()
        raise ObjectMissing(f"the object {sha256[:12]} is not what its name says")
    return fresh


def _kept(target: ObjectStore, batch: list[Fresh]) -> None:
    """Keeps a batch and empties it."""
    try:
        with told_when_full():
            target.keep(batch)
    finally:
        discard_all(batch)
        batch.clear()
