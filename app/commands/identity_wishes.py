"""What a person wants of the own second factor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WishBeginFactor:
    """A new one; `code` is of the one in force, where there is one."""

    password: str
    code: str = ""

    def __repr__(self) -> str:
        return "WishBeginFactor(…)"


@dataclass(frozen=True, slots=True)
class WishConfirmFactor:
    """A code of the one that is being set up."""

    code: str

    def __repr__(self) -> str:
        return "WishConfirmFactor(…)"


@dataclass(frozen=True, slots=True)
class WishNewRecoveryCodes:
    password: str
    code: str

    def __repr__(self) -> str:
        return "WishNewRecoveryCodes(…)"


@dataclass(frozen=True, slots=True)
class WishEndFactor:
    """To do without one from now on."""

    password: str
    code: str

    def __repr__(self) -> str:
        return "WishEndFactor(…)"


@dataclass(frozen=True, slots=True)
class WishCloseFactor:
    """What is shown once has been put away."""


IdentityWish = (
    WishBeginFactor | WishConfirmFactor | WishNewRecoveryCodes | WishEndFactor | WishCloseFactor
)
