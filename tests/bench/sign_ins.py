"""Ten times the sign-ins of a province's morning, with argon2id, beside an expert's queue."""

import asyncio
import statistics
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from protocol import paths
from tests.bench.errors import BenchFailed
from tests.bench.http_load import Client, at_once, connect, request
from tests.bench.loops import run_fast
from tests.bench.measure import Bound, Goal, Measure
from tests.bench.town import Place, many, place
from tests.server.people import PASSWORD, Someone

PEOPLE, MORNING_S, TIMES = 1_543 + 500, 1800, 10
"""Clinics and experts of a province, who all sign in within half an hour."""
SECONDS, QUEUE_EVERY_S = 60.0, 0.1
NAMES = 64
"""So many different ones take turns: tries of one name that are under way count."""
AS_SHIPPED = {"HUIZHEN_PASSWORD_MEMORY_KIB": "65536"}


@dataclass
class Seen:
    """Milliseconds of each request."""

    queue: list[float] = field(default_factory=list)
    sign_ins: list[float] = field(default_factory=list)


def run(seconds: float = SECONDS) -> Iterator[Measure]:
    every_s = MORNING_S / PEOPLE / TIMES
    with place(settings=AS_SHIPPED) as here:
        people = many(NAMES, lambda _: _person(here))
        quiet = run_fast(_measured(here, [], seconds / 3, every_s))
        busy = run_fast(_measured(here, people, seconds, every_s))
    if len(busy.sign_ins) < 0.9 * seconds / every_s:
        raise BenchFailed(f"only {len(busy.sign_ins)} sign-ins were answered in {seconds:.0f} s")
    yield Measure(
        f"trust: an expert's queue while {1 / every_s:.1f} people a second sign in (argon2id, "
        "64 MiB), p95",
        _p95(busy.queue),
        "ms",
        beside="nobody signs in",
        beside_value=_p95(quiet.queue),
        goal=Goal(Bound.AT_MOST, 200),
    )
    yield Measure(
        f"trust: one of these {1 / every_s:.1f} sign-ins a second, p95",
        _p95(busy.sign_ins),
        "ms",
        note="as many as the cores can hash; the others wait in their line",
    )


def _person(here: Place) -> Someone:
    return here.valley.town.person("requester", institution=here.valley.clinic)


def _p95(found: list[float]) -> float:
    return statistics.quantiles(found, n=20)[-1]


async def _measured(here: Place, people: list[Someone], seconds: float, every_s: float) -> Seen:
    """Everybody comes when it is time, whether others were answered or not."""
    seen, loop = Seen(), asyncio.get_running_loop()
    clients = await connect(here.port, here.context, len(people) + 1)
    end = loop.time() + seconds
    work = [_look_at_queue(here, clients[-1], seen, end)]
    for number, (one, client) in enumerate(zip(people, clients, strict=False)):
        first = loop.time() + number * every_s
        work.append(_sign_in(one, client, seen, first, end, every_s * len(people)))
    await asyncio.gather(*work)
    for client in clients:
        client.close()
    return seen


async def _look_at_queue(here: Place, client: Client, seen: Seen, end: float) -> None:
    text = request("GET", paths.QUEUE, here.valley.expert.tokens.access_token)
    async for _ in _times(asyncio.get_running_loop().time(), end, QUEUE_EVERY_S):
        (reply,) = await at_once([client], [text])
        _check(reply.status)
        seen.queue.append(reply.ms)


async def _sign_in(
    one: Someone, client: Client, seen: Seen, first: float, end: float, every_s: float
) -> None:
    text = request("POST", paths.SESSION, body={"username": one.username, "password": PASSWORD})
    async for _ in _times(first, end, every_s):
        (reply,) = await at_once([client], [text])
        _check(reply.status)
        seen.sign_ins.append(reply.ms)


async def _times(first: float, end: float, every_s: float) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    while first < end:
        await asyncio.sleep(max(0.0, first - loop.time()))
        yield
        first += every_s


def _check(status: int) -> None:
    if status != 200:
        raise BenchFailed(f"a request was answered with {status}")
