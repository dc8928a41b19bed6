"""The signalling relay beside a plain Node.js `ws` relay: same clients, frames and certificate."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from tests.bench.errors import CounterpartMissing
from tests.bench.loops import run_fast
from tests.bench.measure import Bound, Goal, Measure, percentile
from tests.bench.node import TOKEN, WS_VERSION, node_relay
from tests.bench.processes import cpu_s, running
from tests.bench.town import Place, many, place
from tests.bench.ws_load import (
    Client,
    Tally,
    client_frame,
    connect,
    drip,
    flood,
    server_frame,
)
from tests.server.people import expert_profile, submitted_case

CALLS = 100
WINDOW = 2
ROUNDS = 11
WARM_S, FLOOD_S, DRIP_S = 0.3, 1.5, 1.5
RATE = 5000
AS_MANY = Goal(Bound.AT_LEAST, 1.0, of_ratio=True)
AS_SOON = Goal(Bound.AT_MOST, 1.0, of_ratio=True)
SIGNAL = {
    "kind": "candidate",
    "candidate": "candidate:842163049 1 udp 1677729535 198.51.100.7 46154 typ srflx "
    "raddr 192.0.2.31 rport 46154 generation 0 ufrag EEtu network-cost 50",
    "sdp_mid": "0",
    "sdp_m_line_index": 0,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A call and the tokens of the two in it."""

    consultation_id: str
    tokens: tuple[str, str]


@dataclass(slots=True)
class Result:
    """One relay over the rounds."""

    rates: list[float] = field(default_factory=list)
    flooded_p99: list[float] = field(default_factory=list)
    dripped_p99: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    """How much of a core the load generator took while flooding, 0 to 1."""
    cpu_us: list[float] = field(default_factory=list)
    """Processor time of the relay for one message of the load."""


@dataclass(frozen=True, slots=True)
class Rig:
    """A relay with its connected clients."""

    clients: list[Client]
    tally: Tally
    relay: psutil.Process
    result: Result


def run() -> Iterator[Measure]:
    with place() as here, ExitStack() as stack:
        pairs = many(CALLS, lambda n: _pair(here, n))
        tls = here.server.data_dir / "tls"
        files = tls / "server.pem", tls / "server.key"
        echo_port = stack.enter_context(_echo(*files))
        node: tuple[int, int] | None = None
        try:
            node = stack.enter_context(node_relay(*files))
        except CounterpartMissing as missing:
            print(f"relay beside Node.js skipped: {missing}", file=sys.stderr)
        found = run_fast(_measure(here, pairs, node, echo_port))
    yield from _measures(*found)


def _measures(ours: Result, node: Result | None, alone: float) -> Iterator[Measure]:
    beside = None if node is None else f"Node.js ws {WS_VERSION}"
    people = f"{CALLS * 2} clients"
    for name, unit, pick, goal in (
        (f"relay: messages through {CALLS} calls, {people}", "msg/s", "rates", AS_MANY),
        ("relay: p99 of a message at that load", "ms", "flooded_p99", AS_SOON),
        (f"relay: p99 of a message at {RATE} msg/s, {people}", "ms", "dripped_p99", AS_SOON),
        ("relay: processor time of a message at the load above", "µs", "cpu_us", None),
    ):
        yield Measure(
            name,
            statistics.median(getattr(ours, pick)),
            unit,
            beside=beside,
            beside_value=None if node is None else statistics.median(getattr(node, pick)),
            goal=None if node is None else goal,
        )
    relays = {"ours": ours} if node is None else {"ours": ours, "Node.js": node}
    busy = ", ".join(
        f"{statistics.median(one.busy):.0%} under {name}" for name, one in relays.items()
    )
    yield Measure(
        "relay: the load generator against an echo of bare bytes",
        alone,
        "msg/s",
        note=f"the generator's share of a core: {busy}",
    )


def _pair(here: Place, number: int) -> Pair:
    """A case that its expert has claimed: both may sit in its call."""
    valley = here.valley
    doctor = valley.town.person("requester", institution=valley.clinic, name=f"医生{number}")
    expert = valley.town.person(
        "expert", institution=valley.hospital, expert=expert_profile(valley.department)
    )
    case_id = submitted_case(type(valley)(**{**_fields(valley), "doctor": doctor}))
    expert.take(case_id)
    return Pair(case_id, (doctor.tokens.access_token, expert.tokens.access_token))


def _fields(valley: Any) -> dict[str, Any]:
    return dict(vars(valley))


@contextmanager
def _echo(certificate: Path, key: Path) -> Iterator[int]:
    module = "tests.bench.children.echo"
    with running([sys.executable, "-m", module, certificate, key]) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


async def _measure(
    here: Place, pairs: Sequence[Pair], node: tuple[int, int] | None, echo_port: int
) -> tuple[Result, Result | None, float]:
    """Rounds in turn, so that a busy moment strikes both."""
    ours = await _rig(here, here.port, here.server.pid, pairs)
    rigs = [ours]
    if node is not None:
        known = [Pair(pair.consultation_id, (TOKEN, TOKEN)) for pair in pairs]
        rigs.append(await _rig(here, *node, known))
    for _ in range(ROUNDS):
        for rig in rigs:
            await _round(rig)
    alone = await _alone(here, echo_port)
    for rig in rigs:
        for client in rig.clients:
            client.close()
    return ours.result, rigs[1].result if len(rigs) > 1 else None, alone


async def _rig(here: Place, port: int, pid: int, pairs: Sequence[Pair]) -> Rig:
    tally = Tally()
    clients = await connect(port, here.context, len(pairs) * 2, tally)
    for pair, first, second in zip(pairs, clients[::2], clients[1::2], strict=True):
        peers = [
            await _enter(client, pair.consultation_id, token)
            for client, token in zip((first, second), pair.tokens, strict=True)
        ]
        one, other = peers
        first.load(_sent(pair, other), _heard(pair, sender=other, to=one), second)
        second.load(_sent(pair, one), _heard(pair, sender=one, to=other), first)
    await asyncio.sleep(0.5)  # facts about those who joined have arrived
    return Rig(clients, tally, psutil.Process(pid), Result())


async def _enter(client: Client, consultation_id: str, token: str) -> str:
    """Says hello and joins; answers the peer id."""
    await client.upgrade()
    client.say("hello", access_token=token)
    await client.hear("welcome")
    client.say("join_call", ref=str(uuid4()), consultation_id=consultation_id)
    joined = await client.hear("call_joined")
    return str(joined["joined"]["peer_id"])


def _compact(body: dict[str, object]) -> str:
    return json.dumps(body, separators=(",", ":"))


def _sent(pair: Pair, to: str) -> bytes:
    body = {"type": "send_signal", "consultation_id": pair.consultation_id, "to": to}
    return client_frame(_compact({**body, "signal": SIGNAL}))


def _heard(pair: Pair, *, sender: str, to: str) -> bytes:
    body = {"type": "signal_received", "consultation_id": pair.consultation_id}
    return server_frame(_compact({**body, "sender": sender, "to": to, "signal": SIGNAL}))


async def _round(rig: Rig) -> None:
    worked, began = time.process_time(), time.perf_counter()
    relayed, arrived = cpu_s(rig.relay), rig.tally.arrived
    rate = await flood(rig.clients, rig.tally, WINDOW, WARM_S, FLOOD_S)
    busy = (time.process_time() - worked) / (time.perf_counter() - began)
    relayed, arrived = cpu_s(rig.relay) - relayed, rig.tally.arrived - arrived
    rig.result.cpu_us.append(relayed * 1e6 / arrived)
    rig.result.busy.append(busy)
    rig.result.rates.append(rate)
    rig.result.flooded_p99.append(percentile(rig.tally.ways, 99) * 1000)
    await drip(rig.clients, rig.tally, RATE, DRIP_S)
    rig.result.dripped_p99.append(percentile(rig.tally.ways, 99) * 1000)


async def _alone(here: Place, port: int) -> float:
    tally = Tally()
    clients = await connect(port, here.context, CALLS * 2, tally)
    frame = server_frame(_compact({"type": "signal_received", "signal": SIGNAL}))
    for client in clients:
        client.load(frame, frame, client)
    rate = await flood(clients, tally, WINDOW, WARM_S, FLOOD_S)
    for client in clients:
        client.close()
    return rate
