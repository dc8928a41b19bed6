"""Lists of cases while ten thousand and a million are stored, on SQLite and on PostgreSQL."""

from collections.abc import Iterator, Mapping

from protocol import paths
from tests.bench.http_load import at_once, connect, request
from tests.bench.loops import run_fast
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.stored import Store, fill
from tests.bench.town import Place, place
from tests.server.people import submitted_case
from tests.server.postgres import postgres

FEW, MANY = 10_000, 1_000_000
ROUNDS = 60
GOAL_MS = Goal(Bound.AT_MOST, 20)


def run() -> Iterator[Measure]:
    yield from _on("SQLite", {})
    with postgres(durable=True) as cluster:
        yield from _on("PostgreSQL", {"HUIZHEN_DATABASE_URL": cluster.database()})


def _on(engine: str, settings: Mapping[str, str]) -> Iterator[Measure]:
    with place(settings=settings) as here:
        for _ in range(30):
            submitted_case(here.valley)
        dispatcher = here.valley.town.person("dispatcher", institution=here.valley.hospital)
        askers = {
            "worklist of a clinic": (paths.CONSULTATIONS, here.valley.doctor),
            "a clinic's search": (f"{paths.CONSULTATIONS}?q=%E8%83%B8", here.valley.doctor),
            "worklist of a dispatcher": (paths.CONSULTATIONS, dispatcher),
            "an expert's queue": (paths.QUEUE, here.valley.expert),
        }
        requests = {
            name: request("GET", path, who.tokens.access_token)
            for name, (path, who) in askers.items()
        }
        store = Store(here.server, here.valley)
        before = _measured(here, store, requests, FEW)
        after = _measured(here, store, requests, MANY)
    for name, ms in after.items():
        yield Measure(
            f"{engine}: {name}, {MANY:,} consultations stored, p95",
            ms,
            "ms",
            beside=f"{FEW:,} stored",
            beside_value=before[name],
            goal=GOAL_MS,
        )


def _measured(
    here: Place, store: Store, requests: Mapping[str, bytes], stored: int
) -> dict[str, float]:
    fill(store, stored)
    return run_fast(_asked(here, requests))


async def _asked(here: Place, requests: Mapping[str, bytes]) -> dict[str, float]:
    """p95 of each request, one after the other on one connection."""
    (client,) = await connect(here.port, here.context, 1)
    found = {}
    for name, text in requests.items():
        await at_once([client], [text])  # warm
        times = [(await at_once([client], [text]))[0].ms for _ in range(ROUNDS)]
        found[name] = percentile(times, 95)
    client.close()
    return found
