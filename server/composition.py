"""Builds every object of the server once and runs it."""

import asyncio
import logging
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any, TypeVar

import orjson
import structlog
import uvicorn

from protocol.account import (
    Account,
    ChangeAccount,
    Institution,
    NewAccount,
    NewAgreement,
    NewInstitution,
)
from protocol.call import IceServer
from protocol.socket import HEARTBEAT_S, MAX_FRAME_BYTES
from server.api.application import Edge, openapi, rest_application
from server.api.dicomweb.reading import ImageReading
from server.api.dicomweb.resuming import Resuming
from server.api.dicomweb.storing import ImageStoring
from server.api.house import House
from server.api.origins import Origins
from server.api.services.acting import Acting
from server.api.services.admin import Admin
from server.api.services.calls import Calls
from server.api.services.chat import Chat
from server.api.services.desk import Desk
from server.api.services.directory import Directory
from server.api.services.identity import Identity
from server.api.services.passwords import Passwords
from server.api.services.reporting import Reporting
from server.api.services.ringing import Bell
from server.api.services.studies import Studies
from server.api.services.telling import Telling
from server.api.services.timekeeper import Timekeeper
from server.api.services.tokens import Tokens, load_key
from server.api.socket.endpoint import SocketEndpoint
from server.api.socket.hub import Hub
from server.api.tls import ServerIdentity, server_identity
from server.domain.case import Timings
from server.domain.errors import NotFound
from server.settings import Settings, SettingsError
from server.store.bus import LocalBus
from server.store.engine import migrate, open_engine
from server.store.object_choice import SiteObjects, open_objects
from server.store.rotation import rotate
from server.store.work import Store

T = TypeVar("T")
SWITCH_S = 0.001
"""A thread that comes back from hashing or a flush waits so long for the others, not 5 ms."""
KEEP_ALIVE_S = 75
"""Longer than any client keeps an idle connection, so that none is closed under a request."""


class SystemClock:
    """The machine's clock, UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def program_version() -> str:
    try:
        return package_version("huizhen")
    except PackageNotFoundError:
        return "0.1.0"


def timings_of(settings: Settings) -> Timings:
    return Timings(
        offer_rings=timedelta(seconds=settings.offer_rings_s),
        lease=timedelta(seconds=settings.lease_s),
        accept_target=timedelta(seconds=settings.accept_target_s),
        idle=timedelta(seconds=settings.idle_s),
        ageing=timedelta(seconds=settings.ageing_s),
        declines_before_dispatch=settings.declines_before_dispatch,
    )


@dataclass(frozen=True, slots=True)
class Built:
    """The server without its listener."""

    house: House
    edge: Edge
    timekeeper: Timekeeper
    objects: SiteObjects


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Built]:
    """Migrates the store, builds every object, and closes the store at the end."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_engine(settings.database)
    await migrate(engine)
    bus = LocalBus()
    clock = SystemClock()
    store = Store(engine, clock, bus)
    try:
        yield build(settings, store, clock, bus)
    finally:
        await store.close()


def build(settings: Settings, store: Store, clock: SystemClock, bus: LocalBus) -> Built:
    """Every object, by constructor."""
    hub = Hub(clock)
    bus.listen(hub.deliver)
    tokens = Tokens(load_key(settings.data_dir))
    passwords = Passwords(settings.password_memory_kib, settings.password_hashes_at_once)
    identity = Identity(store, clock, settings, passwords, tokens, hub)
    telling = Telling(Directory(), require_licence=settings.require_licence)
    acting = Acting(telling, timings_of(settings))
    bell = Bell(acting, hub)
    reporting = Reporting(store, acting)
    chat = Chat(store, acting)
    ice = tuple(
        IceServer(urls=one.urls, username=one.username, credential=one.credential)
        for one in settings.ice_servers
    )
    calls = Calls(store, acting, tokens, ice, settings.call_token_s)
    objects = open_objects(settings)
    studies = Studies(store, objects, acting, settings.progress_interval)
    kept = timedelta(days=settings.facts_kept_days)
    timekeeper = Timekeeper(store, clock, acting, bell, kept)
    hub.on_arrival = timekeeper.arrived
    storing = ImageStoring(store, objects, studies, settings.max_instance_bytes)
    house = House(
        settings=settings,
        clock=clock,
        store=store,
        identity=identity,
        admin=Admin(store, passwords, identity),
        desk=Desk(store, acting, bell, reporting),
        studies=studies,
        reporting=reporting,
        calls=calls,
        chat=chat,
        hub=hub,
        storing=storing,
        resuming=Resuming(storing, clock),
        reading=ImageReading(store, objects),
        version=program_version(),
    )
    socket = SocketEndpoint(
        store, clock, identity, hub, calls, chat, settings.socket_queue_messages
    )
    origins = Origins(settings.web_origins)
    edge = Edge(rest_application(house, house.version), socket, origins)
    return Built(house, edge, timekeeper, objects)


@dataclass(frozen=True, slots=True)
class Ready:
    """What `serve` tells whoever started it."""

    url: str
    ca: Path
    fingerprint: str


class _Listener(uvicorn.Server):
    """uvicorn that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, which would then kill the process before the store is closed."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.servers:
            self._ready()


def serve(settings: Settings, tell: Callable[[Ready], None]) -> None:
    """Serves until SIGTERM or SIGINT; raises `SettingsError` or `StoreError` before that."""
    configure_logging(settings.log_level)
    sys.setswitchinterval(SWITCH_S)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    identity = server_identity(settings)
    listening = _listen(settings)
    uvicorn_loop = uvicorn.Config(lambda: None, loop="auto", log_config=None).get_loop_factory()
    with asyncio.Runner(loop_factory=uvicorn_loop) as runner:
        runner.run(_serve(settings, identity, listening, tell))


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"HUIZHEN_HOST, HUIZHEN_PORT: cannot listen on {settings.host} port {settings.port} "
            f"({error.strerror}); stop what listens there or choose another"
        ) from error


async def _serve(
    settings: Settings,
    identity: ServerIdentity,
    listening: socket.socket,
    tell: Callable[[Ready], None],
) -> None:
    context = identity.context()
    async with opened(settings) as built:
        built.objects.clear_spool()
        await built.house.calls.end_orphans()
        config = uvicorn.Config(
            built.edge,
            ssl_context_factory=lambda _config, _default: context,
            ws="websockets-sansio",
            ws_max_size=MAX_FRAME_BYTES,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=5,
        )

        def ready() -> None:
            port = listening.getsockname()[1]
            host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
            shown = f"[{host}]" if ":" in host else host
            tell(Ready(f"https://{shown}:{port}", identity.ca, identity.fingerprint))

        background = [
            asyncio.create_task(built.timekeeper.run()),
            asyncio.create_task(_sweep(built.house.hub)),
        ]
        try:
            await _Listener(config, ready).serve([listening])
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await built.timekeeper.close()
            await built.house.studies.close()
            await built.house.resuming.close()
            built.house.storing.close()


async def _sweep(hub: Hub) -> None:
    """Closes sockets that missed two heartbeats: their presence has ended."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(HEARTBEAT_S / 3)
        for connection in hub.stale(loop.time() - 2.5 * HEARTBEAT_S):
            connection.close_after_queue(4410)


def _json(event: Any, **_more: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def configure_logging(level: str) -> None:
    """JSON lines on stderr; what is logged never holds patient data or tokens."""
    number = getattr(logging, level)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


class ServerPrograms:
    """The programs behind the command line."""

    def serve(self, settings: Settings, tell: Callable[[dict[str, str]], None]) -> None:
        serve(
            settings,
            lambda ready: tell(
                {"url": ready.url, "ca": str(ready.ca), "fingerprint": ready.fingerprint}
            ),
        )

    def migrate(self, settings: Settings) -> None:
        asyncio.run(_migrate(settings))

    def openapi(self) -> dict[str, Any]:
        return openapi(program_version())

    def add_user(
        self, settings: Settings, account: NewAccount, institution_code: str | None
    ) -> str:
        async def add(house: House) -> str:
            body = account
            if institution_code is not None:
                institution = await _institution(house, institution_code)
                body = account.model_copy(update={"institution_id": institution.id})
            return str((await house.admin.add_account(None, body)).id)

        return asyncio.run(_in_house(settings, add))

    def list_users(self, settings: Settings) -> list[dict[str, Any]]:
        async def read(house: House) -> list[dict[str, Any]]:
            return [one.model_dump(mode="json") for one in await house.admin.accounts()]

        return asyncio.run(_in_house(settings, read))

    def reset_user(self, settings: Settings, username: str) -> str:
        async def reset(house: House) -> str:
            who = await _user(house, username)
            return (await house.admin.reset(None, who.id)).temporary_password

        return asyncio.run(_in_house(settings, reset))

    def disable_user(self, settings: Settings, username: str) -> None:
        async def disable(house: House) -> None:
            who = await _user(house, username)
            await house.admin.change_account(None, who.id, ChangeAccount(disabled=True))

        asyncio.run(_in_house(settings, disable))

    def add_institution(self, settings: Settings, institution: NewInstitution) -> str:
        async def add(house: House) -> str:
            return str((await house.admin.add_institution(None, institution)).id)

        return asyncio.run(_in_house(settings, add))

    def add_agreement(self, settings: Settings, clinic: str, hospital: str) -> str:
        async def add(house: House) -> str:
            body = NewAgreement(
                clinic_id=(await _institution(house, clinic)).id,
                hospital_id=(await _institution(house, hospital)).id,
                valid_from=house.clock.now(),
            )
            return str((await house.admin.add_agreement(None, body)).id)

        return asyncio.run(_in_house(settings, add))

    def rotate_keys(
        self, settings: Settings, tell: Callable[[dict[str, Any]], None], *, new: bool, forget: bool
    ) -> int:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        objects = open_objects(settings)
        return rotate(objects, objects.ring, tell, new_key=new, forget=forget)


async def _migrate(settings: Settings) -> None:
    async with opened(settings):
        pass


async def _in_house(settings: Settings, work: Callable[[House], Awaitable[T]]) -> T:
    async with opened(settings) as built:
        return await work(built.house)


async def _institution(house: House, code: str) -> Institution:
    for one in await house.admin.institutions():
        if one.code == code:
            return one
    raise NotFound(f"there is no institution {code!r}: add it with `institution add`")


async def _user(house: House, username: str) -> Account:
    for one in await house.admin.accounts():
        if one.username == username:
            return one
    raise NotFound(f"there is no account {username!r}")
