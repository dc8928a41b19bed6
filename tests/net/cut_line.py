"""A line to a server, over real HTTP, that may break after a request was done and before its answer
is back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

import httpx

from tests.fakes.serving import served


@dataclass
class Line:
    url: str
    cut_after: int | None = None
    """So many writes are answered; the answer to the next is lost, once."""

    @property
    def was_cut(self) -> bool:
        return self.cut_after is None

    def is_cut(self, method: str) -> bool:
        if method == "GET" or self.cut_after is None:
            return False
        left, self.cut_after = self.cut_after, self.cut_after - 1 if self.cut_after else None
        return left == 0


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    """Forwards what comes to a free port of loopback below the same path."""
    line = Line("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            passed = {key: value for key, value in self.headers.items() if key.lower() != "host"}
            with httpx.Client(trust_env=False) as http:
                url = server.rsplit("/fhir", 1)[0] + self.path
                told = http.request(self.command, url, content=body, headers=passed)
            search = self.path.endswith("/_search")
            if not search and line.is_cut(self.command):
                self.close_connection = True
                return
            self.send_response(told.status_code)
            self.send_header("content-type", told.headers["content-type"])
            self.send_header("content-length", str(len(told.content)))
            self.end_headers()
            self.wfile.write(told.content)

        do_POST = do_PUT = do_GET

        def log_message(self, *_args: object) -> None:
            pass

    with served(Handler) as address:
        line.url = f"{address}/fhir"
        yield line
