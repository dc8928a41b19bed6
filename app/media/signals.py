"""What two peers say to each other: events become signals here, and commands there."""

from typing import assert_never

from app.media.signal_messages import (
    LocalCandidate,
    LocalDescription,
    LocalSignal,
    PeerSends,
    PeerSignal,
    RemoteCandidate,
    RemoteDescription,
    RenewalAsked,
    RenewPeer,
)
from protocol.call import IceCandidate, RenewRequest, Sending, SessionDescription, Signal


def signal_of(event: LocalSignal) -> Signal:
    """What is to be sent to the peer of this event."""
    match event:
        case LocalDescription():
            return event.description
        case LocalCandidate():
            return event.candidate
        case RenewalAsked():
            return RenewRequest()
        case _:
            assert_never(event)


def command_of(peer_id: str, signal: Signal) -> PeerSignal:
    """What a peer has sent."""
    match signal:
        case SessionDescription():
            return RemoteDescription(peer_id=peer_id, description=signal)
        case IceCandidate():
            return RemoteCandidate(peer_id=peer_id, candidate=signal)
        case RenewRequest():
            return RenewPeer(peer_id=peer_id)
        case Sending():
            return PeerSends(peer_id=peer_id, sending=signal)
        case _:
            assert_never(signal)
