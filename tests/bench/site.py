"""Two server processes beside one, on PostgreSQL and Redis: what a second one brings and costs."""

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from protocol import paths
from tests.bench.claim import ONE, winners
from tests.bench.crowd import beating_of, said, sockets
from tests.bench.http_load import Client, Reply, at_once, connect, request
from tests.bench.loops import run_fast
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.processes import cpu_s
from tests.bench.town import Place, many
from tests.server.conftest import trusting
from tests.server.invitations import read_case
from tests.server.people import ADMIN, PASSWORD, Someone, Town, make_valley, submitted_case
from tests.server.postgres import postgres
from tests.server.process import ServerProcess
from tests.server.redis import redis, two_processes

CONNECTIONS, ROUNDS, FACTS, RACERS, RACES = 32, 40, 100, 1_000, 3
DELIVERED_MS = Goal(Bound.AT_MOST, 250)
LONG = {"HUIZHEN_ACCESS_TOKEN_S": "7200"}


@dataclass
class Found:
    """Of one site: a rate and what one request cost the servers in processor time, by kind."""

    rates: dict[str, float] = field(default_factory=dict)
    cpu_ms: dict[str, float] = field(default_factory=dict)
    ways: list[float] = field(default_factory=list)
    race: list[list[Reply]] = field(default_factory=list)


def run() -> Iterator[Measure]:
    with postgres(durable=True) as cluster, redis() as channel:
        with _one(cluster.database()) as places:
            one = run_fast(_measured(places, racing=False))
        with _two(cluster.database(), channel.url) as places:
            two = run_fast(_measured(places, racing=True))
    for kind in one.rates:
        yield Measure(
            f"site: {kind} a second through two processes, {CONNECTIONS} connections",
            two.rates[kind],
            "1/s",
            beside="one process",
            beside_value=one.rates[kind],
        )
        yield Measure(
            f"site: processor time of the servers for one of them, {kind}",
            two.cpu_ms[kind],
            "ms",
            beside="one process",
            beside_value=one.cpu_ms[kind],
        )
    for percent, goal in ((50, None), (99, DELIVERED_MS)):
        yield Measure(
            f"site: p{percent} from the author of a fact to its reader at the other process",
            percentile(two.ways, percent),
            "ms",
            beside="one process",
            beside_value=percentile(one.ways, percent),
            goal=goal,
        )
    yield Measure(
        f"site: winners among {RACERS:,} claims at once through two processes, {RACES} cases",
        winners(two.race),
        "a case",
        goal=ONE,
    )
    yield Measure(
        f"site: p99 of {RACERS:,} claims at once through two processes",
        statistics.median(percentile([one.ms for one in replies], 99) for replies in two.race),
        "ms",
    )


@contextmanager
def _one(database: str) -> Iterator[list[Place]]:
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as name:
        server = ServerProcess(Path(name), {**LONG, "HUIZHEN_DATABASE_URL": database})
        server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        with server, _places([server], Path(name)) as places:
            yield places


@contextmanager
def _two(database: str, redis_url: str) -> Iterator[list[Place]]:
    with (
        tempfile.TemporaryDirectory(prefix="huizhen-bench-") as name,
        two_processes(Path(name), database, redis_url, **LONG) as servers,
        _places(servers, Path(name)) as places,
    ):
        yield places


@contextmanager
def _places(servers: Sequence[ServerProcess], folder: Path) -> Iterator[list[Place]]:
    with ExitStack() as closing:
        context = trusting(servers[0].ca)
        town = Town(servers[0].url, context)
        closing.callback(town.close)
        valley = make_valley(town)
        yield [Place(server, context, valley, folder) for server in servers]


async def _measured(places: list[Place], *, racing: bool) -> Found:
    """Reads, writes, and a fact's way from the first process to the last."""
    found, valley = Found(), places[0].valley
    case_id = read_case(valley)
    token = valley.expert.tokens.access_token
    held = valley.expert.claim[case_id]
    requests = {
        "lists of cases": request("GET", paths.CONSULTATIONS, token),
        "heartbeats of a claim": request(
            "POST", paths.HEARTBEAT.format(consultation_id=case_id), token, held
        ),
    }
    clients = await _spread(places, CONNECTIONS)
    for kind, text in requests.items():
        found.rates[kind], found.cpu_ms[kind] = await _load(places, clients, text)
    for client in clients:
        client.close()
    (author,) = await sockets(places[0], valley.doctor.tokens.access_token, 1)
    (reader,) = await sockets(places[-1], token, 1)
    async with beating_of([author, reader]):
        found.ways = [await said(author, reader, case_id) for _ in range(FACTS)]
    author.close()
    reader.close()
    if racing:
        found.race = await _raced(places)
    return found


async def _spread(places: Sequence[Place], count: int) -> list[Client]:
    """Connections to each process in turn."""
    shares = [await connect(place.port, place.context, count // len(places)) for place in places]
    return [client for turn in zip(*shares, strict=True) for client in turn]


async def _load(places: Sequence[Place], clients: list[Client], text: bytes) -> tuple[float, float]:
    """Requests a second, and milliseconds of processor time of all servers for one."""
    await at_once(clients, [text] * len(clients))  # warm
    processes = [psutil.Process(place.server.pid) for place in places]
    before = sum(map(cpu_s, processes))
    took = 0.0
    for _ in range(ROUNDS):
        replies = await at_once(clients, [text] * len(clients))
        assert {reply.status for reply in replies} == {200}, replies[0].body
        took += max(reply.ms for reply in replies) / 1000
    count = ROUNDS * len(clients)
    return count / took, (sum(map(cpu_s, processes)) - before) * 1000 / count


async def _raced(places: Sequence[Place]) -> list[list[Reply]]:
    valley = places[0].valley
    experts: list[Someone] = many(RACERS, lambda n: valley.another_expert(f"专家{n}"))
    tokens = [one.tokens.access_token for one in experts]
    clients = await _spread(places, RACERS)
    rounds = []
    for _ in range(RACES):
        path = paths.CLAIM.format(consultation_id=submitted_case(valley))
        rounds.append(await at_once(clients, [request("POST", path, one) for one in tokens]))
    for client in clients:
        client.close()
    return rounds
