"""Images on their way to the viewer: an unfinished study never looks whole."""

from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QCoreApplication

from app.models.times import byte_size, clock, duration
from app.session.fetching import Fetching
from app.session.link import LinkPhase
from app.session.state import State


@dataclass(frozen=True, slots=True)
class FetchProps:
    """`text` is empty when there is nothing to say; `stopped`: going on is offered."""

    text: str = ""
    done: int = 0
    total: int = 0
    stopped: bool = False
    incomplete: bool = False
    """Nothing more comes, and something is missing."""


def derive_fetching(state: State) -> FetchProps:
    fetching = state.fetching
    total = sum(one.total for one in fetching.studies)
    arrived = sum(one.arrived for one in fetching.studies)
    failed = sum(one.failed for one in fetching.studies)
    missing = total - arrived - failed
    unknown = sum(not one.listed for one in fetching.studies)
    edge = _without_centre(fetching)
    if not missing and not failed and not unknown and not edge:
        return FetchProps()
    translate = QCoreApplication.translate
    counted = translate("fetching", "Images: {done} of {total}").format(done=arrived, total=total)
    if unknown:
        words = translate("fetching", "Studies whose images could not be listed: {n}")
        counted = " · ".join(part for part in (counted if total else "", words) if part)
        counted = counted.format(n=unknown)
        if not missing and not failed:
            return FetchProps(counted, arrived, total, stopped=True, incomplete=True)
    if edge:
        counted = f"{counted} · {edge}"
        if not missing and not failed:
            return FetchProps(counted, arrived, total, stopped=True, incomplete=True)
    if not missing:
        words = translate("fetching", "{n} cannot be had now").format(n=failed)
        return FetchProps(f"{counted} · {words}", arrived, total, stopped=True, incomplete=True)
    return FetchProps(
        f"{counted} · {_how(state, fetching)}", arrived, total, stopped=fetching.stopped
    )


def _without_centre(fetching: Fetching) -> str:
    """What an edge knows may not be all: since when, by the study that was asked about first."""
    translate = QCoreApplication.translate
    theirs = [one.as_of for one in fetching.studies if one.without_centre]
    known = [one for one in theirs if one is not None]
    if not theirs:
        return ""
    if len(known) < len(theirs):
        return translate("fetching", "without the centre: only what waits here, more may exist")
    text = translate("fetching", "as of {time}, without the centre: more may exist")
    return text.format(time=clock(min(known)))


def _how(state: State, fetching: Fetching) -> str:
    translate = QCoreApplication.translate
    if fetching.stopped:
        return translate("fetching", "stopped, the study is incomplete")
    if state.link.phase is not LinkPhase.ONLINE:
        return translate("fetching", "waiting for the network, the study is incomplete")
    speed = sum(one.bytes_per_second for one in fetching.studies if one.missing)
    if not speed:
        return translate("fetching", "the study is incomplete")
    told = translate("fetching", "{speed}/s").format(speed=byte_size(speed))
    left = [one.bytes_left for one in fetching.studies if one.missing]
    if any(one is None for one in left):
        return told
    # All of them share the line: what is left of all, at the speed of all.
    seconds = max(1.0, sum(one for one in left if one is not None) / speed)
    time = duration(timedelta(seconds=round(seconds)))
    return f"{told} · " + translate("fetching", "{time} left").format(time=time)
