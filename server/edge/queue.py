"""Images the edge has taken and the centre does not have yet: durable, sealed, in their order.

The bytes rest in an object store; what is known of each, and the token it is sent on with, in a
small file of its own, encrypted under the same key. An image is there when its file is: a killed
edge begins with what the folder holds, and removes bytes nobody refers to. While a file cannot be
opened nobody knows which bytes it refers to: then all of them stay.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog

from protocol.edge import RelayTicket
from server.domain.ports import Clock, Fresh, ObjectReader
from server.edge.entries import Entry, RefusedEntry, Unreadable
from server.edge.refusals import Refusals, waiting_files
from server.store.errors import KeyUnusable
from server.store.keyring import KeyRing
from server.store.objects import FolderObjects

MOST_REFUSED = 10_000
_LOG = structlog.get_logger("huizhen.edge")


class Queue:
    """The images that wait. `load`, `write`, `erase` and `give_up` block; the rest is the loop's.

    What the centre refused is told once to who sends the same bytes again, and stays in `refusals`.
    """

    def __init__(self, folder: Path, ring: KeyRing, budget: int, clock: Clock) -> None:
        self._clock = clock
        self._files = waiting_files(folder, ring)
        self._files.make()
        self.refusals = Refusals(folder / "refused", ring, budget // 4)
        self.budget = budget
        self.objects = FolderObjects(folder / "objects", ring)
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._places: dict[tuple[UUID, str], int] = {}
        self._studies: dict[tuple[UUID, str], dict[int, Entry]] = {}
        self._users: dict[str, int] = {}
        self._tokens: dict[UUID, dict[str, datetime]] = {}
        self._refused: OrderedDict[tuple[UUID, str], int] = OrderedDict()
        self.unreadable: set[int] = set()
        self._unclaimed: list[str] = []
        self._next = 1
        self._lock = threading.Lock()
        self.bytes = 0

    # --- the disk ----------------------------------------------------------------------------

    def load(self) -> None:
        """What an earlier run has taken; call it before serving.

        Raises `KeyUnusable` when there are files and the key file has the key of none.
        """
        self.objects.clear_spool()
        self._files.sweep()
        all_refused, unreadable = self.refusals.load()
        waiting, more = self._files.read()
        self._set_aside([*unreadable, *more], alone=not (all_refused or waiting))
        for refused in all_refused:
            self.hold(refused.sha256)
            self._remember(refused)
        settled = {refused.number for refused in all_refused}
        for entry in waiting:
            if entry.number in settled:
                self._files.remove(entry.number)  # killed before it was taken out here
            elif not self.objects.holds(entry.sha256):
                _LOG.error("queue.bytes_missing", entry=entry.number)
                self._files.remove(entry.number)
            else:
                self._add(entry)
        used = {*settled, *self.unreadable, *(entry.number for entry in waiting)}
        self._next = max(used, default=0) + 1
        self._settle_unclaimed()

    def _set_aside(self, unreadable: Sequence[Unreadable], *, alone: bool) -> None:
        if alone and any(one.no_key for one in unreadable):
            raise KeyUnusable(
                "images that wait for the centre cannot be opened with this key file: put back "
                "the one that was in use when they came"
            )
        self.unreadable = {one.number for one in unreadable}

    def _settle_unclaimed(self) -> None:
        """Bytes no file refers to go, unless a file cannot be opened: they may be its."""
        unclaimed = [name for name in self.objects.stored() if name not in self._users]
        if not self.unreadable:
            for sha256 in unclaimed:
                self.objects.remove(sha256)
            return
        self._unclaimed = unclaimed
        for sha256 in unclaimed:
            self.hold(sha256)
        kept = sum(self.objects.size_at_rest(sha256) for sha256 in unclaimed)
        _LOG.error("queue.unreadable", images=len(self.unreadable), kept_bytes=kept)

    def give_up(self, number: int) -> None:
        """Forgets a file that cannot be opened; with the last of them the bytes nobody claims."""
        self._files.remove(number)
        self.refusals.erase(number)
        self.unreadable.discard(number)
        if self.unreadable:
            return
        unclaimed, self._unclaimed = self._unclaimed, []
        for sha256 in unclaimed:
            self.unhold(sha256)
            self._erase_bytes(sha256)

    @property
    def has_entries(self) -> bool:
        """Whether anything lies on the disk, readable or not."""
        return bool(self._files.files()) or self.refusals.has_entries

    def write(self, fresh: Sequence[Fresh], entries: Sequence[Entry]) -> None:
        """Makes images durable, first the bytes, then that they are to be sent."""
        self.objects.keep(fresh)
        self._files.write(*entries)

    def erase(self, entry: Entry) -> None:
        """Forgets an image that was removed; its bytes unless another one has the same."""
        self._files.remove(entry.number)
        self._erase_bytes(entry.sha256)

    def put_aside(self, refused: RefusedEntry) -> None:
        """Makes durable that it was refused, then that it does not wait any more."""
        self.refusals.keep(refused)
        self._files.remove(refused.number)

    def put_back(self, entry: Entry) -> None:
        """Makes durable that it waits again, then that it is refused no more."""
        self._files.write(entry)
        self.refusals.erase(entry.number)

    def erase_refused(self, refused: RefusedEntry) -> None:
        """Forgets a refused image that was dropped; its bytes unless another one has the same."""
        self.refusals.erase(refused.number)
        self._erase_bytes(refused.sha256)

    def _erase_bytes(self, sha256: str) -> None:
        with self._lock:
            if sha256 not in self._users:
                self.objects.remove(sha256)

    def open(self, entry: Entry) -> ObjectReader:
        """The bytes of an image; raises a `StoreError`."""
        return self.objects.open(entry.sha256)

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
        study = self._studies.setdefault((entry.account_id, entry.study_uid), {})
        study[entry.number] = entry
        self.bytes += entry.size
        self._tokens.setdefault(entry.account_id, {})[entry.token] = entry.expires_at

    def _add(self, entry: Entry) -> None:
        self.hold(entry.sha256)
        self.add(entry)

    def remove(self, entry: Entry) -> None:
        """It waits no more; `erase` it then."""
        if self._taken_out(entry):
            self.unhold(entry.sha256)

    def _taken_out(self, entry: Entry) -> bool:
        if self._entries.pop(entry.number, None) is None:
            return False
        self._places.pop((entry.account_id, entry.sha256), None)
        study = self._studies[entry.account_id, entry.study_uid]
        study.pop(entry.number, None)
        if not study:
            del self._studies[entry.account_id, entry.study_uid]
        self.bytes -= entry.size
        return True

    def find(self, account_id: UUID, sha256: str) -> Entry | None:
        """The image of this account with these bytes, if it waits."""
        number = self._places.get((account_id, sha256))
        return None if number is None else self._entries.get(number)

    def has_of(self, account_id: UUID) -> bool:
        """Whether anything of this account waits."""
        return any(account == account_id for account, _ in self._studies)

    def waits(self, entry: Entry) -> bool:
        """False once it was sent, refused or withdrawn."""
        return entry.number in self._entries

    def of_study(self, account_id: UUID, study_uid: str) -> list[Entry]:
        """What this account has sent of a study, in its order."""
        return list(self._studies.get((account_id, study_uid), {}).values())

    def of_account(self, account_id: UUID) -> list[Entry]:
        """What this account has sent, study by study."""
        studies = [found for (account, _), found in self._studies.items() if account == account_id]
        return [one for study in studies for one in study.values()]

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

    def refuse(self, entry: Entry, reason: int) -> RefusedEntry | None:
        """It waits no more and its bytes stay; `put_aside` it then. None if it was withdrawn."""
        if not self._taken_out(entry):
            return None
        known = dict(entry)
        refused = RefusedEntry(**known, reason=reason, refused_at=self._clock.now())
        self.refusals.add(refused)
        self._remember(refused)
        return refused

    def retry(self, number: int) -> Entry | None:
        """A refused image waits again; `put_back` it then, and `add` it."""
        refused = self.refusals.pop(number)
        if refused is None:
            return None
        self._refused.pop((refused.account_id, refused.sha256), None)
        return Entry(**{name: getattr(refused, name) for name in Entry.model_fields})

    def drop(self, refused: RefusedEntry) -> None:
        """A refused image is wanted no more; `erase_refused` it then."""
        if self.refusals.pop(refused.number) is not None:
            self._refused.pop((refused.account_id, refused.sha256), None)
            self.unhold(refused.sha256)

    def _remember(self, refused: RefusedEntry) -> None:
        """Why, for whoever sends it again."""
        self._refused[refused.account_id, refused.sha256] = refused.reason
        while len(self._refused) > MOST_REFUSED:
            self._refused.popitem(last=False)

    def refusal(self, account_id: UUID, sha256: str) -> int | None:
        """Why it was refused; told once, so that it can be tried again after that."""
        return self._refused.pop((account_id, sha256), None)
