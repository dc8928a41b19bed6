"""A study on the server seen over a slow line: its first picture, and the rate of the rest."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from app.imaging.dataset import open_object
from app.imaging.listed import Awaited
from app.imaging.picture import make_picture
from app.imaging.series import BadFile, Instance
from app.imaging.writing.recompress import Form, recompressed
from app.services.remote_source import RemoteSource
from app.services.remote_study import RemoteStudies
from app.transfer.messages import InstanceArrived, StudyListed
from tests.bench.errors import BenchFailed, CounterpartMissing
from tests.bench.instances import Factory, MadeInstance
from tests.bench.lane import Line
from tests.bench.link import link, missing
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.ohif import ohif, ohif_pages
from tests.bench.processes import running
from tests.bench.town import Place, place
from tests.live.ohif import PageServer
from tests.server.images import stow
from tests.server.people import open_case
from tests.transfer.desk import KEY, TRANSFER, Desk

SLICES, MBIT, ONE_WAY_MS = 300, 20.0, 20.0
OPENINGS, WATCHED_S = 3, 12.0
AROUND = 7
"""Three slices to each side of the one seen: what a hand scrolls to next."""
AFAR = 250
"""The slice somebody jumps to while those before it are on their way."""
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


@dataclass(slots=True)
class Seen:
    """What opening the studies showed; `nbytes` is the size of one of them."""

    first_ms: list[float] = field(default_factory=list)
    around_ms: list[float] = field(default_factory=list)
    jump_ms: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    studies: list[str] = field(default_factory=list)
    nbytes: int = 0


def run() -> Iterator[Measure]:
    yield from _hospital()
    yield from _county()


def _hospital() -> Iterator[Measure]:
    """Twenty megabit a second and forty milliseconds there and back."""
    with ExitStack() as stack:
        settings, pages = {}, None
        try:
            pages = stack.enter_context(ohif_pages())
            settings = {"HUIZHEN_WEB_ORIGINS": json.dumps([pages[1]])}
        except CounterpartMissing as absent:
            print(f"remote beside OHIF skipped: {absent}", file=sys.stderr)
        here = stack.enter_context(place(settings=settings))
        slow = [sys.executable, "-m", "tests.bench.children.slow_line"]
        argv = [*slow, str(here.port), str(MBIT), str(ONE_WAY_MS)]
        line = stack.enter_context(running(argv))
        assert line.stdout is not None
        url = f"https://127.0.0.1:{int(line.stdout.readline())}"
        seen = asyncio.run(_watch(here, Way(url)))
        theirs = _in_a_browser(here, pages, url, seen.studies)
    yield Measure(
        f"remote: first picture of {SLICES} slices at 20 Mbit/s and 40 ms, decoded, median",
        percentile(seen.first_ms, 50),
        "ms",
        beside="OHIF on the same server, its program at hand",
        beside_value=percentile(theirs, 50) if theirs else None,
        goal=Goal(Bound.AT_MOST, 500),
    )
    yield Measure(
        f"remote: the {AROUND} slices around the first there, decoded, median",
        percentile(seen.around_ms, 50) / 1000,
        "s",
        beside="all of the study first, at the rate below",
        beside_value=seen.nbytes * 8 / 1e6 / percentile(seen.rates, 50),
        goal=Goal(Bound.AT_MOST, 2),
    )
    yield Measure(
        "remote: pixels and attributes of the rest that arrive",
        percentile(seen.rates, 50),
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
            seen = asyncio.run(_watch(here, way))
    first = percentile(seen.first_ms, 50)
    yield Measure(f"{what}, median", first, "ms", goal=Goal(Bound.AT_MOST, 1500))
    rate = percentile(seen.rates, 50)
    yield Measure(
        f"remote: slice {AFAR} there after a jump over what has not come, decoded, median",
        percentile(seen.jump_ms, 50) / 1000,
        "s",
        beside="all before it first, at the rate below",
        beside_value=AFAR * seen.nbytes / SLICES * 8 / 1e6 / rate,
        goal=Goal(Bound.AT_MOST, 3),
    )
    yield Measure(
        "remote: pixels and attributes that arrive there",
        rate,
        "Mbit/s",
        beside="the line",
        beside_value=COUNTY.rate_kbps / 1000,
    )


def _in_a_browser(
    here: Place, pages: tuple[PageServer, str] | None, url: str, studies: Sequence[str]
) -> list[float]:
    """Milliseconds to OHIF's first picture of the same studies."""
    if pages is None:
        return []
    try:
        with ohif(here, *pages, url) as browser:
            browser.first_picture_ms(studies[0])  # brings the program
            return [browser.first_picture_ms(study) for study in studies[1:]]
    except CounterpartMissing as absent:
        print(f"remote beside OHIF skipped: {absent}", file=sys.stderr)
        return []


async def _watch(here: Place, way: Way) -> Seen:
    seen = Seen()
    for _ in range(OPENINGS):
        study = Factory().study(SLICES)
        if way.light:
            study = [_light(one) for one in study]
        case_id = UUID(open_case(here.valley))
        for start in range(0, SLICES, 50):
            part = [one.data for one in study[start : start + 50]]
            if (await asyncio.to_thread(stow, here.valley.doctor, part)).status_code != 200:
                raise BenchFailed("the study could not be stored")
        seen.studies.append(study[0].study_instance_uid)
        seen.nbytes = sum(len(one.data) for one in study)
        await _open(here, way, case_id, study, seen)
    return seen


def _light(one: MadeInstance) -> MadeInstance:
    made = recompressed(one.data, Form.JPEG_LS)
    return one if made is None else replace(one, data=made.data)


async def _open(
    here: Place, way: Way, case_id: UUID, study: list[MadeInstance], seen: Seen
) -> None:
    """Opens a study once and adds what was seen."""
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
            coming = source.instances()
            await asyncio.to_thread(_picture, source, coming)
            seen.first_ms.append(1000 * (time.perf_counter() - began))
            for _ in range(AROUND - 1):
                await asyncio.to_thread(_picture, source, coming)
            seen.around_ms.append(1000 * (time.perf_counter() - began))
            before, since = _arrived(desk), time.perf_counter()
            await asyncio.sleep(WATCHED_S)
            took = time.perf_counter() - since
            seen.rates.append((_arrived(desk) - before) * size * 8 / took / 1e6)
            far = study[AFAR].sop_instance_uid
            began = time.perf_counter()
            studies.near((far,))
            await asyncio.to_thread(_whole, source, far)
            seen.jump_ms.append(1000 * (time.perf_counter() - began))
            told.cancel()
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


def _picture(source: RemoteSource, coming: Iterator[Instance | BadFile | Awaited]) -> None:
    instance = next(coming)
    if not isinstance(instance, Instance):
        raise BenchFailed("the first instance cannot be read")
    _whole(source, instance.sop_instance_uid)


def _whole(source: RemoteSource, sop_instance_uid: str) -> None:
    make_picture(open_object(source.fetch(sop_instance_uid)), 0)
