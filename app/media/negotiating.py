"""Our words for aiortc's: configuration, codecs in the wished order, candidates."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiortc import (
    InvalidStateError,
    RTCConfiguration,
    RTCIceCandidate,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
)
from aiortc.rtcconfiguration import RTCBundlePolicy, RTCIceTransportPolicy
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from aiortc.sdp import candidate_from_sdp

from app.media.gathering import gathers
from app.media.redundancy import name_opus, offer_red, preferred_sound
from app.media.relays import Relays
from app.media.repairs import fits_installed
from protocol.call import IceCandidate, IceServer

log = logging.getLogger(__name__)

_CONNECT = "_RTCPeerConnection__connect"


@dataclass(frozen=True, slots=True)
class Path:
    """By which ways the other side may be reached."""

    servers: tuple[IceServer, ...]
    relays: Relays


def preferred(codec: str) -> list[RTCRtpCodecCapability]:
    """The video codecs with the wished one, and its retransmission, first."""
    known = RTCRtpSender.getCapabilities("video").codecs
    return sorted(known, key=lambda one: one.name.upper() != codec.upper())


def prefer(transceiver: RTCRtpTransceiver, codec: str | None, *, red: bool) -> None:
    """Wishes for a codec of pictures, and for sound that repeats itself or not."""
    if transceiver.kind == "audio":
        transceiver.setCodecPreferences(preferred_sound(red=red))
        name_opus(transceiver)
    elif codec is not None:
        transceiver.setCodecPreferences(preferred(codec))


def configuration(path: Path) -> RTCConfiguration:
    """Always names the servers: left to itself aiortc would ask a public STUN server."""
    servers = () if gathers() else path.servers
    return RTCConfiguration(
        iceServers=[
            RTCIceServer(
                urls=list(server.urls), username=server.username, credential=server.credential
            )
            for server in servers
        ],
        iceTransportPolicy=RTCIceTransportPolicy(path.relays.policy),
        bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
    )


def candidate_of(candidate: IceCandidate) -> RTCIceCandidate | None:
    """aiortc's candidate, None for the end of the list."""
    text = candidate.candidate.removeprefix("candidate:").strip()
    if not text:
        return None
    parsed = candidate_from_sdp(text)
    parsed.sdpMid = candidate.sdp_mid
    parsed.sdpMLineIndex = candidate.sdp_m_line_index
    return parsed


def opened(path: Path) -> RTCPeerConnection:
    """A connection that may be closed while it is being made.

    aiortc makes it in a task that nobody waits for; closed meanwhile it raises there.
    """
    if fits_installed():
        offer_red()
    connection = RTCPeerConnection(configuration(path))
    stock: Callable[[], Awaitable[None]] = getattr(connection, _CONNECT)

    async def connect() -> None:
        try:
            await stock()
        except InvalidStateError:
            log.info("a connection was let go while it was being made")

    setattr(connection, _CONNECT, connect)
    return connection
