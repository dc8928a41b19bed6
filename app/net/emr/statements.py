"""What turns or weakens a statement of a record, and how a medicine is taken."""

from collections.abc import Iterator

from app.net.emr.elements import Json, amount_words, codes, concept, number_of, objects, text_of

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
_CODES = (
    *("active", "recurrence", "relapse", "inactive", "remission", "resolved"),
    *("confirmed", "entered-in-error", "completed", "stopped", *_WEAKER),
)
_STATES = {
    **{code: code for code in _CODES},
    **dict.fromkeys(("活动", "活动期", "现患", "有效"), "active"),
    **dict.fromkeys(("治愈", "已治愈", "痊愈", "已痊愈", "已愈", "已解决", "已恢复"), "resolved"),
    **dict.fromkeys(("非活动", "不活动", "静止", "停用", "失效", "已失效", "无效"), "inactive"),
    **dict.fromkeys(("缓解", "已缓解", "缓解期"), "remission"),
    "复发": "recurrence",
    **dict.fromkeys(("确诊", "已确诊", "确认", "已确认"), "confirmed"),
    **dict.fromkeys(("疑似", "待查", "待排", "待确诊"), "provisional"),
    **dict.fromkeys(("未确认", "未证实"), "unconfirmed"),
    **dict.fromkeys(("排除", "已排除", "已否定"), "refuted"),
    **dict.fromkeys(("录入错误", "错误录入"), "entered-in-error"),
}
"""States as words where a code belongs."""


def stated(resource: Json, element: str) -> tuple[str, ...]:
    """The codes of a state; without one what its words say, those nobody here knows as they are."""
    if not (value := resource.get(element)):
        return ()
    told = codes(value) or ((said,) if (said := concept(value)) else ())
    return tuple(_STATES.get(one.casefold().replace(" ", "-"), one) for one in told)


def reservations(resource: Json) -> tuple[str, ...]:
    """Codes without which a statement says something else: to be read before its title."""
    told = ["do-not-perform"] if resource.get("doNotPerform") is True else []
    for element in ("verificationStatus", "intent", "status"):
        told += [one for one in stated(resource, element) if one in _WEAKER]
    return tuple(dict.fromkeys(told))


def says_no_allergy(allergy: Json) -> bool:
    if any(one.get("substance") for one in objects(allergy.get("reaction"))):
        return False
    told = (*codes(allergy.get("code")), concept(allergy.get("code")))
    return any(one.casefold() in _NO_ALLERGY for one in told)


def status_of(kind: str, resource: Json) -> str:
    """In FHIR's words."""
    if kind in ("Condition", "AllergyIntolerance"):
        certain, clinical = (
            stated(resource, "verificationStatus"),
            stated(resource, "clinicalStatus"),
        )
        if "refuted" in certain:
            return "refuted"
        if not clinical and any(name.startswith("abatement") for name in resource):
            return "resolved"
        said = next((one for one in certain if one not in _STATES), "")
        over = next((one for one in reversed(clinical) if one != "active"), "")
        return over or said or next(iter(clinical or certain), "")
    told = (*stated(resource, "docStatus"), *stated(resource, "status"))
    return "superseded" if "superseded" in told else next(iter(told), "")


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
    return next((said for name in names if (said := amount_words(told.get(name)))), "")
