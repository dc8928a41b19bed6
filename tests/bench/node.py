"""Node.js with the npm package `ws` as a relay."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.errors import CounterpartMissing
from tests.bench.processes import cache_folder, running

WS_VERSION = "8.18.3"
TOKEN = "a token that the relay compares"
_SCRIPT = Path(__file__).with_name("ws_relay.mjs")
_FETCH_S = 120


def ws_folder() -> Path:
    """Where `ws` lies, fetched once by npm; raises `CounterpartMissing`."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise CounterpartMissing(f"{program} is not installed")
    folder = cache_folder(f"ws-{WS_VERSION}")
    if (folder / "node_modules" / "ws" / "package.json").exists():
        return folder
    command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            [*command, f"ws@{WS_VERSION}"],
            capture_output=True,
            text=True,
            timeout=_FETCH_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CounterpartMissing("npm did not fetch ws in time") from error
    if done.returncode:
        raise CounterpartMissing(f"npm could not fetch ws@{WS_VERSION}")
    return folder


@contextmanager
def node_relay(certificate: Path, key: Path) -> Iterator[int]:
    """The relay on a free port of loopback, with our server's certificate; answers the port."""
    argv: list[str | Path] = ["node", _SCRIPT, ws_folder(), certificate, key, TOKEN]
    with running(argv) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise CounterpartMissing("the Node.js relay did not start")
        yield int(port)
