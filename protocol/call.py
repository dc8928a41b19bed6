"""The call of a consultation: who is in it, invitations, and WebRTC signalling."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from protocol.base import Answer, Message, Moment, Name
from protocol.recording import CallRecording, RecordingTerms
from protocol.sharing import Share


class ParticipantKind(StrEnum):
    EXPERT = "expert"
    REQUESTER = "requester"
    PATIENT = "patient"
    OBSERVER = "observer"


PeerId = UUID
"""One participation of one device in one call; given by the server when it joins."""


IceTransportPolicy = Literal["all", "relay"]
"""WebRTC RTCIceTransportPolicy: `relay` forbids direct paths."""

Attempt = Annotated[int, Field(ge=0, lt=2**31)]
"""One try of two peers to connect, named by who makes the offer."""


class IceServer(Answer):
    """WebRTC RTCIceServer; the list is empty unless the site configured its own.

    The URLs of a relay are in the order in which they are to be tried. `ca` is the PEM of the CA
    that signed the relay's certificate, where the system does not know it.
    """

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None
    ca: str | None = None


class SeatState(StrEnum):
    """RECONNECTING: the line to the server is gone, the seat is kept, and media may go on."""

    HERE = "here"
    RECONNECTING = "reconnecting"


class Participant(Answer):
    """One seat. With `share` it is no person but a second video of its owner, who only sends."""

    peer_id: PeerId
    kind: ParticipantKind
    display_name: str
    account_id: UUID | None
    joined_at: Moment
    state: SeatState = SeatState.HERE
    share: Share | None = None


class CallState(Answer):
    """A running call. Of two peers the one that joined later makes the offer.

    With an `sfu` nobody connects to another participant: each sends to that peer, and offers to it;
    what another sends comes under that one's own peer id, in a connection that is offered to him.
    `sfu_away`: the call is to pass an SFU that does not answer now; until it does, participants
    connect to each other.
    `recording_terms` is absent where the site does not record; `recording` is the latest one.
    """

    call_id: UUID
    consultation_id: UUID
    started_at: Moment
    participants: tuple[Participant, ...]
    sfu: PeerId | None = None
    sfu_away: bool = False
    recording_terms: RecordingTerms | None = None
    recording: CallRecording | None = None

    def for_guests(self) -> "CallState":
        """The same without what names accounts."""
        people = tuple(one.model_copy(update={"account_id": None}) for one in self.participants)
        return self.model_copy(update={"participants": people})


class JoinedCall(Answer):
    """Answer to joining: one's own peer id, the others, and the ICE servers to use.

    `resumed`: this is the seat one had before; media that still flow go on. `ice_valid_s`: how long
    the credentials are good for new connections; join again with the same seat to get fresh ones.
    `screen_sharing`: whether the site lets screens and windows be shared.
    """

    peer_id: PeerId
    call: CallState
    ice_servers: tuple[IceServer, ...] = ()
    ice_transport_policy: IceTransportPolicy = "all"
    ice_valid_s: int | None = None
    resumed: bool = False
    screen_sharing: bool = True


CHECK_BYTES = 1 << 20
"""The most that one request of the call check carries."""


class CallCheck(Answer):
    """The STUN and TURN servers a call would be told."""

    ice_servers: tuple[IceServer, ...] = ()
    ice_transport_policy: IceTransportPolicy = "all"


class SpeedTaken(Answer):
    """Bytes that arrived; none is kept."""

    taken: int


class NewInvitation(Message):
    display_name: Name
    kind: Literal[ParticipantKind.PATIENT, ParticipantKind.OBSERVER] = ParticipantKind.PATIENT
    valid_minutes: int = Field(default=60, ge=1, le=24 * 60)


InvitationCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22,64}$")]


InvitationId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Names an invitation without opening anything: part of its code's hash."""

CONSENT_WORDING = "2026-11-28"
"""The version of the words that a guest agrees to (`server/web/words.js`). A change of what they
say is a new version: the server takes no other."""


class Invitation(Answer):
    """A single-use code that opens this call and nothing else.

    `link` is the guest's page with the code in the fragment, which no browser sends to a server;
    None when the site has not configured the address that guests reach.
    """

    id: InvitationId
    code: InvitationCode
    expires_at: Moment
    link: str | None = None


class InvitationState(Answer):
    """What has become of an invitation; without its code, which nobody can read again."""

    id: InvitationId
    call_id: UUID
    display_name: str
    kind: ParticipantKind
    expires_at: Moment
    redeemed_at: Moment | None
    withdrawn_at: Moment | None = None


class LookAtInvitation(Message):
    code: InvitationCode


class InvitationStanding(StrEnum):
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class InvitationSeen(Answer):
    """What a guest is shown before anything is redeemed; looking uses nothing up.

    `guest_name` is absent unless the invitation is open: a link that is passed on later names
    nobody but the doctor.
    """

    standing: InvitationStanding
    inviter_name: str
    institution_name: str | None
    guest_name: str | None
    expires_at: Moment
    wording: str


REDEEM_AGAIN_S = 60


class GuestConsent(Message):
    """The guest has read the words of this version and agreed."""

    wording: Annotated[str, StringConstraints(pattern=r"^[0-9-]{10}$")]
    language: Literal["zh", "en"]


class RedeemInvitation(Message):
    """Refused with `consent_required` without consent to the words in force.

    `secret` is made by who redeems and told to nobody else. Where no answer came, the same code and
    secret are answered by the same seat for `REDEEM_AGAIN_S`.
    """

    code: InvitationCode
    consent: GuestConsent | None = None
    secret: InvitationCode | None = None


class CallTicket(Answer):
    """What an invitation is exchanged for: a token of scope `call`."""

    access_token: str
    access_expires_at: Moment
    consultation_id: UUID
    call_id: UUID
    display_name: str


class SessionDescription(Message):
    """WebRTC RTCSessionDescription.

    Every offer asks for a new connection in place of the one there may be. An answer repeats the
    `attempt` of its offer; without it, it answers the newest.
    """

    kind: Literal["description"] = "description"
    type: Literal["offer", "answer"]
    sdp: str = Field(max_length=200_000)
    attempt: Attempt | None = None


class IceCandidate(Message):
    """WebRTC RTCIceCandidateInit; an empty candidate ends the list. `attempt` as in the offer."""

    kind: Literal["candidate"] = "candidate"
    candidate: str = Field(max_length=2_000)
    sdp_mid: str | None = None
    sdp_m_line_index: int | None = None
    attempt: Attempt | None = None


class RenewRequest(Message):
    """The one who answers asks the one who offers for a new offer: the connection is lost."""

    kind: Literal["renew"] = "renew"


class Motion(StrEnum):
    """How pictures go out."""

    FLUENT = "fluent"
    SINGLE = "single"
    PAUSED = "paused"


class Limit(StrEnum):
    """What keeps pictures from being better."""

    NONE = "none"
    LINE = "line"
    PROCESSOR = "processor"


class Sending(Message):
    """What a browser says of its own pictures, whenever it changes and on each new connection.

    Our other programs say it beside their media, where a browser cannot (RTCP APP, RFC 3550
    section 6.7).
    """

    kind: Literal["sending"] = "sending"
    motion: Motion
    limit: Limit
    camera_off: bool = False
    microphone_off: bool = False


Signal = Annotated[
    SessionDescription | IceCandidate | RenewRequest | Sending, Field(discriminator="kind")
]
