"""The receiver of HL7 v2 messages as a form, and what it does now in words."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from app.models.times import day
from app.models.words import listed
from app.net.mllp_tls import TlsFault
from app.session.state import State
from app.store.intake_settings import Hl7Receiver

__all__ = ["Hl7Receiver"]

SOON_DAYS = 30


def hosts_text(hosts: tuple[str, ...]) -> str:
    return "; ".join(hosts)


def hl7_of(
    *, on: bool, port: int, address: str, hosts: str, certificate: str = "", authority: str = ""
) -> tuple[Hl7Receiver | None, dict[str, str]]:
    """The receiver of the form's values, or what is wrong by the name of the field."""
    translate = QCoreApplication.translate
    listed = hosts.replace("；", ";").replace("，", ";").replace(",", ";").split(";")
    named = tuple(dict.fromkeys(one.strip() for one in listed if one.strip()))
    address_words = translate("hl7_settings", "Addresses as 10.1.2.3, with ; between them.")
    if on and not named:
        return None, {"hosts": address_words}
    if authority and not certificate:
        text = translate("hl7_settings", "This computer needs a certificate of its own for that.")
        return None, {"certificate": text}
    try:
        made = Hl7Receiver(
            on=on,
            port=port,
            address=address,
            hosts=named,
            certificate=certificate,
            authority=authority,
        )
        return made, {}
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
    here = translate("hl7_settings", "An address of this computer, as 10.1.2.3.")
    return None, {one: here if one == "address" else address_words for one in wrong}


def hl7_words(state: State) -> str:
    """What it does now; empty while it is switched off."""
    told, settings = state.intake.state.hl7, state.intake.settings.hl7
    translate = QCoreApplication.translate
    if not settings.on:
        return ""
    said = []
    if told.port_taken:
        said.append(
            translate(
                "hl7_settings",
                "It cannot listen: another program has its port. Choose another port, or end that "
                "program.",
            )
        )
    if told.certificate_unusable:
        said.append(
            translate(
                "hl7_settings",
                "It does not listen: the certificate cannot be used. A file is needed that has the "
                "certificate and its key without a passphrase (PEM), and one of the authority.",
            )
        )
    if told.port:
        text = translate("hl7_settings", "Listening at port {port}, messages received: {n}")
        if told.encrypted:
            text = translate(
                "hl7_settings", "Listening with TLS at port {port}, messages received: {n}"
            )
        said.append(text.format(port=told.port, n=told.came))
    if told.expires is not None:
        said.append(_certificate_words(told.expires, told.days_left))
    if told.refused:
        text = translate("hl7_settings", "Not in the list, refused: {who}")
        said.append(text.format(who=listed(told.refused)))
    if told.faults:
        text = translate("hl7_settings", "No TLS with: {who}")
        said.append(text.format(who=listed(_faults(told.faults))))
    return "\n".join(said)


def _certificate_words(expires: datetime, days_left: int) -> str:
    translate = QCoreApplication.translate
    if days_left < 0:
        text = translate(
            "hl7_settings",
            "This computer's certificate expired on {day}, and senders refuse it. Put a new one "
            "into its file, then save.",
        )
    elif days_left < SOON_DAYS:
        text = translate(
            "hl7_settings",
            "This computer's certificate expires on {day}. Put a new one into its file before, "
            "then save.",
        )
    else:
        text = translate("hl7_settings", "This computer's certificate is valid until {day}.")
    return text.format(day=day(expires))


def _faults(faults: Iterable[tuple[str, TlsFault]]) -> list[str]:
    words, text = _fault_words(), QCoreApplication.translate("hl7_settings", "{who} ({why})")
    return [text.format(who=who, why=words[why]) for who, why in faults]


def _fault_words() -> dict[TlsFault, str]:
    translate = QCoreApplication.translate
    return {
        TlsFault.NO_TLS: translate("hl7_settings", "sends without TLS"),
        TlsFault.UNASKED: translate(
            "hl7_settings",
            "sends with TLS: name a certificate of this computer here, or have it send without",
        ),
        TlsFault.NO_CERTIFICATE: translate("hl7_settings", "shows no certificate"),
        TlsFault.EXPIRED: translate("hl7_settings", "its certificate has expired"),
        TlsFault.NOT_OURS: translate("hl7_settings", "its certificate is of another authority"),
        TlsFault.REFUSES_US: translate(
            "hl7_settings", "does not accept this computer's certificate"
        ),
        TlsFault.TOO_OLD: translate("hl7_settings", "needs TLS 1.2 or newer"),
        TlsFault.BROKE_OFF: translate(
            "hl7_settings",
            "hung up or said nothing: it may send without TLS, or not accept this computer's "
            "certificate",
        ),
        TlsFault.OTHER: translate("hl7_settings", "TLS failed"),
    }
