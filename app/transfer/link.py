"""The window's side of transfers: commands down, events up; Qt-free and light to import."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

from app.ipc.child import ChildProcess, ChildSpec, huizhen_argv
from app.ipc.errors import ChildNotRunningError, ChildStartError
from app.transfer.messages import COMMANDS, EVENTS, Command, Event, Quit

log = logging.getLogger(__name__)

RESTARTS = 3
"""How often the process is started again within `RESTART_WINDOW` seconds before giving up."""
RESTART_WINDOW = 60.0
TAKEN_OVER = 75
"""Exit status: another window of the same profile has a transfer process now."""


class TransferLink:
    """Owns the transfer process and restarts it when it dies.

    Args:
        on_event: every event of the process, in order, in the loop that awaited `start`. At each
            `Ready` (the first and every later one) send `Open` and `UseSession`; uploads then go on
            by themselves, fetches must be asked for again.
        on_lost: the process died with this return code; what it was doing is in the outbox.
            `will_restart` is False when it died too often, or another window took over
            (`TAKEN_OVER`).
        argv: another program than `huizhen transfer` (tests).
    """

    def __init__(
        self,
        *,
        on_event: Callable[[Event], None],
        on_lost: Callable[[int, bool], None],
        argv: Sequence[str] | None = None,
    ) -> None:
        self._on_lost = on_lost
        self._deaths: deque[float] = deque(maxlen=RESTARTS + 1)
        self._restart: asyncio.Task[None] | None = None
        self._wanted = False
        spec = ChildSpec(
            name="transfer",
            argv=tuple(argv or huizhen_argv("transfer")),
            commands=COMMANDS,
            events=EVENTS,
            detached=True,
        )
        self._child: ChildProcess[Command, Event] = ChildProcess(
            spec, on_event=on_event, on_exit=self._died
        )

    @property
    def running(self) -> bool:
        return self._child.running

    @property
    def pid(self) -> int | None:
        return self._child.pid

    async def start(self) -> None:
        """Starts the process; the `Ready` event follows.

        Raises:
            ChildStartError: it cannot be started.
        """
        self._wanted = True
        self._deaths.clear()
        await self._child.start()

    def send(self, command: Command) -> None:
        """Queues a command; never blocks; may be called from any thread.

        Raises:
            ChildNotRunningError: the process is not running (`on_lost` tells when it died).
        """
        self._child.send(command)

    async def close(self, *, when_done: bool) -> None:
        """The window closes. `when_done`: the process finishes its uploads by itself and ends; this
        returns at once. Otherwise it ends now, and what is left waits in the outbox.
        """
        self._wanted = False
        if self._restart is not None:
            self._restart.cancel()
            await asyncio.gather(self._restart, return_exceptions=True)
        if not self._child.running:
            return
        self._child.send(Quit(when_done=when_done))
        if when_done:
            self._child.release()
        else:
            await self._child.stop()

    async def wait(self) -> int:
        """The return code, when the process has ended (after `close`, in tests)."""
        return await self._child.wait()

    def _died(self, returncode: int) -> None:
        if not self._wanted:
            return
        loop = asyncio.get_running_loop()
        self._deaths.append(loop.time())
        recent = [moment for moment in self._deaths if moment > loop.time() - RESTART_WINDOW]
        will_restart = returncode != TAKEN_OVER and len(recent) <= RESTARTS
        if returncode == TAKEN_OVER:
            log.info("another window of this profile has a transfer process now")
        else:
            log.error("the transfer process ended with %d", returncode)
        if will_restart:
            self._restart = loop.create_task(self._start_again())
        self._on_lost(returncode, will_restart)

    async def _start_again(self) -> None:
        try:
            await self._child.start()
        except (ChildStartError, ChildNotRunningError):
            log.exception("the transfer process cannot be started again")
            self._on_lost(-1, False)
