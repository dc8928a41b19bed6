"""Which connections one has in a call, who makes the offers, and which way media go."""

from typing import NamedTuple

from app.media.messages import Direction, Role
from protocol.call import CallState, PeerId


class Way(NamedTuple):
    """How one is joined to a peer."""

    role: Role
    direction: Direction = Direction.BOTH


def ways_in(call: CallState, own: PeerId) -> dict[PeerId, Way]:
    """Everybody one is to be joined to.

    From participant to participant whoever joined later offers (UUIDv7 decides where two joined in
    the same microsecond). With an SFU one offers to it what one sends, and is offered the others'.
    """
    joined = {one.peer_id: (one.joined_at, one.peer_id) for one in call.participants}
    others = joined.keys() - {own}
    if call.sfu is not None:
        received = dict.fromkeys(others, Way(Role.ANSWERER, Direction.RECEIVE))
        return {call.sfu: Way(Role.OFFERER, Direction.SEND), **received}
    last = own not in joined
    return {
        peer_id: Way(Role.OFFERER if last or joined[own] > joined[peer_id] else Role.ANSWERER)
        for peer_id in others
    }
