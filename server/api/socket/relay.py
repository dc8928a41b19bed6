"""The hot path: a signal from one peer of a call to another.

The frame is decoded once with orjson and checked by hand against exactly what
`protocol.socket.SendSignal` allows; anything else goes the slow, explaining way.
"""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

import orjson

from protocol.call import Limit, Motion, PeerId
from server.api.services.calls import Calls
from server.api.services.rooms import Endpoint

_FRAME_KEYS = frozenset(("type", "consultation_id", "to", "signal"))
_SHARE_KEYS = _FRAME_KEYS | {"seat"}
_DESCRIPTION_KEYS = frozenset(("kind", "type", "sdp"))
_CANDIDATE_KEYS = frozenset(("kind", "candidate", "sdp_mid", "sdp_m_line_index", "attempt"))
_ATTEMPT = frozenset(("attempt",))
_SENDING_KEYS = frozenset(("kind", "motion", "limit"))
_OFF_KEYS = frozenset(("camera_off", "microphone_off"))
_MOTIONS, _LIMITS = tuple(map(str, Motion)), tuple(map(str, Limit))
MAX_SDP = 200_000
MAX_CANDIDATE = 2_000
MAX_ATTEMPT = 2**31


def is_signal(signal: Any) -> bool:
    """Whether this is a complete and exact `protocol.call.Signal`."""
    if type(signal) is not dict:
        return False
    match signal.get("kind"):
        case "description":
            sdp = signal.get("sdp")
            return (
                signal.keys() - _ATTEMPT == _DESCRIPTION_KEYS
                and signal["type"] in ("offer", "answer")
                and type(sdp) is str
                and len(sdp) <= MAX_SDP
                and _is_attempt(signal.get("attempt"))
            )
        case "candidate":
            candidate = signal.get("candidate")
            mid, index = signal.get("sdp_mid"), signal.get("sdp_m_line_index")
            return (
                signal.keys() <= _CANDIDATE_KEYS
                and type(candidate) is str
                and len(candidate) <= MAX_CANDIDATE
                and (mid is None or type(mid) is str)
                and (index is None or type(index) is int)
                and _is_attempt(signal.get("attempt"))
            )
        case "renew":
            return len(signal) == 1
        case "sending":
            return (
                signal.keys() - _OFF_KEYS == _SENDING_KEYS
                and signal["motion"] in _MOTIONS
                and signal["limit"] in _LIMITS
                and all(type(signal.get(key, False)) is bool for key in _OFF_KEYS)
            )
        case _:
            return False


def _is_attempt(attempt: Any) -> bool:
    return attempt is None or (type(attempt) is int and 0 <= attempt < MAX_ATTEMPT)


class Speaker(Endpoint, Protocol):
    """Whoever sends signals."""

    @property
    def seat_texts(self) -> Mapping[str, tuple[UUID, PeerId, str]]:
        """Case, seat and the seat's id as text of each call it takes part in."""
        ...


def relay(calls: Calls, connection: Speaker, frame: Any) -> bool:
    """Relays a decoded frame; False when it is not a signal that may be relayed as it is."""
    if frame.keys() not in (_FRAME_KEYS, _SHARE_KEYS) or not is_signal(frame["signal"]):
        return False
    case_text, to = frame["consultation_id"], frame["to"]
    known = connection.seat_texts.get(case_text) if type(case_text) is str else None
    if known is None:
        return False
    case_id, peer_id, sender = known
    share = frame.get("seat")
    if share is not None:
        if type(share) is not str or not calls.shares(case_id, peer_id, share):
            return False
        sender = share
    if type(to) is not str:
        return False
    target = calls.endpoint_named(case_id, to, of_share=share is not None)
    if target is None:
        return False
    target.push(
        orjson.dumps(
            {
                "type": "signal_received",
                "consultation_id": case_text,
                "sender": sender,
                "to": to,
                "signal": frame["signal"],
            }
        ).decode()
    )
    return True
