"""The own second factor: what is known of it, and what is being set up."""

from dataclasses import dataclass, field

from app.session.notices import NoticeCode
from protocol.second_factor import SecondFactorState


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """`secret` and `squares` (its QR code) are there while one is set up, `codes` until they have
    been put away; `problem` is what the last attempt ended with."""

    known: SecondFactorState | None = None
    secret: str = field(default="", repr=False)
    squares: tuple[bytes, ...] = field(default=(), repr=False)
    codes: tuple[str, ...] = field(default=(), repr=False)
    busy: bool = False
    problem: NoticeCode | None = None
    problem_details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SecondFactorChanged:
    second_factor: SecondFactor
