"""Experts whose windows are open while cases come: each reads the queue as its program does."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

from app.services.waiting_list import SPREAD_S
from protocol import paths
from tests.bench import ws_load
from tests.bench.errors import BenchFailed
from tests.bench.http_load import Client, at_once, connect, request
from tests.bench.town import Place, many
from tests.server.people import Someone, submitted_case

EXPERTS, CASES = 40, 20
_MOVES = frozenset(("consultation_changed", "consultation_left", "offer_rang", "offer_ended"))


@dataclass(slots=True)
class Listened:
    """How often the queue was read, and seconds of the server's processor for `cases` that were
    sent; `silent_s` where nobody read."""

    reads: int = 0
    cpu_s: float = 0.0
    silent_s: float = 0.0


def people_of(here: Place, count: int = EXPERTS) -> list[Someone]:
    return many(count, lambda number: here.valley.another_expert(f"专家{number}"))


async def listened(
    here: Place, people: Sequence[Someone], lines: Sequence[ws_load.Client], cases: int = CASES
) -> Listened:
    """`lines` are their sockets, one each."""
    found = Listened()
    clients = await connect(here.port, here.context, len(people))
    asked = [
        asyncio.create_task(_follow(one, line, client, found))
        for one, line, client in zip(people, lines, clients, strict=True)
    ]
    found.cpu_s = await _cpu(here, cases)
    if any(task.done() for task in asked):
        raise BenchFailed("somebody could not read the queue")
    for task in asked:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    found.silent_s = await _cpu(here, cases)
    for client in clients:
        client.close()
    return found


async def _follow(one: Someone, line: ws_load.Client, client: Client, found: Listened) -> None:
    """What comes while the queue is waited for or read is one more question."""
    text = request("GET", paths.QUEUE, one.tokens.access_token)
    while True:
        if (await line.frames.get())["type"] not in _MOVES:
            continue
        await asyncio.sleep(random.uniform(0, SPREAD_S))  # as the program waits before it asks
        while not line.frames.empty():
            line.frames.get_nowait()
        (reply,) = await at_once([client], [text])
        if reply.status != 200:
            raise BenchFailed(f"the queue was answered with {reply.status}")
        found.reads += 1


async def _cpu(here: Place, cases: int) -> float:
    """Of the server while so many cases are sent, one after another, and what follows is done."""
    process = psutil.Process(here.server.pid)
    before = process.cpu_times()
    for _ in range(cases):
        await asyncio.to_thread(submitted_case, here.valley)
    await asyncio.sleep(2 * SPREAD_S)  # until everybody has read for the last of them
    after = process.cpu_times()
    return float(after.user + after.system - before.user - before.system)
