"""What the settings show of the certificate that signs papers."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.models.notices import words_for
from app.models.times import moment
from app.session.signature import CertificatePlace, Signature, TokenLabel


@dataclass(frozen=True, slots=True)
class CertificateProps:
    chosen: bool
    line: str
    """Whose it is, who issued it, until when it is valid."""
    problem: str
    module: str
    labels: tuple[TokenLabel, ...]


def derive_certificate(signature: Signature) -> CertificateProps:
    return CertificateProps(
        chosen=signature.words is not None,
        line=_line(signature),
        problem="" if signature.problem is None else words_for(signature.problem),
        module=signature.module,
        labels=signature.labels,
    )


def _line(signature: Signature) -> str:
    translate = QCoreApplication.translate
    words = signature.words
    if words is None:
        if signature.terms is not None and signature.terms.certificate_needed:
            return translate("certificate", "None chosen. This site signs reports by certificate.")
        return translate(
            "certificate",
            "None chosen. Reports are signed with this program's own key, which the server vouches "
            "for.",
        )
    place = (
        translate("certificate", "From a file, kept encrypted on this computer")
        if signature.place is CertificatePlace.FILE
        else translate("certificate", "On a token")
    )
    text = translate("certificate", "{name}, issued by {issuer}, valid until {time}. {place}.")
    return text.format(
        name=words.subject, issuer=words.issuer, time=moment(words.not_after), place=place
    )
