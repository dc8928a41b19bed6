"""Very many rings run out in one moment: how long everybody else waits, and that each is told once.

`BENCH_RINGS` cases (10,000) ring `EXPERTS` experts, whose windows are open; nobody answers. While
the server makes up for it somebody's claim beats, others take cases and read the queue.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, repeat

import psutil
from sqlalchemy import func, select

from protocol import paths
from protocol.socket import HEARTBEAT_S
from server.api.listening import ended
from server.store.tables import ConsultationRow, OfferRow, TimerRow
from tests.bench import ws_load
from tests.bench.crowd import sockets
from tests.bench.errors import BenchFailed
from tests.bench.http_load import Client, at_once, connect, request
from tests.bench.listeners import people_of
from tests.bench.loops import run_fast
from tests.bench.measure import Measure, percentile
from tests.bench.offered import NUMBER, offer_at_once
from tests.bench.processes import cpu_s
from tests.bench.town import Place, place
from tests.server.invitations import read_case
from tests.server.people import Someone, submitted_case
from tests.server.postgres import postgres
from tests.server.tables import rows

RINGS = int(os.environ.get("BENCH_RINGS", "10000"))
EXPERTS, CLAIMS = 40, 300
BEFORE = timedelta(seconds=60)
"""From the writing of the rings until they are over: the server starts and everybody connects."""
KINDS, EVERY_S = ("heartbeats of a claim", "claims", "queue pages"), (0.2, 0.5, 0.5)
QUIET_S, LOOKED_EVERY_S, POLLED_S, MOST_S = 10.0, 1.0, 0.02, 1_200.0
BEHIND_S = 60.0
"""So long may programs on a busy machine read what they were told."""
LONG = {"HUIZHEN_ACCESS_TOKEN_S": "7200"}


@dataclass
class Waits:
    """Milliseconds of each answer by what was asked, and answers that were neither yes nor no."""

    ms: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    odd: Counter[str] = field(default_factory=Counter)


@dataclass
class Heard:
    """What the experts' programs were told."""

    frames: Counter[str] = field(default_factory=Counter)
    rang: Counter[str] = field(default_factory=Counter)
    """By the id of the ring, as `ended`."""
    ended: Counter[str] = field(default_factory=Counter)
    again: int = 0
    """How often a socket was closed, as one that does not keep up is."""
    gaps: int = 0


@dataclass
class Found:
    quiet: Waits
    busy: Waits
    heard: Heard
    took_s: float
    cpu_s: float


def run() -> Iterator[Measure]:
    """It fails when a ring was lost, or told twice."""
    yield from _on("SQLite", {})
    with postgres(durable=True) as cluster:
        yield from _on("PostgreSQL", {"HUIZHEN_DATABASE_URL": cluster.database()})


def _on(engine: str, settings: dict[str, str]) -> Iterator[Measure]:
    with place(settings={**LONG, **settings}) as here:
        people = people_of(here, EXPERTS)
        held = read_case(here.valley)
        free = [submitted_case(here.valley) for _ in range(CLAIMS)]
        sample = run_fast(_ringing(here))
        here.server.stop()
        due = offer_at_once(here, sample, RINGS, [one.id for one in people], BEFORE)
        here.server.start()
        found = run_fast(_measured(here, people, held, free, due))
    yield from _told(engine, found)


async def _ringing(here: Place) -> str:
    """A case that rings somebody."""
    (there,) = await sockets(here, here.valley.expert.tokens.access_token, 1)
    case_id = await asyncio.to_thread(submitted_case, here.valley)
    await there.hear("offer_rang")
    there.close()
    return case_id


async def _measured(
    here: Place, people: Sequence[Someone], held: str, free: list[str], due: datetime
) -> Found:
    heard, process = Heard(), psutil.Process(here.server.pid)
    async with AsyncExitStack() as going:
        for one in people:
            await going.enter_async_context(_listening(here, one, heard))
        quiet, busy = Waits(), Waits()
        asking = await going.enter_async_context(_asking(here, people, held, free))
        left = (due - datetime.now(UTC)).total_seconds()
        if left < QUIET_S:
            raise BenchFailed("everybody took too long to connect")
        await asyncio.sleep(left - QUIET_S)
        asking.into = quiet
        await asyncio.sleep(QUIET_S)
        asking.into = busy
        began, spent = time.perf_counter(), cpu_s(process)
        await _until_over(here, due)
        took, spent = time.perf_counter() - began, cpu_s(process) - spent
        asking.into = None
        await _nothing_lost(here, heard)
    return Found(quiet, busy, heard, took, spent)


async def _until_over(here: Place, due: datetime) -> None:
    """Until no ring of the burst is left."""
    left = select(func.count()).where(TimerRow.kind == "offer", TimerRow.due_at <= due)
    ends = time.perf_counter() + MOST_S
    while (await asyncio.to_thread(rows, here.server, left))[0][0]:
        if time.perf_counter() > ends:
            raise BenchFailed("the rings are not made up for")
        await asyncio.sleep(LOOKED_EVERY_S)


# --- experts' windows ------------------------------------------------------------------------


@asynccontextmanager
async def _listening(here: Place, one: Someone, heard: Heard) -> AsyncIterator[None]:
    """Their socket is open, and is opened anew where the server closes it."""
    (line,) = await sockets(here, one.tokens.access_token, 1)
    task = asyncio.create_task(_listen(here, one, line, heard))
    try:
        yield
    finally:
        await ended([task])


async def _listen(here: Place, one: Someone, line: ws_load.Client, heard: Heard) -> None:
    last, beat_at = 0, time.perf_counter()
    while True:
        while line.frames.empty() and not line.lost.is_set():
            if time.perf_counter() > beat_at:
                beat_at = time.perf_counter() + HEARTBEAT_S
                line.say("ping", sent_ms=1)
            await asyncio.sleep(POLLED_S)
        if line.frames.empty():
            heard.again += 1
            (line,) = await ws_load.connect(here.port, here.context, 1, ws_load.Tally())
            await line.upgrade()
            line.say("hello", access_token=one.tokens.access_token, last_seq=last)
            welcome = await line.hear("welcome")
            heard.gaps += welcome["replay_gap"]
            last = welcome["seq"] if welcome["replay_gap"] else last
            continue
        frame = line.frames.get_nowait()
        heard.frames[frame["type"]] += 1
        last = max(last, frame.get("seq", 0))
        match frame["type"]:
            case "offer_rang":
                heard.rang[frame["offer"]["id"]] += 1
            case "offer_ended":
                heard.ended[frame["offer_id"]] += 1


# --- everybody else --------------------------------------------------------------------------


@dataclass
class _Asking:
    into: Waits | None = None


@asynccontextmanager
async def _asking(
    here: Place, people: Sequence[Someone], held: str, free: list[str]
) -> AsyncIterator[_Asking]:
    """A claim beats, cases are taken, and the queue is read, one after another."""
    asking, holder = _Asking(), here.valley.expert
    beat = request(
        "POST",
        paths.HEARTBEAT.format(consultation_id=held),
        holder.tokens.access_token,
        holder.claim[held],
    )
    tokens = [one.tokens.access_token for one in people]
    claims = (
        request("POST", paths.CLAIM.format(consultation_id=one), tokens[n % len(tokens)])
        for n, one in enumerate(free)
    )
    texts = (repeat(beat), claims, (request("GET", paths.QUEUE, one) for one in cycle(tokens)))
    tasks = [
        asyncio.create_task(_ask(here, kind, some, every, asking))
        for kind, some, every in zip(KINDS, texts, EVERY_S, strict=True)
    ]
    try:
        yield asking
        for one in tasks:
            if one.done():
                one.result()
    finally:
        await ended(tasks)


async def _ask(
    here: Place, kind: str, texts: Iterator[bytes], every: float, asking: _Asking
) -> None:
    clients: list[Client] = []
    while True:
        if asking.into is None:
            await asyncio.sleep(every)
            continue
        if not clients:  # not before: the server closes a line on which nothing is said
            clients += await connect(here.port, here.context, 1)
        into, text = asking.into, next(texts, None)
        if text is None:
            await asyncio.sleep(MOST_S)
            continue
        (reply,) = await at_once(clients, [text])
        into.ms[kind].append(reply.ms)
        if reply.status != 200:
            into.odd[f"{kind}: {reply.status}"] += 1
        await asyncio.sleep(every)


# --- what must hold --------------------------------------------------------------------------


async def _nothing_lost(here: Place, heard: Heard) -> None:
    """Each ring of the burst ended once and is told once; who was away reads the lists anew."""
    burst = select(ConsultationRow.id).where(ConsultationRow.number.startswith(NUMBER))
    over = select(OfferRow.id).where(
        OfferRow.consultation_id.in_(burst), OfferRow.ended_at.is_not(None)
    )
    ended = {str(id_) for (id_,) in await asyncio.to_thread(rows, here.server, over)}
    if len(ended) < RINGS:
        raise BenchFailed(f"{RINGS - len(ended)} rings did not end")
    ends = time.perf_counter() + BEHIND_S
    while (missed := ended - heard.ended.keys()) and not heard.gaps:
        if time.perf_counter() > ends:
            raise BenchFailed(f"{len(missed)} ends of rings were not told")
        await asyncio.sleep(POLLED_S)
    twice = [count for told in (heard.ended, heard.rang) for count in told.values() if count > 1]
    if twice:
        raise BenchFailed(f"{len(twice)} rings were told more than once")


def _told(engine: str, found: Found) -> Iterator[Measure]:
    name = f"burst: {RINGS:,} rings over at once, {engine}"
    yield Measure(f"{name}, until each has rung the next", found.took_s, "s")
    yield Measure(f"{name}, processor time of the server for one", found.cpu_s / RINGS * 1000, "ms")
    for kind in KINDS:
        for percent in (50, 95, 100) if found.busy.ms[kind] else ():
            yield Measure(
                f"{name}, p{percent} of {kind} meanwhile",
                percentile(found.busy.ms[kind], percent),
                "ms",
                beside="before it",
                beside_value=percentile(found.quiet.ms[kind], percent),
                note=f"{len(found.busy.ms[kind])} asked",
            )
    heard = found.heard
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in heard.frames.most_common())
    each = heard.frames.total() / EXPERTS
    yield Measure(f"{name}, messages to each expert", each, "", note=kinds)
    yield Measure(
        f"{name}, sockets that did not keep up", heard.again, "", note=f"{heard.gaps} read anew"
    )
    odd = found.busy.odd
    yield Measure(f"{name}, other answers", odd.total(), "", note=str(dict(odd)))
