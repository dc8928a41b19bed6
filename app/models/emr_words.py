"""The words of a record: sections, states, flags, and dates as far as the source knows them."""

import re
from datetime import date, datetime

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.models.identity import masked
from app.models.times import age, moment
from app.models.tips import shortened
from app.net.emr.clinical import Entry, Flag, PersonRead, Result, Section
from app.net.emr.elements import MOST_TEXT
from app.net.emr.names import pinyin
from protocol.identity_card import birth_of, is_valid, looks_like_one, sex_of

FLAGS = {
    Flag.LOW: "↓",
    Flag.HIGH: "↑",
    Flag.CRITICAL_LOW: "↓↓",
    Flag.CRITICAL_HIGH: "↑↑",
    Flag.ABNORMAL: "*",
    Flag.CRITICAL: "**",
}


_SECTIONS = {
    Section.PROBLEMS: QT_TRANSLATE_NOOP("emr", "Problems"),
    Section.ALLERGIES: QT_TRANSLATE_NOOP("emr", "Allergies"),
    Section.MEDICATIONS: QT_TRANSLATE_NOOP("emr", "Medications"),
    Section.LABORATORY: QT_TRANSLATE_NOOP("emr", "Laboratory"),
    Section.VITALS: QT_TRANSLATE_NOOP("emr", "Vital signs"),
    Section.OBSERVATIONS: QT_TRANSLATE_NOOP("emr", "Other findings"),
    Section.IMAGING: QT_TRANSLATE_NOOP("emr", "Imaging studies"),
    Section.REPORTS: QT_TRANSLATE_NOOP("emr", "Reports"),
    Section.ENCOUNTERS: QT_TRANSLATE_NOOP("emr", "Visits"),
    Section.PROCEDURES: QT_TRANSLATE_NOOP("emr", "Procedures"),
    Section.DOCUMENTS: QT_TRANSLATE_NOOP("emr", "Documents"),
    Section.IMMUNISATIONS: QT_TRANSLATE_NOOP("emr", "Immunisations"),
    Section.FAMILY: QT_TRANSLATE_NOOP("emr", "Family history"),
}
_STATUSES = {
    "recurrence": QT_TRANSLATE_NOOP("emr", "recurring"),
    "relapse": QT_TRANSLATE_NOOP("emr", "relapsed"),
    "inactive": QT_TRANSLATE_NOOP("emr", "not active"),
    "remission": QT_TRANSLATE_NOOP("emr", "in remission"),
    "resolved": QT_TRANSLATE_NOOP("emr", "resolved"),
    "completed": QT_TRANSLATE_NOOP("emr", "completed"),
    "stopped": QT_TRANSLATE_NOOP("emr", "stopped"),
    "on-hold": QT_TRANSLATE_NOOP("emr", "on hold"),
    "cancelled": QT_TRANSLATE_NOOP("emr", "cancelled"),
    "preliminary": QT_TRANSLATE_NOOP("emr", "preliminary"),
    "registered": QT_TRANSLATE_NOOP("emr", "not final"),
    "amended": QT_TRANSLATE_NOOP("emr", "amended"),
    "corrected": QT_TRANSLATE_NOOP("emr", "corrected"),
    "superseded": QT_TRANSLATE_NOOP("emr", "superseded"),
    "in-progress": QT_TRANSLATE_NOOP("emr", "under way"),
    "planned": QT_TRANSLATE_NOOP("emr", "planned"),
}
_RESERVATIONS = {
    "do-not-perform": QT_TRANSLATE_NOOP("emr", "Not to be given: {what}"),
    "proposal": QT_TRANSLATE_NOOP("emr", "Proposed: {what}"),
    "plan": QT_TRANSLATE_NOOP("emr", "Planned: {what}"),
    "option": QT_TRANSLATE_NOOP("emr", "One of several options: {what}"),
    "draft": QT_TRANSLATE_NOOP("emr", "Draft: {what}"),
    "differential": QT_TRANSLATE_NOOP("emr", "Differential diagnosis: {what}"),
    "provisional": QT_TRANSLATE_NOOP("emr", "Provisional: {what}"),
    "unconfirmed": QT_TRANSLATE_NOOP("emr", "Unconfirmed: {what}"),
    "refuted": QT_TRANSLATE_NOOP("emr", "Refuted: {what}"),
    "not-done": QT_TRANSLATE_NOOP("emr", "Not done: {what}"),
    "not-taken": QT_TRANSLATE_NOOP("emr", "Not taken: {what}"),
    "intended": QT_TRANSLATE_NOOP("emr", "Intended: {what}"),
}
_SILENT = ("active", "confirmed", "final", "finished", "current", "available", "unknown", "")
_FLAG_WORDS = {
    Flag.LOW: QT_TRANSLATE_NOOP("emr", "low"),
    Flag.HIGH: QT_TRANSLATE_NOOP("emr", "high"),
    Flag.CRITICAL_LOW: QT_TRANSLATE_NOOP("emr", "critically low"),
    Flag.CRITICAL_HIGH: QT_TRANSLATE_NOOP("emr", "critically high"),
    Flag.ABNORMAL: QT_TRANSLATE_NOOP("emr", "abnormal"),
    Flag.CRITICAL: QT_TRANSLATE_NOOP("emr", "critically abnormal"),
}

_REMARKS = {
    "S": QT_TRANSLATE_NOOP("emr", "S, susceptible"),
    "I": QT_TRANSLATE_NOOP("emr", "I, intermediate"),
    "R": QT_TRANSLATE_NOOP("emr", "R, resistant"),
    "SDD": QT_TRANSLATE_NOOP("emr", "SDD, susceptible dose dependent"),
    "RR": QT_TRANSLATE_NOOP("emr", "reactive"),
    "WR": QT_TRANSLATE_NOOP("emr", "weakly reactive"),
    "NR": QT_TRANSLATE_NOOP("emr", "not reactive"),
    "IND": QT_TRANSLATE_NOOP("emr", "indeterminate"),
    "E": QT_TRANSLATE_NOOP("emr", "equivocal"),
}
"""Table 0078, what is no flag; others stand as the source wrote them."""


def section_words(section: Section) -> str:
    return QCoreApplication.translate("emr", str(_SECTIONS[section]))


def status_words(code: str) -> str:
    """A status of FHIR in words; one nobody here knows as the source wrote it."""
    if code in _SILENT:
        return ""
    known = _STATUSES.get(code)
    return code if known is None else QCoreApplication.translate("emr", str(known))


def title_words(entry: Entry) -> str:
    """What turns or weakens a statement stands before it, where nothing cuts it off."""
    title = entry.title
    if title == "?" and entry.section is Section.ALLERGIES:
        title = QCoreApplication.translate("emr", "to something that is not named")
    for code in reversed(entry.reservations):
        title = QCoreApplication.translate("emr", str(_RESERVATIONS[code])).format(what=title)
    return title


def flag_words(flag: Flag) -> str:
    return QCoreApplication.translate("emr", str(_FLAG_WORDS[flag]))


def value_words(result: Result) -> str:
    """Flag, value, unit and what the laboratory says besides; the flag first, for it is never to be
    cut off."""
    parts = (FLAGS[result.flag] if result.flag else "", result.text, unit_words(result.unit))
    shown = " ".join(part for part in parts if part)
    remarks = "; ".join(_remark(one) for one in result.remarks)
    return f"{shown} ({remarks})" if remarks else shown


def _remark(code: str) -> str:
    known = _REMARKS.get(code)
    return code if known is None else QCoreApplication.translate("emr", str(known))


_POWER = re.compile(r"10[*^](\d+)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def unit_words(unit: str) -> str:
    """UCUM as people write it: 10*9/L is 10⁹/L, mm[Hg] is mmHg."""
    plain = unit.replace("[", "").replace("]", "").replace("{", "").replace("}", "")
    return _POWER.sub(lambda found: f"10{found[1].translate(_RAISED)}", plain)


def when_words(at: str) -> str:
    """As exact as the source: 2016, 2016-03, 2016-03-05, or with the time in the zone of here."""
    if "T" not in at:
        return at
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return at.replace("T", " ")
    return moment(found) if found.tzinfo is not None else found.strftime("%Y-%m-%d %H:%M")


def day_words(at: str) -> str:
    """The day alone, where there is little room."""
    return when_words(at)[:10]


def entry_line(entry: Entry) -> str:
    """What stands beside the title: its values, notes and state."""
    values = (
        f"{one.title} {value_words(one)}" if one.title != entry.title else value_words(one)
        for one in entry.results
    )
    text = QCoreApplication.translate("emr", "{n} images").format(n=entry.images)
    state = "" if entry.code in entry.reservations else status_words(entry.code)
    parts = (*values, *entry.notes, text if entry.images else "", state)
    return " · ".join(part for part in parts if part)


def masked_number(identifier: str) -> str:
    """An identity number as GB/T 35273 shows it, any other as the banner does; an identity number
    that cannot be right says so."""
    if not looks_like_one(identifier):
        return masked(identifier)
    shown = f"{identifier[:3]}•••••••••••{identifier[-4:]}"
    if is_valid(identifier):
        return shown
    text = QCoreApplication.translate("emr", "{number} (not a valid identity number)")
    return text.format(number=shown)


def card_words(person: PersonRead) -> tuple[str, ...]:
    """That an identity number names another date of birth or sex than the record itself."""
    text = QCoreApplication.translate(
        "emr",
        "The identity number {number} names another date of birth or sex than the record: check "
        "whose it is.",
    )
    wrong = []
    for one in filter(is_valid, person.identifiers):
        born, sex = birth_of(one), sex_of(one)
        dated = len(person.birth_date) == 10 and str(born) != person.birth_date
        sexed = person.sex in ("male", "female") and sex is not None and sex.value != person.sex
        if dated or sexed:
            wrong.append(text.format(number=masked_number(one)))
    return tuple(wrong)


NAME_SIGNS = 40
"""So much of a name without end is read where there is little room."""


def person_words(person: PersonRead, today: date, most: int = MOST_TEXT) -> str:
    """Name with its pinyin, sex, age and date of birth, identifiers; `most` signs of each name and
    number."""
    translate = QCoreApplication.translate
    name = next(iter(person.names), "") or translate("emr", "No name")
    sexes = {
        "male": translate("emr", "male"),
        "female": translate("emr", "female"),
        "other": translate("emr", "other sex"),
    }
    said = [shortened(name, most), shortened(pinyin(name), most)]
    said.append(sexes.get(person.sex, translate("emr", "sex not said")))
    said.append(born_words(person.birth_date, today))
    said += [shortened(masked_number(one), most) for one in person.identifiers[:2]]
    if person.deceased:
        said.append(translate("emr", "† deceased"))
    return " · ".join(one for one in said if one)


def born_words(text: str, today: date) -> str:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return text or QCoreApplication.translate("emr", "date of birth not said")
    return f"{age(born, today)} · {text}"
