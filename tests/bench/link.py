"""A bad line between two network namespaces of this machine, by the project's own emulator.

Each namespace has nothing but its own loopback and one TUN device; one process reads both devices
and delays, drops, queues and limits the packets of each direction (`tests.bench.lane`). All of it
ends with the context: no namespace has a name, so none can stay behind.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.lane import Line
from tests.bench.processes import ROOT, end

TOOLS = ("unshare", "nsenter", "ip")
SIDES = ("a", "b")
NAME = "line0"
"""The device on each side."""


def missing() -> str | None:
    """Why there can be no emulated line here, in one sentence; None when there can."""
    if sys.platform != "linux" or not Path("/dev/net/tun").exists():
        return "an emulated line needs Linux with /dev/net/tun"
    if os.geteuid() != 0:
        return "an emulated line needs root, to make network namespaces"
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        return f"an emulated line needs {', '.join(absent)} (Debian: util-linux, iproute2)"
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
    if tried.returncode:
        return "an emulated line needs the right to make network namespaces"
    return None


@dataclass(frozen=True, slots=True)
class Passed:
    """What one direction did since the last count; packets, bytes and milliseconds of queueing."""

    sent: int
    sent_bytes: int
    arrived_bytes: int
    lost: int
    overflowed: int
    queue_p50_ms: float
    queue_p95_ms: float
    queue_max_ms: float


class Link:
    """The two ends of a running line; `a` is 10.77.0.1 and `b` 10.77.0.2 until one moves."""

    def __init__(self, joint: "subprocess.Popen[str]", pids: dict[str, int]) -> None:
        self._joint = joint
        self._pids = pids
        self._addresses = ["10.77.0.1", "10.77.0.2"]

    def inside(self, side: str, argv: Sequence[str | Path]) -> tuple[str, ...]:
        """The command that runs another one inside a side's namespace, under the same pid."""
        namespace = f"--net=/proc/{self._pids[side]}/ns/net"
        return ("nsenter", namespace, *(str(part) for part in argv))

    @contextmanager
    def running(self, side: str, argv: Sequence[str | Path]) -> Iterator["subprocess.Popen[str]"]:
        """A process inside a side's namespace; stdout can be read line by line."""
        with _started(self.inside(side, argv)) as process:
            yield process

    def pid(self, side: str) -> int:
        """A process that lives in a side's namespace as long as the line."""
        return self._pids[side]

    def move(self, side: str, address: str) -> None:
        """Gives a side another address, as when its computer comes to another network."""
        at = SIDES.index(side)
        other = SIDES[1 - at]
        old, far = self._addresses[at], self._addresses[1 - at]
        for place, words in (
            (other, ("route", "replace", address, "dev", NAME)),
            (side, ("addr", "del", old, "peer", far, "dev", NAME)),
            (side, ("addr", "add", address, "peer", far, "dev", NAME)),
        ):
            subprocess.run(self.inside(place, ("ip", *words)), check=True)
        self._addresses[at] = address

    def change(self, to: Line, of: str | None = None) -> None:
        """Changes both directions, or the one that begins `of` a side, from the next packet on."""
        self._ask({"line": asdict(to), "of": None if of is None else SIDES.index(of)})

    def count(self) -> tuple[Passed, Passed]:
        """What passed from a to b and from b to a since the last count."""
        first, second = (Passed(**entry) for entry in self._ask({"count": True}))
        return first, second

    def _ask(self, command: dict[str, object]) -> list[dict[str, Any]]:
        assert self._joint.stdin is not None
        print(json.dumps(command), file=self._joint.stdin, flush=True)
        return _answer(self._joint)


def _answer(joint: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    assert joint.stdout is not None
    text = joint.stdout.readline()
    if not text:
        raise RuntimeError("the process of the emulated line has ended")
    answer: list[dict[str, Any]] = json.loads(text)
    return answer


@contextmanager
def _started(argv: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        end(process)


@contextmanager
def link(line: Line | None = None) -> Iterator[Link]:
    """Two namespaces joined by a line; first ask `missing()` whether it can be made."""
    with ExitStack() as stack:
        pids = {}
        for side in SIDES:
            # cat keeps the namespace, says when it is inside, and ends with our end of the pipe.
            holder = stack.enter_context(_started(("unshare", "--net", "cat")))
            assert holder.stdin is not None
            assert holder.stdout is not None
            print("inside", file=holder.stdin, flush=True)
            holder.stdout.readline()
            pids[side] = holder.pid
        argv = (sys.executable, "-m", "tests.bench.children.link", *map(str, pids.values()))
        joint = stack.enter_context(_started(argv))
        _answer(joint)
        made = Link(joint, pids)
        made.change(line or Line())
        yield made
