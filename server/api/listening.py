"""What every program of the server that listens needs: one port with TLS 1.3, a clock, a log."""

import asyncio
import gc
import logging
import socket
import ssl
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
import structlog
import uvicorn
from structlog.typing import Processor

from protocol.socket import MAX_FRAME_BYTES
from server.api.devices import carrying
from server.api.frames import Frames
from server.api.leaving import Leaving
from server.api.strangers import MOST, Counting, Strangers, bounded, more_open_files, timed
from server.api.tls import Listening, ServerIdentity
from server.setting_values import SettingsError

SWITCH_S = 0.001
"""A thread that comes back from hashing or a flush waits so long for the others, not 5 ms."""
KEEP_ALIVE_S = 75
"""Longer than any client keeps an idle connection, so that none is closed under a request."""
HANDSHAKE_S = 10.0
BACKLOG = 2048

ENDING_S = 10.0
"""How long what runs in the background may take to end; an operator's stop waits for longer."""
_LOG = structlog.get_logger("huizhen.server")


class SystemClock:
    """The machine's clock, UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


async def ended(background: Iterable[asyncio.Task[None]]) -> None:
    """Cancels what runs in the background and waits for it, but not for ever: what a process does
    last, such as leaving the others, must not depend on it."""
    tasks = list(background)
    for task in tasks:
        task.cancel()
    _, left = await asyncio.wait(tasks, timeout=ENDING_S)
    for task in left:
        _LOG.error("background.not_ended", task=getattr(task.get_coro(), "__qualname__", ""))


def program_version() -> str:
    try:
        return package_version("huizhen")
    except PackageNotFoundError:
        return "0.1.0"


@dataclass(frozen=True, slots=True)
class Ready:
    """What `serve` tells whoever started it."""

    url: str
    ca: Path
    fingerprint: str


class _Listener(uvicorn.Server):
    """uvicorn that says when it listens."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], leaving: Leaving, drain_s: float
    ) -> None:
        super().__init__(config)
        self._ready, self._leaving, self._drain_s = ready, leaving, drain_s

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A proxy first hears that nobody new is welcome; asked twice, it stops at once."""
        at_once = self._leaving.begun or not self._drain_s or not self.started
        self._leaving.begun = True
        if at_once:
            super().handle_exit(sig, frame)
            return
        loop = self.servers[0].get_loop()
        stop = partial(super().handle_exit, sig, frame)
        loop.call_soon_threadsafe(partial(loop.call_later, self._drain_s, stop))

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, which would then kill the process before the store is closed."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """As uvicorn's for sockets that are bound, with less patience for the handshake."""
        loop, config = asyncio.get_running_loop(), self.config
        protocol: Any = config.http_protocol_class
        make = partial(protocol, config, self.server_state, {})
        self.servers = [
            await loop.create_server(
                make,
                sock=one,
                ssl=config.ssl,
                backlog=BACKLOG,
                ssl_handshake_timeout=HANDSHAKE_S,
            )
            for one in sockets or ()
        ]
        self.started = True
        self._ready()


class Port:
    """One port with TLS 1.3, bound at once; raises `SettingsError` when it cannot be."""

    def __init__(
        self, settings: Listening, identity: ServerIdentity, tell: Callable[[Ready], None]
    ) -> None:
        self._settings, self._identity, self._tell = settings, identity, tell
        self._context = identity.context(settings.prefix)
        self._listening = _listen(settings)

    def run(self, program: Coroutine[Any, Any, None]) -> None:
        """Runs a program on uvicorn's loop."""
        loop = uvicorn.Config(lambda: None, loop="auto", log_config=None).get_loop_factory()
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(program)

    async def serve(
        self,
        application: Any,
        counting: Counting | None = None,
        leaving: Leaving | None = None,
        drain_s: float = 0,
    ) -> None:
        """Serves until SIGTERM or SIGINT, and then for so long that proxies have seen `leaving`."""
        config = uvicorn.Config(
            application,
            http="httptools",
            ssl_context_factory=self._chosen_context,
            ws=Frames,
            ws_max_size=MAX_FRAME_BYTES,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=5,
        )
        config.load()
        _guard(config, counting)
        gc.freeze()  # a full collection of what was built would hold every socket up
        leaves = leaving or Leaving()
        await _Listener(config, self._ready, leaves, drain_s).serve([self._listening])

    def _chosen_context(self, _config: Any, _default: Any) -> ssl.SSLContext:
        return self._context

    def _ready(self) -> None:
        port, host = self._listening.getsockname()[1], self._settings.host
        host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # nosec B104  # compared, not bound
        shown = f"[{host}]" if ":" in host else host
        self._tell(Ready(f"https://{shown}:{port}", self._identity.ca, self._identity.fingerprint))


def _guard(config: Any, counting: Counting | None) -> None:
    """Connections tell their certificate, and are bounded while nobody is known on them."""
    most = min(MOST, more_open_files() // 2)
    proxies = config.loaded_app.trusted_hosts
    strangers = Strangers(most, asyncio.get_running_loop().time, counting, proxies)
    http = bounded(carrying(config.http_protocol_class), strangers)
    config.http_protocol_class = timed(http, strangers)
    config.ws_protocol_class = bounded(carrying(config.ws_protocol_class), strangers)


def _listen(settings: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"{settings.prefix}HOST, {settings.prefix}PORT: cannot listen on {settings.host} port "
            f"{settings.port} ({error.strerror}); stop what listens there or choose another"
        ) from error


def _json(event: Any, **_more: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def configure_logging(level: str, *counting: Processor) -> None:
    """JSON lines on stderr, each in one write: what else writes there, or a kill, parts no line.
    What is logged never holds patient data or tokens. Each line passes those who count first."""
    number = getattr(logging, level)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    # Their errors come with what they were raised by, line for line; this program says its own.
    theirs = logging.getLogger("pydicom")  # whose level is set anew when it is imported
    theirs.addHandler(logging.NullHandler())
    theirs.propagate = False
    structlog.configure(
        processors=[
            *counting,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
