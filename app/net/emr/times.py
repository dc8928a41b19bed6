"""Times of resources: as FHIR writes them, as other programs do, and what is said in words."""

import re
from datetime import MAXYEAR, UTC, date, datetime, timedelta

from app.net.emr.elements import Json, amount_words, text_of

_DATE_TIME = re.compile(
    r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?"
)
_OTHERWISE = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?|(\d{2})(\d{2})?)?[年月日]?"
    r"(?:[T ]*(\d{1,2}):?(\d{2})(?::?(\d{2}(?:\.\d+)?))?\s*(?:(Z)|([+-]\d{2}):?(\d{2}))?)?"
)
_IN_WORDS = {
    "Condition": "onset",
    "AllergyIntolerance": "onset",
    "Immunization": "occurrence",
    "Procedure": "performed",
}
"""Where a time may be an age or words (R4 onset[x]): what it says instead of a time stands, and not
the day on which somebody entered it."""


def date_time_of(value: object) -> str:
    """As FHIR writes it (dateTime); empty where it says none, or one that there is not, like
    30 February. Of other ways of writing: 20240501, 2024/5/1 10:00, 2024年5月."""
    said = text_of(value)
    if _DATE_TIME.fullmatch(said) is None:
        found = _OTHERWISE.fullmatch(said)
        said = "" if found is None else _written(found)
    return said if _is_there(said) else ""


def _written(found: re.Match[str]) -> str:
    year, *days, hour, minute, second, utc, zone, minutes = found.groups()
    month, day = (days[at] or days[at + 2] for at in (0, 1))
    told = "-".join(part.zfill(2) for part in (year, month, day) if part)
    if not hour:
        return told
    of_day = ":".join(part for part in (hour.zfill(2), minute, second) if part)
    return f"{told}T{of_day}{utc or (f'{zone}:{minutes}' if zone else '')}" if day else ""


def _is_there(said: str) -> bool:
    try:
        if "T" in said:
            datetime.fromisoformat(said)
        else:
            date.fromisoformat(f"{said}-01-01"[:10])
    except ValueError:
        return False
    return True


def when(kind: str, resource: Json, elements: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The first of these times that is one: a dateTime, or the start of a Period. And the words of
    what is none: an age, a text, a day that there is not."""
    prefix = _IN_WORDS.get(kind)
    told = [name for name in resource if prefix and name.startswith(prefix) and resource[name]]
    told.sort(key=lambda one: one not in elements)
    found, words = "", []
    for name in told or elements:
        if (value := resource.get(name)) is None:
            continue
        for one in (value.get("start"), value.get("end")) if isinstance(value, dict) else (value,):
            at = date_time_of(one)
            found = found or at
            words.append("" if at else text_of(one))
        words.append(amount_words(value))
    return found, tuple(dict.fromkeys(one for one in words if one))


def ended(resource: Json, elements: tuple[str, ...]) -> str:
    """The end of the first of these Periods that tells one."""
    for element in elements:
        value = resource.get(element)
        if isinstance(value, dict) and (end := date_time_of(value.get("end"))):
            return end
    return ""


def order_of(at: str) -> str:
    """A key by which times sort: in UTC, the start of what is dated by its day, month or year. What
    names no zone is of the one of here. Empty sorts before all."""
    if not at:
        return ""
    return _in_utc(at if "T" in at else f"{at}-01-01"[:10])


def latest_of(at: str) -> str:
    """The key of the moment before which it was: of a day, month or year, its end."""
    if not at or "T" in at:
        return order_of(at)
    year, month, day = (int(part) for part in f"{at}-01-01"[:10].split("-"))
    if len(at) == 4:
        year += 1
    elif len(at) == 7:
        year, month = year + month // 12, month % 12 + 1
    if year > MAXYEAR:
        return _in_utc(f"{MAXYEAR}-12-31")
    start = date(year, month, day)
    if len(at) == 10 and start < date.max:
        start += timedelta(days=1)
    return _in_utc(start.isoformat())


def _in_utc(at: str) -> str:
    try:
        return datetime.fromisoformat(at).astimezone(UTC).isoformat()
    except (OverflowError, ValueError):  # the first or last day of all
        return at
