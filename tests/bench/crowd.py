"""A province's clients connected at once: how fast a fact arrives, and what a socket costs."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import psutil

from protocol.base import new_id
from protocol.socket import HEARTBEAT_S
from tests.bench.errors import BenchFailed
from tests.bench.listeners import CASES, EXPERTS, Listened, listened, people_of
from tests.bench.loops import run_fast
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.town import Place, place
from tests.bench.ws_load import Client, Tally, connect
from tests.server.invitations import read_case

CLIENTS, IDLE = 2_050, 10_000
CASES_A_DAY = 10 * 200_000 / 365
FACTS_A_CASE = 40
"""Steps, offers, images verified, words: what one case tells in its life, generously."""
FACTS = 150
DELIVERED_MS = Goal(Bound.AT_MOST, 250)
IDLE_MIB = Goal(Bound.AT_MOST, 1_024)
AT_ONCE, TOGETHER = 8, 20
MiB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Crowd:
    """What was measured: ways of facts in milliseconds, CPU of a core, memory in MiB."""

    ways: list[float]
    cpu: float
    alone_mib: float
    province_mib: float
    idle_mib: float
    listened: Listened


def run() -> Iterator[Measure]:
    with place(settings={"HUIZHEN_ACCESS_TOKEN_S": "7200"}) as here:
        found = run_fast(_measured(here))
    name = f"crowd: {CLIENTS:,} clients with heartbeats"
    yield Measure(
        f"{name}, p99 from the author to the reader of a fact",
        percentile(found.ways, 99),
        "ms",
        goal=DELIVERED_MS,
    )
    yield Measure(f"{name}, share of one core", found.cpu, "%", note=f"{FACTS} facts meanwhile")
    each = (found.province_mib - found.alone_mib) * 1024 / CLIENTS
    yield Measure("crowd: memory of the server for each of them", each, "KiB")
    name = f"crowd: {CASES} cases come, {EXPERTS} experts with open windows"
    yield Measure(f"{name}, readings of the queue", found.listened.reads, "")
    yield Measure(
        f"{name}, processor time of the server",
        found.listened.cpu_s,
        "s",
        beside="the same sockets, nobody reads",
        beside_value=found.listened.silent_s,
    )
    yield Measure(
        f"crowd: memory of the server with {IDLE:,} sockets", found.idle_mib, "MiB", goal=IDLE_MIB
    )


async def _measured(here: Place) -> Crowd:
    valley, process = here.valley, psutil.Process(here.server.pid)
    case_id = read_case(valley)
    waiting = here.valley.town.person("requester", institution=valley.clinic)
    people = people_of(here)
    alone = _mib(process)
    (doctor,) = await sockets(here, valley.doctor.tokens.access_token, 1)
    (expert,) = await sockets(here, valley.expert.tokens.access_token, 1)
    async with beating_of([doctor, expert]) as beating:
        beating += await sockets(here, waiting.tokens.access_token, CLIENTS - 2)
        province = _mib(process)
        process.cpu_percent()
        ways = [await said(doctor, expert, case_id) for _ in range(FACTS)]
        cpu = process.cpu_percent()
        beating += await sockets(here, waiting.tokens.access_token, IDLE - CLIENTS)
        idle = _mib(process)
        lines = [(await sockets(here, one.tokens.access_token, 1))[0] for one in people]
        beating += lines
        windows = await listened(here, people, lines)
        for client in beating:
            client.close()
    return Crowd(ways, cpu, alone, province, idle, windows)


async def said(author: Client, reader: Client, case_id: str) -> float:
    """Milliseconds from a message's leaving one program to its arrival at another."""
    id_, began = str(new_id()), time.perf_counter()
    author.say("send_chat", id=id_, consultation_id=case_id, text="看第十二层")
    while (await reader.hear("chat_posted"))["message"]["id"] != id_:
        pass
    took = (time.perf_counter() - began) * 1000
    # Ten times the cases of a province, each with all it tells.
    await asyncio.sleep(max(0.0, 86_400 / (CASES_A_DAY * FACTS_A_CASE) - took / 1000))
    return took


async def sockets(here: Place, token: str, count: int) -> list[Client]:
    """Signed-in sockets; some are opened at the same time."""
    made: list[Client] = []

    async def some(share: int) -> None:
        """A few at a time: a server lets nobody wait long who has not said who they are."""
        for start in range(0, share, TOGETHER):
            count = min(TOGETHER, share - start)
            for client in await connect(here.port, here.context, count, Tally()):
                await client.upgrade()
                client.say("hello", access_token=token, last_seq=0)
                await client.hear("welcome")
                made.append(client)

    shares = [count // AT_ONCE + (n < count % AT_ONCE) for n in range(AT_ONCE)]
    await asyncio.gather(*map(some, shares))
    if len(made) != count:
        raise BenchFailed("not every socket was welcomed")
    return made


@asynccontextmanager
async def beating_of(clients: list[Client]) -> AsyncIterator[list[Client]]:
    """Heartbeats of all that are in the list, spread over the interval."""

    async def beat() -> None:
        while True:
            everybody: Sequence[Client] = tuple(clients)
            pause = HEARTBEAT_S / len(everybody)
            ends = time.perf_counter()
            for client in everybody:
                client.say("ping", sent_ms=1)
                ends += pause
                await asyncio.sleep(max(0.0, ends - time.perf_counter()))

    task = asyncio.create_task(beat())
    try:
        yield clients
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _mib(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / MiB
