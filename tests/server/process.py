"""A real server process on a temporary data folder and a free port; other suites use it too."""

import json
import os
import signal
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.server.preloaded import Program, nothing, run

FAST = {
    "HUIZHEN_PASSWORD_MEMORY_KIB": "8192",
    "HUIZHEN_PASSWORD_HASHES_AT_ONCE": "2",
    "HUIZHEN_PROCESS_GONE_S": "2",
}
"""Cheap password hashes: tests sign in often. And they kill servers: the next one looks whether the
row of the old one stands still."""


class ServerProcess:
    """`huizhen-server serve` as a child process.

    `start()` waits for the ready line; `stop()` is SIGTERM, `kill()` is SIGKILL. After either,
    `start()` serves the same data folder again (on the same port).
    """

    program, prefix = "serve", "HUIZHEN_"
    before = staticmethod(nothing)
    """Runs first in each of its processes."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.url = ""
        self.ca = Path()
        self.fingerprint = ""
        self._environment = {
            **os.environ,
            **FAST,
            f"{self.prefix}DATA_DIR": str(data_dir),
            f"{self.prefix}PORT": "0",
            "HUIZHEN_BULK_EXPORT": "anonymous",
            **(environment or {}),
        }
        self._process: Program | None = None
        self._log: list[str] = []
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def database(self) -> str:
        """The address of what it keeps its rows in."""
        return (
            self._environment.get(f"{self.prefix}DATABASE_URL")
            or f"sqlite+aiosqlite:///{self.data_dir / 'huizhen.sqlite'}"
        )

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Starts and waits until it listens; raises `RuntimeError` with its log otherwise."""
        self._process = Program([self.program], self._environment, before=self.before)
        self._reader = threading.Thread(target=self._read_log, args=(self._process,), daemon=True)
        self._reader.start()
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(timeout=10)
            self._close()
            raise RuntimeError("the server did not start:\n" + self.log())
        ready = json.loads(line)
        self.url, self.ca = ready["url"], Path(ready["ca"])
        self.fingerprint = ready["fingerprint"]
        self._environment[f"{self.prefix}PORT"] = self.url.rsplit(":", 1)[1]

    def stop(self) -> int:
        """SIGTERM; answers the exit status."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """SIGKILL, as a power cut would."""
        return self._end(signal.SIGKILL)

    def _end(self, with_signal: signal.Signals) -> int:
        process = self._process
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(with_signal)
        status = process.wait(timeout=20)
        self._close()
        return status

    def _close(self) -> None:
        process, self._process = self._process, None
        if self._reader is not None:
            self._reader.join(timeout=10)
            self._reader = None
        if process is not None:
            process.stdout.close()
            process.stderr.close()

    def _read_log(self, process: Program) -> None:
        for line in process.stderr:
            # What a kill cut off must not run into the first line of the next process.
            self._log.append(line if line.endswith("\n") else f"{line}\n")

    def log(self) -> str:
        """Everything the server has written to stderr."""
        return "".join(self._log)

    def complaints(self) -> str:
        """The lines that somebody who keeps a server would have to look at."""
        return "".join(line for line in self._log if '"level":"error"' in line)

    def command(self, *arguments: str, password: str | None = None) -> str:
        """Runs one `huizhen-server` command on the same data; answers its output."""
        status, output, log = run(arguments, self._environment, password or "", self.before)
        if status:
            raise RuntimeError(f"{arguments[0]} failed: {log}")
        return output

    def add_institution(self, code: str, name: str, kind: str = "clinic") -> str:
        """Answers the id of the new institution."""
        out = self.command("institution", "add", code, "--name", name, "--kind", kind)
        return str(json.loads(out)["id"])

    def add_agreement(self, clinic: str, hospital: str) -> str:
        """By institution codes; answers the id."""
        out = self.command("agreement", "add", "--clinic", clinic, "--hospital", hospital)
        return str(json.loads(out)["id"])

    def setting(self, name: str) -> str:
        return self._environment[name]

    def set(self, name: str, value: str) -> None:
        """From the next start on."""
        self._environment[name] = value

    def add_user(
        self,
        username: str,
        password: str,
        *,
        name: str,
        roles: Sequence[str],
        institution: str | None = None,
        extra: Sequence[str] = (),
    ) -> str:
        """`extra` are further options (`--title`, `--department`, …); answers the id."""
        arguments = ["user", "add", username, "--name", name, "--password-stdin", *extra]
        for role in roles:
            arguments += ["--role", role]
        if institution is not None:
            arguments += ["--institution", institution]
        return str(json.loads(self.command(*arguments, password=password + "\n"))["id"])
