"""STOW-RS and frames of 200 CT instances: ours, sealed and by TLS, beside Debian's Orthanc.

Both get the same bytes from the same client, in turn.
"""

import hashlib
import http.client
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from protocol import paths
from tests.bench.errors import BenchFailed, CounterpartMissing
from tests.bench.instances import Factory, MadeInstance
from tests.bench.measure import Bound, Goal, Measure
from tests.bench.orthanc import orthanc, version
from tests.bench.town import Place, place
from tests.server.images import multipart
from tests.server.people import open_case

COUNT, ROUNDS = 200, 5
PATIENCE_S = 60
AS_FAST = Goal(Bound.AT_LEAST, 1, of_ratio=True)
STOW = "application/dicom+json"
FRAME = 'multipart/related; type="application/octet-stream"'


@dataclass(frozen=True, slots=True)
class Target:
    """Where instances go. `context` None is plain HTTP."""

    port: int
    root: str
    context: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def connect(self) -> http.client.HTTPConnection:
        if self.context is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        return http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=PATIENCE_S, context=self.context
        )


@dataclass(slots=True)
class Taken:
    """Seconds of each round, by what was done."""

    one: list[float] = field(default_factory=list)
    four: list[float] = field(default_factory=list)
    frames: list[float] = field(default_factory=list)


def run() -> Iterator[Measure]:
    factory = Factory()
    ours, theirs = Taken(), Taken()
    with place() as here, ExitStack() as stack:
        token = here.valley.doctor.tokens.access_token
        house = Target(
            here.port, paths.DICOMWEB, here.context, {"authorization": f"Bearer {token}"}
        )
        other: Target | None = None
        beside = None
        try:
            port = stack.enter_context(orthanc(here.folder / "orthanc"))
            other = Target(port, "/dicom-web")
            beside = f"{version()}, plain HTTP, not encrypted"
        except CounterpartMissing as missing:
            print(f"wire beside Orthanc skipped: {missing}", file=sys.stderr)
        for target in (house, other):
            if target is not None:
                upload(target, factory.study(8), 1)  # warm
        for _ in range(ROUNDS):
            _round(here, factory, house, ours, other, theirs)
    for name, mine, others in (
        ("STOW of CT instances of 512², 1 connection", ours.one, theirs.one),
        ("STOW of CT instances of 512², 4 connections", ours.four, theirs.four),
        ("all frames of a CT study, 4 connections", ours.frames, theirs.frames),
    ):
        yield Measure(
            f"wire: {name}, TLS and encrypted at rest",
            COUNT / statistics.median(mine),
            "1/s",
            beside=beside,
            beside_value=COUNT / statistics.median(others) if others else None,
            goal=AS_FAST,
        )


def _round(
    here: Place, factory: Factory, house: Target, ours: Taken, other: Target | None, theirs: Taken
) -> None:
    """Every round has new studies; both targets get the same bytes."""
    for lanes, mine, others in ((1, ours.one, theirs.one), (4, ours.four, theirs.four)):
        study = factory.study(COUNT)
        case_id = open_case(here.valley)
        _declare(here, case_id, study)
        mine.append(upload(house, study, lanes))
        _verified(here, case_id)
        if other is not None:
            others.append(upload(other, study, lanes))
    ours.frames.append(read_frames(house, study, 4))
    if other is not None:
        theirs.frames.append(read_frames(other, study, 4))


def _declare(here: Place, case_id: str, study: Sequence[MadeInstance]) -> None:
    """As the client does before it sends: what will come, with every SHA-256."""
    uid = study[0].study_instance_uid
    body = {
        "study_instance_uid": uid,
        "modalities": ["CT"],
        "description": "Chest",
        "instances": [
            {
                "sop_instance_uid": one.sop_instance_uid,
                "series_instance_uid": one.series_instance_uid,
                "sha256": hashlib.sha256(one.data).hexdigest(),
                "size": len(one.data),
            }
            for one in study
        ],
    }
    answer = here.valley.doctor.send(
        "PUT", paths.STUDY, body, consultation_id=case_id, study_instance_uid=uid
    )
    if not answer.is_success:
        raise BenchFailed(f"declaring the study was answered with {answer.status_code}")


def _verified(here: Place, case_id: str) -> None:
    (progress,) = here.valley.doctor.get(paths.STUDIES, consultation_id=case_id)
    if not progress["verified"] or progress["received"] != COUNT:
        raise BenchFailed(f"only {progress['received']} of {COUNT} instances are verified")


def upload(target: Target, study: Sequence[MadeInstance], lanes: int) -> float:
    """Seconds until every instance, one a request, is answered as stored."""
    bodies = [multipart([one.data]) for one in study]

    def send(connection: http.client.HTTPConnection, work: tuple[bytes, str]) -> None:
        body, content_type = work
        headers = {**target.headers, "content-type": content_type, "accept": STOW}
        connection.request("POST", f"{target.root}/studies", body, headers)
        told(connection, "STOW")

    return in_lanes(target, bodies, lanes, send)


def read_frames(target: Target, study: Sequence[MadeInstance], lanes: int) -> float:
    """Seconds until the frame of every instance has come, one a request."""

    def ask(connection: http.client.HTTPConnection, work: MadeInstance) -> None:
        path = (
            f"{target.root}/studies/{work.study_instance_uid}/series/{work.series_instance_uid}"
            f"/instances/{work.sop_instance_uid}/frames/1"
        )
        connection.request("GET", path, headers={**target.headers, "accept": FRAME})
        if work.data[-1000:] not in told(connection, "WADO"):
            raise BenchFailed("a frame came without its last pixels")

    return in_lanes(target, study, lanes, ask)


def in_lanes(
    target: Target,
    work: Sequence[Any],
    lanes: int,
    do: Callable[[http.client.HTTPConnection, Any], None],
) -> float:
    connections = [target.connect() for _ in range(lanes)]
    for connection in connections:
        connection.connect()

    def lane(number: int) -> None:
        for one in work[number::lanes]:
            do(connections[number], one)

    with ThreadPoolExecutor(lanes) as pool:
        began = time.perf_counter()
        list(pool.map(lane, range(lanes)))
        took = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return took


def told(connection: http.client.HTTPConnection, what: str) -> bytes:
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise BenchFailed(f"{what} was answered with {answer.status}: {body[:200]!r}")
    return body
