"""The process between two network namespaces: `link PID PID` joins those of the two processes.

Commands are JSON lines on standard input, each with one JSON line as its answer: a `line` changes
how both (or `to` one) directions behave, `count` tells what passed since the last count.
"""

import heapq
import itertools
import json
import os
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

from tests.bench.lane import Lane, Line
from tests.bench.measure import percentile

PACKET = 65_536
BATCH = 64


class Joint:
    """Carries packets from each TUN device to the other as the lanes say."""

    def __init__(self, devices: tuple[int, int]) -> None:
        first, second = devices
        self._other = {first: second, second: first}
        self._lanes = {first: Lane(Line(), seed=1), second: Lane(Line(), seed=2)}
        self._order = itertools.count()
        self._travelling: list[tuple[float, int, int, bytes]] = []
        self._selector = selectors.DefaultSelector()
        for device in devices:
            os.set_blocking(device, False)
            self._selector.register(device, selectors.EVENT_READ)
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ)

    def serve(self) -> None:
        """Until standard input is closed."""
        while True:
            wait = self._travelling[0][0] - time.monotonic() if self._travelling else None
            for key, _ in self._selector.select(None if wait is None else max(0.0, wait)):
                if key.fd == sys.stdin.fileno():
                    command = os.read(key.fd, PACKET)
                    if not command:
                        return
                    for line in command.splitlines():
                        print(json.dumps(self._obey(json.loads(line))), flush=True)
                else:
                    self._take(key.fd)
            self._deliver()

    def _take(self, device: int) -> None:
        for _ in range(BATCH):
            try:
                packet = os.read(device, PACKET)
            except BlockingIOError:
                return
            moment = self._lanes[device].arrival(time.monotonic(), len(packet))
            if moment is not None:
                entry = (moment, next(self._order), self._other[device], packet)
                heapq.heappush(self._travelling, entry)

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._travelling and self._travelling[0][0] <= now:
            _, _, device, packet = heapq.heappop(self._travelling)
            os.write(device, packet)

    def _obey(self, command: dict[str, Any]) -> list[dict[str, float]]:
        lanes = list(self._lanes.values())
        if "line" in command:
            chosen = lanes if command["of"] is None else [lanes[command["of"]]]
            for lane in chosen:
                lane.line = replace(lane.line, **command["line"])
            return []
        answer = [_counted(lane) for lane in lanes]
        for lane in lanes:
            lane.waits_ms.clear()
            lane.sent = lane.sent_bytes = lane.arrived_bytes = lane.lost = lane.overflowed = 0
        return answer


def _counted(lane: Lane) -> dict[str, float]:
    waits = lane.waits_ms
    return {
        "sent": lane.sent,
        "sent_bytes": lane.sent_bytes,
        "arrived_bytes": lane.arrived_bytes,
        "lost": lane.lost,
        "overflowed": lane.overflowed,
        "queue_p50_ms": percentile(waits, 50) if waits else 0.0,
        "queue_p95_ms": percentile(waits, 95) if waits else 0.0,
        "queue_max_ms": max(waits, default=0.0),
    }


def _device(pid: str, address: str, peer: str) -> int:
    """A TUN device made in the namespace of a process, as an open file."""
    here, there = socket.socketpair()
    with here, there:
        subprocess.run(
            [
                *("nsenter", f"--net=/proc/{pid}/ns/net", sys.executable, "-m"),
                *("tests.bench.children.tun", str(there.fileno()), address, peer),
            ],
            pass_fds=(there.fileno(),),
            check=True,
        )
        _, files, _, _ = socket.recv_fds(here, 1, 1)
    return files[0]


if __name__ == "__main__":
    first, second = sys.argv[1:3]
    devices = (
        _device(first, "10.77.0.1", "10.77.0.2"),
        _device(second, "10.77.0.2", "10.77.0.1"),
    )
    print(json.dumps([]), flush=True)
    Joint(devices).serve()
