"""What the person at the screen wants; a view emits one, a use case tries to make it true."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from uuid import UUID

from app.commands.administration_wishes import AdministrationWish
from app.commands.audit_wishes import AuditWish
from app.commands.board_wishes import BoardWish
from app.commands.call_wishes import CallSetupWish
from app.commands.case_wishes import CaseWish
from app.commands.emr_wishes import EmrWish
from app.commands.identity_wishes import IdentityWish, WishDeviceCertificate
from app.commands.intake_wishes import IntakeWish
from app.commands.invitation_wishes import InvitationWish
from app.commands.notification_wishes import NotificationWish
from app.commands.recording_wishes import RecordingWish
from app.commands.report_wishes import ReportWish
from app.commands.rota_wishes import RotaWish
from app.commands.service_line_wishes import ServiceLineWish
from protocol.chat import ChatAudience
from protocol.consultation import CaseContent, Decision
from protocol.report import Opinion
from protocol.transition import DeclineReason


class Page(Enum):
    WORK = "work"
    NOTIFICATIONS = "notifications"
    BOARD = "board"
    ROTA = "rota"
    INBOX = "inbox"
    LIBRARY = "library"
    ADMINISTRATION = "administration"
    SECURITY = "security"
    AUDIT = "audit"
    SETTINGS = "settings"
    CASE_FORM = "case_form"
    WORKSPACE = "workspace"


class Theme(Enum):
    LIGHT = "light"
    DARK = "dark"


class Language(Enum):
    ZH_CN = "zh_CN"
    EN = "en"


# --- signing in --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WishSignIn:
    server: str
    username: str
    password: str
    take_over: bool = False
    code: str = ""

    def __repr__(self) -> str:
        return "WishSignIn(…)"


@dataclass(frozen=True, slots=True)
class WishTrustServer:
    """The person compared the fingerprint and accepts this CA."""

    server: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class WishUnlockStore:
    """The passphrase of the key file; `remember_nothing` keeps the key in memory only."""

    passphrase: str
    remember_nothing: bool = False

    def __repr__(self) -> str:
        return "WishUnlockStore(…)"


@dataclass(frozen=True, slots=True)
class WishChangePassword:
    current: str
    new: str

    def __repr__(self) -> str:
        return "WishChangePassword(…)"


@dataclass(frozen=True, slots=True)
class WishSignOut:
    pass


# --- getting about -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WishPage:
    page: Page


@dataclass(frozen=True, slots=True)
class WishOpenCase:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishStopFetching:
    """No more images of the open case for now."""


@dataclass(frozen=True, slots=True)
class WishFetchAgain:
    """Those that are missing."""


@dataclass(frozen=True, slots=True)
class WishRefresh:
    pass


@dataclass(frozen=True, slots=True)
class WishDismissNotice:
    id: UUID


@dataclass(frozen=True, slots=True)
class WishTheme:
    theme: Theme


@dataclass(frozen=True, slots=True)
class WishLanguage:
    language: Language


# --- the clinic's case -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WishNewCase:
    pass


@dataclass(frozen=True, slots=True)
class WishEditCase:
    """Every change of the form, at once; it is saved by itself.

    `consultation_id` is the case it was typed into: another may be open when the wish arrives.
    """

    content: CaseContent
    consultation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WishImport:
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class WishCancelImport:
    pass


@dataclass(frozen=True, slots=True)
class WishCancelUpload:
    study_instance_uid: str


@dataclass(frozen=True, slots=True)
class WishGoWithout:
    """The refused images of a study do not go with the case."""

    study_instance_uid: str


@dataclass(frozen=True, slots=True)
class WishSubmit:
    pass


@dataclass(frozen=True, slots=True)
class WishWithdraw:
    consultation_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class WishDecide:
    decision: Decision
    note: str


# --- the expert's case -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WishClaim:
    consultation_id: UUID


@dataclass(frozen=True, slots=True)
class WishResume:
    """Goes on with a case that is the expert's own: suspended, or held from elsewhere."""


@dataclass(frozen=True, slots=True)
class WishDecline:
    consultation_id: UUID
    reason: DeclineReason
    text: str


@dataclass(frozen=True, slots=True)
class WishRelease:
    reason: str


@dataclass(frozen=True, slots=True)
class WishEditOpinion:
    """`consultation_id` as in `WishEditCase`."""

    opinion: Opinion
    consultation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WishSign:
    """`secret` opens the certificate, where the expert has one."""

    password: str
    secret: str = ""

    def __repr__(self) -> str:
        return "WishSign(…)"


@dataclass(frozen=True, slots=True)
class WishPause:
    """For some minutes, or `until` a moment; 0 minutes end a pause."""

    minutes: int
    until: datetime | None = None


# --- the call ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WishJoinCall:
    pass


@dataclass(frozen=True, slots=True)
class WishLeaveCall:
    pass


@dataclass(frozen=True, slots=True)
class WishMute:
    muted: bool


@dataclass(frozen=True, slots=True)
class WishCameraOff:
    off: bool


@dataclass(frozen=True, slots=True)
class WishChat:
    text: str
    audience: ChatAudience = ChatAudience.TREATING


# --- the library -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WishSearchLibrary:
    query: str


@dataclass(frozen=True, slots=True)
class WishOpenEntry:
    entry_id: UUID


EntryWish = WishSignIn | WishTrustServer | WishUnlockStore | WishChangePassword | WishSignOut
NavigationWish = (
    WishPage
    | WishOpenCase
    | WishStopFetching
    | WishFetchAgain
    | WishRefresh
    | WishDismissNotice
    | WishTheme
    | WishLanguage
)
ClinicWish = (
    WishNewCase
    | WishEditCase
    | WishImport
    | WishCancelImport
    | WishCancelUpload
    | WishGoWithout
    | WishSubmit
    | WishWithdraw
    | WishDecide
)
ExpertWish = (
    WishClaim | WishResume | WishDecline | WishRelease | WishEditOpinion | WishSign | WishPause
)


@dataclass(frozen=True, slots=True)
class WishTakeUpMessage:
    """One that was not sent is written again."""

    message_id: UUID


CallWish = WishJoinCall | WishLeaveCall | WishMute | WishCameraOff | WishChat | WishTakeUpMessage
LibraryWish = WishSearchLibrary | WishOpenEntry
Wish = (
    EntryWish
    | WishDeviceCertificate
    | IdentityWish
    | AuditWish
    | IntakeWish
    | EmrWish
    | NavigationWish
    | NotificationWish
    | BoardWish
    | RotaWish
    | ServiceLineWish
    | ClinicWish
    | CaseWish
    | ExpertWish
    | CallWish
    | InvitationWish
    | CallSetupWish
    | RecordingWish
    | ReportWish
    | LibraryWish
    | AdministrationWish
)
