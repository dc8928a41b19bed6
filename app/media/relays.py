"""The site's TURN servers, tried in turn until one gives a relayed address (RFC 8656).

aiortc knows one TURN server, waits five seconds for it and swallows its refusal; so relays are
asked here, and what they give is handed to the connection (`app.media.gathering`).
"""

import asyncio
import logging
import re
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aioice import Candidate, Connection, stun
from aioice.ice import StunProtocol, relayed_candidate

from app.media.messages import RelayState
from protocol.call import IceServer, IceTransportPolicy

log = logging.getLogger(__name__)

PATIENCE_S = {"udp": 1.0, "tcp": 2.0, "tls": 3.0}
"""How long a relay may take to answer; over UDP a request is repeated once in this time."""
_REFUSALS = (401, 403, 438, 441)
"""RFC 8656 section 19, RFC 8489 section 14.8: it answers, but not to these credentials."""
_URL = re.compile(
    r"(?P<scheme>stun|turns?):(?P<host>[^?:]+)(:(?P<port>\d+))?(\?transport=(?P<way>udp|tcp))?"
)
_PORTS = {"stun": 3478, "turn": 3478, "turns": 5349}


@dataclass(frozen=True, slots=True)
class Turn:
    """One way to one relay; `way` is udp, tcp or tls."""

    host: str
    port: int
    way: str
    username: str | None
    password: str | None
    ca: str | None

    def context(self) -> ssl.SSLContext | bool:
        """Certificates are checked against the system's CAs and the site's own."""
        if self.way != "tls":
            return False
        context = ssl.create_default_context()
        if self.ca is not None:
            context.load_verify_locations(cadata=self.ca)
        return context


@dataclass(frozen=True, slots=True)
class Relayed:
    """An address at a relay, and the way to it."""

    candidate: Candidate
    protocol: StunProtocol
    way: str


class Relays:
    """Knows which relay answered last and begins with it.

    Args:
        tell: hears how the relays are when that changes.
    """

    def __init__(
        self,
        servers: Sequence[IceServer],
        policy: IceTransportPolicy,
        tell: Callable[[RelayState], None],
    ) -> None:
        self.policy = policy
        self.stun: tuple[str, int] | None = None
        self._tell = tell
        self._state: RelayState | None = None
        self._turns: tuple[Turn, ...] = ()
        self._first = 0
        self.use(servers)

    @property
    def any(self) -> bool:
        """Whether there is anything to ask beyond the own addresses."""
        return bool(self._turns) or self.stun is not None

    def use(self, servers: Sequence[IceServer]) -> None:
        """Takes servers with fresh credentials."""
        turns = []
        for server in servers:
            for url in server.urls:
                found = _URL.fullmatch(url)
                if found is None:
                    log.warning("an address of a STUN or TURN server is not understood")
                    continue
                scheme = found["scheme"]
                host, port = found["host"], int(found["port"] or _PORTS[scheme])
                if scheme == "stun":
                    self.stun = self.stun or (host, port)
                    continue
                way = "tls" if scheme == "turns" else found["way"] or "udp"
                turns.append(Turn(host, port, way, server.username, server.credential, server.ca))
        self._turns = tuple(turns)
        self.begin_anew()
        if not turns:
            self._told(RelayState.NONE)

    def begin_anew(self) -> None:
        """On another network another way may be the first that works."""
        self._first = 0

    async def relayed(self, connection: Connection) -> Relayed | None:
        """An address at the first relay that gives one, for this connection; None without any."""
        worst = RelayState.UNREACHABLE
        order = (*range(self._first, len(self._turns)), *range(self._first))
        for place in order:
            turn = self._turns[place]
            try:
                found = await self._ask(turn, connection)
            except stun.TransactionFailed as refused:
                if refused.response.error_code in _REFUSALS:
                    worst = RelayState.REFUSED
                log.info("a relay refused over %s", turn.way)
            except (OSError, TimeoutError, stun.TransactionError, ValueError) as error:
                log.info("a relay gave nothing over %s (%s)", turn.way, type(error).__name__)
            else:
                self._first = place
                self._told(RelayState.READY)
                return found
        if self._turns:
            self._told(worst)
        return None

    async def _ask(self, turn: Turn, connection: Connection) -> Relayed:
        async with asyncio.timeout(PATIENCE_S[turn.way]):
            candidate, protocol = await relayed_candidate(
                component=1,
                hide_related_address=self.policy == "relay",
                protocol_factory=lambda: StunProtocol(connection),
                turn_server=(turn.host, turn.port),
                turn_username=turn.username,
                turn_password=turn.password,
                turn_ssl=turn.context(),  # type: ignore[arg-type]  # what it passes on takes both
                turn_transport="udp" if turn.way == "udp" else "tcp",
            )
        return Relayed(candidate, protocol, turn.way)

    def _told(self, state: RelayState) -> None:
        if state is not self._state:
            self._state = state
            self._tell(state)
