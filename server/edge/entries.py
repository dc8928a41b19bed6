"""Small sealed files, one an image: what waits for the centre, and what the centre has refused."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from protocol.base import Answer, Moment
from server.store.errors import KeyUnusable
from server.store.keyring import ID_BYTES, KeyRing, sync_folder

_NONCE_BYTES = 12


class Entry(Answer):
    """One image to be sent on. `number` rises; `token` is of the scope `relay`."""

    number: int
    account_id: UUID
    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class: str
    sha256: str
    size: int
    taken_at: Moment
    token: str
    expires_at: Moment


class RefusedEntry(Entry):
    """One image the centre does not take: `reason` is a Failure Reason (PS3.18 table 10.5.3-1)."""

    reason: int
    refused_at: Moment


class Damaged(Exception):
    """A file that cannot be opened, or is another one's."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be opened: whose image it is nobody knows, so no image may go for it."""

    number: int
    no_key: bool
    """Whether its key is not in the key file: that may be put back."""


EntryT = TypeVar("EntryT", bound=Entry)


class EntryFiles(Generic[EntryT]):
    """One kind of them in a folder, encrypted, bound to number and kind. All of it blocks."""

    def __init__(self, folder: Path, ring: KeyRing, kind: type[EntryT], suffix: str) -> None:
        self._folder, self._ring, self._kind, self._suffix = folder, ring, kind, suffix

    def make(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def files(self) -> list[Path]:
        """In the order of their numbers."""
        return sorted(file for file in self._folder.glob(f"*{self._suffix}") if file.stem.isdigit())

    def sweep(self) -> None:
        """Removes what was half written: nothing was told of it."""
        for file in self._folder.glob("*.new"):
            file.unlink()

    def opened(self, file: Path) -> EntryT:
        """Raises `Damaged`, also where its key is not in the key file."""
        try:
            data, number = file.read_bytes(), int(file.stem)
            key = self._ring.key(data[:ID_BYTES])
            nonce, rest = data[ID_BYTES : ID_BYTES + _NONCE_BYTES], data[ID_BYTES + _NONCE_BYTES :]
            plain = key.cipher.decrypt(nonce, rest, self._bound(number))
            entry = self._kind.model_validate_json(plain)
        except (ValueError, InvalidTag, ValidationError, KeyUnusable) as error:
            raise Damaged(type(error).__name__) from error
        if entry.number != number:
            raise Damaged("another number")
        return entry

    def read(self) -> tuple[list[EntryT], list[Unreadable]]:
        """What can be opened and what cannot; changes nothing, so another process may look."""
        found, unreadable = [], []
        for file in self.files():
            try:
                found.append(self.opened(file))
            except FileNotFoundError:
                continue
            except Damaged as error:
                no_key = isinstance(error.__cause__, KeyUnusable)
                unreadable.append(Unreadable(int(file.stem), no_key))
        return found, unreadable

    def write(self, *entries: EntryT) -> None:
        """They are there whole, or not at all, and outlive a power cut."""
        for entry in entries:
            place = self._place(entry.number)
            temporary = place.with_suffix(".new")
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(self._sealed(entry))
                out.flush()
                os.fsync(out.fileno())
            temporary.replace(place)
        sync_folder(self._folder)

    def remove(self, number: int) -> None:
        self._place(number).unlink(missing_ok=True)
        sync_folder(self._folder)

    def _place(self, number: int) -> Path:
        return self._folder / f"{number:016d}{self._suffix}"

    def _sealed(self, entry: EntryT) -> bytes:
        key, nonce = self._ring.active(), secrets.token_bytes(_NONCE_BYTES)
        plain = entry.model_dump_json().encode()
        return key.id + nonce + key.cipher.encrypt(nonce, plain, self._bound(entry.number))

    def _bound(self, number: int) -> bytes:
        return f"huizhen edge {self._suffix[1:]} 1 {number}".encode()
