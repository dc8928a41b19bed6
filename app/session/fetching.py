"""The images of the open case on their way to this computer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from app.imaging.listed import ListedSeries


@dataclass(frozen=True, slots=True)
class StudyFetch:
    """One study: how many of its listed images are here, and how many cannot be had now."""

    study_instance_uid: str
    total: int
    arrived: int = 0
    failed: int = 0
    bytes_per_second: float = 0.0
    bytes_left: float | None = None
    """Of the images that are missing; None while nobody can know."""
    listed: bool = True
    """False where nobody could say how many images it has."""
    without_centre: bool = False
    """An edge has said what it has, which could not ask the centre: there may be more."""
    as_of: datetime | None = None
    """When the centre was asked last; None where only what waits at the edge is known."""

    @property
    def missing(self) -> int:
        return self.total - self.arrived - self.failed


@dataclass(frozen=True, slots=True)
class FetchBegan:
    """Other studies are looked at, or the same ones anew."""


@dataclass(frozen=True, slots=True)
class FetchListed:
    """The server said what a study has."""

    series: tuple[ListedSeries, ...]
    continued: bool = False
    """Besides what it said before of the same study."""


@dataclass(frozen=True, slots=True)
class FetchTold:
    study: StudyFetch


@dataclass(frozen=True, slots=True)
class FetchStopped:
    """Somebody wants no more of it for now."""


@dataclass(frozen=True, slots=True)
class FetchResumed:
    pass


FetchFact = FetchBegan | FetchListed | FetchTold | FetchStopped | FetchResumed


@dataclass(frozen=True, slots=True)
class Fetching:
    """`series` are those the server has, by Series Instance UID."""

    studies: tuple[StudyFetch, ...] = ()
    series: Mapping[str, ListedSeries] = field(default_factory=dict)
    stopped: bool = False


def _besides(before: ListedSeries | None, more: ListedSeries) -> ListedSeries:
    return more if before is None else replace(before, slices=before.slices + more.slices)


def reduce_fetching(fetching: Fetching, fact: FetchFact) -> Fetching:
    match fact:
        case FetchBegan():
            return Fetching()
        case FetchListed(series, continued):
            listed = {one.series_instance_uid: one for one in series}
            if continued:
                listed = {uid: _besides(fetching.series.get(uid), listed[uid]) for uid in listed}
            return replace(fetching, series={**fetching.series, **listed})
        case FetchTold(study):
            others = tuple(
                one
                for one in fetching.studies
                if one.study_instance_uid != study.study_instance_uid
            )
            return replace(fetching, studies=(*others, study))
        case FetchStopped():
            return replace(fetching, stopped=True)
        case FetchResumed():
            return replace(fetching, stopped=False)
        case _:
            assert_never(fact)
