"""What turns or weakens a statement of a record, and how a medicine is taken."""

from collections.abc import Iterator

from app.net.emr.elements import Json, codes, concept, number_of, objects, quantity, text_of

_WEAKER = {
    *("unconfirmed", "provisional", "differential", "refuted"),
    *("proposal", "plan", "option"),
    *("not-done", "not-taken", "intended", "draft"),
}
"""Condition.verificationStatus, MedicationRequest.intent, and states of what did not happen."""
_NO_ALLERGY = {
    *("716186003", "409137002", "429625007", "428607008", "428197003", "716184000"),
    *("无", "无过敏", "无过敏史", "无药物过敏", "无药物过敏史", "无已知过敏", "无已知药物过敏"),
    *("否认过敏", "否认过敏史", "否认药物过敏史", "否认药物过敏", "否认药物及食物过敏史"),
    *("nka", "nkda", "nkfa", "no known allergy", "no known allergies"),
    *("no known drug allergy", "no known drug allergies", "no known food allergy"),
}
"""SNOMED CT and words of who has no allergy, of all or of some substances."""


def reservations(resource: Json) -> tuple[str, ...]:
    """Codes without which a statement says something else: to be read before its title."""
    told = ["do-not-perform"] if resource.get("doNotPerform") is True else []
    for element in ("verificationStatus", "intent", "status"):
        told += [one for one in codes(resource.get(element)) if one in _WEAKER]
    return tuple(dict.fromkeys(told))


def says_no_allergy(allergy: Json) -> bool:
    told = (*codes(allergy.get("code")), concept(allergy.get("code")))
    return any(one.casefold() in _NO_ALLERGY for one in told)


def status_of(kind: str, resource: Json) -> str:
    """In FHIR's words."""
    if kind in ("Condition", "AllergyIntolerance"):
        told = (*codes(resource.get("verificationStatus")), *codes(resource.get("clinicalStatus")))
        clinical = next((one for one in told if one == "refuted"), told[-1] if told else "")
        abated = any(name.startswith("abatement") for name in resource)
        return "resolved" if abated and not resource.get("clinicalStatus") else clinical
    return text_of(resource.get("docStatus")) or text_of(resource.get("status"))


def dosage_of(dosage: Json) -> str:
    """R4 Dosage: its words, else dose, rate, route, times, when needed, for how long, the most."""
    if said := text_of(dosage.get("text")):
        return said
    return " · ".join(one for one in _dosage(dosage) if one)


def _dosage(dosage: Json) -> Iterator[str]:
    for one in objects(dosage.get("doseAndRate")):
        yield _amount(one, "doseQuantity", "doseRange")
        yield _amount(one, "rateQuantity", "rateRange", "rateRatio")
    yield concept(dosage.get("route"))
    timing = dosage.get("timing")
    if isinstance(timing, dict):
        yield concept(timing.get("code"))
        repeat = timing.get("repeat")
        if isinstance(repeat, dict):
            yield from _repeated(repeat)
    needed = concept(dosage.get("asNeededCodeableConcept"))
    if needed or dosage.get("asNeededBoolean") is True:
        yield f"PRN {needed}".strip()
    if most := _amount(
        dosage, "maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime"
    ):
        yield f"≤ {most}"
    yield concept(dosage.get("additionalInstruction"))
    yield text_of(dosage.get("patientInstruction"))


def _repeated(repeat: Json) -> Iterator[str]:
    """Timing.repeat: three times in eight hours is 3×/8 h."""
    times = _up_to(repeat, "frequency")
    if repeat.get("period"):
        every = f"{_up_to(repeat, 'period')} {text_of(repeat.get('periodUnit'))}"
        yield f"{times or 1}×/{every.strip()}"
    elif times:
        yield f"{times}×"
    yield "、".join((*codes(repeat.get("when")), *codes(repeat.get("timeOfDay"))))
    yield "、".join(codes(repeat.get("dayOfWeek")))
    if (count := number_of(repeat.get("count"))) is not None:
        yield f"× {count:g}"
    if lasts := text_of(repeat.get("duration")):
        yield f"{lasts} {text_of(repeat.get('durationUnit'))}"
    yield _amount(repeat, "boundsDuration", "boundsRange")
    bounds = repeat.get("boundsPeriod")
    if isinstance(bounds, dict):
        yield f"{text_of(bounds.get('start'))}–{text_of(bounds.get('end'))}"


def _up_to(repeat: Json, name: str) -> str:
    least, most = text_of(repeat.get(name)), text_of(repeat.get(f"{name}Max"))
    return f"{least}–{most}" if least and most else least or most


def _amount(told: Json, *names: str) -> str:
    """A Quantity, Range or Ratio, whichever of these is there."""
    value: Json = next((told[name] for name in names if isinstance(told.get(name), dict)), {})
    if "numerator" in value:
        above, below = (_quantity(value.get(name)) for name in ("numerator", "denominator"))
        return f"{above}/{below}" if above and below else above
    if "low" in value or "high" in value:
        ends = [quantity(value.get(name)) for name in ("low", "high")]
        numbers = "–".join(said for _, said, _ in ends)
        return f"{numbers} {ends[1][2] or ends[0][2]}".strip()
    return _quantity(value)


def _quantity(value: object) -> str:
    _, amount, unit = quantity(value)
    return f"{amount} {unit}".strip()
