"""The way in: unlocking the store, trusting the server, signing in."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from app.session.notices import NoticeCode


class EntryStage(Enum):
    UNLOCK = auto()
    """The key file's passphrase is wanted (or chosen, the first time)."""
    CREDENTIALS = auto()
    TRUST = auto()
    """First contact: compare the CA's fingerprint."""
    ELSEWHERE = auto()
    """Signed in on another computer; sign in here instead?"""
    NEW_PASSWORD = auto()
    DEVICE = auto()
    """The server admits only computers with a certificate, or not with this one."""
    CODE = auto()
    """The password was right; the code of the second factor is wanted, too."""
    SECOND_FACTOR = auto()
    """One has to be set up before anything else."""


@dataclass(frozen=True, slots=True)
class DeviceWords:
    """The certificate of this computer; `fixed` where it is set up for all who use it, without
    `until` where what is set up cannot be read."""

    name: str
    until: datetime | None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """`problem` is what the last attempt ended with; `first_time` when a passphrase is chosen."""

    stage: EntryStage = EntryStage.CREDENTIALS
    server: str = ""
    username: str = ""
    busy: bool = False
    first_time: bool = False
    still_sending: int = 0
    """Images of the account that has signed out, which this computer goes on sending."""
    problem: NoticeCode | None = None
    problem_details: tuple[tuple[str, str], ...] = ()
    ca_subject: str = ""
    ca_fingerprint: str = ""
    device: DeviceWords | None = None


@dataclass(frozen=True, slots=True)
class EntryChanged:
    entry: Entry
