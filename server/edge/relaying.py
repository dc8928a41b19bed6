"""Sending what waits on to the centre: in order, in pieces that go on after a break."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import orjson
import structlog

from protocol.errors import ErrorCode
from protocol.imaging import PIECES, FailureReason, UploadOffset
from protocol.paths import UPLOAD
from server.edge.entries import Entry, RefusedEntry
from server.edge.queue import Queue
from server.edge.uplink import Interrupted, Uplink, bearing
from server.store.errors import StoreError

LANES = 4
PIECE_BYTES = 256 * 1024
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
_FAILED, _REASON = "00081198", "00081197"
_OTHER = "0008119A"
_PASSING = frozenset((FailureReason.PROCESSING_FAILURE, FailureReason.NO_ROOM))
_LOG = structlog.get_logger("huizhen.relay")


class _Later(Exception):
    """The centre cannot take it now."""


class Relay:
    """Empties the queue over a few connections; images begin in the order they were taken.

    One whose sender's token the centre does not take waits until that person comes again, and the
    images of others go on.
    """

    def __init__(self, uplink: Uplink, queue: Queue) -> None:
        self._uplink, self._queue = uplink, queue
        self._work = asyncio.Event()
        self._moving: set[int] = set()
        self._lanes: list[asyncio.Task[None]] = []
        self._pause = FIRST_PAUSE_S

    def start(self) -> None:
        self._lanes = [asyncio.create_task(self._lane(), name="relay") for _ in range(LANES)]

    def wake(self) -> None:
        """There is something to send, or the centre can be reached again."""
        self._pause = FIRST_PAUSE_S
        self._work.set()

    async def close(self) -> None:
        """Stops; everything that was not told as stored by the centre stays in the queue."""
        for lane in self._lanes:
            lane.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)

    def waiting_for_sign_in(self) -> int:
        """How many images have no token to go on with."""
        return sum(self._queue.token_of(one.account_id) is None for one in self._queue.in_order())

    def _next(self) -> Entry | None:
        for entry in self._queue.in_order():
            if entry.number not in self._moving and self._queue.token_of(entry.account_id):
                return entry
        return None

    async def _lane(self) -> None:
        while True:
            entry = self._next()
            if entry is None:
                self._work.clear()
                await self._work.wait()
                continue
            self._moving.add(entry.number)
            try:
                await self._send(entry)
                self._pause = FIRST_PAUSE_S
                continue
            except (Interrupted, _Later) as error:
                _LOG.info("relay.waits", why=type(error).__name__)
            except Exception:
                _LOG.exception("relay.failed")
            finally:
                self._moving.discard(entry.number)
            await self._rest()

    async def _rest(self) -> None:
        """A pause that grows, ended early by `wake`."""
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE_S)
        self._work.clear()
        try:
            async with asyncio.timeout(pause):
                await self._work.wait()
        except TimeoutError:
            pass

    async def _send(self, entry: Entry) -> None:
        """Sends one image until the centre has said what becomes of it."""
        at = 0 if entry.size <= PIECE_BYTES else await self._offset(entry)
        while at is not None and self._queue.waits(entry):
            at = await self._sent(entry, at)

    async def _offset(self, entry: Entry) -> int | None:
        """How much the centre has; None when it does not take this token."""
        token = self._token(entry)
        answer = await self._uplink.ask("GET", UPLOAD.format(sha256=entry.sha256), bearing(token))
        if answer.status_code == 401:
            self._queue.distrust(entry.account_id, token)
            return None
        if answer.status_code != 200:
            raise _Later
        offset = UploadOffset.model_validate_json(answer.content).offset
        return offset if offset < entry.size else 0

    async def _sent(self, entry: Entry, at: int) -> int | None:
        """Where to go on, or None when there is nothing more to do now."""
        token = self._token(entry)
        headers = bearing(
            token,
            ("content-type", PIECES),
            ("content-length", str(entry.size - at)),
            ("upload-offset", str(at)),
            ("upload-length", str(entry.size)),
        )
        target = f"{UPLOAD.format(sha256=entry.sha256)}?study={entry.study_uid}"
        try:
            answer = await self._uplink.ask("PATCH", target, headers, self._bytes(entry, at))
        except StoreError:
            _LOG.error("queue.damaged", entry=entry.number)
            await self._done(entry, FailureReason.PROCESSING_FAILURE)
            return None
        if answer.status_code == 200:
            await self._done(entry, None)
            return None
        return await self._not_yet(entry, token, answer)

    async def _not_yet(self, entry: Entry, token: str, answer: httpx.Response) -> int | None:
        match answer.status_code:
            case 401:
                self._queue.distrust(entry.account_id, token)
                return None
            case 409 | 400:
                body = _object(answer)
                reason = _reason(body)
                if reason is None:  # bytes from elsewhere are expected, or another goes on
                    if body.get("code") not in (ErrorCode.CONFLICT, ErrorCode.MALFORMED_MESSAGE):
                        raise _Later
                    return await self._offset(entry)
                if reason in _PASSING:
                    raise _Later
                await self._done(entry, reason)
            case 204:
                return await self._offset(entry)
            case 403:
                await self._done(entry, FailureReason.NOT_AUTHORIZED)
            case 413:
                await self._done(entry, FailureReason.NO_ROOM)
            case status if status in (408, 429) or status >= 500:
                raise _Later
            case _:
                await self._done(entry, FailureReason.PROCESSING_FAILURE)
        return None

    async def _done(self, entry: Entry, failure: int | None) -> None:
        """The centre has decided. What it refused stays here until somebody has looked at it."""
        queue = self._queue
        if failure is None:
            queue.remove(entry)
            await asyncio.to_thread(queue.erase, entry)
            await self._forget(queue.refusals.of(entry.account_id, entry.sha256))
            return
        refused = queue.refuse(entry, failure)
        if refused is None:
            return
        _LOG.warning("relay.refused", reason=f"{failure:#06x}", entry=entry.number)
        await asyncio.to_thread(queue.put_aside, refused)
        if beyond := queue.refusals.beyond():
            _LOG.error("refused.no_room", images=len(beyond))
            await self._forget(beyond)

    async def withdraw(self, account_id: UUID, study_uid: str) -> None:
        """The clinic has taken a study back: what is here of it is not sent."""
        for entry in self._queue.of_study(account_id, study_uid):
            self._queue.remove(entry)
            await asyncio.to_thread(self._queue.erase, entry)
        await self._forget(self._queue.refusals.of_study(account_id, study_uid))

    async def look_after_refused(self) -> None:
        """Does what IT wished with the images that were refused (`huizhen-server edge-refused`)."""
        queue = self._queue
        for number, wish in await asyncio.to_thread(queue.refusals.wishes):
            if number in queue.unreadable:
                if wish == "discard":
                    await asyncio.to_thread(queue.give_up, number)
            elif wish == "discard":
                await self._forget([o for o in queue.refusals.in_order() if o.number == number])
            elif (entry := queue.retry(number)) is not None:
                await asyncio.to_thread(queue.put_back, entry)
                queue.add(entry)
                self.wake()
            _LOG.info(f"refused.{wish}", entry=number)
            await asyncio.to_thread(queue.refusals.granted, number)

    async def _forget(self, refused: list[RefusedEntry]) -> None:
        for one in refused:
            self._queue.drop(one)
            await asyncio.to_thread(self._queue.erase_refused, one)

    def _token(self, entry: Entry) -> str:
        found = self._queue.token_of(entry.account_id)
        if found is None:
            raise _Later
        return found[0]

    async def _bytes(self, entry: Entry, at: int) -> AsyncIterator[bytes]:
        reader = await asyncio.to_thread(self._queue.open, entry)
        try:
            await asyncio.to_thread(reader.seek, at)
            while piece := await asyncio.to_thread(reader.read, PIECE_BYTES):
                yield piece
        finally:
            await asyncio.to_thread(reader.close)


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _reason(body: dict[str, Any]) -> int | None:
    """The FailureReason of the one instance that was sent (PS3.18 table 10.5.3-1)."""
    for tag in (_FAILED, _OTHER):
        for item in body.get(tag, {}).get("Value", []):
            return int(item[_REASON]["Value"][0])
    return None
