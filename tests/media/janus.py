"""Debian's Janus as a hospital runs it: its API on loopback, videoroom alone, and no STUN."""

import asyncio
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.bench.processes import end, free_port

JANUS = Path("/usr/bin/janus")
START_S = 15.0
API_SECRET, ADMIN_KEY = "what the server says to Janus", "what makes rooms"

CORE = """
general: {{
  plugins_folder = "{folder}/plugins"
  transports_folder = "{folder}/transports"
  events_folder = "{folder}/none"
  loggers_folder = "{folder}/none"
  debug_level = 4
  debug_colors = false
  api_secret = "{secret}"
  hide_dependencies = true
}}
nat: {{
  ice_enforce_list = "{address}"
  ignore_mdns = true
}}
"""
SOCKETS = """
general: {{
  ws = true
  ws_ip = "127.0.0.1"
  ws_port = {port}
  wss = false
}}
admin: {{ admin_ws = false }}
"""
ROOMS = """
general: {{ admin_key = "{key}" }}
"""


@dataclass(slots=True)
class Janus:
    """It can be killed and started again, on the same port."""

    folder: Path
    port: int
    _process: "subprocess.Popen[str] | None" = field(default=None, init=False)

    @property
    def settings(self) -> dict[str, str]:
        """What our server is told of it."""
        return {
            "HUIZHEN_SFU_URL": f"ws://127.0.0.1:{self.port}",
            "HUIZHEN_SFU_API_SECRET": API_SECRET,
            "HUIZHEN_SFU_ADMIN_KEY": ADMIN_KEY,
        }

    def start(self) -> None:
        log = self.folder / "janus.log"
        with log.open("a", encoding="utf-8") as out:
            self._process = subprocess.Popen(
                [JANUS, "-F", self.folder],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                text=True,
            )
        ends = time.monotonic() + START_S
        while time.monotonic() < ends and self._process.poll() is None:
            with socket.socket() as probe:
                probe.settimeout(0.1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
        self.stop()
        raise RuntimeError("Janus did not start:\n" + log.read_text(encoding="utf-8")[-2000:])

    def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=10)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It runs, and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    async def emptied(self) -> None:
        """Starts it anew: rooms that were left behind are gone."""
        self.stop()
        await asyncio.to_thread(self.start)

    async def rooms(self) -> list[dict[str, Any]]:
        """Every room there is, private ones too."""
        found = await self._asked(request="list", admin_key=ADMIN_KEY)
        rooms: list[dict[str, Any]] = found["list"]
        return rooms

    async def refusal(self, room: int, pin: str) -> int:
        """Why somebody who reaches the API may not join a room."""
        found = await self._asked(request="join", ptype="publisher", room=room, pin=pin)
        return int(found["error_code"])

    async def _asked(self, **body: object) -> dict[str, Any]:
        url = f"ws://127.0.0.1:{self.port}"
        protocol = Subprotocol("janus-protocol")
        async with connect(url, subprotocols=[protocol], proxy=None) as line:

            async def ask(**more: object) -> dict[str, Any]:
                asked = {"transaction": "of a test", "apisecret": API_SECRET, **more}
                await line.send(json.dumps(asked))
                while (answer := json.loads(await line.recv()))["janus"] == "ack":
                    pass
                return dict(answer)

            session = (await ask(janus="create"))["data"]["id"]
            plugin = "janus.plugin.videoroom"
            handle = (await ask(janus="attach", session_id=session, plugin=plugin))["data"]["id"]
            said = await ask(janus="message", session_id=session, handle_id=handle, body=body)
            return dict(said["plugindata"]["data"])

    def stop(self) -> None:
        if self._process is not None:
            end(self._process)


def own_address() -> str:
    """An address of this computer that is not loopback's, which Janus offers to nobody."""
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family is socket.AF_INET and not one.address.startswith("127."):
                return str(one.address)
    pytest.skip("this computer has no address but loopback, which Janus does not use")


@contextmanager
def janus(folder: Path) -> Iterator[Janus]:
    """A running SFU."""
    libraries = sorted(Path("/usr/lib").glob("*/janus"))
    if not JANUS.is_file() or not libraries:
        pytest.skip("janus is not installed (Debian: janus)")
    for part, library in (
        ("plugins", "libjanus_videoroom.so"),
        ("transports", "libjanus_websockets.so"),
    ):
        (folder / part).mkdir(parents=True)
        (folder / part / library).symlink_to(libraries[0] / part / library)
    made = Janus(folder, free_port())
    written = {
        "janus": CORE.format(folder=folder, secret=API_SECRET, address=own_address()),
        "janus.transport.websockets": SOCKETS.format(port=made.port),
        "janus.plugin.videoroom": ROOMS.format(key=ADMIN_KEY),
    }
    for name, text in written.items():
        (folder / f"{name}.jcfg").write_text(text, encoding="utf-8")
    made.start()
    try:
        yield made
    finally:
        made.stop()
