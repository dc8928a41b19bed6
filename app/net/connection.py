"""One server, one account: requests with a fresh token, answers as typed messages."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from app.net.device import DeviceCertificate
from app.net.errors import (
    NetError,
    NotSignedIn,
    NotUnderstood,
    Refused,
    TimedOut,
    Unreachable,
    Untrusted,
)
from app.net.trust import Pin, context_for
from protocol import paths
from protocol.account import Refresh, SignIn, TokenPair
from protocol.errors import ErrorCode, Problem
from protocol.transition import IDEMPOTENCY_KEY

AnswerT = TypeVar("AnswerT", bound=BaseModel)
Query = Mapping[str, str | int]

TIMEOUT = httpx.Timeout(15.0, connect=10.0)
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=60.0)
"""Idle connections are kept a little shorter than our server keeps them: a handshake costs two ways
there and back before anything is asked."""
RENEW_BEFORE = timedelta(seconds=30)
ENDED = {
    ErrorCode.SESSION_ENDED,
    ErrorCode.REFRESH_REUSED,
    ErrorCode.TOKEN_INVALID,
    ErrorCode.ACCOUNT_DISABLED,
}
LATER = {
    ErrorCode.TOO_MANY_REQUESTS,
    ErrorCode.NO_ROOM,
    ErrorCode.UNAVAILABLE,
    ErrorCode.SERVER_ERROR,
}
"""Refusals that say nothing about the session: it goes on when the server is well again."""

MOST_WAITS, LONGEST_WAIT_S = 5, 10
"""How often, and how long at most, a request waits because the server is asked too often."""
_TYPED = frozenset(
    (
        paths.REAUTHENTICATE,
        paths.UNLOCK,
        paths.PASSWORD,
        paths.SECOND_FACTOR,
        paths.SECOND_FACTOR_CODES,
        paths.SECOND_FACTOR_END,
        paths.EMERGENCY_ACCESS,
    )
)
"""What somebody has typed: whoever guessed too often is told so."""

BROKEN = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, ssl.SSLError, UnicodeError)
"""What a failed request raises; TLS alerts and impossible host names pass through httpx."""

CUT_OFF = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
"""How a kept-alive connection looks that the server, or a box between, let go while it was idle."""

Content = Callable[[], AsyncIterator[bytes]]
"""Begins the body of a request; called again when the request is repeated with a new token."""


def _now() -> datetime:
    return datetime.now(UTC)


class Connection:
    """Sends requests; renews the access token when it is about to end, once for all waiting.

    `on_tokens` is called with every new pair, so that the refresh token can be kept; with None
    when the session has ended. Every error is a `NetError`.
    """

    def __init__(
        self,
        url: str,
        pin: Pin | None,
        *,
        device: DeviceCertificate | None = None,
        on_tokens: Callable[[TokenPair | None], None] = lambda _pair: None,
        now: Callable[[], datetime] = _now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.pin, self.device = pin, device
        self.context = context_for(pin, device)
        """Also of other connections to this server."""
        self._on_tokens = on_tokens
        self._now, self._sleep = now, sleep
        self._tokens: TokenPair | None = None
        self._given_refresh = ""
        self._clock_fits = True
        self._renewing = asyncio.Lock()
        self._client = httpx.AsyncClient(
            base_url=self.url,
            verify=self.context,
            timeout=TIMEOUT,
            limits=LIMITS,
            trust_env=False,
            headers={"accept": "application/json"},
        )

    @property
    def tokens(self) -> TokenPair | None:
        return self._tokens

    async def close(self) -> None:
        await self._client.aclose()

    # --- the session ---------------------------------------------------------------------

    async def sign_in(self, body: SignIn) -> TokenPair:
        shown = body.model_dump(mode="json", exclude_none=True)  # an older server knows no code
        secret = shown | {"password": body.password.get_secret_value()}
        pair = self.parse(TokenPair, await self._send("POST", paths.SESSION, json=secret))
        self._keep(pair)
        return pair

    def begin_with(self, refresh_token: str) -> None:
        """A session given by somebody else: its first token is fetched with the first request."""
        self._given_refresh = refresh_token

    async def resume(self, refresh_token: str) -> TokenPair:
        """Continues an earlier session with its refresh token."""
        body = Refresh(refresh_token=refresh_token).model_dump(mode="json")
        try:
            answer = await self._send("POST", paths.REFRESH, json=body)
        except Refused as refused:
            if refused.code not in LATER:
                self._keep(None)
            raise
        pair = self.parse(TokenPair, answer)
        self._keep(pair)
        return pair

    async def sign_out(self) -> None:
        try:
            await self.request("DELETE", paths.SESSION)
        finally:
            self._keep(None)

    async def access_token(self) -> str:
        """A token that is good for at least `RENEW_BEFORE`."""
        async with self._renewing:
            pair = self._tokens
            if pair is None and self._given_refresh:
                pair = await self.resume(self._given_refresh)
            if pair is None:
                raise NotSignedIn("sign in first")
            if self._clock_fits and self._ends_soon(pair):
                pair = await self.resume(pair.refresh_token)
            return pair.access_token

    async def token_after(self, refused_token: str) -> str:
        """A token newer than one that was refused as expired; asked for once for all waiting."""
        async with self._renewing:
            pair = self._tokens
            if pair is None:
                raise NotSignedIn("sign in first")
            if pair.access_token == refused_token:
                pair = await self.resume(pair.refresh_token)
            return pair.access_token

    def _ends_soon(self, pair: TokenPair) -> bool:
        return pair.access_expires_at - self._now() <= RENEW_BEFORE

    def _keep(self, pair: TokenPair | None) -> None:
        # Where a new token looks old this computer's clock is wrong: the server will say when.
        self._clock_fits = pair is not None and not self._ends_soon(pair)
        self._tokens, self._given_refresh = pair, ""
        self._on_tokens(pair)

    # --- requests ------------------------------------------------------------------------

    async def get(self, answer: type[AnswerT], path: str, query: Query | None = None) -> AnswerT:
        return self.parse(answer, await self.request("GET", path, query=query))

    async def get_list(
        self, answer: type[AnswerT], path: str, query: Query | None = None
    ) -> tuple[AnswerT, ...]:
        response = await self.request("GET", path, query=query)
        adapter: TypeAdapter[tuple[AnswerT, ...]] = TypeAdapter(tuple[answer, ...])  # type: ignore[valid-type]  # a type made from a type variable
        try:
            return adapter.validate_json(response.content)
        except ValidationError as error:
            raise NotUnderstood(path) from error

    async def send(
        self,
        method: str,
        answer: type[AnswerT],
        path: str,
        body: BaseModel | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AnswerT:
        return self.parse(answer, await self.request(method, path, body=body, headers=headers))

    async def put(
        self,
        answer: type[AnswerT],
        path: str,
        data: bytes,
        media_type: str,
        query: Query | None = None,
    ) -> AnswerT:
        """Bytes that are no message of ours, whole."""

        async def body() -> AsyncIterator[bytes]:
            yield data

        headers = {"content-type": media_type, "content-length": str(len(data))}
        async with self.stream("PUT", path, content=body, query=query, headers=headers) as response:
            await _read(response)
        return self.parse(answer, response)

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        json: object = None,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request with the account's token; a token refused as expired is renewed once."""
        payload = body.model_dump(mode="json") if body is not None else json
        async with self.stream(
            method, path, json=payload, query=query, headers=headers
        ) as response:
            await _read(response)
        return response

    @contextlib.asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        content: Content | None = None,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        limits: httpx.Timeout = TIMEOUT,
    ) -> AsyncIterator[httpx.Response]:
        """A request with the account's token whose answer has not been read yet.

        Read it with `chunks`: httpx's own iterators raise httpx's own errors.
        """
        token, renewed, waits = await self.access_token(), False, 0
        while True:
            body = content() if content is not None else None
            signed = {**(headers or {}), "authorization": f"Bearer {token}"}
            response = await self._begin(
                method, path, json=json, content=body, query=query, headers=signed, limits=limits
            )
            try:
                if response.is_success or _is_dicom_json(response):
                    yield response
                    return
                await _read(response)
                refused = refusal(response)
            finally:
                await response.aclose()
            code = refused.code if isinstance(refused, Refused) else None
            if code is ErrorCode.TOKEN_EXPIRED and not renewed:
                token, renewed = await self.token_after(token), True
            elif (pause := _pause_of(refused, path)) is not None and waits < MOST_WAITS:
                waits += 1
                await self._sleep(pause)
            else:
                self._ended(refused)
                raise refused

    async def _begin(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        content: AsyncIterator[bytes] | None = None,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        limits: httpx.Timeout = TIMEOUT,
    ) -> httpx.Response:
        try:
            request = self._client.build_request(
                method,
                path,
                json=json,
                content=content,
                params=query,
                headers=headers,
                timeout=limits,
            )
            try:
                return await self._client.send(request, stream=True)
            except CUT_OFF:
                if method != "GET" and IDEMPOTENCY_KEY not in request.headers:
                    raise
                return await self._client.send(request, stream=True)
        except httpx.TimeoutException as error:
            raise TimedOut(path) from error
        except BROKEN as error:
            raise translated(error) from error

    async def open_request(self, method: str, path: str, *, json: object = None) -> httpx.Response:
        """A request anybody may make: no token."""
        return await self._send(method, path, json=json)

    def _ended(self, error: NetError) -> None:
        if isinstance(error, Refused) and error.code in ENDED:
            self._keep(None)

    async def _send(self, method: str, path: str, *, json: object = None) -> httpx.Response:
        response = await self._begin(method, path, json=json)
        try:
            await _read(response)
        finally:
            await response.aclose()
        if response.is_error:
            raise refusal(response)
        return response

    @staticmethod
    def parse(answer: type[AnswerT], response: httpx.Response) -> AnswerT:
        """The body as a message; raises NotUnderstood."""
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            raise NotUnderstood(response.request.url.path) from error


def _pause_of(refused: NetError, path: str) -> float | None:
    """How long the server wants to be left alone; None where that is for a person to know."""
    if not isinstance(refused, Refused) or path in _TYPED:
        return None
    wanted = refused.problem.retry_after_s
    if refused.code is not ErrorCode.TOO_MANY_REQUESTS or wanted is None:
        return None
    return float(wanted) if wanted <= LONGEST_WAIT_S else None


async def chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body as it arrives; raises Unreachable or TimedOut."""
    try:
        async for chunk in response.aiter_bytes():
            yield chunk
    except httpx.TimeoutException as error:
        raise TimedOut(response.request.url.path) from error
    except BROKEN as error:
        raise translated(error) from error


async def _read(response: httpx.Response) -> None:
    """Reads the whole body, which `response.content` then holds."""
    try:
        await response.aread()
    except httpx.TimeoutException as error:
        raise TimedOut(response.request.url.path) from error
    except BROKEN as error:
        raise translated(error) from error


def _is_dicom_json(response: httpx.Response) -> bool:
    """A store answer says with 409 what became of each instance (PS3.18 10.5.3)."""
    kind = response.headers.get("content-type", "")
    return response.status_code == 409 and kind.startswith("application/dicom+json")


def translated(error: Exception) -> NetError:
    """An httpx error as one of this package's."""
    if isinstance(error, httpx.DecodingError | httpx.TooManyRedirects | httpx.UnsupportedProtocol):
        return NotUnderstood(type(error).__name__)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Untrusted("the certificate is not signed by the pinned CA")
    return Unreachable(type(error).__name__)


def refusal(response: httpx.Response) -> NetError:
    """The Problem of an error answer; a proxy's error page becomes one in plain words."""
    try:
        return Refused(Problem.model_validate_json(response.content))
    except ValidationError:
        if response.status_code >= 500:
            return Unreachable(f"HTTP {response.status_code}")
        return NotUnderstood(f"HTTP {response.status_code}")
