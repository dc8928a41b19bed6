"""A study that is being fetched: what is left of it, in which order, and how far it is."""

import asyncio
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from app.net.dicomweb import FoundInstance, FoundStudy, WithoutCentre
from app.transfer.messages import Fetch, FetchProgress, RemoteInstance, StudyListed
from app.transfer.rates import SpeedMeter

NEAREST = 8
"""So many of what is wanted next come before one of each series, the others of it after that."""


class FirstAlone:
    """The first instance has the line to itself, but for its very end: `over` is set when the first
    bytes of others, if they are asked for then, come as its last ones do.

    They need a connection each: about twice what this one took to be answered on one that was open.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._asked = clock()
        self._answered: float | None = None
        self._size: int | None = None
        self._came = 0
        self.over = asyncio.Event()

    def asked(self) -> None:
        """Also for another try, of which nothing has come yet."""
        self._asked = self._clock()
        self._answered = self._size = None
        self._came = 0

    def told(self, size: int) -> None:
        """How many bytes it has."""
        self._size, self._answered = size, self._clock()

    def count(self, nbytes: int) -> None:
        """So many more of its bytes have come."""
        self._came += nbytes
        if self._size is None or self._answered is None or self.over.is_set():
            return
        # With the time until it was answered: what comes at once with an answer says nothing.
        took = self._clock() - self._asked
        left = (self._size - self._came) * took / self._came
        if left <= 2 * (self._answered - self._asked):
            self.over.set()


class FetchedStudy:
    """One study being fetched: what is left, in the order in which it is fetched."""

    def __init__(self, fetch: Fetch) -> None:
        self.case: UUID = fetch.consultation_id
        self.uid = fetch.study_instance_uid
        self.left: dict[str, FoundInstance] = {}
        self.preferred: tuple[str, ...] = ()
        self.next: int | None = 0
        """Where its list goes on, None when all is listed."""
        self.total = 0
        self.arrived = 0
        self.failed = 0
        self.without_centre: WithoutCentre | None = None
        self.speed = SpeedMeter(time.monotonic)
        self.rushed: asyncio.Task[None] | None = None
        """Fetches what somebody waits for, or looks at while a call has the line."""
        self.first = FirstAlone(time.monotonic)
        self.unlisted = False
        """Nobody says what it has, or all of it."""
        self.came: set[str] = set()
        """What was fetched and is whole."""
        self.begun: set[str] = set()
        """The series of which an image is here."""
        self.all: set[str] = set()
        """What is listed so far."""
        self._heads: dict[str, FoundInstance] = {}
        """One of each series, by Series Instance UID."""
        self._fetched = self._fetched_bytes = 0
        self._waited_for: str | None = None

    def of(self, instance: FoundInstance) -> str:
        """Whose bytes are looked for in the cache: those the listing through the case names, else
        only what came through the same case, since another institution may use the same UIDs."""
        return instance.digest or str(self.case)

    def fetched(self, instance: FoundInstance, nbytes: int) -> None:
        """An instance came over the line."""
        self.came.add(instance.sop_instance_uid)
        self.begun.add(instance.series_instance_uid)
        self._fetched += 1
        self._fetched_bytes += nbytes

    def progress(self) -> FetchProgress:
        missing = self.total - self.arrived - self.failed
        left = missing * self._fetched_bytes / self._fetched if self._fetched else None
        return FetchProgress(
            study_instance_uid=self.uid,
            total=self.total,
            arrived=self.arrived,
            failed=self.failed,
            bytes_per_second=self.speed.read(),
            bytes_left=left if missing else 0.0,
            listed=not self.unlisted,
            without_centre=self.without_centre is not None,
            as_of=self.without_centre.as_of if self.without_centre else None,
        )

    def listed(self, page: FoundStudy) -> StudyListed:
        """What it has besides what is listed already; `add` what of that is to be fetched."""
        continued = bool(self.all)
        instances = [one for one in page.instances if one.sop_instance_uid not in self.all]
        self.all.update(one.sop_instance_uid for one in instances)
        # A server that knows no paging answers the same again: then nothing is new.
        self.next = page.next if instances else None
        self.total = len(self.all)
        if self.next is not None:
            self.total = max(self.total, page.total or 0)
        self.without_centre = self.without_centre or page.without_centre
        return StudyListed(
            consultation_id=self.case,
            study_instance_uid=self.uid,
            instances=tuple(
                RemoteInstance(
                    sop_instance_uid=one.sop_instance_uid,
                    series_instance_uid=one.series_instance_uid,
                    instance_number=one.number,
                    number_of_frames=one.frames,
                    modality=one.modality,
                    series_description=one.series_description,
                )
                for one in instances
            ),
            continued=continued,
        )

    def add(self, instances: Iterable[FoundInstance]) -> None:
        """These are left to be fetched too: one of each series that is new before all others."""
        for one in instances:
            self._heads.setdefault(one.series_instance_uid, one)
            self.left[one.sop_instance_uid] = one
        self._arrange()

    def heads(self) -> tuple[FoundInstance, ...]:
        """One of each series of which nothing is here, as far as it is left to be fetched."""
        return tuple(
            one
            for one in self._heads.values()
            if one.sop_instance_uid in self.left and one.series_instance_uid not in self.begun
        )

    def prefer(self, uids: tuple[str, ...], waited_for: str | None = None) -> None:
        """These next; those preferred before follow, then the rest as listed. One of each series
        comes soon all the same: a series can be chosen when something of it is here."""
        self._waited_for = waited_for
        self.preferred = tuple(dict.fromkeys((*uids, *self.preferred)))
        self._arrange()

    def _arrange(self) -> None:
        wanted = [uid for uid in self.preferred if uid in self.left]
        heads = [one.sop_instance_uid for one in self.heads()]
        order = dict.fromkeys((*wanted[:NEAREST], *heads, *wanted[NEAREST:], *self.left))
        self.left = {uid: self.left[uid] for uid in order}

    def take(self) -> FoundInstance | None:
        uid = next(iter(self.left), None)
        return self.left.pop(uid) if uid is not None else None

    def take_waited_for(self) -> FoundInstance | None:
        """What somebody sits and waits for, where it is left to be fetched."""
        return self.left.pop(self._waited_for, None) if self._waited_for else None
