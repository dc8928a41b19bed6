"""Who asks: the centre says it of every token, and is believed for a short time."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from starlette.requests import Request

from protocol.edge import RelayTicket
from protocol.errors import ErrorCode
from protocol.paths import RELAY_TICKET
from server.api.strangers import KNOWN
from server.domain.errors import Unauthenticated
from server.domain.people import Who
from server.edge.uplink import Interrupted, Uplink, bearing

MOST = 4096


class Refused(Exception):
    """The centre refuses; its answer goes on to the client as it is."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True)
class _Known:
    ticket: RelayTicket
    at: float


class Tickets:
    """The tickets of the tokens that are in use. All methods belong to the loop.

    A token is asked about every `allowed_s`; while the line is down, what the centre said
    counts for `offline_s`. Tokens are kept as their SHA-256 only.
    """

    def __init__(self, uplink: Uplink, allowed_s: float, offline_s: float) -> None:
        self._uplink = uplink
        self._allowed_s, self._offline_s = allowed_s, offline_s
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self.on_ticket: Callable[[RelayTicket], None] = lambda _ticket: None

    async def of(self, token: str) -> RelayTicket:
        """Raises `Refused` or `Interrupted`; else the connection is no stranger's any more."""
        ticket = await self._of(token)
        KNOWN.get()()
        return ticket

    async def _of(self, token: str) -> RelayTicket:
        name, now = _name(token), asyncio.get_running_loop().time()
        known = self._known.get(name)
        if known is not None and now - known.at <= self._allowed_s:
            return known.ticket
        try:
            response = await self._uplink.ask("POST", RELAY_TICKET, bearing(token))
        except Interrupted:
            if known is not None and now - known.at <= self._offline_s:
                return known.ticket
            raise
        if response.status_code >= 500:
            raise Refused(response)
        if response.status_code != 200:
            self._known.pop(name, None)
            raise Refused(response)
        ticket = RelayTicket.model_validate_json(response.content)
        self._known[name] = _Known(ticket, now)
        self._known.move_to_end(name)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        self.on_ticket(ticket)
        return ticket

    def forget(self, token: str) -> RelayTicket | None:
        """Believes nothing of a token any more; answers its ticket."""
        known = self._known.pop(_name(token), None)
        return None if known is None else known.ticket


def _name(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def token_of(request: Request) -> str:
    """The access token of a request; raises `Unauthenticated` when there is none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthenticated(ErrorCode.TOKEN_MISSING, "this needs an access token (Bearer)")
    return token.strip()


def who_of(ticket: RelayTicket) -> Who:
    """The caller, as far as storing images needs to know."""
    return Who(
        ticket.account_id, "", "", frozenset(ticket.roles), institution_id=ticket.institution_id
    )
