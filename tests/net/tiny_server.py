"""A real HTTPS server that answers as it is told, also wrongly."""

import asyncio
import json
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Raw:
    """Bytes of an answer; the connection is closed after them. None: never answers."""

    data: bytes | None


Answer = Callable[[Request], Raw]


def answer(status: int, body: bytes = b"", kind: str = "application/json", **more: str) -> Raw:
    """A well-formed answer; `more` are headers with `_` for `-`."""
    headers = {"content-type": kind, "content-length": str(len(body)), "connection": "close"}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return Raw(f"HTTP/1.1 {status} -\r\n{head}\r\n".encode() + body)


def as_json(body: object, status: int = 200) -> Raw:
    return answer(status, json.dumps(body).encode())


def problem(code: str, status: int, **more: object) -> Raw:
    body = {"code": code, "title": code, "status": status, **more}
    return answer(status, json.dumps(body).encode(), "application/problem+json")


@dataclass
class TinyServer:
    """`context` None speaks no TLS and says so, as a web server does on its plain port."""

    context: ssl.SSLContext | None
    answer: Answer = lambda _: answer(204)
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    async def __aenter__(self) -> "TinyServer":
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self.context)
        self.url = f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.requests)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                if self.context is None:
                    writer.write(answer(400, b"plain HTTP here", "text/plain").data or b"")
                    return
                request = await _read(reader)
                self.requests.append(request)
                data = self.answer(request).data
                if data is None:
                    await asyncio.Event().wait()
                else:
                    writer.write(data)
                    await writer.drain()
            with suppress(OSError):
                writer.close()
                await writer.wait_closed()
        finally:
            if self.context is None:
                writer.close()
            else:
                writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    raw = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
    headers = {name.lower(): value for name, value in raw.items()}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path.split("?")[0], headers | {":query": path.partition("?")[2]}, body)
