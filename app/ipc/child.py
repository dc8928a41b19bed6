"""The parent's side: starts a child process, sends it commands and delivers its events."""

import asyncio
import contextlib
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from app.ipc.errors import ChildNotRunningError, ChildStartError, MalformedMessageError
from app.ipc.stderr import StderrLog
from app.ipc.wire import decode, encode

CommandT = TypeVar("CommandT")
EventT = TypeVar("EventT")

log = logging.getLogger(__name__)


def huizhen_argv(subcommand: str, *arguments: str) -> tuple[str, ...]:
    """How this very program is started again with a (hidden) subcommand, packaged or not."""
    if getattr(sys, "frozen", False):
        return (sys.executable, subcommand, *arguments)
    return (sys.executable, "-m", "app", subcommand, *arguments)


@dataclass(frozen=True, slots=True)
class ChildSpec(Generic[CommandT, EventT]):
    """What is started and which messages it speaks.

    Attributes:
        name: for thread names and the log, e.g. `media`.
        argv: the program and its arguments, see `huizhen_argv`.
        commands, events: the two unions of messages of its pipe.
        detached: the child may outlive this process: it gets a session (Windows: a process
            group) of its own, and `stop` is the only thing that ends it.
        environment: added to this process's own.
    """

    name: str
    argv: Sequence[str]
    commands: TypeAdapter[CommandT]
    events: TypeAdapter[EventT]
    detached: bool = False
    environment: Mapping[str, str] | None = None


class ChildProcess(Generic[CommandT, EventT]):
    """One child process, spoken to in JSON lines over its stdin and stdout.

    Pipes are read and written by threads (an asyncio loop on Windows under Qt has no pipe
    readers); `on_event` and `on_exit` are called in the loop that awaited `start`. `on_exit` gets
    the return code after the last event. A child can be started again once it has ended.
    """

    def __init__(
        self,
        spec: ChildSpec[CommandT, EventT],
        *,
        on_event: Callable[[EventT], None],
        on_exit: Callable[[int], None],
    ) -> None:
        self._spec = spec
        self._on_event = on_event
        self._on_exit = on_exit
        self._process: subprocess.Popen[bytes] | None = None
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._exited: asyncio.Future[int] | None = None
        self._spoke = False
        self._starting = asyncio.Lock()

    @property
    def running(self) -> bool:
        """Whether the child was started and its end has not been delivered."""
        return self._exited is not None and not self._exited.done()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.running else None

    async def start(self) -> None:
        """Starts the child.

        Raises:
            ChildStartError: the program is missing or may not be run.
        """
        async with self._starting:
            if not self.running:
                await self._start()

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            process = await loop.run_in_executor(None, self._open)
        except OSError as error:
            raise ChildStartError(
                f"cannot start {self._spec.name}: {type(error).__name__}"
            ) from error
        outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process, self._outgoing, self._spoke = process, outgoing, False
        self._exited = loop.create_future()
        name = self._spec.name
        for suffix, target, arguments in (
            ("out", self._read, (process, loop)),
            ("in", _write, (process, outgoing)),
        ):
            threading.Thread(
                target=target, args=arguments, name=f"{name}-{suffix}", daemon=True
            ).start()

    def send(self, command: CommandT) -> None:
        """Queues a command; never blocks.

        Raises:
            ChildNotRunningError: the child has not been started or has ended.
        """
        if not self.running:
            raise ChildNotRunningError(f"{self._spec.name} is not running")
        self._outgoing.put(encode(self._spec.commands, command))

    async def wait(self) -> int:
        """The return code, when the child has ended and its last event was delivered."""
        if self._exited is None:
            raise ChildNotRunningError(f"{self._spec.name} was never started")
        return await asyncio.shield(self._exited)

    async def stop(self, grace: float = 8.0) -> int:
        """Ends the child and returns its return code.

        Closing its stdin asks it to end; after `grace` seconds it is terminated, after as many
        again killed. One that has not said a word was still starting: that is no fault.
        """
        process = self._process
        if process is None:
            raise ChildNotRunningError(f"{self._spec.name} was never started")
        self._outgoing.put(None)
        for harder in (process.terminate, process.kill):
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(self.wait(), grace)
            level = logging.WARNING if self._spoke else logging.INFO
            log.log(level, "%s did not end in %.1f s", self._spec.name, grace)
            harder()
        return await self.wait()

    def kill(self) -> None:
        """Ends a child that does not answer any more; `on_exit` follows."""
        if self._process is not None and self.running:
            self._process.kill()

    def release(self) -> None:
        """Lets a detached child go on by itself: its stdin closes, nothing ends it."""
        if not self._spec.detached:
            raise ChildNotRunningError(f"{self._spec.name} is not detached: use stop()")
        self._outgoing.put(None)

    # --- threads -------------------------------------------------------------------------

    def _open(self) -> subprocess.Popen[bytes]:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
            if self._spec.detached:
                flags |= subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(
            list(self._spec.argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1", **(self._spec.environment or {})},
            start_new_session=self._spec.detached,
            creationflags=flags,
        )

    def _read(self, process: subprocess.Popen[bytes], loop: asyncio.AbstractEventLoop) -> None:
        errors = threading.Thread(
            target=_read_stderr, args=(process, self._spec.name), name="stderr", daemon=True
        )
        errors.start()
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                try:
                    event = decode(self._spec.events, line)
                except MalformedMessageError as error:
                    log.error("from %s: %s", self._spec.name, error)
                    continue
                self._spoke = True
                _call(loop, self._on_event, event)
        returncode = process.wait()
        errors.join(timeout=1.0)
        self._outgoing.put(None)
        _call(loop, self._ended, process, returncode)

    def _ended(self, process: subprocess.Popen[bytes], returncode: int) -> None:
        if process is not self._process or self._exited is None or self._exited.done():
            return
        self._exited.set_result(returncode)
        self._on_exit(returncode)


def _call(
    loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *arguments: object
) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
        loop.call_soon_threadsafe(callback, *arguments)


def _write(process: subprocess.Popen[bytes], outgoing: queue.SimpleQueue[bytes | None]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError), process.stdin as stdin:  # the child may be gone already
        while (line := outgoing.get()) is not None:
            stdin.write(line)
            if outgoing.empty():
                stdin.flush()


def _read_stderr(process: subprocess.Popen[bytes], name: str) -> None:
    assert process.stderr is not None
    kept = StderrLog(name)
    with process.stderr:
        for line in process.stderr:
            kept.feed(line.decode("utf-8", "replace"))
    kept.finish()
