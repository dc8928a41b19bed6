"""What HL7 v2 messages have said of one patient so far."""

from collections import Counter
from dataclasses import dataclass, field

from app.net.emr.clinical import Gap, Lack
from app.net.emr.elements import Json
from app.net.emr.gaps import not_told
from app.net.emr.hl7v2_documents import Letter
from app.net.emr.hl7v2_forms import Forms, Name, Said, name_in
from app.net.emr.hl7v2_person import digest
from app.net.emr.hl7v2_readings import ByCode, Order, Readings, called
from app.net.emr.hl7v2_statements import Statement, as_error, is_error
from app.net.emr.hl7v2_statuses import IN_ERROR, NOT_YET, is_older


@dataclass
class Kept:
    """`resources` by type and id, in the order in which they were first told."""

    patient: Json
    resources: dict[tuple[str, ...], Json] = field(default_factory=dict)
    unread: int = 0
    unread_allergies: int = 0
    numbers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Under which key a statement stands, by its type and the sender's number of it."""
    stated: dict[str, ByCode] = field(default_factory=dict)
    """What statements of each type are called."""
    lines: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    """Which values are the lines of one text, by order, code and time, else by message."""
    readings: Readings = field(default_factory=Readings)
    again_as: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """Under what a value or text stands that was corrected under another name."""
    orders: dict[str, Order] = field(default_factory=dict)
    """Of each report."""
    forms: Forms = field(default_factory=Forms)
    missed: Counter[Name] = field(default_factory=Counter)
    """How often something was said of a letter that does not stand in it: nobody has signed it, or
    the letter was taken back."""
    replacing: dict[str, str] = field(default_factory=dict)
    """The number of the letter whose place another takes, by the number of that."""
    merged: set[str] = field(default_factory=set)
    """Numbers that were merged into this patient's (A40)."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Messages tell what happened, and of many kinds nothing."""
        number = self.unread + self.missed.total()
        unread = Gap("", Lack.UNREADABLE, number=number)
        allergies = Gap("AllergyIntolerance", Lack.UNREADABLE, number=self.unread_allergies)
        lacking = not_told(kind for kind, *_ in self.resources)
        merged = tuple(Gap("Patient", Lack.MERGED, one) for one in sorted(self.merged))
        of_allergies = (allergies,) if self.unread_allergies else ()
        return (*merged, *((unread,) if number else ()), *of_allergies, *lacking)

    def keep(self, kind: str, key: tuple[str, ...], told: Json, owner: str = "subject") -> Json:
        """Under an id of what it is, so that the same said twice is one."""
        return self.keep_as(kind, digest(kind, *key), told, owner)

    def keep_as(self, kind: str, name: str, told: Json, owner: str = "subject") -> Json:
        whose = {"reference": f"Patient/{self.patient['id']}"}
        resource = {"resourceType": kind, "id": name, owner: whose, **told}
        kept = {key: value for key, value in resource.items() if value not in (None, "", [], {})}
        self.resources[(kind, name)] = kept
        return kept

    def state(self, said: Statement) -> tuple[Json | None, bool]:
        """What stands so now, None where it is only taken back; and whether what is taken back was
        found."""
        kept, told = self.resources, said.told
        name: Name = (said.kind, digest(said.kind, *said.key))
        earlier = self.numbers.get((said.kind, said.number), name) if said.number else name
        names = self.stated.setdefault(said.kind, ByCode())
        found = True
        if said.action == "D" and name not in kept:
            like = [(said.kind, one) for one in names.like(called(told["code"]))]
            standing = [one for one in like if one in kept and not is_error(kept[one])]
            meant = standing[0] if len(standing) == 1 else earlier
            if meant in kept:
                kept[meant] = as_error(kept[meant])
                return None, True
            if like and not standing:  # it was taken back already
                return None, True
            found = not any(one[0] == said.kind and not is_error(kept[one]) for one in kept)
        if said.action == "U":
            kept.pop(earlier, None)  # it stands as it is now
        owner = "patient" if said.kind == "AllergyIntolerance" else "subject"
        stated = self.keep(
            said.kind, said.key, as_error(told) if said.action == "D" else told, owner
        )
        names.add(name[1], called(told["code"]))
        if said.number:
            self.numbers[said.kind, said.number] = name
        return stated, found

    def known(self, kind: str, key: tuple[str, ...]) -> Json:
        """What is kept under that already; empty where nothing is."""
        return self.resources.get((kind, digest(kind, *key)), {})

    def take(self, name: Name, said: Said) -> None:
        """What a message said of a document."""
        document = self.resources[name]
        taken = self.forms.take(name, said)
        self.forms.show(name, document)
        if not said.spoken:
            return
        if said.missed and (not taken or document["status"] == IN_ERROR):
            self.missed[name] += 1
        elif taken and said.status not in NOT_YET:
            self.missed[name] = max(0, self.missed[name] - 1) if said.adds else 0

    def replace(self, letter: Letter) -> None:
        """Another letter stands no more where this takes its place; a signed one stands until this
        is signed too, and also where this is taken back before."""
        if letter.replaces and letter.number:
            self.replacing[letter.number] = letter.replaces
        number = letter.replaces or self.replacing.get(letter.number, "")
        if not number or letter.told["status"] != "current":
            return
        before = self.known("DocumentReference", (number,))
        was = before.get("docStatus") or self.forms.status_of(name_in(before))
        stands = before.get("status") == "current"
        if stands and not is_older(str(letter.told["docStatus"]), was):
            before["status"] = "superseded"
