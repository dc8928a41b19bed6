"""HL7 v2 messages (ADT, ORU, MDM) of a hospital without FHIR, by python-hl7, as the same resources.

Files as interface engines write them: one message or many, with or without MLLP frame or batch
envelope, each in the characters it names, lines ended by CR or LF. HL7 2.3 to 2.6; segments that
are not read (NK1, IN1, Z…) are administrative.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise

import hl7

from app.net.emr.elements import Json, concept, name_of
from app.net.emr.gathering import FromFiles, Gathered
from app.net.emr.hl7v2_documents import (
    CARRIED,
    POINTED,
    WORDED,
    attachment_of,
    cut_of,
    goes_on,
    letter_of,
    lines_of,
)
from app.net.emr.hl7v2_fields import (
    Cells,
    cells_of,
    concept_of,
    first_of,
    instant_of,
    range_of,
    specimen_of,
    specimens_of,
    time_of,
    value_of,
)
from app.net.emr.hl7v2_files import READ, split
from app.net.emr.hl7v2_forms import File, Name, Said, name_in
from app.net.emr.hl7v2_kept import Kept
from app.net.emr.hl7v2_person import digest, patient_of
from app.net.emr.hl7v2_pieces import Cut
from app.net.emr.hl7v2_statements import ALLERGIES, STATEMENTS, as_error, statement_of
from app.net.emr.hl7v2_statuses import NOT_YET, OBR_STATUS, OBX_STATUS, is_older, is_taken_back
from app.net.emr.hl7v2_visits import visit_of

MOST_BYTES = 16 << 20
_MERGES = ("A18", "A30", "A34", "A36", "A39", "A40", "A46", "A47")


def read_messages(files: Iterable[bytes]) -> FromFiles:
    """Every patient of these files; what a later message says of the same thing stands."""
    found: dict[str, Kept] = {}
    others = 0
    messages: list[tuple[datetime, hl7.Message]] = []
    at = datetime.min.replace(tzinfo=UTC)
    for raw in files:
        texts = split(raw)
        others += not texts
        for text in texts:
            try:
                message = hl7.parse(text)
                # One that does not say when it is of stands behind the one before it.
                at = instant_of(first_of(cells_of(message, message[0], 7))) or at
                messages.append((at, message))
            except (hl7.exceptions.HL7Exception, ValueError, IndexError, KeyError):
                others += 1
    messages.sort(key=lambda one: one[0])
    for _, message in messages:
        if not _take(message, found):
            others += 1
    told = [
        Gathered(one.patient, tuple(one.resources.values()), one.gaps) for one in found.values()
    ]
    return FromFiles(told, others)


def _take(message: hl7.Message, found: dict[str, Kept]) -> bool:
    """False where it is of another kind, or says nobody. One message may tell of several patients
    (ORU_R01: PATIENT_RESULT repeats): what stands between two PIDs is of the first."""
    kinds = cells_of(message, message[0], 9)
    if first_of(kinds) not in READ:
        return False
    segments = [one for one in message if str(one[0])]
    starts = [at for at, one in enumerate(segments) if str(one[0]) == "PID"]
    for start, end in pairwise((*starts, len(segments))):
        patient = patient_of(message, segments[start])
        person = found.setdefault(str(patient["id"]), Kept(patient))
        person.patient = patient | {k: v for k, v in person.patient.items() if k not in patient}
        _Taking(message, person).take(segments[start + 1 : end])
    return bool(starts)


class _Taking:
    """One message after its PID."""

    def __init__(self, message: hl7.Message, person: Kept) -> None:
        self._message = message
        self._person = person
        kinds = cells_of(message, message[0], 9)
        self._kind, self._event = first_of(kinds), first_of(kinds, 1)
        self._report: Json | None = None
        self._results: set[str] = set()
        """References to what the report names."""
        self._letter: Json | None = None
        self._said_before: dict[Name, None] = {}
        """The letters of this message that had something to say before it."""
        self._said: dict[Name, Said] = {}
        """What this message says of each document; it is taken when all of that has been read."""
        self._cut: tuple[Cut, File] | None = None
        """The file that came last."""
        self._part: tuple[str, ...] = ()
        self._order: tuple[str, ...] = ()
        self._specimen: Json | None = None
        self._made: Counter[tuple[str, ...]] = Counter()
        self._texts: set[tuple[str, ...]] = set()
        self._last: Json | None = None

    def take(self, segments: list[hl7.Segment]) -> None:
        for at, segment in enumerate(segments):
            try:
                match str(segment[0]):
                    case "PV1":
                        self._visit(segment)
                    case kind if kind in STATEMENTS:
                        self._state(segment)
                    case "TXA":
                        self._begin_letter(segment)
                    case "OBR" if self._kind != "MDM":  # it says what the letter is about
                        self._panel(segment, specimens_of(self._message, segments[at:]))
                    case "OBX":
                        self._observation(segment)
                    case "ADD":  # goes on with what stood in a message before
                        self._count_unread("OBX")
                    case "IAR":
                        self._count_unread("IAM")  # reactions that stand in no IAM
                    case "MRG" if self._event in _MERGES:
                        self._person.merged |= {one[0] for one in self._of(segment, 1) if one[0]}
                    case "NTE":
                        self._note(segment)
                    case _:
                        pass
            except (IndexError, KeyError, ValueError, TypeError):
                self._count_unread(str(segment[0]))
        self._take_forms()
        for name in self._said_before:
            # Which line of it is taken back nobody says: it is silent, and that is told.
            letter = self._person.resources[name]
            self._person.unread += letter["status"] == "current" and not letter.get("content")

    def _take_forms(self) -> None:
        for name, said in self._said.items():
            self._person.forms.take(name, said)
            self._person.forms.show(name, self._person.resources[name])
        self._said.clear()
        self._cut = None

    def _of(self, segment: hl7.Segment, number: int) -> Cells:
        return cells_of(self._message, segment, number)

    def _visit(self, segment: hl7.Segment) -> None:
        said = visit_of(lambda number: self._of(segment, number))
        if said is None:
            return
        known = self._person.known("Encounter", said.key).get("status", "")
        told = {"status": said.status_after(self._event, known), **said.told}
        self._person.keep("Encounter", said.key, told)

    def _state(self, segment: hl7.Segment) -> None:
        kind = str(segment[0])
        said = statement_of(kind, lambda number: self._of(segment, number))
        if said is None:
            self._count_unread(kind)
            return
        kept, numbers = self._person.resources, self._person.numbers
        name: tuple[str, ...] = (said.kind, digest(said.kind, *said.key))
        earlier = numbers.get((said.kind, said.number), name) if said.number else name
        if said.action == "D" and name not in kept and earlier in kept:
            kept[earlier] = as_error(kept[earlier])  # its number alone says which
            return
        if said.action == "U":
            kept.pop(earlier, None)  # it stands as it is now
        owner = "patient" if kind in ALLERGIES else "subject"
        self._last = self._person.keep(said.kind, said.key, said.told, owner)
        if said.action == "D":
            kept[name] = self._last = as_error(self._last)
        if said.number:
            numbers[said.kind, said.number] = name

    def _count_unread(self, kind: str) -> None:
        if kind in ALLERGIES:
            self._person.unread_allergies += 1
        else:
            self._person.unread += 1

    def _panel(self, segment: hl7.Segment, specimen: str) -> None:
        code = concept_of(self._of(segment, 4)) or {"text": "?"}
        times = [first_of(self._of(segment, number)) for number in (7, 22)]
        at = next((at for one in times if (at := time_of(one))), times[0])
        laboratory = first_of(self._of(segment, 24)) not in ("RAD", "CT", "US", "NMR", "RX")
        specimen = specimen or specimen_of(self._of(segment, 15))
        number = self._of(segment, 3) or self._of(segment, 2)
        self._order = ("^".join(number[0]) if number else "", str(code), specimen)
        self._specimen = {"display": specimen} if specimen else None
        told: Json = {
            "status": OBR_STATUS.get(first_of(self._of(segment, 25)), "final"),
            "code": code,
            "effectiveDateTime": at,
            "category": [{"coding": [{"code": "LAB"}]}] if laboratory else None,
            "specimen": [self._specimen] if self._specimen else None,
        }
        key = (*self._order, at, *self._alone_without(at))
        known = self._person.known("DiagnosticReport", key)
        told["result"] = list(known.get("result") or ())  # values come one by one
        self._results = {one["reference"] for one in told["result"]}
        told["presentedForm"] = known.get("presentedForm")
        if is_older(told["status"], known.get("status")):
            told["status"] = known["status"]
        self._report = self._last = self._person.keep("DiagnosticReport", key, told)
        self._cut = None

    def _alone_without(self, at: str) -> tuple[str, ...]:
        """What neither an order number nor a time tells apart, the message does."""
        numbered = any(self._order[:1])
        return () if numbered or at else (self._whole,)

    @cached_property
    def _whole(self) -> str:
        """An id of the message, which may be long and have thousands of values."""
        return digest(str(self._message))

    def _observation(self, segment: hl7.Segment) -> None:
        code, kind = concept_of(self._of(segment, 3)), first_of(self._of(segment, 2))
        status = OBX_STATUS.get(first_of(self._of(segment, 11)), "final")
        if self._letter is not None:
            self._said_of(self._letter).spoken = True
        if kind in (CARRIED, POINTED) or (self._letter is not None and kind in WORDED):
            self._form(segment, kind, status)
            return
        self._cut = None
        if code is None:
            self._person.unread += 1
            return
        at = self._time_of(segment)
        told: Json = {
            "status": status,
            "code": code,
            "effectiveDateTime": at,
            "specimen": self._specimen,
            **value_of(kind, self._of(segment, 5), first_of(self._of(segment, 6))),
            **range_of(first_of(self._of(segment, 7))),
            "interpretation": [concept_of([one]) for one in self._of(segment, 8)],
        }
        text = (*self._order, str(code), at, *self._alone_without(at))
        key = (*text, first_of(self._of(segment, 4)))
        again = self._again(key)
        name = digest("Observation", *key, *again)
        is_line = kind in ("TX", "FT")
        anew = is_line and text not in self._texts
        before = self._person.lines.get(text, []) if anew else [name]
        kept = self._person.resources
        if any(
            is_older(status, kept.get(("Observation", one), {}).get("status")) for one in before
        ):
            self._last = kept.get(("Observation", name))
            return
        if is_line:
            self._line_of(text, name)
        self._last = self._person.keep("Observation", (*key, *again), told)
        self._report_names(self._last)

    def _report_names(self, observation: Json) -> None:
        """The report that is being read has it among its results, once."""
        name = f"Observation/{observation['id']}"
        if self._report is not None and name not in self._results:
            self._results.add(name)
            self._report.setdefault("result", []).append({"reference": name})

    def _time_of(self, segment: hl7.Segment) -> str:
        report = self._report or {}
        return time_of(first_of(self._of(segment, 14))) or str(report.get("effectiveDateTime", ""))

    def _again(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """A message may say the same twice and number neither (OBX-4): which time this is."""
        self._made[key] += 1
        return (str(self._made[key]),) if self._made[key] > 1 else ()

    def _begin_letter(self, segment: hl7.Segment) -> None:
        """TXA: what stands in the OBX behind it is what the letter says."""
        self._take_forms()
        letter = letter_of(lambda number: self._of(segment, number), self._event)
        key: tuple[str, ...] = (letter.number or str(letter.told["type"]),)
        if not letter.number:
            key = (*key, *self._alone_without(letter.number), *self._again(("TXA", *key)))
        known = self._person.known("DocumentReference", key)
        told, said = letter.said_after(known, self._person.forms.status_of(name_in(known)))
        self._letter = self._last = self._person.keep("DocumentReference", key, told)
        self._said[name_in(self._letter)] = said
        if known.get("content"):
            self._said_before[name_in(known)] = None
        self._part = (self._whole,) if letter.adds else ()
        self._person.replace(letter)

    def _form(self, segment: hl7.Segment, kind: str, status: str) -> None:
        """Of the letter or report it stands in, else a document of its own."""
        code, values = concept_of(self._of(segment, 3)), self._of(segment, 5)
        name, document = (str(code), first_of(self._of(segment, 4))), self._letter or self._report
        if document is not None and kind in WORDED:
            lines = lines_of(code, name[1], values, status)
            title = concept(document.get("type"))
            self._said_of(document).add_lines(("words", *self._part), title, lines)
            self._last = document
            return
        within = "alone" if document is None else name_of(document)
        for value in values or [[]]:  # what is taken back may be named alone
            if kind == CARRIED and self._goes_on(name, value, status):
                continue
            again = self._again(("form", within, *name))
            form = attachment_of(kind, value, concept(code))
            if form is None and not is_taken_back(status):
                self._person.unread += 1
                continue
            document = document or self._document_of(segment, name)
            key = (*name, *again, *self._part)
            file = self._said_of(document).add_file(key, status, form or {})
            cut = cut_of(name, value, str((form or {}).get("data", "")))
            self._cut = (cut, file) if cut is not None else None
            self._last = document

    def _said_of(self, document: Json) -> Said:
        """What this message says of it."""
        return self._said.setdefault(name_in(document), Said())

    def _goes_on(self, name: tuple[str, str], value: list[str], status: str) -> bool:
        """Whether this is the next piece of the file that came last, which then has it."""
        if self._cut is None or is_taken_back(status):
            return False
        cut, file = self._cut
        if not (piece := goes_on(cut, name, value)):
            return False
        file.more.append(piece)
        file.status = status if status in NOT_YET else file.status
        return True

    def _document_of(self, segment: hl7.Segment, name: tuple[str, ...]) -> Json:
        """What stands in no letter and no report is one by itself."""
        at = self._time_of(segment)
        told = {"status": "current", "type": concept_of(self._of(segment, 3)), "date": at}
        return self._person.keep("DocumentReference", (*name, at, *self._alone_without(at)), told)

    def _line_of(self, text: tuple[str, ...], line: str) -> None:
        """A text that is sent anew has the lines of this message, and none of an earlier one."""
        lines, resources = self._person.lines, self._person.resources
        if text not in self._texts:
            self._texts.add(text)
            gone = lines.pop(text, [])
            for one in gone:
                resources.pop(("Observation", one), None)
            if gone and self._report is not None:
                self._results -= {f"Observation/{one}" for one in gone}
                results = self._report.get("result", [])
                self._report["result"] = [o for o in results if o["reference"] in self._results]
        lines.setdefault(text, []).append(line)

    def _note(self, segment: hl7.Segment) -> None:
        said = "\n".join(" ".join(one) for one in self._of(segment, 3)).strip()
        if said and self._last is None:
            self._person.unread += 1
        elif said and self._last is not None:
            notes = self._last.setdefault("note", [])
            if {"text": said} not in notes:
                notes.append({"text": said})
