"""A study that is being fetched: what is left of it, in which order, and how far it is."""

import asyncio
import time
from collections.abc import Callable
from uuid import UUID

from app.net.dicomweb import FoundInstance, WithoutCentre
from app.transfer.messages import Fetch, FetchProgress, RemoteInstance, StudyListed
from app.transfer.ranking import heads_first
from app.transfer.rates import SpeedMeter


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
        self._asked = self._clock()

    def told(self, size: int) -> None:
        """How many bytes it has."""
        self._size = size
        self._answered = self._answered or self._clock()

    def count(self, nbytes: int) -> None:
        """So many more of its bytes have come."""
        self._came += nbytes
        if self._size is None or self._answered is None:
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
        self.total = 0
        self.arrived = 0
        self.failed = 0
        self.without_centre: WithoutCentre | None = None
        self.speed = SpeedMeter(time.monotonic)
        self.rushed: asyncio.Task[None] | None = None
        """Fetches what somebody looks at, while a call has the line."""
        self.first = FirstAlone(time.monotonic)
        self._fetched = self._fetched_bytes = 0

    def of(self, instance: FoundInstance) -> str:
        """Whose bytes are looked for in the cache: those the listing through the case names, else
        only what came through the same case, since another institution may use the same UIDs."""
        return instance.digest or str(self.case)

    def fetched(self, nbytes: int) -> None:
        """One instance came over the line."""
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
            without_centre=self.without_centre is not None,
            as_of=self.without_centre.as_of if self.without_centre else None,
        )

    def listed(self, instances: tuple[FoundInstance, ...]) -> StudyListed:
        """What it has; from now on what is not fetched is left."""
        self.left = {one.sop_instance_uid: one for one in heads_first(instances)}
        self.total = len(self.left)
        self.prefer(())
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
        )

    def prefer(self, uids: tuple[str, ...]) -> None:
        """These next; those preferred before follow, then the rest as listed."""
        self.preferred = tuple(dict.fromkeys((*uids, *self.preferred)))
        wanted = {uid: self.left[uid] for uid in self.preferred if uid in self.left}
        self.left = wanted | self.left

    def take(self) -> FoundInstance | None:
        uid = next(iter(self.left), None)
        return self.left.pop(uid) if uid is not None else None
