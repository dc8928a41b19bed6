"""One line for two videos of one sender: speech first, then the share, then the face.

To each participant go two connections of a sharer, over the same line. Two controllers would take
each other's packets for a poor line. So the one of the face's connection, which also carries the
speech, decides for both: it is told what arrives on both, and what it leaves for pictures is
divided here. The share takes what it uses; what a still screen leaves unused is lent to the face.
While the face's connection is away, the share's own controller decides for it.
"""

from collections import deque
from dataclasses import dataclass, replace
from typing import Protocol

from app.media.bitrate import Decision
from app.media.line_quality import Work
from app.media.share_ladder import Content, FaceRungs, ShareRungs
from protocol.call import Motion

SHARE_MOST_KBPS = {Content.SCREEN: 2000, Content.MOVING: 2500}
FACE_LEAST_KBPS = 170
"""With less a face is paused: a sharp share is worth more."""
FACE_FROM_KBPS, FACE_UNTIL_KBPS = 600, 500
"""A busy share leaves the face its least where there is so much for both, until so little."""
FACE_SHARE = 0.15
LOOKS = 4
"""Looks, half a second apart, of which the one with most tells what a share uses."""
SPARE_FACTOR, SPARE_KBPS = 1.5, 400
"""What a share may use more than it used, before anything is lent to the face."""
FRESH_S = 2.0


@dataclass(frozen=True, slots=True)
class Parts:
    """Of the rate for pictures, in kbit/s. `could` is what the share gets when it needs it."""

    share: int
    face: int
    could: int


class Division:
    """Divides the rate for pictures between a share and the face beside it."""

    def __init__(self, content: Content) -> None:
        self._most = SHARE_MOST_KBPS[content]
        self._beside = False
        self._used: deque[float] = deque(maxlen=LOOKS)

    def used(self, kbps: float) -> None:
        """What the share spent since the last look."""
        self._used.append(kbps)

    def divide(self, kbps: int) -> Parts:
        """The share first; the face its least where there is enough for both, and what is left."""
        floor = FACE_UNTIL_KBPS if self._beside else FACE_FROM_KBPS
        self._beside = kbps >= floor
        held = round(max(FACE_LEAST_KBPS, kbps * FACE_SHARE)) if self._beside else 0
        could = max(0, min(self._most, kbps - held))
        share = min(could, self._wanted())
        face = max(0, kbps - share)
        if face < FACE_LEAST_KBPS:
            could = share = min(self._most, max(0, kbps))
            face = 0
        return Parts(share, face, could)

    def _wanted(self) -> int:
        if len(self._used) < LOOKS:
            return self._most
        return round(max(self._used) * SPARE_FACTOR) + SPARE_KBPS


class LinePart(Protocol):
    """What one connection's adaptation asks of the line it shares."""

    speaks: bool
    """Whether speech goes on this connection."""

    def told(self, now: float, queue_ms: float, kbps: float) -> tuple[float, float]:
        """The queue and the arriving rate the controller is to hear."""
        ...

    def work(self, now: float, work: Work) -> Work:
        """What the controller is to know of what was sent."""
        ...

    def allot(self, now: float, decision: Decision) -> Decision:
        """What this connection sends of what was decided."""
        ...


class WholeLine:
    """Nothing else goes over it."""

    speaks = True

    def told(self, now: float, queue_ms: float, kbps: float) -> tuple[float, float]:
        return queue_ms, kbps

    def work(self, now: float, work: Work) -> Work:
        return work

    def allot(self, now: float, decision: Decision) -> Decision:
        return decision


WHOLE = WholeLine()


@dataclass(slots=True)
class _Heard:
    at: float
    queue_ms: float = 0.0
    kbps: float = 0.0


class Line:
    """The line to one participant; `face` and `share` are the parts of its two connections."""

    def __init__(self) -> None:
        self.face = FacePart(self)
        self.share = SharePart(self)
        self._content: Content | None = None
        self.division = Division(Content.SCREEN)
        self.share_rungs = ShareRungs(Content.SCREEN)
        self.face_rungs = FaceRungs()
        self.parts: Parts | None = None

    @property
    def content(self) -> Content | None:
        return self._content

    def shares(self, content: Content | None) -> None:
        """What is shared from now on; None: nothing."""
        if content is self._content:
            return
        self._content = content
        self.face_rungs, self.parts = FaceRungs(), None
        if content is not None:
            self.division, self.share_rungs = Division(content), ShareRungs(content)


class FacePart:
    """The connection with face and speech: its controller decides for the whole line."""

    speaks = True

    def __init__(self, line: Line) -> None:
        self._line = line
        self.decided: tuple[float, Decision] | None = None

    def told(self, now: float, queue_ms: float, kbps: float) -> tuple[float, float]:
        share = self._line.share.heard
        if self._line.content is None or now - share.at > FRESH_S:
            return queue_ms, kbps
        return max(queue_ms, share.queue_ms), kbps + share.kbps

    def work(self, now: float, work: Work) -> Work:
        shared = self._line.share.worked
        if self._line.content is None or shared is None or now - shared[0] > FRESH_S:
            return work
        other = shared[1]
        return replace(
            work,
            arrived_kbps=_sum(work.arrived_kbps, other.arrived_kbps),
            sent_kbps=_sum(work.sent_kbps, other.sent_kbps),
            sends_kbps=_sum(work.sends_kbps, other.sends_kbps),
            encode_share=max(work.encode_share, other.encode_share),
        )

    def allot(self, now: float, decision: Decision) -> Decision:
        line = self._line
        if line.content is None:
            return decision
        self.decided = (now, decision)
        line.parts = parts = line.division.divide(decision.pictures_kbps)
        rung = line.face_rungs.rung(now, parts.face, decision.rung)
        if rung.motion is Motion.PAUSED:
            return replace(decision, rung=rung, pictures_kbps=0)
        return replace(decision, rung=rung, pictures_kbps=parts.face)


class SharePart:
    """The connection of the share: it follows what was decided for the line."""

    speaks = False

    def __init__(self, line: Line) -> None:
        self._line = line
        self.heard = _Heard(-FRESH_S * 2)
        self.worked: tuple[float, Work] | None = None

    def told(self, now: float, queue_ms: float, kbps: float) -> tuple[float, float]:
        self.heard = _Heard(now, queue_ms, kbps)
        return queue_ms, kbps

    def work(self, now: float, work: Work) -> Work:
        self.worked = (now, work)
        self._line.division.used(work.sent_kbps or 0.0)
        return work

    def allot(self, now: float, decision: Decision) -> Decision:
        line, decided = self._line, self._line.face.decided
        if line.parts is not None and decided is not None and now - decided[0] <= FRESH_S:
            decision, kbps, could = decided[1], line.parts.share, line.parts.could
        else:
            most = SHARE_MOST_KBPS[line.content or Content.SCREEN]
            kbps = could = min(decision.pictures_kbps, most)
        return replace(decision, rung=line.share_rungs.rung(now, could), pictures_kbps=kbps)


def _sum(one: float | None, other: float | None) -> float | None:
    return other if one is None else one + (other or 0.0)
