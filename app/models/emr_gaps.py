"""The words of what a record lacks, and of allergies, which nobody may take for none by mistake."""

from PySide6.QtCore import QCoreApplication

from app.models.emr_words import day_words, masked_number, section_words, title_words
from app.models.words import listed
from app.net.emr.clinical import (
    PARTLY,
    SECTION_OF,
    ClinicalRecord,
    Entry,
    Gap,
    Lack,
    Section,
)

NO_FHIR = 200
"""The status of an answer that went well and is none."""


def gap_words(gaps: tuple[Gap, ...], *, own: bool = False) -> tuple[str, ...]:
    """What is not in the record, and why; `own`: the clinic keeps it itself."""
    translate = QCoreApplication.translate
    together = {
        Lack.MERGED: translate(
            "emr", "The hospital merged another number into this patient; look for it too: {what}"
        ),
        Lack.NOT_SHARED: translate("emr", "Not shared by the clinic: {what}"),
        Lack.EARLIER: translate("emr", "Older, not shared by the clinic: {what}"),
        Lack.NOT_TOLD: translate("emr", "Nothing is said of: {what}"),
        Lack.MORE: translate("emr", "There may be more at the hospital: {what}"),
        Lack.NOBODYS: translate("emr", "Do not say whose they are, left out: {what}"),
        Lack.UNREADABLE: translate("emr", "Could not be read: {what}"),
        Lack.DOUBLED: translate("emr", "Came twice under one id and differ, both shown: {what}"),
    }
    if own:
        together[Lack.MORE] = translate("emr", "There may be more in the clinic's record: {what}")
    alike: dict[tuple[Lack, str, int], list[str]] = {}
    for one in gaps:
        if one.why not in together:
            kinds = alike.setdefault((one.why, one.said, one.number), [])
            kinds.append(kind_words(one.kind) or "?")
    said = [_refused(listed(kinds), *told, own=own) for told, kinds in alike.items()]
    for why, text in together.items():
        told = dict.fromkeys(_counted(one) for one in gaps if one.why is why)
        if told:
            said.append(text.format(what=listed(told)))
    return tuple(dict.fromkeys(said))


def _counted(gap: Gap) -> str:
    """Of what kind, how many, and what the hospital says of it; of a merged patient the number."""
    if gap.why is Lack.MERGED:
        return masked_number(gap.said)
    kind = kind_words(gap.kind)
    counted = " ".join(part for part in (kind, str(gap.number) if gap.number else "") if part)
    if gap.why is Lack.EARLIER:
        text = QCoreApplication.translate("emr", "{what} (before {day})")
        return text.format(what=counted, day=gap.said)
    return f"{counted} ({gap.said})" if gap.said else counted


def _refused(kinds: str, why: Lack, said: str, number: int, *, own: bool) -> str:
    """Of all kinds that were refused alike, with the words of who refused."""
    translate = QCoreApplication.translate
    text = {
        Lack.FORBIDDEN: translate("emr", "{kind}: the hospital does not allow it"),
        Lack.NOT_SUPPORTED: translate("emr", "{kind}: the hospital's server has none of this kind"),
        Lack.BUSY: translate("emr", "{kind}: the server is busy; read again later"),
        Lack.NO_ANSWER: translate("emr", "{kind}: no answer; read again later"),
        Lack.TOO_LARGE: translate("emr", "{kind}: larger than can be read"),
    }.get(why, translate("emr", "{kind}: could not be read (code {status})"))
    if why is Lack.FAILED and number == NO_FHIR:
        text = translate(
            "emr",
            "{kind}: the answer is not FHIR, perhaps a page to sign in; read again later, or "
            "ask hospital IT",
        )
    if own:
        none = translate("emr", "{kind}: the clinic's record has none of this kind")
        text = {
            Lack.FORBIDDEN: translate("emr", "{kind}: our server does not allow it"),
            Lack.NOT_SUPPORTED: none,
        }.get(why, text)
    words = text.format(kind=kinds, status=number or "?")
    return f"{words}: {said}" if said else words


def kind_words(kind: str) -> str:
    """Types in the words of their section; both kinds of medication have a name of their own."""
    translate = QCoreApplication.translate
    named = {
        "MedicationRequest": translate("emr", "Prescriptions"),
        "MedicationStatement": translate("emr", "Medication taken"),
        "Observation": translate("emr", "Values and findings"),
        "Medication": translate("emr", "Names of medicines"),
        "Specimen": translate("emr", "Specimens"),
    }
    section = Section.__members__.get(kind) or SECTION_OF.get(kind)
    return named.get(kind) or (kind if section is None else section_words(section))


def allergies_of(record: ClinicalRecord | None) -> tuple[str, ...]:
    """Those that hold, the dangerous first."""
    return tuple(dict.fromkeys(title_words(one) for one in _held(record)))


def _held(record: ClinicalRecord | None) -> list[Entry]:
    if record is None:
        return []
    held = [one for one in record.of(Section.ALLERGIES) if one.active and not one.negates]
    return sorted(held, key=lambda one: not one.critical)


def allergy_words(record: ClinicalRecord, *, stopped: bool = False) -> tuple[str, bool]:
    """The line of allergies, and whether it warns. Only what was read whole can lack one; a list
    that was not read, is being read, was cut or was not shared is not known. `stopped`: it is not
    being read any more."""
    translate = QCoreApplication.translate
    kinds = ("AllergyIntolerance", Section.ALLERGIES.name)
    gaps = [one for one in record.gaps if one.kind in kinds]
    held = [_allergy(one) for one in _held(record)]
    coming = any(one.kind == "AllergyIntolerance" for one in record.unfinished)
    if coming and not held:
        going = translate("emr", "Allergies are not known yet: they are still being read.")
        over = translate("emr", "⚠ Allergies are not known: reading them was stopped")
        return (over, True) if stopped else (going, False)
    if held:
        line = translate("emr", "⚠ Allergies: {what}").format(what="; ".join(dict.fromkeys(held)))
        more = translate("emr", "{allergies}. This list is not complete.")
        return (more.format(allergies=line) if gaps or coming else line), True
    if gaps:
        text = translate("emr", "⚠ Allergies are not known: {why}")
        return text.format(why=_why(gaps, own=record.own)), True
    negated = [one for one in record.of(Section.ALLERGIES) if one.negates and one.active]
    if negated:
        said = (
            " ".join(part for part in (one.title, day_words(one.at)) if part) for one in negated
        )
        hospitals = translate("emr", "As the hospital entered it: {what}")
        clinics = translate("emr", "As the clinic entered it: {what}")
        text = clinics if record.own else hospitals
        return text.format(what="; ".join(dict.fromkeys(said))), False
    return translate("emr", "No current allergy is entered in this record. Ask the patient."), False


def _allergy(entry: Entry) -> str:
    """With what it did."""
    text = QCoreApplication.translate("emr", "{what} (severe)")
    title = title_words(entry)
    title = text.format(what=title) if entry.critical else title
    return ": ".join((title, listed(entry.notes))) if entry.notes else title


def _why(gaps: list[Gap], *, own: bool) -> str:
    translate = QCoreApplication.translate
    words = {
        Lack.FORBIDDEN: translate("emr", "the hospital does not allow reading them"),
        Lack.NOT_SUPPORTED: translate("emr", "the hospital's server has none of this kind"),
        Lack.NOT_SHARED: translate("emr", "the clinic did not share them"),
        Lack.NOT_TOLD: translate("emr", "nothing is said of them"),
    }
    if own:
        words |= {
            Lack.FORBIDDEN: translate("emr", "our server does not allow reading them"),
            Lack.NOT_SUPPORTED: translate("emr", "the clinic's record has none of this kind"),
        }
    whole = [one.why for one in gaps if one.why not in PARTLY]
    partly = translate("emr", "not all of them could be read")
    failed = translate("emr", "they could not be read")
    return words.get(whole[0], failed) if whole else partly
