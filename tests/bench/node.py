"""Node.js with the npm package `ws` as a relay."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.errors import CounterpartMissing
from tests.bench.npm import npm_folder
from tests.bench.processes import running

WS_VERSION = "8.18.3"
TOKEN = "a token that the relay compares"
_SCRIPT = Path(__file__).with_name("ws_relay.mjs")


@contextmanager
def node_relay(certificate: Path, key: Path) -> Iterator[tuple[int, int]]:
    """The relay on a free port of loopback, with our server's certificate; answers the port and
    the process id."""
    argv: list[str | Path] = [
        "node",
        _SCRIPT,
        npm_folder("ws", WS_VERSION, ("ws",)),
        certificate,
        key,
        TOKEN,
    ]
    with running(argv) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise CounterpartMissing("the Node.js relay did not start")
        yield int(port), process.pid
