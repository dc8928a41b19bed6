"""Which department and urgency the words of a case speak for, and why; a person decides."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.models.words import listed, urgency_text
from protocol.attached_study import AttachedStudy
from protocol.consultation import CaseContent, Urgency
from resources import resource

SHOWN = 4
"""So many reasons are named."""
_CLAUSE = re.compile(r"[，。；！？,.;!?\n]")
_LISTED = re.compile(r"[、/]|及|和|或|与| or | and ")
_REACH, _NARROW = 8.0, 1 / 3
"""How far a negation reaches beyond a list, in Chinese characters; a Latin letter is a third."""
_MODALITY, _AGE = 1, 2
_LEVELS = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class Rule:
    """What speaks for one department or one urgency (`resources/triage/rules.toml`)."""

    name: str
    codes: tuple[str, ...]
    words: tuple[str, ...]
    modalities: tuple[str, ...] = ()
    under_years: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    departments: tuple[Rule, ...]
    urgencies: tuple[Rule, ...]
    negations: tuple[str, ...]
    no_negations: tuple[str, ...]
    """The longest first: one may stand in another."""
    onset: re.Pattern[str]
    """Where something begins that a negation before it does not deny."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A value for a field of the case, in words that say what speaks for it."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class TriageProps:
    department: Hint | None = None
    urgency: Hint | None = None


@lru_cache
def rules() -> Rules:
    """The rules that come with the program."""
    file = tomllib.loads(resource("triage", "rules.toml").read_text(encoding="utf-8"))
    return Rules(
        departments=tuple(_rule(one, one["name"]) for one in file["department"]),
        urgencies=tuple(_rule(one, Urgency(one["level"]).value) for one in file["urgency"]),
        negations=tuple(file["negations"]),
        no_negations=tuple(sorted(file["no_negations"], key=len, reverse=True)),
        onset=re.compile(f"(?:{'|'.join(map(re.escape, file['onsets']))})(?!{_LISTED.pattern})"),
    )


def derive_triage(
    content: CaseContent, studies: Sequence[AttachedStudy], today: date
) -> TriageProps:
    """Nothing where the case has it already. An urgency is never talked down: what was not
    written proves nothing."""
    text = "\n".join((content.reason, content.question, content.history, content.findings))
    known, codes = rules(), content.diagnosis_codes
    clauses = tuple(_CLAUSE.split(text.casefold()))
    modalities = {one for study in studies for one in study.modalities}
    born = content.patient.birth_date if content.patient is not None else None
    years = None if born is None else (today - born).days / 365.25
    best, most = None, 0
    for rule in known.departments:
        weight, why = _weigh(rule, codes, clauses, modalities, years)
        if weight > most:
            best, most = (rule, why), weight
    department = None
    if best is not None and best[0].name != content.department:
        department = _department(*best)
    return TriageProps(department, _urgency(content, clauses))


def _rule(entry: dict[str, Any], name: str) -> Rule:
    return Rule(
        name,
        tuple(entry["codes"]),
        tuple(word.casefold() for word in entry["words"]),
        tuple(entry.get("modalities", ())),
        entry.get("under_years", 0),
    )


def _weigh(
    rule: Rule,
    codes: Iterable[str],
    clauses: tuple[str, ...],
    modalities: set[str],
    years: float | None,
) -> tuple[int, tuple[str, ...]]:
    """A longer prefix says more than a short one, and any code more than a word."""
    coded = _coded(rule, codes)
    said = tuple(word for word in rule.words if _said(word, clauses))
    seen = tuple(one for one in rule.modalities if one in modalities)
    young = years is not None and years < rule.under_years
    weight = sum(2 + length for _, length in coded) + len(said)
    weight += _MODALITY * bool(seen) + _AGE * young
    age = (_age_words(rule.under_years),) if young else ()
    return weight, (*(code for code, _ in coded), *said, *seen, *age)


def _coded(rule: Rule, codes: Iterable[str]) -> list[tuple[str, int]]:
    """The codes that fit with the length of the longest prefix that fits."""
    found = ((code, [len(one) for one in rule.codes if code.startswith(one)]) for code in codes)
    return [(code, max(fits)) for code, fits in found if fits]


def _said(word: str, clauses: tuple[str, ...]) -> bool:
    """Whether some clause says it and does not deny it before."""
    return any(
        not _denied(clause[: found.start()])
        for clause in clauses
        for found in re.finditer(re.escape(word), clause)
    )


def _denied(before: str) -> bool:
    """Whether a negation in the text of a clause reaches to its end."""
    known = rules()
    for phrase in known.no_negations:
        before = before.replace(phrase, " ")
    parts = (before.rpartition(negation) for negation in known.negations)
    return any(_reaches(between.strip()) for _, negation, between in parts if negation)


def _reaches(between: str) -> bool:
    """Whether a negation goes past this text."""
    if rules().onset.search(between, 1):
        return False
    last = _LISTED.split(between)[-1]
    return sum(_NARROW if one.isascii() else 1 for one in last) <= _REACH


def _urgency(content: CaseContent, clauses: tuple[str, ...]) -> Hint | None:
    chosen = -1 if content.urgency is None else _LEVELS.index(content.urgency)
    for rule in rules().urgencies:
        level = Urgency(rule.name)
        if _LEVELS.index(level) <= chosen:
            return None
        _, why = _weigh(rule, content.diagnosis_codes, clauses, set(), None)
        if why:
            text = QCoreApplication.translate("triage", "Urgency {level}? It says: {why}")
            return Hint(level.value, text.format(level=urgency_text(level), why=_reasons(why)))
    return None


def _department(rule: Rule, why: tuple[str, ...]) -> Hint:
    text = QCoreApplication.translate("triage", "Department {name}? It says: {why}")
    return Hint(rule.name, text.format(name=rule.name, why=_reasons(why)))


def _reasons(why: tuple[str, ...]) -> str:
    return listed(why[:SHOWN])


def _age_words(years: int) -> str:
    return QCoreApplication.translate("triage", "under {n} years").format(n=years)
