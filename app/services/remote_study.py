"""The images of a case as a `StudySource` for the viewer, fed by the transfer process."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from app.imaging.errors import ImagingError, Reason, UnreadableError
from app.imaging.series import BadFile, Instance, describe_bytes
from app.store.errors import StoreError
from app.store.sealed import Sealer
from app.transfer.messages import (
    Command,
    Fetch,
    FetchEnded,
    FetchFailed,
    InstanceArrived,
    InstanceComing,
    Prefer,
    StopFetching,
    StudyListed,
)
from app.transfer.reasons import ImageReason

FETCH_TIMEOUT_S = 60.0
AROUND = 60
"""So many images around the one that is looked at come next."""
FIRST_IMAGES = 8
"""So many of the first study are here before its case's others are asked for."""
ENDED = ""
"""Put into the queue when nothing more will arrive."""


class RemoteSource:
    """All studies of one case. `instances` yields each as it arrives or begins to, in a worker
    thread; `on_late` hears of one that came after that had ended, `on_more` of one of which more
    is here than when it was given, or never will be."""

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
        self._looked_at = 0
        self._failed: dict[str, ImageReason] = {}
        self._lost_studies: dict[str, ImageReason] = {}
        self._arrivals: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._open_studies: set[str] = set()
        self._stopped = self._closed = self._ended = False

    @property
    def count(self) -> int:
        return len(self._paths)

    # --- StudySource (worker threads) ----------------------------------------------------

    def instances(self) -> Iterator[Instance | BadFile]:
        while True:
            uid = self._arrivals.get()
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
                study = self._study_of[sop_instance_uid]
                self._tell(Prefer(study_instance_uid=study, sop_instance_uids=(sop_instance_uid,)))
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

    def prefer_around(self, sop_instance_uid: str) -> None:
        """Those of its series that are missing, nearest first: two in the direction somebody
        scrolls for one behind."""
        with self._changed:
            study = self._study_of.get(sop_instance_uid)
            series = self._series_of.get(sop_instance_uid, ())
            if study is None or sop_instance_uid not in series:
                return
            here, before = series.index(sop_instance_uid), self._looked_at
            self._looked_at = here
            ahead, behind = series[here + 1 :], series[:here][::-1]
            if here < before:
                ahead, behind = behind, ahead
            order = [
                part
                for at in range(AROUND // 3)
                for part in (ahead[2 * at : 2 * at + 2], behind[at : at + 1])
            ]
            wanted = [uid for part in order for uid in part if uid not in self._paths]
        if wanted and wanted != self._preferred:
            self._preferred = wanted
            self._tell(Prefer(study_instance_uid=study, sop_instance_uids=tuple(wanted)))

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


class RemoteStudies:
    """The source of the case that is open; events of other studies are not for it."""

    def __init__(
        self,
        store_key: bytes,
        tell: Callable[[Command], None],
        on_late: Callable[[str], object] = lambda _: None,
        on_more: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._sealer = Sealer(store_key)
        self._tell = tell
        self._on_late, self._on_more = on_late, on_more
        self._source: RemoteSource | None = None
        self._case: UUID | None = None
        self._studies: tuple[str, ...] = ()
        self._priors: tuple[str, ...] = ()
        self._before_priors: set[str] = set()
        """What is fetched before the priors are."""
        self._first: list[str] = []
        self._after_first: tuple[str, ...] = ()
        """Studies of the case that wait for the first images of its first one."""
        self._of_first: set[str] = set()

    def open(
        self, consultation_id: UUID, studies: tuple[str, ...], priors: tuple[str, ...] = ()
    ) -> RemoteSource:
        """A new source for these studies, the first of them first, and, when those are here, the
        earlier ones of the patient; the older source ends."""
        self.close()
        self._case, self._studies, self._priors = consultation_id, (*studies, *priors), priors
        self._before_priors = set(studies)
        self._source = RemoteSource(self._sealer, self._tell, self._on_late, self._on_more)
        self._source.begin(self._studies)
        self.ask_again()
        return self._source

    def ask_again(self) -> None:
        """Asks for the open case's studies: first, and when the process was started again."""
        own = [one for one in self._studies if one not in self._priors]
        self._first, self._after_first, self._of_first = own[:1], tuple(own[1:]), set()
        for study in self._first:
            self._ask(study)
        if not self._before_priors:
            self._first_is_here()
            for prior in self._priors:
                self._ask(prior)

    def _ask(self, study: str) -> None:
        if self._case is not None:
            self._tell(Fetch(consultation_id=self._case, study_instance_uid=study))

    def _first_is_here(self) -> None:
        """What is looked at first has a picture: the other studies of the case may come."""
        waiting, self._after_first = self._after_first, ()
        for study in waiting:
            self._ask(study)

    def _is_first(self, study: str) -> bool:
        return bool(self._after_first) and study in self._first

    def _is_through(self, study: str) -> None:
        """Nothing more comes of this study: the priors have the line when nothing of any does."""
        if self._is_first(study):
            self._first_is_here()
        if study in self._before_priors:
            self._before_priors.discard(study)
            if not self._before_priors:
                for prior in self._priors:
                    self._ask(prior)

    def extend(self, studies: tuple[str, ...], again: tuple[str, ...]) -> None:
        """Late images join what is open: `studies` are all there are now, `again` those to list."""
        if self._source is None or self._case is None:
            return
        self._source.extend(frozenset(studies) - frozenset(self._studies))
        self._studies = studies
        for study in again:
            self._tell(Fetch(consultation_id=self._case, study_instance_uid=study))

    async def describe(self, sop_instance_uid: str) -> Instance:
        """What an image is that is here; raises ImagingErrors."""
        if self._source is None:
            raise UnreadableError("No study is open.")
        data, _ = await asyncio.to_thread(self._source.peek, sop_instance_uid)
        return await asyncio.to_thread(describe_bytes, data)

    def looks_at(self, study_instance_uid: str) -> bool:
        return self._source is not None and study_instance_uid in self._studies

    def stop(self) -> None:
        """Nothing more of the open case is fetched for now."""
        if self._source is not None:
            self._source.stop(stopped=True)
            self._after_first = ()
            for study in self._studies:
                self._tell(StopFetching(study_instance_uid=study))

    def go_on(self) -> None:
        """What is missing is asked for again."""
        if self._source is not None:
            self._source.stop(stopped=False)
            self.ask_again()

    def near(self, sop_instance_uid: str) -> None:
        """Somebody looks at this image now: those around it come next."""
        if self._source is not None:
            self._source.prefer_around(sop_instance_uid)

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            for study in self._studies:
                self._tell(StopFetching(study_instance_uid=study))
        self._source, self._case, self._studies, self._priors = None, None, (), ()
        self._after_first = ()

    @property
    def count(self) -> int:
        """How many instances of the open case are on this computer."""
        return self._source.count if self._source is not None else 0

    def shows(
        self,
        consultation_id: UUID,
        studies: tuple[str, ...],
        late: frozenset[str] = frozenset(),
    ) -> bool:
        """Whether these are open, or all but some that came late and wait to be asked for. Priors
        that may not be read any more stay on the screen as long as the case does."""
        absent = set(studies) - set(self._studies)
        gone = set(self._priors) - set(studies)
        return (
            self._case == consultation_id
            and absent <= late
            and tuple(one for one in studies if one not in absent)
            == tuple(one for one in self._studies if one not in gone)
        )

    def listed(self, event: StudyListed) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.listed(event)

    def coming(self, event: InstanceComing) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.coming(event)

    def arrived(self, event: InstanceArrived) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.arrived(event)
            if self._is_first(event.study_instance_uid):
                self._of_first.add(event.sop_instance_uid)
                if len(self._of_first) >= FIRST_IMAGES:
                    self._first_is_here()

    def failed(self, event: FetchFailed) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.failed(event)
            if not event.sop_instance_uid:
                self._source.ended(event.study_instance_uid)
                self._is_through(event.study_instance_uid)

    def ended(self, event: FetchEnded) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.ended(event.study_instance_uid)
            self._is_through(event.study_instance_uid)
