"""The receiver of HL7 v2 messages as a form, and what it does now in words."""

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from app.models.words import listed
from app.session.state import State
from app.store.intake_settings import Hl7Receiver

__all__ = ["Hl7Receiver"]


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
    if told.refused:
        text = translate("hl7_settings", "Not in the list, refused: {who}")
        said.append(text.format(who=listed(told.refused)))
    return "\n".join(said)
