"""What can be wished of a report as paper, and of the certificate that signs it."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.session.phrases import OwnPhrase
from protocol.report import ReportPicture


@dataclass(frozen=True, slots=True)
class WishPaper:
    """The report as it is or will be on paper: to read, save and print."""


@dataclass(frozen=True, slots=True)
class WishTakePicture:
    """What the viewer shows goes into the report."""

    of: UUID


@dataclass(frozen=True, slots=True)
class WishShowImage:
    """The image that a picture of the report shows."""

    picture: ReportPicture


@dataclass(frozen=True, slots=True)
class WishCertificateFile:
    """To sign with a PKCS#12 file; its passphrase is not kept."""

    path: Path
    secret: str

    def __repr__(self) -> str:
        return "WishCertificateFile(…)"


@dataclass(frozen=True, slots=True)
class WishTokens:
    """What lies on the tokens that a PKCS#11 library sees."""

    module: str


@dataclass(frozen=True, slots=True)
class WishCertificateToken:
    """To sign with a certificate on a token; its PIN is not kept."""

    module: str
    token: str
    label: str
    pin: str

    def __repr__(self) -> str:
        return "WishCertificateToken(…)"


@dataclass(frozen=True, slots=True)
class WishForgetCertificate:
    """To sign without one from now on."""


@dataclass(frozen=True, slots=True)
class WishKeepPhrase:
    phrase: OwnPhrase


@dataclass(frozen=True, slots=True)
class WishForgetPhrase:
    phrase: OwnPhrase


@dataclass(frozen=True, slots=True)
class WishGiveCopy:
    """A link with which the patient reads the signed report, for some days."""

    consultation_id: UUID
    days: int


@dataclass(frozen=True, slots=True)
class WishWithdrawCopy:
    consultation_id: UUID
    copy_id: str


@dataclass(frozen=True, slots=True)
class WishFollowCopies:
    """What has become of the copies of a case."""

    consultation_id: UUID


ReportWish = (
    WishPaper
    | WishTakePicture
    | WishShowImage
    | WishCertificateFile
    | WishTokens
    | WishCertificateToken
    | WishForgetCertificate
    | WishKeepPhrase
    | WishForgetPhrase
    | WishGiveCopy
    | WishWithdrawCopy
    | WishFollowCopies
)
