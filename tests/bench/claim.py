"""200 experts claim one case at the same moment, beside as many GETs without a database at once."""

import statistics
from collections.abc import Iterator

from protocol import paths
from tests.bench.errors import BenchFailed
from tests.bench.http_load import Client, Reply, at_once, connect, request
from tests.bench.loops import run_fast
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.town import Place, many, place
from tests.server.people import Someone, submitted_case

CLIENTS = 200
ROUNDS = 5
GOAL_MS = Goal(Bound.AT_MOST, 250)
ONE = Goal(Bound.EXACTLY, 1)


def run() -> Iterator[Measure]:
    with place() as here:
        experts = many(CLIENTS, lambda n: here.valley.another_expert(f"专家{n}"))
        claims, floors = run_fast(_race(here, experts))
    yield Measure(
        f"claim race: winners among {CLIENTS} clients, {ROUNDS} cases",
        winners(claims),
        "a case",
        goal=ONE,
    )
    for percent, goal in ((50, None), (99, GOAL_MS)):
        yield Measure(
            f"claim race: p{percent} of {CLIENTS} claims at once",
            _middle(claims, percent),
            "ms",
            beside="GET /v1/server, as many at once",
            beside_value=_middle(floors, percent),
            goal=goal,
        )


async def _race(here: Place, experts: list[Someone]) -> tuple[list[list[Reply]], list[list[Reply]]]:
    """Every round claims a new case, then measures the floor over the same connections."""
    clients = await connect(here.port, here.context, CLIENTS)
    plain = [request("GET", paths.SERVER)] * CLIENTS
    await at_once(clients, plain)  # warm
    await _one_race(here, clients, experts)
    claims, floors = [], []
    for _ in range(ROUNDS):
        claims.append(await _one_race(here, clients, experts))
        floors.append(await at_once(clients, plain))
    for client in clients:
        client.close()
    return claims, floors


async def _one_race(here: Place, clients: list[Client], experts: list[Someone]) -> list[Reply]:
    path = paths.CLAIM.format(consultation_id=submitted_case(here.valley))
    return await at_once(
        clients, [request("POST", path, one.tokens.access_token) for one in experts]
    )


def winners(rounds: list[list[Reply]]) -> float:
    """How many won each case; raises `BenchFailed` when an answer is neither won nor lost."""
    for replies in rounds:
        odd = {reply.status for reply in replies} - {200, 409}
        if odd:
            raise BenchFailed(f"claims were answered with {sorted(odd)}")
    counts = {sum(reply.status == 200 for reply in replies) for replies in rounds}
    if counts != {1}:
        raise BenchFailed(f"winners of a case: {sorted(counts)}")
    return 1


def _middle(rounds: list[list[Reply]], percent: float) -> float:
    """The median round's percentile."""
    return statistics.median(
        percentile([reply.ms for reply in replies], percent) for replies in rounds
    )
