"""Documents in HL7 v2 messages: what an OBX carries (ED) or points to (RP), and letters (MDM)."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field

from app.net.emr.elements import Json, concept, decoded, name_of
from app.net.emr.hl7v2_fields import Cells, concept_of, first_of, time_of
from app.net.emr.hl7v2_statuses import IN_ERROR, NOT_YET, is_older, is_taken_back

CARRIED, POINTED = "ED", "RP"
WORDED = ("TX", "FT", "ST")
"""Types of OBX-2 that are lines of a letter, where a letter was begun."""
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
_BEGINS = {
    **dict.fromkeys((b"II*\0", b"MM\0*"), "image/tiff"),
    b"{\\rt": "application/rtf",
}
_BEGINNING = 1024
"""Characters of base64."""
_CANCELLED, _EDITED, _ADDED = "T11", ("T08", "T10"), "T06"
"""Events of MDM (table 0003)."""
_DONE = {
    **dict.fromkeys(("AU", "LA"), "final"),
    **dict.fromkeys(("DI", "DO", "IN", "IP", "PA"), "preliminary"),
}
"""What is authenticated, and what is not yet (table 0271)."""
_AVAILABLE = {"CA": IN_ERROR, "OB": "superseded"}
"""What is deleted or obsolete (table 0273)."""


def attachment_of(kind: str, value: list[str], title: str) -> Json | None:
    """An Attachment of one repetition of OBX-5 by the type of OBX-2; None where it neither carries
    nor names one."""
    parts = [*value, *[""] * 5]
    if kind == POINTED:
        pointer, _, main, subtype, *_ = parts
        told = {"title": title, "contentType": _type_of(main, subtype), "url": pointer}
        return told if pointer else None
    _, main, subtype, encoding, data, *_ = parts
    if not data:
        return None
    packed = _packed(data, encoding.casefold())
    called = _as_it_begins(decoded(packed[:_BEGINNING]), _type_of(main, subtype))
    return {"title": title, "contentType": called, "data": packed}


def _as_it_begins(data: bytes, called: str) -> str:
    """What cannot be shown is not to be taken for a text, or for a damaged one."""
    if (told := _BEGINS.get(data[:4])) is not None:
        return told
    return "application/octet-stream" if called == "text/plain" and b"\0" in data else called


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
    `replaces` that of the one it takes the place of. What `anew` says stands alone, what it `adds`
    beside what was said of it."""

    told: Json
    number: str
    replaces: str
    anew: bool
    adds: bool


def letter_of(of: Callable[[int], Cells], event: str) -> Letter:
    """TXA of an MDM message of that event."""
    times = (time_of(first_of(of(number))) for number in (4, 6, 7, 8))
    told: Json = {
        "status": IN_ERROR if event == _CANCELLED else _AVAILABLE.get(first_of(of(19)), "current"),
        "docStatus": _DONE.get(first_of(of(17))),
        "type": concept_of(of(2)),
        "date": next((at for at in times if at), ""),
        "description": first_of(of(25)),
    }
    replaces = "^".join(of(13)[0]) if of(13) and event in ("T09", "T10") else ""
    number = "^".join(of(12)[0]) if of(12) else ""
    return Letter(told, number, replaces, event in _EDITED, event == _ADDED)


@dataclass
class Words:
    """The lines of a letter, as one message says them."""

    title: str = ""
    """Of the letter, which is no heading within it."""
    _lines: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, heading: str, values: Cells, status: str) -> None:
        """An OBX; `status` in FHIR's words."""
        self._lines += [(status, heading, "^".join(one)) for one in values]

    @property
    def status(self) -> str:
        """Of all that stands: final as soon as one line of it is."""
        standing = [one for one, *_ in self._lines if not is_taken_back(one)]
        return next((one for one in standing if one not in NOT_YET), next(iter(standing), IN_ERROR))

    @property
    def form(self) -> Json:
        """An Attachment of what stands, each heading (OBX-3) above the lines below it."""
        told: list[str] = []
        last = self.title
        for status, heading, line in self._lines:
            if is_taken_back(status):
                continue
            if heading not in ("", last):
                told.append(heading)
                last = heading
            told.append(line)
        data = base64.b64encode("\n".join(told).encode()).decode()
        return {"contentType": "text/plain; charset=utf-8", "data": data}


@dataclass
class Forms:
    """What documents carry; what is sent anew takes the place of what it was."""

    _told: dict[str, dict[tuple[str, ...], tuple[str, Json]]] = field(default_factory=dict)

    def begin_anew(self, document: Json) -> None:
        """Nothing that it carried stands any more."""
        self._told.pop(name_of(document), None)
        document.pop("content", None)

    def put(self, document: Json, key: tuple[str, ...], status: str, form: Json) -> None:
        """Into a DocumentReference or DiagnosticReport; `key` says which of its forms it is, and
        `status` in FHIR's words how far it is."""
        forms = self._told.setdefault(name_of(document), {})
        if is_older(status, forms.get(key, ("", {}))[0]):
            return
        forms[key] = (status, form)
        shown = [form for status, form in forms.values() if not is_taken_back(status)]
        if document["resourceType"] == "DocumentReference":
            document["content"] = [{"attachment": one} for one in shown]
            if not document.get("description") and "type" not in document:
                document["description"] = concept(form.get("title"))
        else:
            document["presentedForm"] = shown
