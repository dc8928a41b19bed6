"""Builds every object of an edge once and runs it."""

import asyncio
import sys
from collections.abc import Callable

import structlog

from protocol.edge import RelayTicket
from server.api.border import Border
from server.api.dicomweb.resuming import Resuming
from server.api.listening import (
    SWITCH_S,
    Port,
    Ready,
    SystemClock,
    configure_logging,
    program_version,
)
from server.api.origins import Origins
from server.api.tls import server_identity
from server.edge.application import EdgeHouse, EdgeHttp, probe
from server.edge.cache import Cache
from server.edge.intake import EdgeIntake
from server.edge.queue import Queue
from server.edge.reading import Reading
from server.edge.relaying import Relay
from server.edge.settings import EdgeSettings
from server.edge.socket import SocketRelay
from server.edge.tickets import Tickets
from server.edge.uplink import Uplink, trust_of
from server.edge.waiting import Waiting
from server.setting_values import make_folder
from server.settings import EDGE
from server.store.errors import KeyUnusable
from server.store.keyring import KeyRing
from server.store.shelf import Shelf

PROBE_S = 10.0
LOOK_S = 2.0
_LOG = structlog.get_logger("huizhen.edge")


def serve_edge(settings: EdgeSettings, tell: Callable[[Ready], None]) -> None:
    """Serves until SIGTERM or SIGINT; raises `SettingsError` or `StoreError` before that."""
    configure_logging(settings.log_level)
    sys.setswitchinterval(SWITCH_S)
    make_folder(settings)
    port = Port(settings, server_identity(settings), tell)
    port.run(_serve(settings, port))


async def _serve(settings: EdgeSettings, port: Port) -> None:
    house = await build(settings)
    house.resuming.sweep_shelf()
    house.relay.start()
    house.relay.wake()
    asking = asyncio.create_task(probe(house.uplink, PROBE_S))
    looking = asyncio.create_task(_look_after(house.relay))
    try:
        http, origins = EdgeHttp(house), Origins(settings.web_origins)
        # Whose a token is, the server behind says.
        await port.serve(Border(http, SocketRelay(house.uplink), origins, bool))
    finally:
        for task in (asking, looking):
            task.cancel()
        await asyncio.gather(asking, looking, return_exceptions=True)
        await house.relay.close()
        await house.reading.close()
        await house.resuming.close()
        house.intake.close()
        await house.uplink.close()


async def _look_after(relay: Relay) -> None:
    while True:
        try:
            await relay.look_after_refused()
        except OSError as error:
            _LOG.error("refused.failed", error=type(error).__name__)
        await asyncio.sleep(LOOK_S)


async def build(settings: EdgeSettings) -> EdgeHouse:
    """Every object, by constructor; what an earlier run has kept is found again."""
    clock = SystemClock()
    ring = KeyRing(settings.keys)
    certificate, key = settings.uplink_certificate, settings.uplink_key
    own = None if certificate is None or key is None else (certificate, key)
    uplink = Uplink(settings.uplink, trust_of(settings.uplink_ca, own), clock)
    queue = Queue(settings.data_dir / "queue", ring, settings.queue_bytes, clock)
    if not ring.exists:
        if queue.has_entries:
            raise KeyUnusable(
                f"the key file {settings.keys.name} is gone and images that wait for the centre "
                f"cannot be opened without it: put it back, or set {EDGE}KEY_FILE to where it is"
            )
        ring.make(plain=False)
    ring.active()
    await asyncio.to_thread(queue.load)
    cache = await asyncio.to_thread(Cache, settings.data_dir / "cache", ring, settings.cache_bytes)
    tickets = Tickets(uplink, settings.allowed_s, settings.offline_s)
    relay = Relay(uplink, queue)
    uplink.on_back = relay.wake
    tickets.on_ticket = _Known(queue, relay)
    intake = EdgeIntake(queue, clock, settings.queue_bytes, relay)
    return EdgeHouse(
        name=settings.name,
        version=program_version(),
        uplink=uplink,
        tickets=tickets,
        queue=queue,
        intake=intake,
        resuming=Resuming(intake, clock, Shelf(settings.data_dir / "pieces", ring)),
        relay=relay,
        cache=cache,
        reading=Reading(uplink, tickets, cache, settings.allowed_s, settings.offline_s),
        waiting=Waiting(queue, tickets),
    )


class _Known:
    """Somebody has come whose images may wait for a token."""

    def __init__(self, queue: Queue, relay: Relay) -> None:
        self._queue, self._relay = queue, relay

    def __call__(self, ticket: RelayTicket) -> None:
        if self._queue.has_of(ticket.account_id):
            self._queue.know(ticket)
            self._relay.wake()
