"""This computer's addresses, looked at while a call runs: others mean another network."""

import asyncio
from collections.abc import Callable

from aioice.ice import get_host_addresses

LOOK_EVERY = 0.5
"""Seconds. Asking takes about a millisecond, and no system tells it to every kind of program."""


def own_addresses() -> frozenset[str]:
    """Every address from which a connection could be made; empty while all are being changed."""
    try:
        return frozenset(get_host_addresses(use_ipv4=True, use_ipv6=True))
    except OSError:
        return frozenset()


async def watch_addresses(
    changed: Callable[[frozenset[str]], None],
    read: Callable[[], frozenset[str]] = own_addresses,
) -> None:
    """Calls `changed` with the new addresses, until cancelled."""
    known = await asyncio.to_thread(read)
    while True:
        await asyncio.sleep(LOOK_EVERY)
        found = await asyncio.to_thread(read)
        if found != known:
            known = found
            changed(found)
