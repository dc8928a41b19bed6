"""Whether the site's STUN and TURN servers answer, and to these credentials (the call check)."""

import asyncio
from collections.abc import Sequence

from aioice import Connection

from app.media.messages import RelayState
from app.media.relays import Relays
from protocol.base import Message
from protocol.call import IceServer, IceTransportPolicy

STUN_S = 6.0


class RelayAnswer(Message):
    """`way`: over which the relay answered. `stun`: whether that answers; None without one."""

    state: RelayState
    way: str | None = None
    stun: bool | None = None


async def ask_relays(servers: Sequence[IceServer], policy: IceTransportPolicy) -> RelayAnswer:
    """Asks them as a call would; takes seconds where they do not answer."""
    told = [RelayState.NONE]
    relays = Relays(servers, policy, told.append)
    connection = Connection(ice_controlling=True)
    try:
        found = await relays.relayed(connection)
        way = None
        if found is not None:
            way = found.way
            await found.protocol.close()
    finally:
        await connection.close()
    return RelayAnswer(state=told[-1], way=way, stun=await _stun(relays.stun))


async def _stun(server: tuple[str, int] | None) -> bool | None:
    if server is None:
        return None
    connection = Connection(ice_controlling=True, stun_server=server)
    try:
        async with asyncio.timeout(STUN_S):
            await connection.gather_candidates()
        return any(one.type == "srflx" for one in connection.local_candidates)
    except (TimeoutError, OSError):
        return False
    finally:
        await connection.close()
