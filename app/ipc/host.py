"""The child's side: receives commands from its parent and emits events to it."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO, Generic, TypeVar

from pydantic import TypeAdapter

from app.ipc.errors import MalformedMessageError
from app.ipc.stderr import JsonLineHandler
from app.ipc.wire import decode, encode

CommandT = TypeVar("CommandT")
EventT = TypeVar("EventT")

log = logging.getLogger(__name__)


def claim_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Takes stdin and stdout for messages; whatever else prints goes to stderr from now on.

    Call it once, first thing in the child: a library that writes to file descriptor 1 would
    otherwise break the line protocol.
    """
    commands = os.fdopen(os.dup(0), "rb")
    events = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return commands, events


def log_to_parent(level: int = logging.INFO) -> None:
    """Sends this process's log records to the parent's log, and leaves Ctrl-C to the parent."""
    root = logging.getLogger()
    root.handlers[:] = [JsonLineHandler()]
    root.setLevel(level)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


class Host(Generic[CommandT, EventT]):
    """The pipe as the child sees it.

    `commands()` is read in one asyncio loop; `emit` may be called from any thread. A closed stdin
    means that the parent has gone: `on_parent_gone` is called once in the loop and the command
    stream ends. A parent that vanished never makes `emit` raise, so a detached child lives on.
    """

    def __init__(
        self,
        commands: TypeAdapter[CommandT],
        events: TypeAdapter[EventT],
        *,
        streams: tuple[BinaryIO, BinaryIO] | None = None,
        on_parent_gone: Callable[[], None] = lambda: None,
    ) -> None:
        self._commands = commands
        self._events = events
        self._input, self._output = streams or (sys.stdin.buffer, sys.stdout.buffer)
        self._on_parent_gone = on_parent_gone
        self._lock = threading.Lock()
        self._deaf = False

    def emit(self, event: EventT) -> None:
        """Sends an event now; does nothing when nobody listens any more."""
        line = encode(self._events, event)
        with self._lock:
            if self._deaf:
                return
            try:
                self._output.write(line)
                self._output.flush()
            except (OSError, ValueError):
                self._deaf = True

    async def commands(self) -> AsyncIterator[CommandT]:
        """Every command in order, until the parent closes the pipe. Iterate it once."""
        loop = asyncio.get_running_loop()
        received: asyncio.Queue[CommandT | None] = asyncio.Queue()
        threading.Thread(
            target=self._read, args=(loop, received), name="commands", daemon=True
        ).start()
        while (command := await received.get()) is not None:
            yield command
        self._on_parent_gone()

    def _read(
        self, loop: asyncio.AbstractEventLoop, received: asyncio.Queue[CommandT | None]
    ) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
            for line in self._input:
                try:
                    command = decode(self._commands, line)
                except MalformedMessageError as error:
                    log.error("refused a command: %s", error)
                    continue
                loop.call_soon_threadsafe(received.put_nowait, command)
            loop.call_soon_threadsafe(received.put_nowait, None)
