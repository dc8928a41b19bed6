"""The transfer process: its pipe, its loop, and how it ends.

It outlives its window: a closed pipe means that the window has gone, and running uploads are
finished first. A newer process of the same profile takes over at once.
"""

import asyncio
import logging
import signal
import sys

from app.ipc.host import Host, claim_standard_streams, log_to_parent
from app.transfer.link import TAKEN_OVER
from app.transfer.lock import LockTimeout
from app.transfer.messages import COMMANDS, EVENTS, Command, Event, Quit, Ready
from app.transfer.owner import Transfer

log = logging.getLogger(__name__)
LOCKED = 3
"""Exit status: an older transfer process of this profile does not let go."""


def run_transfer_process() -> int:
    """Serves one window until it is done; returns the exit status."""
    streams = claim_standard_streams()
    log_to_parent()
    for library in ("httpx", "httpcore", "pydicom"):
        logging.getLogger(library).setLevel(logging.WARNING)  # their INFO names addresses
    return asyncio.run(_serve(Host(COMMANDS, EVENTS, streams=streams)))


async def _serve(host: Host[Command, Event]) -> int:
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(status: int) -> None:
        if not ended.done():
            ended.set_result(status)

    if sys.platform != "win32":
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, end, 0)
    transfer = Transfer(host.emit, on_lost_lock=lambda: end(TAKEN_OVER))
    host.emit(Ready())
    work = asyncio.create_task(_work(host, transfer), name="commands")
    try:
        await asyncio.wait({work, ended}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            return ended.result()
        return work.result()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await transfer.close()


async def _work(host: Host[Command, Event], transfer: Transfer) -> int:
    """Carries out commands until it is told to end or the window has gone."""
    try:
        async for command in host.commands():
            if isinstance(command, Quit):
                if command.when_done:
                    break
                return 0
            await transfer.handle(command)
    except LockTimeout as error:
        log.error("%s", error)
        return LOCKED
    await transfer.finish()
    return 0
