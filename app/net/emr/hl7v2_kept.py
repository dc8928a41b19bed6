"""What HL7 v2 messages have said of one patient so far."""

from dataclasses import dataclass, field

from app.net.emr.clinical import Gap, Lack
from app.net.emr.elements import Json
from app.net.emr.gaps import not_told
from app.net.emr.hl7v2_documents import Letter
from app.net.emr.hl7v2_forms import Forms, name_in
from app.net.emr.hl7v2_person import digest
from app.net.emr.hl7v2_statuses import is_older


@dataclass
class Kept:
    """`resources` by type and id, in the order in which they were first told."""

    patient: Json
    resources: dict[tuple[str, ...], Json] = field(default_factory=dict)
    unread: int = 0
    unread_allergies: int = 0
    numbers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Under which key a statement stands, by its type and the sender's number of it."""
    lines: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    """Which values are the lines of one text, by order, code and time, else by message."""
    forms: Forms = field(default_factory=Forms)
    replacing: dict[str, str] = field(default_factory=dict)
    """The number of the letter whose place another takes, by the number of that."""
    merged: set[str] = field(default_factory=set)
    """Numbers that were merged into this patient's (A40)."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Messages tell what happened, and of many kinds nothing."""
        unread = Gap("", Lack.UNREADABLE, number=self.unread)
        allergies = Gap("AllergyIntolerance", Lack.UNREADABLE, number=self.unread_allergies)
        lacking = not_told(kind for kind, *_ in self.resources)
        merged = tuple(Gap("Patient", Lack.MERGED, one) for one in sorted(self.merged))
        of_allergies = (allergies,) if self.unread_allergies else ()
        return (*merged, *((unread,) if self.unread else ()), *of_allergies, *lacking)

    def keep(self, kind: str, key: tuple[str, ...], told: Json, owner: str = "subject") -> Json:
        """Under an id of what it is, so that the same said twice is one."""
        name = digest(kind, *key)
        whose = {"reference": f"Patient/{self.patient['id']}"}
        resource = {"resourceType": kind, "id": name, owner: whose, **told}
        kept = {key: value for key, value in resource.items() if value not in (None, "", [], {})}
        self.resources[(kind, name)] = kept
        return kept

    def known(self, kind: str, key: tuple[str, ...]) -> Json:
        """What is kept under that already; empty where nothing is."""
        return self.resources.get((kind, digest(kind, *key)), {})

    def replace(self, letter: Letter) -> None:
        """Another letter stands no more where this takes its place; a signed one stands until this
        is signed too."""
        if letter.replaces:
            self.replacing[letter.number] = letter.replaces
        if not (number := self.replacing.get(letter.number, "")):
            return
        before = self.known("DocumentReference", (number,))
        was = before.get("docStatus") or self.forms.status_of(name_in(before))
        if before and not is_older(str(letter.told["docStatus"]), was):
            before["status"] = "superseded"
