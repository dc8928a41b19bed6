"""The site's SFU: the line to it, and the rooms on it."""

import asyncio
import hmac
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from server.api.sfu.errors import SfuAway, SfuRefused
from server.api.sfu.forwarding import Deliver, Forwarding, RoomKey
from server.api.sfu.janus import Handle, JanusLine, open_line

NO_SUCH_ROOM, ROOM_EXISTS = 426, 427
PUBLISHERS = 64
"""More than any call has seats."""


@dataclass(frozen=True, slots=True)
class SfuPlace:
    """Where it is, and what it is told.

    `used_from` participants on a call passes it; `kbps` is the most one participant sends to it.
    """

    url: str
    api_secret: str
    admin_key: str
    used_from: int
    kbps: int
    ca: Path | None = None


class Sfu:
    """Opens rooms for calls; one line serves them all.

    Args:
        key: what numbers, secrets and pins of rooms are derived from, so that after a crash of
            this server the rooms it left behind can be destroyed. Nobody else knows it.
    """

    def __init__(self, place: SfuPlace, key: bytes) -> None:
        self._place = place
        self._key = key
        self._line: JanusLine | None = None
        self._one_at_a_time = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self._rooms: dict[Forwarding, Callable[[Forwarding], None]] = {}

    @property
    def used_from(self) -> int:
        return self._place.used_from

    async def open(
        self, call_id: UUID, deliver: Deliver, lost: Callable[[Forwarding], None]
    ) -> Forwarding:
        """A room for a call.

        Args:
            lost: told once when the SFU is gone, and with it everything that passed it.

        Raises:
            SfuAway: it cannot be reached now.
            SfuRefused: it does not take our secret or admin key.
        """
        line = await self._connected()
        key = self._room_key(call_id)
        rooms = await line.attach(lambda _said: None)
        try:
            await self._create(rooms, key)
        except (SfuAway, SfuRefused):
            await rooms.detach()
            raise
        forwarding = Forwarding(line, rooms, key, deliver)
        self._rooms[forwarding] = lost
        return forwarding

    async def end(self, forwarding: Forwarding) -> None:
        """Ends everybody's connections of a call and destroys its room."""
        self._rooms.pop(forwarding, None)
        await forwarding.close()

    async def let_go(self, forwarding: Forwarding) -> None:
        """Another process keeps the call: its room stays."""
        self._rooms.pop(forwarding, None)
        await forwarding.close(destroy=False)

    async def close(self) -> None:
        """Destroys every room."""
        await asyncio.gather(*(self.end(one) for one in tuple(self._rooms)))
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        if self._line is not None:
            await self._line.close()

    async def _watch(self, line: JanusLine) -> None:
        await line.gone.wait()
        for forwarding, lost in tuple(self._rooms.items()):
            if forwarding.line is line:
                del self._rooms[forwarding]
                lost(forwarding)

    async def _connected(self) -> JanusLine:
        async with self._one_at_a_time:
            if self._line is not None:
                if not self._line.gone.is_set():
                    return self._line
                await self._line.close()
                self._line = None
            place = self._place
            line = self._line = await open_line(place.url, place.api_secret, self._trusting())
            self._watching = asyncio.create_task(self._watch(line), name="sfu")
            return line

    def _trusting(self) -> ssl.SSLContext | None:
        if not self._place.url.startswith("wss:"):
            return None
        return ssl.create_default_context(cafile=self._place.ca)

    async def _create(self, rooms: Handle, key: RoomKey) -> None:
        try:
            await self._create_new(rooms, key)
        except SfuRefused as refused:
            if refused.code != ROOM_EXISTS:
                raise
            # Of this same call, before this server was killed.
            await rooms.request("destroy", room=key.number, secret=key.secret)
            await self._create_new(rooms, key)

    async def _create_new(self, rooms: Handle, key: RoomKey) -> None:
        await rooms.request(
            "create",
            room=key.number,
            secret=key.secret,
            pin=key.pin,
            admin_key=self._place.admin_key,
            description="",
            is_private=True,
            publishers=PUBLISHERS,
            bitrate=self._place.kbps * 1000,
            audiocodec="opus",
            videocodec="vp8,h264",
            record=False,
        )

    def _room_key(self, call_id: UUID) -> RoomKey:
        def part(name: str) -> bytes:
            return hmac.digest(self._key, b"sfu " + name.encode() + call_id.bytes, "sha256")

        number = 1 + int.from_bytes(part("room")[:8]) % 2**52
        return RoomKey(number, part("secret").hex(), part("pin").hex())
