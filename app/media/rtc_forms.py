"""Our words in the forms of aiortc."""

from aiortc import RTCIceCandidate, RTCRtpSender
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from aiortc.sdp import candidate_from_sdp

from protocol.call import IceCandidate


def preferred(codec: str) -> list[RTCRtpCodecCapability]:
    """The video codecs with the wished one, and its retransmission, first."""
    known = RTCRtpSender.getCapabilities("video").codecs
    return sorted(known, key=lambda one: one.name.upper() != codec.upper())


def rtc_candidate(candidate: IceCandidate) -> RTCIceCandidate | None:
    """aiortc's candidate, None for the end of the list."""
    text = candidate.candidate.removeprefix("candidate:").strip()
    if not text:
        return None
    parsed = candidate_from_sdp(text)
    parsed.sdpMid = candidate.sdp_mid
    parsed.sdpMLineIndex = candidate.sdp_m_line_index
    return parsed
