"""Which reference range of an Observation is this patient's.

R4 Observation.referenceRange may repeat, for a sex, an age, or whatever `appliesTo` says. Where it
is not certain which one holds, all are words and none is a limit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.net.emr.clinical import PersonRead
from app.net.emr.elements import (
    Json,
    between,
    codes,
    concept,
    number_of,
    objects,
    quantity,
    text_of,
    unit_key,
)
from app.net.emr.written import limits_of, plain_signs

SHORT = 20
"""So long may the laboratory's own words of a range be to stand instead of its limits."""
_SEXES = {
    **dict.fromkeys(("male", "m", "248153007", "男", "男性"), "male"),
    **dict.fromkeys(("female", "f", "248152002", "女", "女性"), "female"),
}
"""AdministrativeGender, HL7 v2 and v3, SNOMED CT, and words."""
_YEARS, _MONTHS = ("a", "y", "yr", "yrs", "year", "years", "岁"), ("mo", "month", "months", "月")
_DAYS = {
    **dict.fromkeys(("wk", "w", "week", "weeks", "周"), 7),
    **dict.fromkeys(("d", "day", "days", "天", "日"), 1),
}


@dataclass(frozen=True, slots=True)
class Usual:
    """`low` and `high` are there only where the range is this patient's, in the value's unit."""

    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Range:
    told: Json
    conditions: tuple[bool | None, ...]
    """Whether each holds; None: it is not known."""
    normal: bool

    @property
    def refused(self) -> bool:
        return False in self.conditions

    @property
    def certain(self) -> bool:
        return self.normal and all(self.conditions)


def usual_of(part: Json, person: PersonRead, at: str) -> Usual:
    """Of the Observation or component, for this person at that time (FHIR dateTime)."""
    told = [_with_limits(one, part) for one in objects(part.get("referenceRange"))]
    ranges = [_Range(one, tuple(_conditions(one, person, at)), _is_normal(one)) for one in told]
    ranges = [one for one in ranges if one.normal] or ranges
    held = [one for one in ranges if not one.refused]
    if held and all(one.certain for one in held):
        most = max(len(one.conditions) for one in held)
        held = [one for one in held if len(one.conditions) == most]
        if len({_limits(one.told) or _words(one.told, part) for one in held}) == 1:
            low, high = _limits(held[0].told) or (None, None)
            words = _words(held[0].told, part)
            return Usual(low, high, words) if _fits(held[0].told, part) else Usual(text=words)
    shown = (_conditioned(one, part) for one in held or ranges)
    return Usual(text="; ".join(dict.fromkeys(one for one in shown if one)))


def _with_limits(told: Json, part: Json) -> Json:
    """R4 means `text` for what has no limits; laboratories write them there all the same, with the
    unit of the value behind."""
    if "low" in told or "high" in told:
        return told
    value = part.get("valueQuantity")
    words = plain_signs(text_of(told.get("text"))).strip()
    for name in ("unit", "code"):
        unit = plain_signs(text_of(value.get(name))) if isinstance(value, dict) else ""
        if not unit[:1].isdecimal():  # UCUM writes 1 for none
            words = words.removesuffix(unit).rstrip()
    return told | limits_of(words)


def _is_normal(told: Json) -> bool:
    return "type" not in told or "normal" in codes(told["type"])


def _conditions(told: Json, person: PersonRead, at: str) -> Iterator[bool | None]:
    for one in objects(told.get("appliesTo")):
        said = (*codes(one), text_of(one.get("text")))
        sexes = {_SEXES[word] for code in said if (word := code.casefold()) in _SEXES}
        known = len(sexes) == 1 and person.sex in ("male", "female")
        yield person.sex in sexes if known else None
    age = told.get("age")
    if isinstance(age, dict) and age:
        yield _is_aged(age, person.birth_date, at)


def _is_aged(age: Json, born: str, at: str) -> bool | None:
    """Full years, months or days, both ends included (R4 Range)."""
    try:
        birth, day = date.fromisoformat(born), date.fromisoformat(at[:10])
    except ValueError:
        return None
    for end in ("low", "high"):
        bound = age.get(end)
        if not isinstance(bound, dict):
            continue
        number, unit = number_of(bound.get("value")), _unit(bound)
        months = (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)
        if number is None:
            return None
        if unit in _YEARS:
            lived = months // 12
        elif unit in _MONTHS:
            lived = months
        elif unit in _DAYS:
            lived = (day - birth).days // _DAYS[unit]
        else:
            return None
        if lived < number if end == "low" else lived > number:
            return False
    return True


def _unit(value: Json) -> str:
    return (text_of(value.get("code")) or text_of(value.get("unit"))).casefold()


def _limits(told: Json) -> tuple[float | None, ...]:
    """Low and high; nothing where it has neither."""
    limits = quantity(told.get("low"))[0], quantity(told.get("high"))[0]
    return () if limits == (None, None) else limits


def _conditioned(one: _Range, part: Json) -> str:
    """With whom it is for, and what for where it is not the normal one."""
    said = [] if one.normal else [concept(one.told.get("type"))]
    said += [concept(who) for who in objects(one.told.get("appliesTo"))]
    age = one.told.get("age")
    if isinstance(age, dict):
        unit = quantity(age.get("high"))[2] or quantity(age.get("low"))[2]
        low = quantity(age.get("low"))[2]
        said.append(f"{between(age)} {low if low and low != 'a' else unit}".strip())
    return " ".join(part for part in (*said, _words(one.told, part)) if part)


def _words(told: Json, part: Json) -> str:
    said = text_of(told.get("text"))
    if 0 < len(said) <= SHORT:
        return said
    words = between(told)
    if not words:
        return said
    unit = quantity(told.get("low"))[2] or quantity(told.get("high"))[2]
    return words if _fits(told, part) else f"{words} {unit}"


def _fits(told: Json, part: Json) -> bool:
    """Whether value and range are said in one unit, as far as the range says one."""
    mine = _units(part.get("valueQuantity"))
    theirs = [units for end in ("low", "high") if (units := _units(told.get(end)))]
    return all(mine & units for units in theirs)


def _units(value: object) -> set[str]:
    told = [value.get("unit"), value.get("code")] if isinstance(value, dict) else []
    return {unit_key(said).casefold() for one in told if (said := text_of(one))}
