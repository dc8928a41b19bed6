"""What one connection gathers beside its own addresses, without making anybody wait for it.

aiortc gathers everything before it describes a connection and cannot trickle (RFC 8838). Here it
gathers its own addresses only, and is described at once; the answer of a STUN server and a relay
are added to its ICE agent when they come and sent to the other side as candidates. A relay is held
back a little, so that a direct path is found first. Where only a relay is allowed there is nothing
else to describe, and the relay is waited for.

The parts added are private ones of aioice: with another version than `GATHERED_VERSION` all servers
are left to aiortc.
"""

import asyncio
import contextlib
import importlib.metadata
import ipaddress
from collections.abc import Callable

from aioice import Candidate, Connection, stun
from aioice.ice import StunProtocol, server_reflexive_candidate

from app.media.relays import Relayed, Relays

GATHERED_VERSION = "0.13.0"
RELAY_LATER_S = 0.5
STUN_PATIENCE_S = 2.0
_INNER = "_TurnTransport__inner_protocol"
_CLOSING = "_TurnTransport__close_task"


def gathers() -> bool:
    """Whether the installed aioice is the one this was made for."""
    return importlib.metadata.version("aioice") == GATHERED_VERSION


class Gathering:
    """One connection's candidates.

    Args:
        on_candidate: each further candidate; None when there will be no more.
    """

    def __init__(
        self,
        relays: Relays,
        connection: Connection,
        on_candidate: Callable[[Candidate | None], None],
    ) -> None:
        self._relays = relays
        self._connection = connection
        self._on_candidate = on_candidate
        self._relayed: Relayed | None = None
        self._task: asyncio.Task[None] | None = None

    async def first(self) -> None:
        """What must be there before the connection can be described."""
        if self._relays.policy != "relay":
            return
        found = await self._relays.relayed(self._connection)
        if found is not None:
            self._add(found)

    @property
    def more(self) -> bool:
        """Whether candidates follow the description."""
        return self._relays.policy == "all" and self._relays.any

    def go_on(self) -> None:
        """Begins with what follows the description."""
        if self.more:
            self._task = asyncio.create_task(self._follow(), name="gathering")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def abandon(self) -> None:
        """A relay that is gone would be asked for half a minute to forget us: it is not."""
        found = self._relayed
        task = None if found is None else getattr(found.protocol.transport, _CLOSING, None)
        if task is not None:
            task.cancel()

    async def _follow(self) -> None:
        await asyncio.gather(self._mirrored(), self._relay())
        self._on_candidate(None)

    async def _mirrored(self) -> None:
        """Asks the STUN server how it sees our own IPv4 addresses."""
        server = self._relays.stun
        if server is None:
            return

        async def ask(protocol: StunProtocol) -> None:
            with contextlib.suppress(OSError, TimeoutError, stun.TransactionError, KeyError):
                async with asyncio.timeout(STUN_PATIENCE_S):
                    candidate, _ = await server_reflexive_candidate(protocol, server)
                self._connection._local_candidates.append(candidate)
                self._on_candidate(candidate)

        own = [
            protocol
            for protocol in self._connection._protocols
            if protocol.local_candidate.type == "host"
            and ipaddress.ip_address(protocol.local_candidate.host).version == 4
        ]
        await asyncio.gather(*(ask(protocol) for protocol in own))

    async def _relay(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        found = await self._relays.relayed(self._connection)
        if found is None:
            return
        try:
            await asyncio.sleep(max(0.0, begun + RELAY_LATER_S - loop.time()))
        except asyncio.CancelledError:
            found.protocol.transport.close()
            raise
        if self._connection._closing:
            found.protocol.transport.close()
            return
        self._add(found)
        self._on_candidate(found.candidate)

    def _add(self, found: Relayed) -> None:
        """Gives the relay to the ICE agent, which may have begun its checks already."""
        connection = self._connection
        self._relayed = found
        connection._protocols.append(found.protocol)
        connection._local_candidates.append(found.candidate)
        known = list(connection._check_list)
        for remote in connection._remote_candidates:
            connection._pair_remote_candidate(remote)
        connection.sort_check_list()
        if connection._early_checks_done and not connection._check_list_done:
            for pair in connection._check_list:
                if pair not in known:
                    connection.check_start_task(pair)

    # --- the path that was found ---------------------------------------------------------

    def kinds(self) -> tuple[str, str]:
        """Our side's and their side's kind of the pair in use; empty while there is none.

        `host`, `srflx`, `prflx` or `relay` (RFC 8445 section 5.1.1); our relay with the way to it.
        """
        pair = self._connection._nominated.get(1)
        if pair is None:
            return "", ""
        local = pair.local_candidate.type
        if self._relayed is not None and pair.protocol is self._relayed.protocol:
            local = f"relay/{self._relayed.way}"
        return local, pair.remote_candidate.type

    def address(self) -> str | None:
        """The address of this computer that the pair in use needs."""
        pair = self._connection._nominated.get(1)
        if pair is None:
            return None
        if pair.local_candidate.type != "relay":
            return pair.local_candidate.host
        inner = getattr(pair.protocol.transport, _INNER, None)
        name = None if inner is None else inner.transport.get_extra_info("sockname")
        return None if name is None else str(name[0])


def without_end(sdp: str) -> str:
    """A description that says that more candidates follow."""
    return "".join(
        line for line in sdp.splitlines(keepends=True) if line.strip() != "a=end-of-candidates"
    )
