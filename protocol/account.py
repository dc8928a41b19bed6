"""Accounts, sessions and the people behind them."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints

from protocol.base import Answer, Message, Moment, Name, ShortText
from protocol.seal import Base64Key
from protocol.second_factor import Code


class Role(StrEnum):
    """What an account may do; an account may hold several (domain.md, Words)."""

    REQUESTER = "requester"
    EXPERT = "expert"
    DISPATCHER = "dispatcher"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    SECURITY = "security"
    ADMIN = "admin"


CLINICAL_ROLES = (Role.REQUESTER, Role.EXPERT, Role.DISPATCHER, Role.REVIEWER)
"""Any of them opens the case library; who administers, audits or looks after security sees no
clinical content."""


class ExpertTitle(StrEnum):
    """职称: what the matching score weighs."""

    CHIEF = "chief_physician"  # 主任医师
    ASSOCIATE_CHIEF = "associate_chief_physician"  # 副主任医师
    ATTENDING = "attending_physician"  # 主治医师
    RESIDENT = "resident_physician"  # 住院医师


Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,39}$")]
Password = Annotated[SecretStr, Field(min_length=8, max_length=200)]


class SpokenLanguage(StrEnum):
    """What a case is talked about in; ISO 639 codes."""

    MANDARIN = "cmn"  # 普通话
    CANTONESE = "yue"  # 粤语
    TIBETAN = "bo"  # 藏语
    UYGHUR = "ug"  # 维吾尔语
    MONGOLIAN = "mn"  # 蒙古语
    KAZAKH = "kk"  # 哈萨克语
    ZHUANG = "za"  # 壮语
    YI = "ii"  # 彝语
    KOREAN = "ko"  # 朝鲜语
    ENGLISH = "en"  # 英语


class ExpertProfile(Message):
    """What matching reads of an expert. Without languages they are asked in any."""

    title: ExpertTitle
    departments: tuple[Name, ...] = Field(min_length=1)
    icd10_prefixes: tuple[ShortText, ...] = ()
    years: int = Field(ge=0, le=70)
    licence_number: ShortText = ""
    heads: tuple[Name, ...] = Field(
        default=(), description="departments this person is head of, told of overdue cases"
    )
    languages: tuple[SpokenLanguage, ...] = ()
    capacity: int | None = Field(
        default=None, ge=1, le=100, description="how many cases they hold at once; absent: no limit"
    )


class Account(Answer):
    """A person as the program shows them to others and to themselves."""

    id: UUID
    username: Username
    display_name: Name
    roles: tuple[Role, ...]
    institution_id: UUID | None
    institution_name: str | None
    expert: ExpertProfile | None = None
    disabled: bool = False
    must_change_password: bool = False
    second_factor: bool | None = Field(default=None, description="told to administrators only")
    records_written_since: Moment | None = Field(
        default=None, description="as the institution of this account has it"
    )


class Institution(Answer):
    """A clinic or hospital; `code` is its short unique code."""

    id: UUID
    code: Name
    name: Name
    kind: "InstitutionKind"
    active: bool = True
    records_written_since: Moment | None = Field(
        default=None,
        description="since when its clients write cases and reports into the record of its "
        "hospital; absent: they write nothing",
    )


class InstitutionKind(StrEnum):
    CLINIC = "clinic"
    HOSPITAL = "hospital"


class Agreement(Answer):
    """Which clinic may consult which hospital, from when until when."""

    id: UUID
    clinic_id: UUID
    hospital_id: UUID
    valid_from: Moment
    valid_until: Moment | None = None


class SignIn(Message):
    """`take_over` ends the account's other live session, after the person has been asked; `code`
    is that of the second factor, or one of its recovery codes, where the account has one."""

    username: Username
    password: SecretStr = Field(min_length=1, max_length=200)
    device: ShortText = ""
    take_over: bool = False
    code: Code | None = None


EndReason = Literal[
    "signed_in_elsewhere", "disabled", "password_reset", "refresh_reused", "revoked"
]
"""Why a session was ended from outside."""


class TokenScope(StrEnum):
    """`full`: a person at a client. `transfer`: uploads only. `call`: one call and nothing else.

    `relay`: an edge stores the images of somebody and does nothing else.
    """

    FULL = "full"
    TRANSFER = "transfer"
    CALL = "call"
    RELAY = "relay"


class TokenPair(Answer):
    """A short access token (Bearer) and a refresh token that is good for one use.

    `second_factor_due`: nothing else opens before the account has set one up. `lock_after_s`: the
    site wants a window without input locked after this at the latest. `wipe_on_sign_out`: what was
    read of cases does not stay at the computer when its reader signs out.
    """

    access_token: str
    access_expires_at: Moment
    refresh_token: str
    scope: TokenScope
    account: Account
    second_factor_due: bool = False
    lock_after_s: int | None = None
    wipe_on_sign_out: bool = False


class Refresh(Message):
    refresh_token: str = Field(min_length=20, max_length=200)


class ChangePassword(Message):
    current: SecretStr = Field(min_length=1, max_length=200)
    new: Password


class Reauthenticate(Message):
    """The password again: just before a legal act, answered by a ticket for one signature; or to
    open a window that has locked itself."""

    password: SecretStr = Field(min_length=1, max_length=200)


class SigningTicket(Answer):
    ticket: str
    expires_at: Moment


class SigningKey(Message):
    """An Ed25519 public key (32 bytes, base64) of who signs reports, or approves them."""

    public_key: Base64Key
    ticket: str


class RegisteredKey(Answer):
    id: UUID
    public_key: str
    registered_at: Moment


class NewInstitution(Message):
    code: Name
    name: Name
    kind: InstitutionKind


class ChangeInstitution(Message):
    name: Name | None = None
    active: bool | None = None
    writes_records: bool | None = None


class NewAgreement(Message):
    clinic_id: UUID
    hospital_id: UUID
    valid_from: Moment
    valid_until: Moment | None = None


class ChangeAgreement(Message):
    valid_until: Moment | None


class NewAccount(Message):
    username: Username
    display_name: Name
    password: Password
    roles: tuple[Role, ...] = Field(min_length=1)
    institution_id: UUID | None = None
    expert: ExpertProfile | None = None
    must_change_password: bool = True


class ChangeAccount(Message):
    """Only the fields that are given change; `institution_id` moves the account."""

    display_name: Name | None = None
    roles: tuple[Role, ...] | None = None
    institution_id: UUID | None = None
    expert: ExpertProfile | None = None
    disabled: bool | None = None


class PasswordReset(Answer):
    """Shown once to the admin; the person must change it at the next sign-in."""

    temporary_password: str


class ServerInfo(Answer):
    """What a client may know before anybody signs in."""

    name: str
    version: str
    protocol_version: int
    time: Moment


Institution.model_rebuild()
