"""The check before a call: what is being looked at, and what was found."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from pydantic import Field

from protocol.base import Message


class Step(StrEnum):
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"
    SERVER = "server"
    SOCKET = "socket"
    SIGN_IN = "sign-in"
    RELAY = "relay"
    BANDWIDTH = "bandwidth"


class Verdict(StrEnum):
    """POOR: a call works, but not well. SKIPPED: nothing to check it with."""

    GOOD = "good"
    POOR = "poor"
    FAILED = "failed"
    SKIPPED = "skipped"


class Reason(StrEnum):
    """Why the verdict is not GOOD."""

    NONE = "none"
    NO_DEVICE = "no-device"
    NO_PICTURE = "no-picture"
    NO_SOUND = "no-sound"
    NO_MEDIA = "no-media"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNTRUSTED = "untrusted"
    ELSEWHERE = "elsewhere"
    SLOW = "slow"
    NOT_ASKED = "not-asked"
    NO_RELAY = "no-relay"


class Finding(Message):
    """`figures`: `ms`, `level_db`, `up_kbps`, `down_kbps`. `detail`: a device's or a way's name."""

    step: Step
    verdict: Verdict
    reason: Reason = Reason.NONE
    figures: dict[str, float] = Field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallCheckState:
    """`step` is what is being looked at; `running` until the last one or until it is stopped."""

    running: bool = False
    step: Step | None = None
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckStarted:
    """What was found before is forgotten."""


@dataclass(frozen=True, slots=True)
class CheckBegun:
    step: Step


@dataclass(frozen=True, slots=True)
class CheckFound:
    finding: Finding


@dataclass(frozen=True, slots=True)
class CheckEnded:
    """By itself, or because it was stopped."""


CheckFact = CheckStarted | CheckBegun | CheckFound | CheckEnded


def reduce_check(state: CallCheckState, fact: CheckFact) -> CallCheckState:
    match fact:
        case CheckStarted():
            return CallCheckState(running=True)
        case CheckBegun(step):
            return replace(state, step=step)
        case CheckFound(finding):
            return replace(state, step=None, found=(*state.found, finding))
        case CheckEnded():
            return replace(state, running=False, step=None)
        case _:
            assert_never(fact)
