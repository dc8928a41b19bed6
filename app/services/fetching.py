"""The images of the open case on their way here: what is told becomes facts, and the viewer's."""

import base64
from collections.abc import Callable
from typing import assert_never

from app.imaging.listed import ListedSeries
from app.services.facts import Facts
from app.services.remote_source import RemoteSource
from app.services.remote_study import RemoteStudies
from app.session.case import Case
from app.session.fetching import (
    FetchBegan,
    FetchListed,
    FetchResumed,
    FetchStopped,
    FetchTold,
    StudyFetch,
)
from app.transfer.messages import (
    Command,
    FetchEnded,
    FetchFailed,
    FetchProgress,
    InstanceArrived,
    InstanceComing,
    RemoteInstance,
    StudyListed,
)
from app.transfer.place_messages import ImagesPlaced, ThumbnailArrived

FetchEvent = (
    StudyListed
    | ImagesPlaced
    | FetchProgress
    | ThumbnailArrived
    | InstanceComing
    | InstanceArrived
    | FetchFailed
    | FetchEnded
)


def readable(case: Case) -> tuple[str, ...]:
    """The studies of a case that can be shown, in the order in which they are fetched: that of the
    latest day first, as the viewer begins with it; those without a date last."""
    found = [one for one in case.consultation.studies if one.readable]
    found.sort(key=lambda one: one.study_time)
    found.sort(key=lambda one: one.study_date, reverse=True)
    return tuple(one.study_instance_uid for one in found)


def own_studies(case: Case) -> frozenset[str]:
    """The studies of the case itself, whether they can be shown or not."""
    return frozenset(one.study_instance_uid for one in case.consultation.studies)


def with_priors(case: Case) -> tuple[str, ...]:
    """Those of the case, then the earlier ones of its patient."""
    return (*readable(case), *priors(case))


def priors(case: Case) -> tuple[str, ...]:
    """The studies of earlier cases that may be compared with."""
    own = own_studies(case)
    theirs = (one.study_instance_uid for one in case.consultation.priors)
    return tuple(uid for uid in theirs if uid not in own)


def wholly_late(case: Case) -> frozenset[str]:
    """The studies that came after the case was submitted: somebody asks for them to be shown."""
    return frozenset(
        one.study_instance_uid
        for one in case.consultation.studies
        if one.late_declared and one.late_declared == one.declared
    )


def _series_of(event: StudyListed) -> tuple[ListedSeries, ...]:
    slices: dict[str, int] = {}
    first: dict[str, RemoteInstance] = {}
    for one in event.instances:
        uid = one.series_instance_uid
        slices[uid] = slices.get(uid, 0) + one.number_of_frames
        first.setdefault(uid, one)
    return tuple(
        ListedSeries(
            uid, event.study_instance_uid, one.modality, one.series_description, slices[uid]
        )
        for uid, one in first.items()
    )


class FetchingService:
    """One case's studies at a time."""

    def __init__(
        self,
        facts: Facts,
        store_key: bytes,
        tell: Callable[[Command], None],
        on_late: Callable[[str], object],
        on_more: Callable[[str], object],
    ) -> None:
        self._facts = facts
        self.on_thumbnail: Callable[[str, bytes], None] | None = None
        """Hears of a small picture of a series (its UID, a JPEG) that is on the way."""
        self.remote = RemoteStudies(store_key, tell, on_late, on_more)

    def begin(self, case: Case) -> RemoteSource:
        """Fetches the studies of the case that is open; those of another are let go."""
        source = self.remote.open(case.id, readable(case), priors(case))
        self._facts.apply(FetchBegan())  # whoever hears of it finds the source open already
        return source

    def show_late(self, case: Case) -> None:
        """Late images that have come join those on the screen, without opening the case anew."""
        studies = case.consultation.studies
        again = [one.study_instance_uid for one in studies if one.late_declared and one.verified]
        self.remote.extend(with_priors(case), tuple(again))

    def stop(self) -> None:
        """What is here stays; the rest comes when somebody asks again."""
        self.remote.stop()
        self._facts.apply(FetchStopped())

    def go_on(self) -> None:
        self._facts.apply(FetchResumed())
        self.remote.go_on()

    def heard(self, event: FetchEvent) -> None:
        match event:
            case StudyListed():
                self.remote.listed(event)
                self._listed(event)
            case ImagesPlaced():
                self.remote.placed(event)
            case FetchProgress():
                self._fetched(event)
            case ThumbnailArrived():
                if self.on_thumbnail and self.remote.looks_at(event.study_instance_uid):
                    self.on_thumbnail(event.series_instance_uid, base64.b64decode(event.jpeg))
            case InstanceComing():
                self.remote.coming(event)
            case InstanceArrived():
                self.remote.arrived(event)
            case FetchFailed():
                self.remote.failed(event)
            case FetchEnded():
                self.remote.ended(event)
            case _:
                assert_never(event)

    def _listed(self, event: StudyListed) -> None:
        if self.remote.looks_at(event.study_instance_uid):
            self._facts.apply(FetchListed(_series_of(event), event.continued))

    def _fetched(self, event: FetchProgress) -> None:
        if self.remote.looks_at(event.study_instance_uid):
            self._facts.apply(
                FetchTold(
                    StudyFetch(
                        event.study_instance_uid,
                        event.total,
                        event.arrived,
                        event.failed,
                        event.bytes_per_second,
                        event.bytes_left,
                        event.listed,
                        event.without_centre,
                        event.as_of,
                    )
                )
            )
