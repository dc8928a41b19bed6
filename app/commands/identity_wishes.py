"""What a person wants of who they are: second factor, sessions, the lock, and in an emergency."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WishDeviceCertificate:
    """The file that shows a server that this computer is one of the site's."""

    file: Path
    secret: str

    def __repr__(self) -> str:
        return "WishDeviceCertificate(…)"


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


@dataclass(frozen=True, slots=True)
class WishEndOwnSession:
    session_id: UUID


@dataclass(frozen=True, slots=True)
class WishEndOtherSessions:
    """All of one's own but this one."""


@dataclass(frozen=True, slots=True)
class WishEndSession:
    """Anybody's."""

    session_id: UUID


@dataclass(frozen=True, slots=True)
class WishEndSessionsOf:
    """All of one person."""

    account_id: UUID


@dataclass(frozen=True, slots=True)
class WishLock:
    """Out of sight until the password is given."""


@dataclass(frozen=True, slots=True)
class WishUnlock:
    password: str

    def __repr__(self) -> str:
        return "WishUnlock(…)"


@dataclass(frozen=True, slots=True)
class WishLockAfter:
    """So many minutes without input; 0 is never."""

    minutes: int


@dataclass(frozen=True, slots=True)
class WishBreakGlass:
    """To read a case one takes no part in, by its number, in an emergency."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class WishEndEmergency:
    """Somebody's emergency access is over before its time."""

    access_id: UUID


IdentityWish = (
    WishBeginFactor
    | WishConfirmFactor
    | WishNewRecoveryCodes
    | WishEndFactor
    | WishCloseFactor
    | WishEndOwnSession
    | WishEndOtherSessions
    | WishEndSession
    | WishEndSessionsOf
    | WishLock
    | WishUnlock
    | WishLockAfter
    | WishBreakGlass
    | WishEndEmergency
)
