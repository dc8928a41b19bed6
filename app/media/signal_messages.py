"""What two peers have to say to each other, on its way between window and media process.

It passes as it is (`app.media.signals`): offers, answers, candidates, the wish for a new offer.
"""

from typing import Literal

from protocol.base import Message
from protocol.call import IceCandidate, Sending, SessionDescription


class RemoteDescription(Message):
    kind: Literal["remote-description"] = "remote-description"
    peer_id: str
    description: SessionDescription


class RemoteCandidate(Message):
    kind: Literal["remote-candidate"] = "remote-candidate"
    peer_id: str
    candidate: IceCandidate


class RenewPeer(Message):
    """The peer asks for a new offer."""

    kind: Literal["renew-peer"] = "renew-peer"
    peer_id: str


class PeerSends(Message):
    """What a browser says of its own pictures."""

    kind: Literal["peer-sends"] = "peer-sends"
    peer_id: str
    sending: Sending


class LocalDescription(Message):
    """To be sent to the peer; further candidates follow when it does not say that they end."""

    kind: Literal["local-description"] = "local-description"
    peer_id: str
    description: SessionDescription


class LocalCandidate(Message):
    """To be sent to the peer: one more candidate, or their end."""

    kind: Literal["local-candidate"] = "local-candidate"
    peer_id: str
    candidate: IceCandidate


class RenewalAsked(Message):
    """To be sent to the peer, which is the one who offers."""

    kind: Literal["renewal-asked"] = "renewal-asked"
    peer_id: str


PeerSignal = RemoteDescription | RemoteCandidate | RenewPeer | PeerSends
LocalSignal = LocalDescription | LocalCandidate | RenewalAsked
