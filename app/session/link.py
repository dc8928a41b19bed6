"""Are we connected, to whom, and who is signed in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import assert_never

from protocol.account import Account
from protocol.base import Moment


class LinkPhase(Enum):
    SIGNED_OUT = auto()
    CONNECTING = auto()
    ONLINE = auto()
    OFFLINE = auto()


class KeyPlace(Enum):
    """Where this profile's store key lives; shown on screen because memory forgets."""

    KEYRING = auto()
    KEY_FILE = auto()
    MEMORY = auto()


@dataclass(frozen=True, slots=True)
class Link:
    phase: LinkPhase = LinkPhase.SIGNED_OUT
    server: str = ""
    account: Account | None = None
    since: datetime | None = None
    key_place: KeyPlace = KeyPlace.MEMORY
    last_seq: int = 0
    ahead: timedelta = timedelta()
    """How far the server's clock is before this computer's; 0 where nobody would notice."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    server: str
    account: Account


@dataclass(frozen=True, slots=True)
class SignedOut:
    pass


@dataclass(frozen=True, slots=True)
class Connecting:
    at: Moment


@dataclass(frozen=True, slots=True)
class Connected:
    """`ahead` is how far the server's clock is before this computer's."""

    at: Moment
    seq: int
    ahead: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class ServerTimeSeen:
    """The server told its time once more, and it differs by something else now."""

    ahead: timedelta


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    at: Moment


@dataclass(frozen=True, slots=True)
class KeyPlaced:
    place: KeyPlace


@dataclass(frozen=True, slots=True)
class FactSeen:
    """A stored fact was applied; a reconnect asks for what follows it."""

    seq: int


LinkFact = (
    SignedIn
    | SignedOut
    | Connecting
    | Connected
    | ServerTimeSeen
    | ConnectionLost
    | KeyPlaced
    | FactSeen
)


def reduce_link(link: Link, fact: LinkFact) -> Link:
    match fact:
        case SignedIn(server, account):
            return replace(
                link, server=server, account=account, phase=LinkPhase.CONNECTING, last_seq=0
            )
        case SignedOut():
            return Link(server=link.server, key_place=link.key_place)
        case Connecting(at):
            if link.phase is LinkPhase.OFFLINE:
                return link
            return replace(link, phase=LinkPhase.CONNECTING, since=at)
        case ServerTimeSeen(ahead):
            return replace(link, ahead=ahead)
        case Connected(at, seq, ahead):
            # A server restored from a backup counts from further back: go on from there.
            known = min(link.last_seq or seq, seq)
            return replace(link, phase=LinkPhase.ONLINE, since=at, last_seq=known, ahead=ahead)
        case ConnectionLost(at):
            if link.account is None:
                return link
            since = link.since if link.phase is LinkPhase.OFFLINE else at
            return replace(link, phase=LinkPhase.OFFLINE, since=since)
        case KeyPlaced(place):
            return replace(link, key_place=place)
        case FactSeen(seq):
            return replace(link, last_seq=max(link.last_seq, seq))
        case _:
            assert_never(fact)
