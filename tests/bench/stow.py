"""STOW-RS of 200 CT instances over 4 connections: ours with TLS beside Debian's Orthanc."""

import hashlib
import http.client
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from protocol import paths
from tests.bench.errors import BenchFailed, CounterpartMissing
from tests.bench.instances import Factory, MadeInstance
from tests.bench.measure import Measure
from tests.bench.orthanc import orthanc, version
from tests.bench.town import Place, place
from tests.server.images import multipart
from tests.server.people import open_case

COUNT, CONNECTIONS, ROUNDS = 200, 4, 3
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Target:
    """Where instances go. `context` None is plain HTTP."""

    port: int
    path: str
    context: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def connect(self) -> http.client.HTTPConnection:
        if self.context is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        return http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=PATIENCE_S, context=self.context
        )


def run() -> Iterator[Measure]:
    factory = Factory()
    with place() as here, ExitStack() as stack:
        ours = _ours(here)
        theirs: Target | None = None
        beside = None
        try:
            port = stack.enter_context(orthanc(here.folder / "orthanc"))
            theirs = Target(port, "/dicom-web/studies")
            beside = f"{version()}, DICOMweb, plain HTTP"
        except CounterpartMissing as missing:
            print(f"stow beside Orthanc skipped: {missing}", file=sys.stderr)
        for target in (ours, theirs):
            if target is not None:
                _upload(target, factory.study(8))  # warm
        mine, others = _rounds(here, factory, ours, theirs)
    yield Measure(
        f"stow: {COUNT} CT instances of 512² over {CONNECTIONS} connections (TLS)",
        statistics.median(mine),
        "s",
        beside=beside,
        beside_value=statistics.median(others) if others else None,
    )
    yield Measure(
        "stow: instances per second (TLS)",
        COUNT / statistics.median(mine),
        "1/s",
        beside=beside,
        beside_value=COUNT / statistics.median(others) if others else None,
    )


def _ours(here: Place) -> Target:
    token = here.valley.doctor.tokens.access_token
    return Target(
        here.port,
        f"{paths.DICOMWEB}/studies",
        here.context,
        {"authorization": f"Bearer {token}"},
    )


def _rounds(
    here: Place, factory: Factory, ours: Target, theirs: Target | None
) -> tuple[list[float], list[float]]:
    """In turn, every round with a new study; both get the same bytes."""
    mine, others = [], []
    for _ in range(ROUNDS):
        study = factory.study(COUNT)
        case_id = open_case(here.valley)
        _declare(here, case_id, study)
        mine.append(_upload(ours, study))
        _verified(here, case_id)
        if theirs is not None:
            others.append(_upload(theirs, study))
    return mine, others


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


def _upload(target: Target, study: Sequence[MadeInstance]) -> float:
    """Seconds until every instance, one a request, is answered as stored."""
    bodies = [multipart([one.data]) for one in study]
    lanes = [bodies[n::CONNECTIONS] for n in range(CONNECTIONS)]
    connections = [target.connect() for _ in lanes]
    for connection in connections:
        connection.connect()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        began = time.perf_counter()
        list(pool.map(lambda pair: _lane(target, *pair), zip(connections, lanes, strict=True)))
        took = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return took


def _lane(
    target: Target, connection: http.client.HTTPConnection, bodies: Sequence[tuple[bytes, str]]
) -> None:
    for body, content_type in bodies:
        headers = {**target.headers, "content-type": content_type}
        headers["accept"] = "application/dicom+json"
        connection.request("POST", target.path, body, headers)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise BenchFailed(f"STOW was answered with {answer.status}: {told[:200]!r}")
