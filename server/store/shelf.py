"""Images that had come in part when the server ended, sealed until their senders go on."""

import hashlib
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from server.domain.ports import Fresh, ObjectReader
from server.store.errors import StoreError
from server.store.incoming import Spool, open_sealed, sync_file
from server.store.keyring import KeyRing

_LOG = structlog.get_logger("huizhen.pieces")
PART, NOTE = ".part", ".json"


class _Note(BaseModel):
    """What is known of a part; nothing of it names a patient."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    account_id: UUID
    sha256: str
    length: int
    touched: datetime
    part_sha256: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The beginning of an image of `length` bytes; close `stream` when it has been read."""

    length: int
    touched: datetime
    stream: ObjectReader


class Shelf:
    """A folder of such parts. All methods block: for a thread."""

    def __init__(self, folder: Path, ring: KeyRing) -> None:
        self._folder, self._ring = folder, ring
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._spool = Spool(folder / "spool", ring)

    def put(
        self, account_id: UUID, sha256: str, length: int, touched: datetime, fresh: Fresh
    ) -> None:
        """Keeps what has come of the image `sha256`. Raises OSError, StoreError."""
        note = _Note(
            account_id=account_id,
            sha256=sha256,
            length=length,
            touched=touched,
            part_sha256=fresh.sha256,
        )
        place = self._place(account_id, sha256)
        with self._spool.as_file(fresh) as file:
            shutil.move(file, place.with_suffix(PART))
        sync_file(place.with_suffix(PART))
        place.with_suffix(NOTE).write_text(note.model_dump_json(), encoding="utf-8")

    def take(self, account_id: UUID, sha256: str) -> Kept | None:
        """What there is of an image, once: it is on the shelf no more. None where there is nothing,
        or nothing that can be opened."""
        place = self._place(account_id, sha256)
        try:
            note = _Note.model_validate_json(place.with_suffix(NOTE).read_text(encoding="utf-8"))
            stream = open_sealed(place.with_suffix(PART), note.part_sha256, self._ring)
        except FileNotFoundError:
            return None
        except (OSError, StoreError, ValidationError) as error:
            _LOG.warning("pieces.unusable", reason=type(error).__name__)
            self._remove(place)
            return None
        self._remove(place)  # an open file can still be read
        return Kept(note.length, note.touched, stream)

    def sweep(self, before: datetime) -> None:
        """Before serving: removes what nobody has gone on with since, and what was half written."""
        self._spool.clear()
        for file in self._folder.glob(f"*{NOTE}"):
            with suppress(OSError):
                if file.stat().st_mtime < before.timestamp():
                    self._remove(file)
        for file in self._folder.glob(f"*{PART}"):
            if not file.with_suffix(NOTE).exists():  # a crash came between the two
                file.unlink(missing_ok=True)

    def _place(self, account_id: UUID, sha256: str) -> Path:
        name = hashlib.sha256(f"{account_id} {sha256}".encode()).hexdigest()
        return self._folder / name

    @staticmethod
    def _remove(place: Path) -> None:
        for suffix in (NOTE, PART):
            with suppress(OSError):
                place.with_suffix(suffix).unlink(missing_ok=True)
