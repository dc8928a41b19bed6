"""What stands beside the name of a statement: how, where, why, with what outcome."""

from collections.abc import Iterator

from app.net.emr.elements import (
    Json,
    amount_words,
    codes,
    concept,
    note_texts,
    objects,
    shown_reference,
    text_of,
)
from app.net.emr.statements import dosage_of
from app.net.emr.times import date_time_of

DEAD = "†"


def particulars(kind: str, resource: Json) -> list[str]:
    """Of a resource of this type; some may be empty."""
    match kind:
        case "AllergyIntolerance":
            return [
                concept(one.get("manifestation")) or text_of(one.get("description"))
                for one in objects(resource.get("reaction"))
            ]
        case "MedicationRequest" | "MedicationStatement":
            dosage = resource.get("dosageInstruction") or resource.get("dosage")
            return [dosage_of(one) for one in objects(dosage)]
        case "DiagnosticReport":
            said = text_of(resource.get("conclusion"))
            return [said, concept(resource.get("conclusionCode"))]
        case "Encounter":
            return [
                concept(resource.get("reasonCode")),
                shown_reference(resource.get("serviceProvider")),
            ]
        case "FamilyMemberHistory":
            absent = concept(resource.get("dataAbsentReason"))
            return [*_family(resource), f"({absent})" if absent else ""]
        case "ImagingStudy":
            series = objects(resource.get("series"))
            told = (codes(one.get("modality")) for one in (resource, *series))
            return ["/".join(dict.fromkeys(code for one in told for code in one))]
        case "Immunization":
            doses = objects(resource.get("protocolApplied"))
            numbers = [_choice(one, "doseNumber") for one in doses]
            return [*numbers, concept(resource.get("statusReason"))]
        case "Observation":
            return []
        case "Procedure":
            elements = ("bodySite", "outcome", "complication", "statusReason")
            return [concept(resource.get(element)) for element in elements]
        case _:
            return [concept(resource.get("bodySite")), concept(resource.get("severity"))]


def substances_of(allergy: Json) -> list[str]:
    """What the reactions were to."""
    told = (concept(one.get("substance")) for one in objects(allergy.get("reaction")))
    return list(dict.fromkeys(one for one in told if one))


def _family(relative: Json) -> Iterator[str]:
    """Each illness with the age at its onset and how it ended; age now, or at death."""
    for one in objects(relative.get("condition")):
        more = [_choice(one, "onset"), concept(one.get("outcome"))]
        more += [DEAD if one.get("contributedToDeath") is True else "", *note_texts(one)]
        beside = "; ".join(part for part in more if part)
        said = concept(one.get("code"))
        yield f"{said} ({beside})" if said and beside else said or beside
    yield _choice(relative, "age")
    if died := _choice(relative, "deceased"):
        yield f"{DEAD} {died}"
    elif relative.get("deceasedBoolean") is True:
        yield DEAD


def _choice(told: Json, prefix: str) -> str:
    """Of a choice of types (onset[x]) what it says: a time, a text, an age or a range."""
    values = [value for name, value in told.items() if name.startswith(prefix)]
    return "、".join(said for one in values if (said := _said(one)))


def _said(value: object) -> str:
    if isinstance(value, dict) and ("start" in value or "end" in value):
        ends = (date_time_of(value.get(end)) or text_of(value.get(end)) for end in ("start", "end"))
        return "–".join(ends)
    return amount_words(value) or text_of(value)
