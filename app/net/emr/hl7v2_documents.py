"""Documents in HL7 v2 messages: what an OBX carries (ED) or points to (RP), and letters (MDM)."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field

from app.net.emr.elements import Json, concept, decoded, name_of
from app.net.emr.hl7v2_fields import Cells, concept_of, first_of, time_of

CARRIED, POINTED = "ED", "RP"
WORDED = ("TX", "FT", "ST")
"""Types of OBX-2 that are lines of a letter, where a letter was begun."""
IN_ERROR = "entered-in-error"
_TYPES = {
    "pdf": "application/pdf",
    **dict.fromkeys(("jpeg", "jpg"), "image/jpeg"),
    **{one: f"image/{one}" for one in ("png", "tiff", "gif", "bmp")},
    **dict.fromkeys(("html", "htm"), "text/html"),
    **dict.fromkeys(("xml", "cda"), "text/xml"),
    "rtf": "application/rtf",
    **dict.fromkeys(("txt", "text", "plain", "octet-stream"), "text/plain"),
}
"""Table 0291, as engines write it; what the bytes say goes before it."""
_CANCELLED, _UNFINISHED = "T11", ("DI", "IP", "IN", "PA")
"""An event of MDM (table 0003), and what is not authenticated yet (table 0271)."""


def attachment_of(kind: str, values: Cells, title: str) -> Json | None:
    """An Attachment of OBX-5 by the type of OBX-2; None where it neither carries nor names one."""
    first = [*(values[0] if values else []), *[""] * 5]
    if kind == POINTED:
        pointer, _, main, subtype, *_ = first
        told = {"title": title, "contentType": _type_of(main, subtype), "url": pointer}
        return told if pointer else None
    _, main, subtype, encoding, data, *_ = first
    if not data:
        return None
    return {
        "title": title,
        "contentType": _type_of(main, subtype),
        "data": _packed(data, encoding.casefold()),
    }


def text_form(lines: list[str]) -> Json:
    """An Attachment of words."""
    text = "\n".join(lines)
    data = base64.b64encode(text.encode()).decode()
    return {"contentType": "text/plain; charset=utf-8", "data": data}


def _type_of(main: str, subtype: str) -> str:
    told = subtype.casefold().removeprefix(".")
    if "/" in told:
        return told
    return _TYPES.get(told or main.casefold(), f"{main}/{subtype}".casefold().strip("/"))


def _packed(data: str, encoding: str) -> str:
    """In base64, whatever it came in; what says it is base64 and is not stays, and is told when it
    is opened."""
    whole = "".join(data.split())
    try:
        if encoding == "hex":
            return base64.b64encode(bytes.fromhex(whole)).decode()
        if encoding != "base64" and not decoded(whole):
            return base64.b64encode(data.encode()).decode()
    except (ValueError, binascii.Error):
        pass
    return whole


@dataclass(frozen=True, slots=True)
class Letter:
    """A TXA: `told` is a DocumentReference without its content, `number` the sender's of it,
    `replaces` that of the one it takes the place of."""

    told: Json
    number: str
    replaces: str


def letter_of(of: Callable[[int], Cells], event: str) -> Letter:
    """TXA of an MDM message of that event."""
    times = (time_of(first_of(of(number))) for number in (4, 6, 7, 8))
    told: Json = {
        "status": IN_ERROR if event == _CANCELLED else "current",
        "docStatus": "preliminary" if first_of(of(17)) in _UNFINISHED else "final",
        "type": concept_of(of(2)),
        "date": next((at for at in times if at), ""),
        "description": first_of(of(25)),
    }
    replaces = "^".join(of(13)[0]) if of(13) and event in ("T09", "T10") else ""
    return Letter(told, "^".join(of(12)[0]) if of(12) else "", replaces)


@dataclass
class Forms:
    """What documents carry; what is sent anew takes the place of what it was."""

    _told: dict[str, dict[tuple[str, ...], tuple[str, Json]]] = field(default_factory=dict)

    def put(self, document: Json, key: tuple[str, ...], status: str, form: Json) -> None:
        """Into a DocumentReference or DiagnosticReport; `key` says which of its forms it is, and
        `status` in FHIR's words how far it is."""
        forms = self._told.setdefault(name_of(document), {})
        was = forms.get(key, ("", {}))[0]
        if status in ("preliminary", "registered") and was in ("final", "corrected"):
            return
        forms[key] = (status, form)
        shown = [form for status, form in forms.values() if status not in (IN_ERROR, "cancelled")]
        if document["resourceType"] == "DocumentReference":
            document["content"] = [{"attachment": one} for one in shown]
            if not document.get("description") and "type" not in document:
                document["description"] = concept(form.get("title"))
        else:
            document["presentedForm"] = shown
