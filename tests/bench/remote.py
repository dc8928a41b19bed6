"""A study on the server seen over a slow line: its first picture, and the rate of the rest."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from app.imaging.dataset import open_object
from app.imaging.picture import make_picture
from app.imaging.series import Instance
from app.imaging.writing.recompress import Form, recompressed
from app.services.remote_study import RemoteSource, RemoteStudies
from app.transfer.messages import InstanceArrived, StudyListed
from tests.bench.errors import BenchFailed
from tests.bench.instances import Factory, MadeInstance
from tests.bench.lane import Line
from tests.bench.link import link, missing
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.processes import running
from tests.bench.town import Place, place
from tests.server.images import stow
from tests.server.people import open_case
from tests.transfer.desk import KEY, TRANSFER, Desk

SLICES, MBIT, ONE_WAY_MS = 300, 20.0, 20.0
OPENINGS, WATCHED_S = 3, 12.0
COUNTY = Line(rate_kbps=4000, delay_ms=40, loss=0.01, queue_ms=300)
NEAR_SIDE, FAR_SIDE = "a", "b"
FAR_ADDRESS = "10.77.0.1"


@dataclass(frozen=True, slots=True)
class Way:
    """How the desk reaches the server: what address it is given, and how its process is started."""

    url: str
    program: Sequence[str] = TRANSFER
    light: bool = False
    """The images are there in the form in which a clinic sends them over a slow line."""


def run() -> Iterator[Measure]:
    yield from _hospital()
    yield from _county()


def _hospital() -> Iterator[Measure]:
    """Twenty megabit a second and forty milliseconds there and back."""
    with place() as here:
        slow = [sys.executable, "-m", "tests.bench.children.slow_line"]
        with running([*slow, str(here.port), str(MBIT), str(ONE_WAY_MS)]) as line:
            assert line.stdout is not None
            url = f"https://127.0.0.1:{int(line.stdout.readline())}"
            first, rate = asyncio.run(_watch(here, Way(url)))
    yield Measure(
        f"remote: first picture of {SLICES} slices at 20 Mbit/s and 40 ms, decoded, median",
        percentile(first, 50),
        "ms",
        goal=Goal(Bound.AT_MOST, 500),
    )
    yield Measure(
        "remote: pixels and attributes of the rest that arrive",
        percentile(rate, 50),
        "Mbit/s",
        beside="the line",
        beside_value=MBIT,
        goal=Goal(Bound.AT_LEAST, 0.9, of_ratio=True),
    )


def _county() -> Iterator[Measure]:
    """Four megabit a second, eighty milliseconds there and back, one packet in a hundred lost."""
    line_words = "4 Mbit/s, 80 ms and 1 % loss, as clinics send them"
    what = f"remote: first picture of {SLICES} slices at {line_words}"
    if (reason := missing()) is not None:
        yield Measure(what, 0, "ms", note=f"not measured: {reason}")
        return
    with place(FAR_ADDRESS) as here, link(COUNTY) as line:
        argv = [sys.executable, "-m", "tests.bench.children.passage"]
        with running([*argv, str(line.pid(NEAR_SIDE)), FAR_ADDRESS, str(here.port)]) as door:
            assert door.stdout is not None
            url = f"https://{FAR_ADDRESS}:{int(door.stdout.readline())}"
            way = Way(url, line.inside(FAR_SIDE, TRANSFER), light=True)
            first, rate = asyncio.run(_watch(here, way))
    yield Measure(f"{what}, median", percentile(first, 50), "ms", goal=Goal(Bound.AT_MOST, 1500))
    yield Measure(
        "remote: pixels and attributes that arrive there",
        percentile(rate, 50),
        "Mbit/s",
        beside="the line",
        beside_value=COUNTY.rate_kbps / 1000,
    )


async def _watch(here: Place, way: Way) -> tuple[list[float], list[float]]:
    first, rates = [], []
    for _ in range(OPENINGS):
        study = Factory().study(SLICES)
        if way.light:
            study = [_light(one) for one in study]
        case_id = UUID(open_case(here.valley))
        for start in range(0, SLICES, 50):
            part = [one.data for one in study[start : start + 50]]
            if (await asyncio.to_thread(stow, here.valley.doctor, part)).status_code != 200:
                raise BenchFailed("the study could not be stored")
        took, rate = await _open(here, way, case_id, study)
        first.append(took)
        rates.append(rate)
    return first, rates


def _light(one: MadeInstance) -> MadeInstance:
    made = recompressed(one.data, Form.JPEG_LS)
    return one if made is None else replace(one, data=made.data)


async def _open(
    here: Place, way: Way, case_id: UUID, study: list[MadeInstance]
) -> tuple[float, float]:
    """Milliseconds to the first picture, and megabit a second while watched."""
    uid, size = study[0].study_instance_uid, len(study[0].data)
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as profile:
        desk = Desk(Path(profile), way.program)
        studies = RemoteStudies(KEY, desk.link.send)
        try:
            await desk.open()
            await asyncio.to_thread(desk.use, here.valley.doctor, way.url, here.server.ca)
            await asyncio.sleep(2)  # the connection of a desk that is open all day is there
            began = time.perf_counter()
            source = studies.open(case_id, (uid,))
            told = asyncio.create_task(_tell(desk, studies))
            await asyncio.to_thread(_picture, source)
            took = 1000 * (time.perf_counter() - began)
            before, since = _arrived(desk), time.perf_counter()
            await asyncio.sleep(WATCHED_S)
            rate = (_arrived(desk) - before) * size * 8 / (time.perf_counter() - since) / 1e6
            told.cancel()
            return took, rate
        finally:
            studies.close()
            await desk.link.close(when_done=False)


def _arrived(desk: Desk) -> int:
    return sum(isinstance(event, InstanceArrived) for event in desk.events)


async def _tell(desk: Desk, studies: RemoteStudies) -> None:
    """What the process says reaches the source, as in the window."""
    seen = 0
    while True:
        for event in desk.events[seen:]:
            if isinstance(event, StudyListed):
                studies.listed(event)
            elif isinstance(event, InstanceArrived):
                studies.arrived(event)
        seen = len(desk.events)
        await asyncio.sleep(0.002)


def _picture(source: RemoteSource) -> None:
    instance = next(source.instances())
    if not isinstance(instance, Instance):
        raise BenchFailed("the first instance cannot be read")
    make_picture(open_object(source.fetch(instance.sop_instance_uid)), 0)
