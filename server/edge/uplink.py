"""The connection to the centre: one pool, and whether it holds."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from pathlib import Path

import httpx
import structlog

from protocol import paths
from protocol.errors import ErrorCode
from server.domain.errors import Unavailable
from server.domain.ports import Clock
from server.setting_values import SettingsError
from server.settings import EDGE

CONNECT_S, PATIENCE_S = 5.0, 60.0
DOUBT_S = 5.0
"""So long without the head of an answer, the centre is asked over a connection of its own whether
it is there: a line that swallows everything looks like a slow answer otherwise."""
CONNECTIONS = 64
KEPT_S = 60.0
"""Shorter than the centre keeps an idle connection."""
ASK_AGAIN_S = 1.0
"""While the line is down, the centre is tried so often; everybody else is told at once."""
RETRY_AFTER_S = 5
_LOG = structlog.get_logger("huizhen.uplink")
Headers = list[tuple[str, str]]


class Interrupted(Unavailable):
    """The centre cannot be reached now."""

    def __init__(self) -> None:
        super().__init__(
            ErrorCode.UNAVAILABLE,
            "the connection to the centre is interrupted; what was sent is kept and goes on by "
            "itself, everything else can be tried again in a moment",
            retry_after_s=RETRY_AFTER_S,
        )


def trust_of(ca: Path | None, own: tuple[Path, Path] | None = None) -> ssl.SSLContext:
    """Trusts the centre's CA alone, or the system's where none is given; TLS 1.3. `own` is the
    edge's certificate and its key."""
    try:
        context = ssl.create_default_context(cafile=None if ca is None else str(ca))
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"{EDGE}UPLINK_CA: no PEM certificate can be read there ({error}); copy the centre's "
            "CA (data_dir/tls/ca.pem) and give its path"
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if own is not None:
        try:
            context.load_cert_chain(*own)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"{EDGE}UPLINK_CERTIFICATE, {EDGE}UPLINK_KEY: they cannot be used together "
                f"({error}); give a PEM chain and its unencrypted PEM key"
            ) from error
    return context


class Uplink:
    """Asks the centre. All methods belong to the loop."""

    def __init__(
        self, address: str, context: ssl.SSLContext, clock: Clock, doubt_s: float = DOUBT_S
    ) -> None:
        self.address, self.context = address, context
        self._doubt_s = doubt_s
        self._clock = clock
        self._client = httpx.AsyncClient(
            base_url=address,
            verify=context,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(PATIENCE_S, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=KEPT_S),
        )
        self._client.headers.clear()
        self.up = True
        self.since: datetime = clock.now()
        self.on_back: Callable[[], None] = lambda: None
        self._ask_at = 0.0

    async def open(
        self,
        method: str,
        target: str,
        headers: Headers,
        content: AsyncIterator[bytes] | bytes | None = None,
    ) -> httpx.Response:
        """The head of the answer, its body still to be read and to be closed.

        `target` is path and query. Raises `Interrupted`; what `content` raises passes through.
        """
        now = asyncio.get_running_loop().time()
        if not self.up and now < self._ask_at:
            raise Interrupted
        self._ask_at = now + ASK_AGAIN_S
        request = self._client.build_request(method, target, headers=headers, content=content)
        try:
            if content is None and method == "GET":
                response = await self._asked(request)
            else:
                response = await self._client.send(request, stream=True)
        except httpx.PoolTimeout as error:
            raise Interrupted from error
        except httpx.TransportError as error:
            self.lost(error)
            raise Interrupted from error
        self.held()
        return response

    async def _asked(self, request: httpx.Request) -> httpx.Response:
        """Not longer than a line that is gone can be told from an answer that takes its time."""
        sending = asyncio.create_task(self._sent(request))
        try:
            await asyncio.wait({sending}, timeout=self._doubt_s)
            gone = not sending.done() and not await self._is_there()
            if gone and not sending.done():
                raise httpx.ReadTimeout("the centre does not answer at all")
            return await sending
        finally:
            sending.cancel()

    async def _is_there(self) -> bool:
        timeout = httpx.Timeout(2 * self._doubt_s)
        async with httpx.AsyncClient(verify=self.context, trust_env=False, timeout=timeout) as one:
            try:
                await one.get(f"{self.address}{paths.SERVER}")
            except httpx.TransportError:
                return False
        return True

    async def _sent(self, request: httpx.Request) -> httpx.Response:
        """A connection the centre has just given up is no interruption: a question is repeated."""
        try:
            return await self._client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return await self._client.send(request, stream=True)

    async def ask(
        self,
        method: str,
        target: str,
        headers: Headers,
        content: AsyncIterator[bytes] | bytes | None = None,
    ) -> httpx.Response:
        """As `open`, with the whole body read."""
        response = await self.open(method, target, headers, content)
        try:
            await response.aread()
        except httpx.TransportError as error:
            self.lost(error)
            raise Interrupted from error
        finally:
            await response.aclose()
        return response

    def lost(self, error: BaseException) -> None:
        """The line broke."""
        self._ask_at = asyncio.get_running_loop().time() + ASK_AGAIN_S
        if self.up:
            _LOG.warning("uplink.down", error=type(error).__name__)
            self.up, self.since = False, self._clock.now()

    def held(self) -> None:
        """The centre has answered."""
        if not self.up:
            _LOG.info("uplink.up")
            self.up, self.since = True, self._clock.now()
            self.on_back()

    async def close(self) -> None:
        await self._client.aclose()


def bearing(token: str, *more: tuple[str, str]) -> Headers:
    """The headers of a question the edge asks for somebody."""
    return [("authorization", f"Bearer {token}"), ("accept-encoding", "identity"), *more]


def parts_of(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Header lines as text (RFC 9110 5.5: octets of ISO 8859-1)."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
