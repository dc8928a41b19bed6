"""Images read through the cache: asked of the centre once, and whether one may see them each time.

Who asks for what is kept here is asked about with a conditional request under the caller's own
token: 304 says that this caller would be given these very bytes. That counts for this session and
this answer a short time, and longer while the line is down.

What is in a study may change: a list of it (QIDO) and its instances in one body, their metadata or
their pictures, are asked about every time while there is a line, and are given as last known
without it. A list differs from account to account besides, and is kept for each.
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from email.utils import formatdate
from uuid import UUID

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from protocol.paths import DICOMWEB
from server.api.dicomweb.conditions import not_modified, outside, stretch_of
from server.api.dicomweb.streaming import PIECE_BYTES, Outgoing
from server.edge.cache import Cache, Head, Kept, Writer, name_of
from server.edge.passing import answered, asked, passed_on, streamed, target_of
from server.edge.tickets import Tickets, token_of
from server.edge.turns import Turns
from server.edge.uplink import Interrupted, Uplink
from server.store.errors import StoreError

_UID = r"[0-9.]{1,64}"
_PART = r"metadata|rendered|thumbnail"
_KEPT = re.compile(
    rf"{DICOMWEB}/studies/{_UID}(?:/(?:{_PART})|/series/{_UID}(?:/(?:{_PART})"
    rf"|/instances/{_UID}(?:/(?:{_PART}|bulkdata/[^?]+|frames/[0-9,]+(?:/(?:rendered|thumbnail))?))?))"
)
_WHOLE = re.compile(rf"{DICOMWEB}/studies/{_UID}(?:/series/{_UID})?(?:/(?:metadata|rendered))?")
"""Every instance of a study or a series in one body, what they say, or their pictures."""
_LISTING = re.compile(rf"{DICOMWEB}/studies/{_UID}/(?:series(?:/{_UID}/instances)?|instances)")
"""What is in one study: a client asks that before it asks for any image."""
TURN_S = 20.0
"""So long somebody waits for another who fetches the same, then fetches it past the cache."""
AHEAD = 8
CLIENT_S = 60.0
MOST_ALLOWED = 200_000
_LOG = structlog.get_logger("huizhen.edge")


def is_kept(path: str) -> bool:
    """Whether answers at this path go into the cache."""
    return _KEPT.fullmatch(path) is not None or _may_change(path)


def _is_listing(path: str) -> bool:
    return _LISTING.fullmatch(path) is not None


def _may_change(path: str) -> bool:
    """Whether more may belong to the answer tomorrow."""
    return _is_listing(path) or _WHOLE.fullmatch(path) is not None


class Reading:
    """Answers questions for images. All methods belong to the loop."""

    def __init__(
        self, uplink: Uplink, tickets: Tickets, cache: Cache, allowed_s: float, offline_s: float
    ) -> None:
        self._uplink, self._tickets, self._cache = uplink, tickets, cache
        self._allowed_s, self._offline_s = allowed_s, offline_s
        self._turns = Turns()
        self._allowed: OrderedDict[tuple[UUID, str], tuple[str, float]] = OrderedDict()
        self._fetches: set[asyncio.Task[None]] = set()

    async def answer(self, request: Request) -> Response:
        """Raises `Refused`, `Refusal`s and `Interrupted`."""
        ticket = await self._tickets.of(token_of(request))
        question = _question(request, ticket.account_id)
        kept = await asyncio.to_thread(self._cache.find, question)
        if kept is not None:
            found = await self._kept(request, ticket.session_id, question, kept)
            if found is not None:
                return found
        if "range" in request.headers or "if-none-match" in request.headers:
            return await passed_on(self._uplink, request)
        return await self._in_turn(request, ticket.session_id, question)

    def forget(self, session_id: UUID) -> None:
        """This session has ended: nothing is opened to it any more."""
        for key in [key for key in self._allowed if key[0] == session_id]:
            del self._allowed[key]

    async def close(self) -> None:
        for task in tuple(self._fetches):
            task.cancel()
        await asyncio.gather(*self._fetches, return_exceptions=True)

    # --- what is kept ------------------------------------------------------------------------

    async def _kept(
        self, request: Request, session: UUID, question: str, kept: Kept
    ) -> Response | None:
        """None when what is kept does not open, or is not what the centre would answer."""
        async with AsyncExitStack() as undo:
            undo.push_async_callback(asyncio.to_thread, kept.reader.close)
            etag = kept.head.etag
            changing, since = _may_change(request.url.path), None
            if changing or not self._may(session, question, etag, self._allowed_s):
                try:
                    other = await self._confirmed(request, session, question, etag)
                except Interrupted:
                    if not self._may(session, question, etag, self._offline_s):
                        raise
                    other = None
                    since = self._age(session, question) if changing else None
                if other is not None:
                    return other
            try:
                found = await self._from_disk(request, kept)
                if since is not None:
                    _tell_age(found, since)
            except StoreError:
                await asyncio.to_thread(self._cache.drop_damaged, question)
                _LOG.error("cache.damaged", entry=name_of(question)[:12])
                return None
            undo.pop_all()
            self._cache.numbers.hits += 1
            return found

    async def _confirmed(
        self, request: Request, session: UUID, question: str, etag: str
    ) -> Response | None:
        """Asks the centre whether this caller would be given this answer; its own when not."""
        conditions = ("if-none-match", "if-range", "range")
        headers = [line for line in asked(request) if line[0] not in conditions]
        response = await self._uplink.open(
            "GET", target_of(request), [*headers, ("if-none-match", etag)]
        )
        if response.status_code == 304:
            await response.aclose()
            self._allow(session, question, etag)
            return None
        self._allowed.pop((session, question), None)
        if response.status_code == 200 and "range" not in request.headers:
            return await self._taken(response, session, question, None)
        return streamed(self._uplink, response)

    def _may(self, session: UUID, question: str, etag: str, within_s: float) -> bool:
        found = self._allowed.get((session, question))
        return (
            found is not None
            and found[0] == etag
            and asyncio.get_running_loop().time() - found[1] <= within_s
        )

    def _age(self, session: UUID, question: str) -> float:
        """Seconds since the centre said that this session would be given this answer."""
        return asyncio.get_running_loop().time() - self._allowed[session, question][1]

    def _allow(self, session: UUID, question: str, etag: str) -> None:
        self._allowed[session, question] = (etag, asyncio.get_running_loop().time())
        self._allowed.move_to_end((session, question))
        while len(self._allowed) > MOST_ALLOWED:
            self._allowed.popitem(last=False)

    async def _from_disk(self, request: Request, kept: Kept) -> Response:
        """Raises a `StoreError` before anything is sent; an answer of more than a megabyte is cut
        off where it is damaged."""
        headers: dict[str, str] = {}
        for name, value in kept.head.headers:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        etag = kept.head.etag
        held = not_modified(request, etag, fixed="immutable" in headers.get("cache-control", ""))
        if held is not None:
            await asyncio.to_thread(kept.reader.close)
            return held
        start, stop, status = 0, kept.size, 200
        if headers.get("accept-ranges") == "bytes":
            try:
                stretch = stretch_of(request, kept.size, etag)
            except ValueError:
                await asyncio.to_thread(kept.reader.close)
                return outside(kept.size)
            if stretch is not None:
                start, stop, status = stretch.start, stretch.stop, 206
                headers["content-range"] = f"bytes {start}-{stop - 1}/{kept.size}"
        length = stop - start
        found = await asyncio.to_thread(_begun, kept, start, length)
        headers["content-length"] = str(length)
        if found.whole:
            return Response(found.first, status, headers)
        return StreamingResponse(self._checked(found, kept.head.asked), status, headers)

    async def _checked(self, found: Outgoing, question: str) -> AsyncIterator[bytes]:
        """The pieces as they open; an entry that ends in damage is not asked again."""
        try:
            async for piece in found.pieces():
                yield piece
        except StoreError:
            await asyncio.to_thread(self._cache.drop_damaged, question)
            raise

    # --- what is not -------------------------------------------------------------------------

    async def _in_turn(self, request: Request, session: UUID, question: str) -> Response:
        """Fetches it, one caller at a time; who waited finds it kept."""
        async with AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(TURN_S):
                    await turn.enter_async_context(self._turns.of(question))
            except TimeoutError:
                return await passed_on(self._uplink, request)
            kept = await asyncio.to_thread(self._cache.find, question)
            if kept is not None:
                found = await self._kept(request, session, question, kept)
                if found is not None:
                    return found
            self._cache.numbers.misses += 1
            response = await self._uplink.open("GET", target_of(request), asked(request))
            return await self._taken(response, session, question, turn)

    async def _taken(
        self, response: httpx.Response, session: UUID, question: str, turn: AsyncExitStack | None
    ) -> Response:
        """The centre's answer on its way to the client and, if it may be kept, to the disk.

        The fetch goes on when the client has gone, and ends the turn.
        """
        etag = response.headers.get("etag", "")
        if response.status_code != 200 or not etag:
            return streamed(self._uplink, response)
        told = response.headers.get("content-length")
        size = int(told) if told is not None else None
        lines = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in answered(response)
        )
        lines = tuple(line for line in lines if line[0] != "content-length")
        head = Head(question, etag, lines)
        writer = await _writer(self._cache, head, size)
        if writer is None:
            return streamed(self._uplink, response)
        stay = AsyncExitStack() if turn is None else turn.pop_all()
        self._allow(session, question, etag)
        feed: asyncio.Queue[bytes | None] = asyncio.Queue(AHEAD)
        fetch = asyncio.create_task(self._fetch(response, writer, feed, stay))
        self._fetches.add(fetch)
        fetch.add_done_callback(self._fetches.discard)
        out = StreamingResponse(_fed(feed), 200)
        out.raw_headers = answered(response)
        return out

    async def _fetch(
        self,
        response: httpx.Response,
        writer: Writer,
        feed: asyncio.Queue[bytes | None],
        turn: AsyncExitStack,
    ) -> None:
        keeping: Writer | None = writer
        listens, last = True, b""
        async with turn:
            try:
                async for piece in response.aiter_raw(PIECE_BYTES // 4):
                    keeping = await _written(keeping, piece)
                    listens = listens and (not last or await _given(feed, last))
                    last = piece
                    if keeping is None and not listens:
                        return
                done, keeping = keeping, None
                await _finished(done)
            except httpx.TransportError as error:
                self._uplink.lost(error)
                if listens:
                    await _given(feed, None)
                return
            finally:
                await response.aclose()
                if keeping is not None:
                    await asyncio.to_thread(keeping.discard)
        # The last piece comes when it is kept: who has it all finds it again.
        if listens and (not last or await _given(feed, last)):
            await _given(feed, b"")


async def _writer(cache: Cache, head: Head, size: int | None) -> Writer | None:
    try:
        return await asyncio.to_thread(cache.writer, head, size)
    except OSError as error:
        _LOG.error("cache.unwritable", error=error.strerror)
        return None


async def _written(writer: Writer | None, piece: bytes) -> Writer | None:
    """None from when on the answer is not kept: it grew too large, or the disk is full."""
    if writer is None:
        return None
    try:
        return writer if await asyncio.to_thread(writer.write, piece) else None
    except (OSError, StoreError) as error:
        await _given_up(writer, error)
        return None


async def _finished(writer: Writer | None) -> None:
    if writer is None:
        return
    try:
        await asyncio.to_thread(writer.finish)
    except (OSError, StoreError) as error:
        await _given_up(writer, error)


async def _given_up(writer: Writer, error: OSError | StoreError) -> None:
    """Nothing is kept; the client has its answer all the same."""
    why = error.strerror if isinstance(error, OSError) else type(error).__name__
    _LOG.error("cache.unwritable", error=why)
    await asyncio.to_thread(writer.discard)


async def _given(feed: "asyncio.Queue[bytes | None]", piece: bytes | None) -> bool:
    """False when the client has not taken anything for long."""
    try:
        async with asyncio.timeout(CLIENT_S):
            await feed.put(piece)
    except TimeoutError:
        return False
    return True


async def _fed(feed: "asyncio.Queue[bytes | None]") -> AsyncIterator[bytes]:
    """Until the empty piece; raises when the line to the centre broke."""
    while piece := await feed.get():
        yield piece
    if piece is None:
        raise EOFError("the line to the centre broke in the middle of an answer")


def _begun(kept: Kept, start: int, length: int) -> Outgoing:
    reader = kept.reader
    reader.seek(kept.start + start)
    wanted = min(PIECE_BYTES, length)
    first = bytearray()
    while len(first) < wanted and (part := reader.read(wanted - len(first))):
        first += part
    if len(first) == length:
        reader.close()
    return Outgoing(reader, bytes(first), length - len(first))


def _question(request: Request, account: UUID) -> str:
    """Everything an answer depends on: addresses in metadata name the Host. What is in a study
    depends on the account besides, and is compressed for who takes that."""
    parts = [
        target_of(request),
        request.headers.get("host", ""),
        request.headers.get("accept", ""),
    ]
    if _is_listing(request.url.path):
        gzip = "gzip" in request.headers.get("accept-encoding", "")
        parts += [str(account), "gzip" if gzip else ""]
    return "\n".join(parts)


def _tell_age(response: Response, age: float) -> None:
    """Says of a last known answer since when it is known (RFC 9111 5.1, and 5.5 for a reader)."""
    since = formatdate(time.time() - age, usegmt=True)
    response.headers["age"] = str(int(age))
    response.headers.append(
        "warning", f'111 huizhen "The centre cannot be reached; as it was known at {since}"'
    )
