"""Documents in HL7 v2 messages: what an OBX carries (ED) or points to (RP), and letters (MDM)."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from app.net.emr.elements import Json, concept, decoded
from app.net.emr.hl7v2_fields import Cells, concept_of, first_of, time_of
from app.net.emr.hl7v2_forms import Line, Said
from app.net.emr.hl7v2_pieces import BEGINNING, Cut, begins_a_file
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
_CALLED = {
    **dict.fromkeys((b"II*\0", b"MM\0*"), "image/tiff"),
    b"{\\rt": "application/rtf",
}
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
    packed = packed_of(data, encoding)
    called = _as_it_begins(decoded(packed[:BEGINNING]), _type_of(main, subtype))
    return {"title": title, "contentType": called, "data": packed}


def cut_of(name: tuple[str, str], value: list[str], packed: str) -> Cut | None:
    """What comes next may go on with this ED; None where its kind does not say how it begins."""
    if not begins_a_file(packed):
        return None
    _, main, subtype, encoding, data, *_ = [*value, *[""] * 5]
    plain = "".join(data.split()) == packed
    cut = Cut(name, (main, subtype), encoding or ("Base64" if plain else "A"))
    cut.came(packed)
    return cut


def goes_on(cut: Cut, name: tuple[str, str], value: list[str]) -> str:
    """The next piece of it in base64; empty where this ED is none."""
    _, main, subtype, encoding, data, *_ = [*value, *[""] * 5]
    packed = packed_of(data, encoding or cut.encoding)
    return packed if packed and cut.goes_on(name, (main, subtype), packed) else ""


def _as_it_begins(data: bytes, called: str) -> str:
    """What cannot be shown is not to be taken for a text, or for a damaged one."""
    if (told := _CALLED.get(data[:4])) is not None:
        return told
    return "application/octet-stream" if called == "text/plain" and b"\0" in data else called


def _type_of(main: str, subtype: str) -> str:
    told = subtype.casefold().removeprefix(".")
    if "/" in told:
        return told
    return _TYPES.get(told or main.casefold(), f"{main}/{subtype}".casefold().strip("/"))


def packed_of(data: str, encoding: str) -> str:
    """In base64, whatever it came in (ED-4); what says it is base64 and is not stays, and is told
    when it is opened."""
    whole = "".join(data.split())
    try:
        if encoding.casefold() == "hex":
            return base64.b64encode(bytes.fromhex(whole)).decode()
        if encoding.casefold() != "base64" and not decoded(whole) and not begins_a_file(whole):
            return base64.b64encode(data.encode()).decode()
    except (ValueError, binascii.Error):
        pass
    return whole


def lines_of(code: Json | None, sub: str, values: Cells, status: str) -> list[Line]:
    """An OBX of a letter; what is taken back may be named alone."""
    heading = concept(code)
    named = str(code or ""), sub, heading
    alone: Cells = [[]] if is_taken_back(status) else []
    return [Line(status, *named, "^".join(one)) for one in values or alone]


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

    def said_after(self, known: Json, was: str) -> tuple[Json, Said]:
        """What is told of a letter that is `known` already, and `was` so far as that; and what is
        to be filled with what it says. What was signed is not a draft again."""
        state = str(self.told["docStatus"] or "")
        older = not self.adds and is_older(state, known.get("docStatus") or was)
        kept = ("docStatus", "type", "date", "description") if older else ()
        told = {**self.told, **{one: known.get(one) for one in kept}}
        told["description"] = told["description"] or known.get("description")
        told["content"] = known.get("content")
        return told, Said(anew=self.anew, older=older, not_yet=state in NOT_YET)


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
