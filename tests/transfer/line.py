"""The line between clinic and server: a TCP relay that can stall, break and be away."""

import asyncio
from types import TracebackType

CHUNK = 16 * 1024


class Line:
    """Relays TLS as it is. `sent` counts bytes towards the server, `received` those from it."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._up = asyncio.Event()
        self._down = asyncio.Event()
        self._up.set()
        self._down.set()
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

    def stall_after(self, nbytes: int) -> None:
        """Nothing more goes up when that many more bytes have; answers still come down."""
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
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._break_all()

    async def back(self) -> None:
        self.go_on()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _break_all(self) -> None:
        mine = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not mine]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._relay(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far: asyncio.StreamWriter | None = None
        try:
            far_reader, far = await asyncio.open_connection(*self._to)
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
            for end in (writer, far):
                if end is not None:
                    end.transport.abort()

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
        await self._up.wait()
        self.sent += nbytes

    async def _count_down(self, nbytes: int) -> None:
        if self._down_limit is not None and self.received + nbytes > self._down_limit:
            self._down.clear()
        await self._down.wait()
        self.received += nbytes
