"""The expert's certificate on this computer, what the site asks of it, and what a paper showed."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import assert_never

from app.session.notices import Trouble
from protocol.report import SigningTerms


class CertificatePlace(Enum):
    FILE = auto()
    """A PKCS#12 file, kept sealed; its passphrase is asked each time."""
    TOKEN = auto()
    """A PKCS#11 token; its PIN is asked each time."""


@dataclass(frozen=True, slots=True)
class CertificateWords:
    """What a certificate says of itself."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime

    def valid_at(self, moment: datetime) -> bool:
        return self.not_before <= moment <= self.not_after


@dataclass(frozen=True, slots=True)
class PaperVerdict:
    """What is known of a paper after looking at it."""

    intact: bool
    """There is one signature, over the whole file, and it fits."""
    of_report: bool
    """The signature names the digest of this very report."""
    trusted: bool
    """The certificate comes from an authority of the site and was valid when it signed."""
    signer: CertificateWords | None = None
    timestamp: datetime | None = None
    """From a trusted authority; None where only the expert's own clock speaks."""
    lost: bool = False
    """The server has it no more."""
    of_expert: bool = True
    """The certificate can be of the person whom the report names."""

    @property
    def genuine(self) -> bool:
        """It is the paper of this report, whoever signed it."""
        return self.intact and self.of_report

    @property
    def good(self) -> bool:
        return self.genuine and self.trusted and self.of_expert


@dataclass(frozen=True, slots=True)
class TokenLabel:
    """A certificate on a token that is plugged in."""

    token: str
    certificate: str


@dataclass(frozen=True, slots=True)
class Signature:
    place: CertificatePlace | None = None
    words: CertificateWords | None = None
    module: str = ""
    """The library that was looked through for `labels`."""
    labels: tuple[TokenLabel, ...] = ()
    problem: Trouble | None = None
    """Of the last attempt to choose one."""
    terms: SigningTerms | None = None


@dataclass(frozen=True, slots=True)
class CertificateChosen:
    place: CertificatePlace
    words: CertificateWords


@dataclass(frozen=True, slots=True)
class CertificateForgotten:
    pass


@dataclass(frozen=True, slots=True)
class CertificateRefused:
    problem: Trouble


@dataclass(frozen=True, slots=True)
class TokensFound:
    module: str
    labels: tuple[TokenLabel, ...]


@dataclass(frozen=True, slots=True)
class TermsRead:
    terms: SigningTerms


SignatureFact = (
    CertificateChosen | CertificateForgotten | CertificateRefused | TokensFound | TermsRead
)


def reduce_signature(state: Signature, fact: SignatureFact) -> Signature:
    match fact:
        case CertificateChosen(place, words):
            return Signature(place=place, words=words, terms=state.terms)
        case CertificateForgotten():
            return Signature(terms=state.terms)
        case CertificateRefused(problem):
            return replace(state, problem=problem)
        case TokensFound(module, labels):
            return replace(state, module=module, labels=labels, problem=None)
        case TermsRead(terms):
            return replace(state, terms=terms)
        case _:
            assert_never(fact)
