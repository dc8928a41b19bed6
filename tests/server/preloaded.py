"""The server's commands as processes that need not import it anew: importing is most of a start.

A fork server of the standard library imports the server once for each run of the tests; every
process that is started comes from it, with a process id, an environment and pipes of its own.
"""

import io
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import IO, cast

ROOT = Path(__file__).resolve().parents[2]
_MODULES = [
    "tests.server.preloaded",
    "server.__main__",
    "server.edge.running",
    "server.store.pacs",
    "server.store.s3",
    "aiosqlite",
    "asyncpg",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "uvicorn.protocols.http.httptools_impl",
    "logging.config",
]


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_MODULES)
    return context


def nothing() -> None:
    pass


def _become(
    before: Callable[[], None],
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *pipes: Connection,
) -> None:
    """In the new process: `python -m server` with these arguments."""
    for number, pipe in enumerate(pipes):
        os.dup2(pipe.fileno(), number)
        pipe.close()
    sys.stdin = io.TextIOWrapper(io.FileIO(0), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), encoding="utf-8", line_buffering=True)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    warnings.resetwarnings()
    warnings.simplefilter("default")
    sys.argv = ["huizhen-server", *arguments]

    from server.__main__ import main

    before()
    sys.exit(main())


class Program:
    """A running `huizhen-server` command with its output to read."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        said: str = "",
        before: Callable[[], None] = nothing,
    ) -> None:
        """`said` is what it finds on its standard input; `before` runs there first."""
        context = _context()
        stdin, to_stdin = context.Pipe(duplex=False)
        stdout, to_stdout = context.Pipe(duplex=False)
        stderr, to_stderr = context.Pipe(duplex=False)
        theirs = (stdin, to_stdout, to_stderr)
        self._process: ForkServerProcess = context.Process(
            target=_become,
            args=(before, list(arguments), dict(environment), *theirs),
            daemon=True,
        )
        self._process.start()
        for pipe in theirs:
            pipe.close()
        self.stdout, self.stderr = _reading(stdout), _reading(stderr)
        with to_stdin:
            os.write(to_stdin.fileno(), said.encode())

    @property
    def pid(self) -> int:
        return cast(int, self._process.pid)

    def poll(self) -> int | None:
        """The exit status once it has ended; negative is a signal."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Raises TimeoutError."""
        self._process.join(timeout)
        if (status := self._process.exitcode) is None:
            raise TimeoutError("the process has not ended")
        return status

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    said: str = "",
    before: Callable[[], None] = nothing,
) -> tuple[int, str, str]:
    """One command to its end: exit status, output, log (which must fit into a pipe)."""
    program = Program(arguments, environment, said, before)
    with program.stdout as stdout, program.stderr as stderr:
        output, log = stdout.read(), stderr.read()
    return program.wait(), output, log


def _reading(pipe: Connection) -> IO[str]:
    text = os.fdopen(os.dup(pipe.fileno()), encoding="utf-8")
    pipe.close()
    return text
