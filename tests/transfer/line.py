"""The line between clinic and server: a TCP relay that can stall, break and be away."""

import asyncio
import socket
from types import TracebackType

CHUNK = 16 * 1024


class Line:
    """Relays TLS as it is. `sent` counts bytes towards the server, `received` those from it."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._listening: socket.socket | None = None
        self._port = 0
        self._relays: dict[asyncio.Task[None], socket.socket] = {}
        self._up = asyncio.Event()
        self._down = asyncio.Event()
        self._up.set()
        self._down.set()
        self._full = asyncio.Event()
        self._limit: int | None = None
        self._cut_at_limit = False
        self._down_limit: int | None = None
        self.sent = 0
        self.received = 0

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._port}"

    async def __aenter__(self) -> "Line":
        await self.back()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.away()

    @property
    def stalled(self) -> bool:
        """Whether something waits that may not go up."""
        return not self._up.is_set()

    async def until_stalled(self) -> None:
        """Everything that may go up has."""
        async with asyncio.timeout(30):
            await self._full.wait()

    def stall_after(self, nbytes: int) -> None:
        """Nothing more goes up when that many more bytes have; answers still come down."""
        self._full.clear()
        self._limit, self._cut_at_limit = self.sent + nbytes, False

    def stall_down_after(self, nbytes: int) -> None:
        """Nothing more comes down when that many more bytes have."""
        self._down_limit = self.received + nbytes

    def cut_after(self, nbytes: int) -> None:
        """Every connection breaks when that many more bytes have gone up; new ones work."""
        self._limit, self._cut_at_limit = self.sent + nbytes, True

    def go_on(self) -> None:
        self._limit = self._down_limit = None
        self._up.set()
        self._down.set()

    async def away(self) -> None:
        """Nothing listens and what was connected breaks."""
        if self._listening is not None:
            asyncio.get_running_loop().remove_reader(self._listening)
            self._listening.close()
            self._listening = None
        while self._relays:
            relays = list(self._relays)
            for relay in relays:
                relay.cancel()
            await asyncio.gather(*relays, return_exceptions=True)

    async def back(self) -> None:
        self.go_on()
        self._listening = socket.create_server(("127.0.0.1", self._port))
        self._listening.setblocking(False)
        self._port = self._listening.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._listening, self._accept, self._listening)

    def _accept(self, listening: socket.socket) -> None:
        """asyncio's own server has connections for some turns that nobody can break yet."""
        try:
            near, _ = listening.accept()
        except OSError:  # it left again, or nothing listens any more
            return
        near.setblocking(False)
        relay = asyncio.get_running_loop().create_task(self._relay(near))
        self._relays[relay] = near
        relay.add_done_callback(self._ended)

    def _ended(self, relay: asyncio.Task[None]) -> None:
        """A relay cancelled before its first step runs none of its own clean-up."""
        self._relays.pop(relay).close()

    async def _relay(self, near: socket.socket) -> None:
        ends: list[asyncio.StreamWriter] = []
        try:
            reader, writer = await asyncio.open_connection(sock=near)
            ends.append(writer)
            far_reader, far = await asyncio.open_connection(*self._to)
            ends.append(far)
            up = asyncio.create_task(self._pump(reader, far, up=True))
            down = asyncio.create_task(self._pump(far_reader, writer, up=False))
            try:
                await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                up.cancel()
                down.cancel()
                await asyncio.gather(up, down, return_exceptions=True)
        except OSError:
            pass
        finally:
            for end in ends:
                end.transport.abort()
            await asyncio.gather(*(end.wait_closed() for end in ends), return_exceptions=True)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool
    ) -> None:
        while data := await reader.read(CHUNK):
            if up:
                await self._count(len(data))
            else:
                await self._count_down(len(data))
            writer.write(data)
            await writer.drain()

    async def _count(self, nbytes: int) -> None:
        if self._limit is not None and self.sent + nbytes > self._limit:
            if self._cut_at_limit:
                self._limit = None
                raise ConnectionAbortedError
            self._up.clear()
            self._full.set()
        await self._up.wait()
        self.sent += nbytes

    async def _count_down(self, nbytes: int) -> None:
        if self._down_limit is not None and self.received + nbytes > self._down_limit:
            self._down.clear()
        await self._down.wait()
        self.received += nbytes
