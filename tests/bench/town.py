"""A running server with the people a bench needs, made through its own interface."""

import json
import ssl
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.server.conftest import trusting
from tests.server.people import ADMIN, PASSWORD, Town, Valley, make_valley
from tests.server.process import ServerProcess

T = TypeVar("T")
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Place:
    """The server, what trusts its certificate, and one clinic with its hospital."""

    server: ServerProcess
    context: ssl.SSLContext
    valley: Valley
    folder: Path

    @property
    def port(self) -> int:
        return int(self.server.url.rsplit(":", 1)[1])


@contextmanager
def place(
    *names: str,
    settings: Mapping[str, str] | None = None,
    kind: type[ServerProcess] = ServerProcess,
) -> Iterator[Place]:
    """A server process with TLS on loopback and a fresh SQLite database; stopped at the end.

    Args:
        names: for which its certificate is good besides.
        settings: of the server's environment.
        kind: of server.
    """
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as name:
        folder = Path(name)
        known = {"HUIZHEN_TLS_NAMES": json.dumps(names)} if names else {}
        server = kind(folder / "server", {**known, **(settings or {})})
        server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        with server:
            context = trusting(server.ca)
            town = Town(server.url, context)
            try:
                yield Place(server, context, make_valley(town), folder)
            finally:
                town.close()


def many(count: int, make: Callable[[int], T]) -> list[T]:
    """Makes several at once; the order is kept."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(make, range(count)))
