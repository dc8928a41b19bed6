"""A client, or the media process of its call, is killed at a random moment while it works.

What people were shown as kept must be there when the program is started again, and all of it once
in the end (`tests.server.working_client` looks).
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.server.conftest import trusting
from tests.server.images import file_bytes, new_study
from tests.server.kept_words import MOMENTS
from tests.server.people import Town, Valley, content, make_valley
from tests.server.process import ServerProcess

IMAGES = 2
STEPS = ("ready", "made", "written", "taken in", "verified", "submitted", "claim", "read", "signed")
LAST = "received"
"""A process that is to be killed waits from there on."""
LONGEST_S = 0.3


class Clients:
    """Processes that are made from one which has imported everything."""

    def __init__(self, server: ServerProcess, valley: Valley, folder: Path) -> None:
        self._order = {
            "url": server.url,
            "ca": str(server.ca),
            "doctor": valley.doctor.username,
            "expert": valley.expert.username,
            "content": content(valley.department),
        }
        self._folder, self._rounds = folder, 0
        self._maker = subprocess.Popen(
            [sys.executable, "-m", "tests.server.working_client"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def computer(self, *, images: bool) -> dict[str, Any]:
        """An order for a fresh computer, with images of its own."""
        self._rounds += 1
        folder = self._folder / str(self._rounds)
        files = folder / "files"
        files.mkdir(parents=True)
        for number, one in enumerate(new_study(IMAGES)):
            (files / str(number)).write_bytes(file_bytes(one))
        return {**self._order, "folder": str(folder), "files" if images else "late": str(files)}

    def work(
        self, order: dict[str, Any], heard: Callable[[str, Any, int], object]
    ) -> dict[str, Any]:
        """What the process said until its end; `heard` gets each with its process id."""
        self.write(json.dumps(order))
        assert self._maker.stdout is not None
        said: dict[str, Any] = {}
        for line in self._maker.stdout:
            ((name, value),) = json.loads(line).items()
            said[name] = value
            if name == "ended":
                return said
            heard(name, value, said["process"])
        raise AssertionError("the maker of processes has ended")

    def write(self, line: str) -> None:
        assert self._maker.stdin is not None
        self._maker.stdin.write(f"{line}\n")
        self._maker.stdin.flush()

    def close(self) -> None:
        assert self._maker.stdin is not None
        assert self._maker.stdout is not None
        self._maker.stdin.close()
        self._maker.wait(timeout=60)
        self._maker.stdout.close()


class ClientArena:
    """Kills clients, or with `round_of_call` the media processes of a call."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def round(self, seed: int, kills: int = 3) -> list[str]:
        """One case; its client is killed soon after some of its steps, now and then with its
        transfer process, as a power cut would. Answers after which, one for each kill."""
        order, chance = self._clients.computer(images=True), random.Random(seed)
        said: dict[str, Any] = {}
        killed: list[str] = []
        for first in sorted(chance.choices(range(len(STEPS)), k=kills)):
            told = self._killed(chance, order, said, (*STEPS[first:], LAST))
            assert "wrong" not in told, told["wrong"]
            assert told["ended"] == signal.SIGKILL
            said |= told
            killed.append(list(told)[-2])
        self._done(self._clients.work({**order, "said": said}, lambda *_: None))
        return killed

    def _killed(
        self, chance: random.Random, order: dict[str, Any], said: dict[str, Any], at: Sequence[str]
    ) -> dict[str, Any]:
        pause_s = chance.choice((0.0, chance.uniform(0, LONGEST_S)))
        all_of_it = chance.random() < 0.5
        timers: list[threading.Timer] = []
        transfer: list[int] = []

        def heard(name: str, value: Any, process: int) -> None:
            if name == "ready":
                transfer.append(value)
            if name in at and not timers:
                victims = (process, *(transfer if all_of_it else ()))
                timers.append(threading.Timer(pause_s, _kill, victims))
                timers[0].start()
            elif name == "wrong":
                for timer in timers:
                    timer.cancel()

        told = self._clients.work({**order, "said": said, "killed": True}, heard)
        for timer in timers:
            timer.join()
        return told

    def round_of_call(self, seed: int, kills: int = 2) -> list[str]:
        """Media processes are killed while the expert writes, claims another case or signs, or the
        doctor sends images; answers whose, each time."""
        order, chance = self._clients.computer(images=False), random.Random(seed)
        moments = sorted(chance.sample(MOMENTS, k=kills), key=MOMENTS.index)
        timers: list[threading.Timer] = []
        killed: list[str] = []

        def kill(process: int) -> None:
            _kill(process)
            self._clients.write("killed")

        def heard(name: str, value: Any, _process: int) -> None:
            if name == "in call":
                whose = chance.randrange(len(value))
                at = moments[len(killed)]
                killed.append(f"{('the doctor', 'the expert')[whose]} at {at}")
                pause_s = chance.uniform(0, LONGEST_S)
                timers.append(threading.Timer(pause_s, kill, (value[whose],)))
                timers[-1].start()

        self._done(self._clients.work({**order, "moments": moments}, heard))
        for timer in timers:
            timer.join()
        assert len(killed) == kills
        return killed

    @staticmethod
    def _done(told: dict[str, Any]) -> None:
        assert "done" in told, told.get("wrong", f"the client ended: {told}")


def _kill(*processes: int) -> None:
    for one in processes:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


@contextmanager
def client_arena(server: ServerProcess, folder: Path) -> Iterator[ClientArena]:
    """On a running site that has an administrator."""
    town = Town(server.url, trusting(server.ca))
    clients = Clients(server, make_valley(town), folder)
    try:
        yield ClientArena(clients)
    finally:
        clients.close()
        town.close()
