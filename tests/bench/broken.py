"""An upload over a line that breaks every half minute: nothing lost, hardly anything sent twice."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.transfer.messages import Import, UploadState
from protocol import paths
from tests.bench.instances import large_radiograph, phantom
from tests.bench.measure import Bound, Goal, Measure
from tests.bench.processes import running
from tests.bench.town import Place, place
from tests.server.people import open_case
from tests.transfer.desk import Desk

MBIT, ONE_WAY_MS, BREAK_S = 4.0, 40.0, 30.0
SLICES, PATIENCE_S = 60, 300


@dataclass(frozen=True, slots=True)
class _Sent:
    """Bytes that are needed and that went up, images declared and held, seconds."""

    needed: int
    sent: int
    declared: int
    held: int
    seconds: float


def run() -> Iterator[Measure]:
    """Sixty slices and a radiograph of 20 megapixels at 4 Mbit/s."""
    with place() as here:
        slow = [sys.executable, "-m", "tests.bench.children.slow_line"]
        argv = [*slow, str(here.port), str(MBIT), str(ONE_WAY_MS), str(BREAK_S)]
        with running(argv) as line:
            assert line.stdout is not None
            url = f"https://127.0.0.1:{int(line.stdout.readline())}"
            needed, declared, held, seconds = asyncio.run(_upload(here, url))
            line.terminate()
            found = _Sent(needed, int(line.stdout.readline()), declared, held, seconds)
    yield Measure(
        f"wire: images lost on a line that breaks every {BREAK_S:.0f} s",
        found.declared - found.held,
        "",
        goal=Goal(Bound.EXACTLY, 0),
        note=f"{found.declared} images in {found.seconds:.0f} s",
    )
    yield Measure(
        "wire: bytes that went up on it, until all was verified",
        found.sent / 1e6,
        "MB",
        beside="what the images have",
        beside_value=found.needed / 1e6,
        goal=Goal(Bound.AT_MOST, 1.05, of_ratio=True),
    )


async def _upload(here: Place, url: str) -> tuple[int, int, int, float]:
    case_id = UUID(open_case(here.valley))
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as name:
        pictures = Path(name) / "disc"
        for part, write in (("ct", lambda to: phantom(to, SLICES)), ("dx", large_radiograph)):
            (pictures / part).mkdir(parents=True)
            write(pictures / part)
        desk = Desk(Path(name) / "profile")
        try:
            await desk.open()
            await asyncio.to_thread(desk.use, here.valley.doctor, url, here.server.ca)
            desk.link.send(Import(consultation_id=case_id, paths=(pictures,)))
            began = time.perf_counter()
            states = await _all_verified(desk)
            took = time.perf_counter() - began
            answer = here.valley.doctor.get(paths.STUDIES, consultation_id=case_id)
            held = sum(json.loads(json.dumps(one))["received"] for one in answer)
            needed = sum(image.size for state in states for image in state.images)
            return needed, sum(len(state.images) for state in states), held, took
        finally:
            await desk.link.close(when_done=False)


async def _all_verified(desk: Desk) -> list[UploadState]:
    """The last state of every study, when the server has all of them."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            last: dict[str, UploadState] = {}
            for event in desk.events:
                if isinstance(event, UploadState):
                    last[event.study_instance_uid] = event
            if last and all(state.verified for state in last.values()):
                return list(last.values())
            await asyncio.sleep(0.1)
