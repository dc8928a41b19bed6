"""Which connections one has in a call, who makes the offers, and which way media go."""

from typing import NamedTuple

from app.media.messages import Direction, Role
from app.media.sharing import Flow
from protocol.call import CallState, PeerId


class Way(NamedTuple):
    """How one is joined to a peer."""

    role: Role
    direction: Direction = Direction.BOTH
    flow: Flow = Flow.TALK


def ways_in(call: CallState, own: PeerId) -> dict[PeerId, Way]:
    """Everybody one is to be joined to; one's own share is `app.services.sharing`'s.

    From participant to participant whoever joined later offers (UUIDv7 decides where two joined in
    the same microsecond). With an SFU one offers to it what one sends, and is offered the others'.
    What somebody shares comes from him directly in either case.
    """
    joined = {one.peer_id: (one.joined_at, one.peer_id) for one in call.participants}
    last = own not in joined

    def role(peer_id: PeerId) -> Role:
        return Role.OFFERER if last or joined[own] > joined[peer_id] else Role.ANSWERER

    ways: dict[PeerId, Way] = {}
    if call.sfu is not None:
        ways[call.sfu] = Way(Role.OFFERER, Direction.SEND)
    for one in call.participants:
        peer_id, share = one.peer_id, one.share
        if share is not None:
            if share.owner != own:
                ways[peer_id] = Way(role(peer_id), flow=Flow.WATCH)
        elif peer_id != own:
            received = Way(Role.ANSWERER, Direction.RECEIVE)
            ways[peer_id] = received if call.sfu is not None else Way(role(peer_id))
    return ways
