"""What documents in HL7 v2 messages carry: lines of a letter, files whole or cut into pieces; and
what of it stands when it is sent anew, or taken back.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.net.emr.elements import Json, concept, decoded
from app.net.emr.hl7v2_statuses import IN_ERROR, NOT_YET, is_older, is_taken_back

Name = tuple[str, ...]
"""Type and id of a DocumentReference or DiagnosticReport."""
Key = tuple[str, ...]
"""Which of the forms of a document it is."""


def name_in(document: Json) -> Name:
    return str(document.get("resourceType", "")), str(document.get("id", ""))


@dataclass(frozen=True, slots=True)
class Line:
    """An OBX of a letter, or a repetition of it; `status` in FHIR's words, `code` and `sub` of
    OBX-3 and OBX-4."""

    status: str
    code: str
    sub: str
    heading: str
    text: str


@dataclass(slots=True)
class Words:
    """The lines of a letter, as one message says them. `title`: of the letter, which is no heading
    within it."""

    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def status(self) -> str:
        return _of_all(one.status for one in self.lines)

    def attachment(self) -> Json:
        """What stands, each heading (OBX-3) above the lines below it."""
        told: list[str] = []
        last = self.title
        for one in self.lines:
            if is_taken_back(one.status):
                continue
            if one.heading not in ("", last):
                told.append(one.heading)
                last = one.heading
            told.append(one.text)
        data = base64.b64encode("\n".join(told).encode()).decode()
        return {"contentType": "text/plain; charset=utf-8", "data": data}


@dataclass(slots=True)
class File:
    """`told`: an Attachment; `more`: what follows its data, in base64, piece by piece."""

    status: str
    told: Json
    more: list[str] = field(default_factory=list)

    def attachment(self) -> Json:
        if not self.more:
            return self.told
        pieces = [str(self.told["data"]), *self.more]
        if any(one.endswith("=") for one in pieces[:-1]):  # each was packed by itself
            whole = base64.b64encode(b"".join(map(decoded, pieces))).decode()
        else:
            whole = "".join(pieces)
        return {**self.told, "data": whole}


Form = Words | File


@dataclass(slots=True)
class Said:
    """What one message says of a document. What is `anew` takes the place of all that was said of
    it; what is `older` is of a time before that was final, and no line of what is `not_yet` is."""

    anew: bool = False
    older: bool = False
    not_yet: bool = False
    spoken: bool = False
    """There was something, be it what cannot be read."""
    forms: dict[Key, Form] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return _of_all(one.status for one in self.forms.values())

    def add_file(self, key: Key, status: str, attachment: Json) -> File:
        made = self.forms[key] = File(self._as_far_as(status), attachment)
        return made

    def add_lines(self, key: Key, title: str, lines: Iterable[Line]) -> None:
        words = self.forms.setdefault(key, Words(title))
        if isinstance(words, Words):
            words.lines += [replace(one, status=self._as_far_as(one.status)) for one in lines]

    def _as_far_as(self, status: str) -> str:
        return "preliminary" if self.not_yet and is_older("preliminary", status) else status


@dataclass(slots=True)
class Forms:
    """What all documents of a patient carry."""

    _told: dict[Name, dict[Key, Form]] = field(default_factory=dict)

    def status_of(self, name: Name) -> str:
        """How far what a document carries is; empty where it carries nothing."""
        forms = self._told.get(name)
        return _of_all(one.status for one in forms.values()) if forms else ""

    def take(self, name: Name, said: Said) -> None:
        """What a message said of a document, when it has said all of it."""
        forms = self._told.setdefault(name, {})
        was = self.status_of(name)
        if said.older or (said.anew and is_older(said.status, was)):
            return
        if said.forms and is_taken_back(said.status) and _strike(forms, said):
            return
        if said.anew and said.spoken:
            forms.clear()
        for key, form in said.forms.items():
            if key not in forms or not is_older(form.status, forms[key].status):
                forms[key] = form

    def show(self, name: Name, document: Json) -> None:
        """Puts what stands into the document."""
        forms = self._told.get(name, {}).values()
        shown = [one.attachment() for one in forms if not is_taken_back(one.status)]
        is_report = document["resourceType"] == "DiagnosticReport"
        field_name = "presentedForm" if is_report else "content"
        document.pop(field_name, None)
        if shown and not is_report and not document.keys() & {"description", "type"}:
            document["description"] = concept(shown[0].get("title"))
        if shown:
            document[field_name] = shown if is_report else [{"attachment": one} for one in shown]


def _strike(forms: dict[Key, Form], said: Said) -> bool:
    """Takes back one by one what was taken back so. False where it is not said which of it that
    is: then nothing is changed."""
    worded = {key: form for key, form in forms.items() if isinstance(form, Words)}
    places = _places(worded)
    struck: dict[Key, set[int]] = {}
    for key, form in said.forms.items():
        if isinstance(form, File):
            if key not in forms:
                return False
            continue
        for gone in form.lines:
            meant = [
                (key, at)
                for key, at in places.get(_named(gone), ())
                if gone.code in ("", worded[key].lines[at].code)
            ]
            if len(meant) != 1:
                return False
            struck.setdefault(meant[0][0], set()).add(meant[0][1])
    forms.update({key: one for key, one in said.forms.items() if isinstance(one, File)})
    for key, gone_ones in struck.items():
        lines = enumerate(worded[key].lines)
        left = [replace(one, status=IN_ERROR) if at in gone_ones else one for at, one in lines]
        forms[key] = Words(worded[key].title, left)
    return True


def _named(line: Line) -> tuple[str, ...]:
    """How a line is meant that is taken back: by its words where they stand in it, else by code and
    number (OBX-3, OBX-4). Its place (OBX-1) names nothing, for each message counts anew."""
    if line.text:
        return ("text", line.text)
    return ("number", line.code, line.sub) if line.sub else ("code", line.code)


def _places(worded: dict[Key, Words]) -> dict[tuple[str, ...], list[tuple[Key, int]]]:
    """Where what stands is, by each way in which it can be meant."""
    found: dict[tuple[str, ...], list[tuple[Key, int]]] = {}
    for key, form in worded.items():
        for at, line in enumerate(form.lines):
            if is_taken_back(line.status):
                continue
            ways = (_named(line), ("number", line.code, line.sub), ("code", line.code))
            for way in dict.fromkeys(one for one in ways if one != ("code", "")):
                found.setdefault(way, []).append((key, at))
    return found


def _of_all(statuses: Iterable[str]) -> str:
    """Of all that stands: final as soon as one of it is."""
    standing = [one for one in statuses if not is_taken_back(one)]
    return next((one for one in standing if one not in NOT_YET), next(iter(standing), IN_ERROR))
