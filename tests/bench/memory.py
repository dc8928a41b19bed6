"""What the server grows by, once warm, while 3,000 slices and one object of 1 GiB come and go."""

import asyncio
import io
import secrets
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
from pydicom.uid import generate_uid

from app.transfer.messages import Fetch, FetchEnded, FetchProgress
from protocol import paths
from protocol.base import new_id
from tests.bench.errors import BenchFailed
from tests.bench.instances import Factory, MadeInstance
from tests.bench.measure import Bound, Goal, Measure
from tests.bench.stow import STOW, Target, in_lanes, told, upload
from tests.bench.town import Place, place
from tests.server.images import ct_slice
from tests.transfer.desk import Desk

SLICES, WARM, LANES = 3000, 300, 4
LARGE_BYTES = 1024**3
EDGE = 16384
"""Rows and columns of the large object: two frames of 16 bits are 1 GiB."""
PIECE = bytes(1024 * 1024)
LOOK_S, FETCH_S = 0.02, 600.0
MB = 1024 * 1024
FLAT = Goal(Bound.AT_MOST, 64)
INSTANCE = "application/dicom; transfer-syntax=*"


class Watch:
    """The most resident memory of a process while it is watched."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._done = threading.Event()
        self.before = self.most = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._done.wait(LOOK_S):
            self.most = max(self.most, self._process.memory_info().rss)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def grown(self) -> float:
        """MB."""
        return (self.most - self.before) / MB


def run() -> Iterator[Measure]:
    with place() as here:
        token = here.valley.doctor.tokens.access_token
        target = Target(
            here.port, paths.DICOMWEB, here.context, {"authorization": f"Bearer {token}"}
        )
        factory = Factory()
        warm = factory.study(WARM)
        upload(target, warm, LANES)
        _read(target, warm)
        study = yield from _many(here, target, factory)
        yield asyncio.run(_fetched(here, study))
        yield from _one(here, target)


def _many(
    here: Place, target: Target, factory: Factory
) -> Generator[Measure, None, list[MadeInstance]]:
    study: list[MadeInstance] = []
    left = SLICES
    with Watch(here.server.pid) as watch:
        while left:  # made as they are sent: the bench keeps no study of 1.5 GB either
            part = factory.study(min(WARM, left), study[0] if study else None)
            upload(target, part, LANES)
            left -= len(part)
            study += [_without_bytes(one) for one in part]
    yield _grown(f"STOW of {SLICES} CT instances of 512², 4 connections", watch)
    with Watch(here.server.pid) as watch:
        _read(target, study)
    yield _grown(f"the same {SLICES} instances retrieved", watch)
    return study


async def _fetched(here: Place, study: list[MadeInstance]) -> Measure:
    """What the desktop's transfer process grows by, once warm, while a study comes to it."""
    uid = study[0].study_instance_uid
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as profile:
        desk = Desk(Path(profile))
        desk.patience = FETCH_S
        await desk.open()
        try:
            await asyncio.to_thread(desk.use, here.valley.doctor, here.server.url, here.server.ca)
            desk.link.send(Fetch(consultation_id=new_id(), study_instance_uid=uid))
            await desk.until(FetchProgress, lambda told: told.arrived >= WARM)
            assert desk.link.pid is not None
            with Watch(desk.link.pid) as watch:
                await desk.until(FetchEnded)
        finally:
            await desk.link.close(when_done=False)
    return Measure(
        f"wire: memory the client's transfer process grows by, {SLICES} instances fetched",
        watch.grown,
        "MB",
        goal=FLAT,
        note=f"{watch.before / MB:.0f} MB resident before",
    )


def _without_bytes(one: MadeInstance) -> MadeInstance:
    return MadeInstance(one.sop_instance_uid, one.series_instance_uid, one.study_instance_uid, b"")


def _one(here: Place, target: Target) -> Iterator[Measure]:
    head, one = _large_head()
    boundary = secrets.token_hex(16)
    opening = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    closing = f"\r\n--{boundary}--\r\n".encode()
    size = len(head) + LARGE_BYTES

    def body() -> Iterator[bytes]:
        yield opening + head
        for _ in range(LARGE_BYTES // len(PIECE)):
            yield PIECE
        yield closing

    def send(connection: Any, _work: object) -> None:
        headers = {
            **target.headers,
            "content-type": f'multipart/related; type="application/dicom"; boundary={boundary}',
            "content-length": str(len(opening) + size + len(closing)),
            "accept": STOW,
        }
        connection.request("POST", f"{target.root}/studies", body(), headers)
        told(connection, "STOW")

    with Watch(here.server.pid) as watch:
        in_lanes(target, [None], 1, send)
    yield _grown("STOW of one instance of 1 GiB", watch)
    with Watch(here.server.pid) as watch:
        in_lanes(target, [(one, size)], 1, _reader(target))
    yield _grown("the same instance retrieved", watch)


def _large_head() -> tuple[bytes, MadeInstance]:
    """Everything before the pixels, whose length it announces (PS3.5 7.1.2)."""
    made = ct_slice(generate_uid(), generate_uid(), size=16)
    made.Rows = made.Columns = EDGE
    made.NumberOfFrames = LARGE_BYTES // (EDGE * EDGE * 2)
    del made.PixelData
    out = io.BytesIO()
    made.save_as(out, enforce_file_format=True)
    pixels = b"\xe0\x7f\x10\x00OW\x00\x00" + LARGE_BYTES.to_bytes(4, "little")
    one = MadeInstance(made.SOPInstanceUID, made.SeriesInstanceUID, made.StudyInstanceUID, b"")
    return out.getvalue() + pixels, one


def _read(target: Target, study: Sequence[MadeInstance]) -> None:
    in_lanes(target, [(one, None) for one in study], LANES, _reader(target))


def _reader(target: Target) -> Callable[[Any, tuple[MadeInstance, int | None]], None]:
    """Reads an instance piece by piece and keeps none of it."""

    def read(connection: Any, work: tuple[MadeInstance, int | None]) -> None:
        one, size = work
        path = (
            f"{target.root}/studies/{one.study_instance_uid}/series/{one.series_instance_uid}"
            f"/instances/{one.sop_instance_uid}"
        )
        connection.request("GET", path, headers={**target.headers, "accept": INSTANCE})
        answer = connection.getresponse()
        got = 0
        while piece := answer.read(MB):
            got += len(piece)
        if answer.status != 200 or not got or size not in (None, got):
            raise BenchFailed(f"an instance came as {answer.status} with {got} bytes")

    return read


def _grown(what: str, watch: Watch) -> Measure:
    return Measure(
        f"wire: memory the server grows by, {what}",
        watch.grown,
        "MB",
        goal=FLAT,
        note=f"{watch.before / MB:.0f} MB resident before",
    )
