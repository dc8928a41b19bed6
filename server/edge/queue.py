"""Images the edge has taken and the centre does not have yet: durable, sealed, in their order.

The bytes rest in an object store; what is known of each, and the token it is sent on with, in a
small file of its own, encrypted under the same key. An image is there when its file is: a killed
edge begins with what the folder holds, and removes bytes nobody refers to.
"""

import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from protocol.base import Answer, Moment
from protocol.edge import RelayTicket
from server.domain.ports import Clock, Fresh, ObjectReader
from server.store.keyring import ID_BYTES, KeyRing, sync_folder
from server.store.objects import FolderObjects

_NONCE_BYTES = 12
_SUFFIX = ".entry"
_BOUND = b"huizhen edge entry 1 "
MOST_REFUSED = 10_000
_LOG = structlog.get_logger("huizhen.edge")


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


class Queue:
    """The images that wait. `write`, `erase` and `load` block; everything else belongs to the loop.

    What the centre refused is told once to who sends the same bytes again.
    """

    def __init__(self, folder: Path, ring: KeyRing, budget: int, clock: Clock) -> None:
        self._folder, self._ring, self._clock = folder / "entries", ring, clock
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.budget = budget
        self.objects = FolderObjects(folder / "objects", ring)
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._places: dict[tuple[UUID, str], int] = {}
        self._users: dict[str, int] = {}
        self._tokens: dict[UUID, dict[str, datetime]] = {}
        self._refused: OrderedDict[tuple[UUID, str], int] = OrderedDict()
        self._next = 1
        self._lock = threading.Lock()
        self.bytes = 0

    # --- the disk ----------------------------------------------------------------------------

    def load(self) -> None:
        """What an earlier run has taken; call it before serving."""
        self.objects.clear_spool()
        for file in sorted(self._folder.iterdir()):
            if file.suffix != _SUFFIX:
                file.unlink()  # half written, and nothing was told of it
                continue
            try:
                entry = self._opened(file)
            except (ValueError, InvalidTag, ValidationError) as error:
                _LOG.error("queue.damaged", entry=file.stem, error=type(error).__name__)
                file.rename(file.with_suffix(".damaged"))
                continue
            self._next = max(self._next, entry.number + 1)
            if not self.objects.holds(entry.sha256):
                _LOG.error("queue.bytes_missing", entry=file.stem)
                file.unlink()
                continue
            self._add(entry)
        for sha256 in [name for name in self.objects.stored() if name not in self._users]:
            self.objects.remove(sha256)

    @property
    def has_entries(self) -> bool:
        """Whether anything lies on the disk, readable or not."""
        return next(self._folder.glob(f"*{_SUFFIX}"), None) is not None

    def write(self, fresh: Sequence[Fresh], entries: Sequence[Entry]) -> None:
        """Makes images durable, first the bytes, then that they are to be sent."""
        self.objects.keep(fresh)
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

    def erase(self, entry: Entry) -> None:
        """Forgets an image that was removed; its bytes unless another one has the same."""
        self._place(entry.number).unlink(missing_ok=True)
        sync_folder(self._folder)
        with self._lock:
            if entry.sha256 not in self._users:
                self.objects.remove(entry.sha256)

    def open(self, entry: Entry) -> ObjectReader:
        """The bytes of an image; raises a `StoreError`."""
        return self.objects.open(entry.sha256)

    def _place(self, number: int) -> Path:
        return self._folder / f"{number:016d}{_SUFFIX}"

    def _sealed(self, entry: Entry) -> bytes:
        key, nonce = self._ring.active(), secrets.token_bytes(_NONCE_BYTES)
        plain = entry.model_dump_json().encode()
        return key.id + nonce + key.cipher.encrypt(nonce, plain, _bound(entry.number))

    def _opened(self, file: Path) -> Entry:
        data, number = file.read_bytes(), int(file.stem)
        key = self._ring.key(data[:ID_BYTES])
        nonce, rest = data[ID_BYTES : ID_BYTES + _NONCE_BYTES], data[ID_BYTES + _NONCE_BYTES :]
        entry = Entry.model_validate_json(key.cipher.decrypt(nonce, rest, _bound(number)))
        if entry.number != number:
            raise ValueError("the entry has another number")
        return entry

    # --- what waits --------------------------------------------------------------------------

    def next_number(self) -> int:
        """A number nobody has had."""
        number, self._next = self._next, self._next + 1
        return number

    def hold(self, sha256: str) -> None:
        """These bytes are about to be needed: nobody removes them meanwhile."""
        with self._lock:
            self._users[sha256] = self._users.get(sha256, 0) + 1

    def unhold(self, sha256: str) -> None:
        """One who needs these bytes is gone."""
        with self._lock:
            left = self._users.pop(sha256, 0) - 1
            if left > 0:
                self._users[sha256] = left

    def add(self, entry: Entry) -> None:
        """What was held and written now waits."""
        self._entries[entry.number] = entry
        self._places[entry.account_id, entry.sha256] = entry.number
        self.bytes += entry.size
        self._tokens.setdefault(entry.account_id, {})[entry.token] = entry.expires_at

    def _add(self, entry: Entry) -> None:
        self.hold(entry.sha256)
        self.add(entry)

    def remove(self, entry: Entry) -> None:
        """It waits no more; `erase` it then."""
        if self._entries.pop(entry.number, None) is not None:
            self._places.pop((entry.account_id, entry.sha256), None)
            self.bytes -= entry.size
            self.unhold(entry.sha256)

    def find(self, account_id: UUID, sha256: str) -> Entry | None:
        """The image of this account with these bytes, if it waits."""
        number = self._places.get((account_id, sha256))
        return None if number is None else self._entries.get(number)

    def has_of(self, account_id: UUID) -> bool:
        """Whether anything of this account waits."""
        return any(one.account_id == account_id for one in self._entries.values())

    def waits(self, entry: Entry) -> bool:
        """False once it was sent, refused or withdrawn."""
        return entry.number in self._entries

    def of_study(self, account_id: UUID, study_uid: str) -> list[Entry]:
        """What this account has sent of a study, in its order."""
        return [
            one
            for one in self._entries.values()
            if one.account_id == account_id and one.study_uid == study_uid
        ]

    def in_order(self) -> Iterable[Entry]:
        return tuple(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    # --- with what it is sent ------------------------------------------------------------------

    def know(self, ticket: RelayTicket) -> None:
        """A ticket of somebody whose images wait, or are about to."""
        now = self._clock.now()
        known = self._tokens.setdefault(ticket.account_id, {})
        for token in [token for token, until in known.items() if until <= now]:
            del known[token]
        known[ticket.token] = ticket.expires_at

    def token_of(self, account_id: UUID) -> tuple[str, datetime] | None:
        """The newest token that has not run out."""
        now = self._clock.now()
        for token, until in reversed(self._tokens.get(account_id, {}).items()):
            if until > now:
                return token, until
        return None

    def distrust(self, account_id: UUID, token: str) -> None:
        """The centre does not take this token any more."""
        self._tokens.get(account_id, {}).pop(token, None)

    # --- what the centre refused -----------------------------------------------------------------

    def refuse(self, entry: Entry, reason: int) -> None:
        """Remembers why, for whoever sends it again."""
        self._refused[entry.account_id, entry.sha256] = reason
        while len(self._refused) > MOST_REFUSED:
            self._refused.popitem(last=False)

    def refusal(self, account_id: UUID, sha256: str) -> int | None:
        """Why it was refused; told once, so that it can be tried again after that."""
        return self._refused.pop((account_id, sha256), None)


def _bound(number: int) -> bytes:
    return _BOUND + str(number).encode()
