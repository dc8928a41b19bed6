"""What trust costs: reading a whole trail through, what a request pays for its tree, encryption at
rest, and passwords."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, create_engine, insert

from protocol import paths
from protocol.base import new_id
from server.store.engine import migrate, open_engine
from server.store.evidence import MOST_AT_ONCE, public_text, take_in
from server.store.evidence_check import Looked, look_through
from server.store.tables import AuditRow
from tests.bench import sealing, sign_ins
from tests.bench.errors import BenchFailed
from tests.bench.http_load import at_once, connect, request
from tests.bench.loops import run_fast
from tests.bench.measure import Bound, Goal, Measure
from tests.bench.town import Place, place

FEW, MANY = 100_000, 1_000_000
CONNECTIONS, ROUNDS, TURNS = 8, 60, 6
OFF, OFTEN = "86400", "5"


def run() -> Iterator[Measure]:
    yield _trail()
    yield _load()
    yield from sealing.run()
    yield from sign_ins.run()


def _trail() -> Measure:
    few, many = _verified(FEW), _verified(MANY)
    return Measure(
        f"trust: reading a trail of {MANY:,} entries through, with its signed heads",
        many,
        "s",
        beside=f"{FEW:,} entries, ten times",
        beside_value=10 * few,
        goal=Goal(Bound.AT_MOST, 60),
    )


def _load() -> Measure:
    """A mean, because a pass every five seconds is slow for few requests only."""
    without, with_tree = map(fmean, _requests())
    return Measure(
        "trust: a request that leaves an entry, with the tree made every five seconds, mean",
        with_tree,
        "ms",
        beside="with the tree made once a day",
        beside_value=without,
        goal=Goal(Bound.AT_MOST, 1.10, of_ratio=True),
    )


def _verified(count: int) -> float:
    """Seconds, on SQLite; writing and taking in are not counted."""
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as folder:
        file, key = Path(folder, "trail.sqlite"), Ed25519PrivateKey.generate()
        asyncio.run(_made(file))
        engine = create_engine(f"sqlite:///{file}")
        with engine.begin() as connection:
            _written(connection, count)
        with engine.begin() as connection:
            while take_in(connection, key, datetime.now(UTC)).count == MOST_AT_ONCE:
                pass
        with engine.connect() as connection:
            began, looked = time.perf_counter(), Looked()
            text = public_text(key)
            wrong = list(look_through(connection, text, [], looked, lambda _looked: None))
            took = time.perf_counter() - began
        engine.dispose()
    if wrong or looked.entries != count:
        raise BenchFailed(f"a trail of {looked.entries} entries was found wrong: {wrong[:1]}")
    return took


async def _made(file: Path) -> None:
    engine = open_engine(f"sqlite+aiosqlite:///{file}")
    await migrate(engine)
    await engine.dispose()


def _written(connection: Connection, count: int) -> None:
    account, case = new_id(), new_id()
    now = datetime.now(UTC)
    for start in range(0, count, MOST_AT_ONCE):
        entries = [
            {
                "id": new_id(),
                "at": now,
                "account_id": account,
                "access": "read",
                "resource": "instance",
                "target": f"1.2.840.{start + number}",
                "consultation_id": case,
                "request_id": f"{start + number:016x}",
                "detail": "",
                "origin": "10.1.2.3",
                "outcome": None,
            }
            for number in range(min(MOST_AT_ONCE, count - start))
        ]
        connection.execute(insert(AuditRow), entries)


def _requests() -> tuple[list[float], list[float]]:
    """Milliseconds of each, without and with the tree, in turn."""
    with (
        place(settings={"HUIZHEN_AUDIT_SEALED_EVERY_S": OFF}) as without,
        place(settings={"HUIZHEN_AUDIT_SEALED_EVERY_S": OFTEN}) as with_tree,
    ):
        sites = [(without, list[float]()), (with_tree, list[float]())]
        for turn in range(TURNS + 1):
            for site, took in sites if turn % 2 else sites[::-1]:
                found = run_fast(_asked(site))
                took += found if turn else []  # the first warms
    return sites[0][1], sites[1][1]


async def _asked(here: Place) -> list[float]:
    """Milliseconds of requests for a list of cases, each of which leaves an entry."""
    text = request("GET", paths.CONSULTATIONS, here.valley.doctor.tokens.access_token)
    clients = await connect(here.port, here.context, CONNECTIONS)
    found = []
    for _ in range(ROUNDS):
        found += [reply.ms for reply in await at_once(clients, [text] * len(clients))]
    for client in clients:
        client.close()
    return found
