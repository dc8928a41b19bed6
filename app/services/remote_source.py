"""The images of a case as a `StudySource` for the viewer, fed by the transfer process."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.imaging.errors import ImagingError, Reason, UnreadableError
from app.imaging.listed import Awaited, ListedImage
from app.imaging.series import BadFile, Instance, describe_bytes
from app.store.errors import StoreError
from app.store.sealed import Sealer
from app.transfer.messages import (
    Command,
    FetchFailed,
    InstanceArrived,
    InstanceComing,
    Prefer,
    StudyListed,
)
from app.transfer.place_messages import ImagesPlaced
from app.transfer.reasons import ImageReason

FETCH_TIMEOUT_S = 60.0
AROUND = 60
"""So many images around the one that is looked at come next."""
ENDED = ""
"""Put into the queue when nothing more will arrive."""


class RemoteSource:
    """All studies of one case. `instances` yields each as it arrives or begins to, and where those
    lie that are on their way, in a worker thread; `on_late` hears of one that came after that had
    ended, `on_more` of one of which more is here than when it was given, or never will be."""

    def __init__(
        self,
        sealer: Sealer,
        tell: Callable[[Command], None],
        on_late: Callable[[str], object] = lambda _: None,
        on_more: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._sealer = sealer
        self._tell = tell
        self._on_late = on_late
        self._on_more = on_more
        self._changed = threading.Condition()
        self._paths: dict[str, Path] = {}
        self._begun: dict[str, Path] = {}
        self._study_of: dict[str, str] = {}
        self._series: dict[tuple[str, str], list[str]] = {}
        self._series_of: dict[str, list[str]] = {}
        self._preferred: list[str] = []
        self._wishes: dict[str, Prefer] = {}
        self._looked_at = 0
        self._failed: dict[str, ImageReason] = {}
        self._lost_studies: dict[str, ImageReason] = {}
        self._arrivals: queue.SimpleQueue[str | Awaited] = queue.SimpleQueue()
        self._open_studies: set[str] = set()
        self._stopped = self._closed = self._ended = False

    @property
    def count(self) -> int:
        return len(self._paths)

    # --- StudySource (worker threads) ----------------------------------------------------

    def instances(self) -> Iterator[Instance | BadFile | Awaited]:
        while True:
            uid = self._arrivals.get()
            if isinstance(uid, Awaited):
                yield uid
                continue
            if uid == ENDED:
                return
            if uid in self._lost_studies:
                reason = f"This study cannot be had now ({self._lost_studies[uid]})."
                yield BadFile(uid, Reason.UNREADABLE, reason)
                continue
            try:
                yield describe_bytes(self.peek(uid)[0])
            except ImagingError as error:
                yield BadFile(uid, error.code, str(error))

    def fetch(self, sop_instance_uid: str) -> bytes:
        with self._changed:
            if sop_instance_uid not in self._paths and sop_instance_uid in self._study_of:
                self._prefer(self._study_of[sop_instance_uid], (sop_instance_uid,), waited_for=True)
            self._changed.wait_for(
                lambda: (
                    sop_instance_uid in self._paths
                    or sop_instance_uid in self._failed
                    or self._stopped
                    or self._closed
                ),
                timeout=FETCH_TIMEOUT_S,
            )
            path = self._paths.get(sop_instance_uid)
        if path is None:
            why = self._failed.get(sop_instance_uid, "not arrived yet")
            raise UnreadableError(f"This image cannot be had now ({why}).")
        try:
            return b"".join(self._sealer.open_file(path, sop_instance_uid))
        except (OSError, StoreError) as error:
            raise UnreadableError("The copy on this computer cannot be read.") from error

    def peek(self, sop_instance_uid: str) -> tuple[bytes, bool]:
        with self._changed:
            begun = self._begun.get(sop_instance_uid)
        if begun is not None:
            # What cannot be read any more has just become whole.
            with contextlib.suppress(OSError, StoreError):
                return b"".join(self._sealer.open_file(begun, sop_instance_uid)), False
        return self.fetch(sop_instance_uid), True

    def prefer(self, uids: Sequence[str]) -> None:
        """The first of these is looked at; the others are the next that are on their way. Where
        none is known to be, those around the first in the list are."""
        with self._changed:
            wanted = self._missing(uids) or self._missing(self._around(uids[0]))
            studies = {uid: self._study_of[uid] for uid in wanted}
        if not wanted or wanted == self._preferred:
            return
        self._preferred = wanted
        for study in dict.fromkeys(studies.values()):
            of_it = tuple(uid for uid in wanted if studies[uid] == study)
            self._prefer(study, of_it, waited_for=of_it[0] == uids[0])

    def _prefer(self, study: str, uids: tuple[str, ...], *, waited_for: bool) -> None:
        first = uids[0] if waited_for else None
        wish = Prefer(study_instance_uid=study, sop_instance_uids=uids, waited_for=first)
        self._wishes[study] = wish
        self._tell(wish)

    def wish_again(self, study: str) -> None:
        """A study is begun anew: what was wished for of it is so still."""
        if (wish := self._wishes.get(study)) is not None:
            self._tell(wish)

    def _missing(self, uids: Sequence[str]) -> list[str]:
        here = self._paths
        return [uid for uid in dict.fromkeys(uids) if uid in self._study_of and uid not in here]

    def _around(self, sop_instance_uid: str) -> list[str]:
        """Others of its series, nearest first: two in the direction somebody scrolls for one
        behind."""
        series = self._series_of.get(sop_instance_uid, [])
        if sop_instance_uid not in series:
            return []
        here, before = series.index(sop_instance_uid), self._looked_at
        self._looked_at = here
        ahead, behind = series[here + 1 :], series[:here][::-1]
        if here < before:
            ahead, behind = behind, ahead
        return [
            uid
            for at in range(AROUND // 3)
            for uid in (*ahead[2 * at : 2 * at + 2], *behind[at : at + 1])
        ]

    # --- what the transfer process told (GUI thread) -------------------------------------

    def begin(self, studies: tuple[str, ...]) -> None:
        self._open_studies = set(studies)
        if not studies:
            self._arrivals.put(ENDED)

    def extend(self, studies: frozenset[str]) -> None:
        """These are fetched too."""
        if not self._ended:
            self._open_studies |= studies

    def listed(self, event: StudyListed) -> None:
        with self._changed:
            study = event.study_instance_uid
            if not event.continued:
                self._series = {at: uids for at, uids in self._series.items() if at[0] != study}
            for instance in event.instances:
                uid = instance.sop_instance_uid
                self._study_of[uid] = study
                members = self._series.setdefault((study, instance.series_instance_uid), [])
                members.append(uid)
                self._series_of[uid] = members

    def placed(self, event: ImagesPlaced) -> None:
        images = tuple(
            ListedImage(study_instance_uid=event.study_instance_uid, **dict(one))
            for one in event.images
        )
        if not self._ended:
            self._arrivals.put(Awaited(images))

    def coming(self, event: InstanceComing) -> None:
        with self._changed:
            if event.sop_instance_uid in self._paths:
                return
            more = event.sop_instance_uid in self._begun
            self._begun[event.sop_instance_uid] = event.path
        self._came(event.sop_instance_uid, more=more)

    def arrived(self, event: InstanceArrived) -> None:
        with self._changed:
            new = event.sop_instance_uid not in self._paths
            self._paths[event.sop_instance_uid] = event.path
            more = self._begun.pop(event.sop_instance_uid, None) is not None
            self._changed.notify_all()
        if new:
            self._came(event.sop_instance_uid, more=more)

    def _came(self, sop_instance_uid: str, *, more: bool) -> None:
        if more:
            self._on_more(sop_instance_uid)
        elif self._ended:
            self._on_late(sop_instance_uid)
        else:
            self._arrivals.put(sop_instance_uid)

    def failed(self, event: FetchFailed) -> None:
        with self._changed:
            if event.sop_instance_uid:
                self._failed[event.sop_instance_uid] = event.code
            else:
                self._lost_studies[event.study_instance_uid] = event.code
            begun = self._begun.pop(event.sop_instance_uid, None) is not None
            self._changed.notify_all()
        if begun:
            self._on_more(event.sop_instance_uid)
        else:
            self._arrivals.put(event.sop_instance_uid or event.study_instance_uid)

    def ended(self, study: str) -> None:
        self._open_studies.discard(study)
        if not self._open_studies:
            self._ended = True
            self._arrivals.put(ENDED)

    def stop(self, *, stopped: bool) -> None:
        """Whether nothing more is fetched: then nobody waits for it."""
        with self._changed:
            self._stopped = stopped
            if not stopped:
                self._failed.clear()
                self._lost_studies.clear()
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._arrivals.put(ENDED)
