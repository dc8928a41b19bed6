"""How the line to a peer is, by what its receiver reports, and the step that follows from it."""

from dataclasses import dataclass
from enum import Enum, auto

from app.media.ladder import DOCUMENT_LEAST_KBPS


class Quality(Enum):
    """How the line is, by the last reports."""

    EXCELLENT = auto()
    GOOD = auto()
    FAIR = auto()
    POOR = auto()
    CRITICAL = auto()


STEPS_KBPS = {
    Quality.EXCELLENT: 200,
    Quality.GOOD: 100,
    Quality.FAIR: 0,
    Quality.POOR: -200,
    Quality.CRITICAL: -500,
}
LOW_STEPS_KBPS = {
    Quality.EXCELLENT: 100,
    Quality.GOOD: 50,
    Quality.FAIR: 0,
    Quality.POOR: -50,
    Quality.CRITICAL: -125,
}
"""Below the document's least."""

QUEUES_MS = ((40, Quality.EXCELLENT), (80, Quality.GOOD), (120, Quality.FAIR), (350, Quality.POOR))
LOSSES = (
    (0.01, Quality.EXCELLENT),
    (0.02, Quality.GOOD),
    (0.1, Quality.FAIR),
    (0.25, Quality.POOR),
)
JITTER_MS = 60
"""More than this is not an excellent line."""


@dataclass(frozen=True, slots=True)
class Report:
    """One receiver's report block. `lost` is 0..1 of `packets`; times in ms, None: not measured.

    It tells of the last `covers_s` seconds, since the block before it.
    """

    lost: float
    packets: int
    rtt_ms: float | None = None
    jitter_ms: float = 0.0
    covers_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Work:
    """What the sender did lately.

    Args:
        arrived_kbps: what the receiver got by its reports, None when not known.
        sent_kbps: the most that was sent in a while, None when not known.
        sends_kbps: what was sent since the last decision, None when not known.
        answers_late_ms: the queue in the line to us, in which what the receiver tells waits.
        encode_share: time spent encoding of the time between two pictures.
        skipped_share: of the pictures that were due, those not sent for want of bits.
    """

    arrived_kbps: float | None = None
    encode_share: float = 0.0
    skipped_share: float = 0.0
    sent_kbps: float | None = None
    answers_late_ms: float = 0.0
    sends_kbps: float | None = None


def grade(value: float, bounds: tuple[tuple[float, Quality], ...]) -> Quality:
    return next((quality for bound, quality in bounds if value < bound), Quality.CRITICAL)


def steps_for(target_kbps: float) -> dict[Quality, int]:
    return STEPS_KBPS if target_kbps >= DOCUMENT_LEAST_KBPS else LOW_STEPS_KBPS
