"""Studies of one case in time: which is current, which are priors of the same patient.

A study is never a prior on a guess: it must be dated before the current one, name nobody else
(the same rule as for the images of a case), and agree in identifier, or in name and birth date.
What came from another case of the patient is never current, however late it was taken.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from app.imaging.series import ObjectKind, Series
from protocol.patients import apart, date_of, is_same, names_other

_MONTHS_FROM = 61
_YEARS_FROM = 24


class Relation(StrEnum):
    """What a study is beside the current one."""

    CURRENT = "current"
    PRIOR = "prior"
    BESIDE = "beside"
    """No date is known, or nothing says that it is the same patient."""
    LATER = "later"
    """Of another case of the patient, and taken after the current one."""
    OTHER_CASE = "other case"
    """Of another case of the patient, and not known to be earlier or later."""
    OTHER_PATIENT = "other patient"


class Unit(StrEnum):
    """What an age is counted in."""

    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Age:
    """How much earlier a prior is; in hours only on the same day."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class CaseStudy:
    """The series of one study. `age` is there for a prior only."""

    uid: str
    series: tuple[Series, ...]
    relation: Relation
    age: Age | None = None

    @property
    def study_instance_uid(self) -> str:
        """Study Instance UID; `uid` tells apart two patients that share it."""
        return self.series[0].first.study_instance_uid

    @property
    def date(self) -> str:
        """StudyDate as the file has it."""
        return self.series[0].first.study_date

    @property
    def description(self) -> str:
        """StudyDescription, of the first series that has one."""
        return next((t for s in self.series if (t := s.first.study_description)), "")

    @property
    def images(self) -> tuple[Series, ...]:
        """The series that are pictures."""
        return tuple(s for s in self.series if s.kind is ObjectKind.IMAGE)

    @property
    def modalities(self) -> frozenset[str]:
        """The modalities of its pictures."""
        return frozenset(s.first.modality for s in self.images)

    @property
    def body_parts(self) -> frozenset[str]:
        """What its pictures say they show."""
        return frozenset(p for s in self.images for i in s.instances if (p := i.hanging.body_part))


def case_studies(
    series: Iterable[Series], own: Collection[str] | None = None
) -> tuple[CaseStudy, ...]:
    """The studies of a case: current ones first, then priors from the latest to the oldest, then
    the others.

    Args:
        series: of the case, and of earlier cases of its patient that are shown beside it.
        own: the Study Instance UIDs of the case itself; None where all belong together.

    Current is what was taken on the day of the case's latest pictures, one visit often being
    several studies; of a study that was repeated on that day only the last. The first of them is
    the one to hang; there is none while nothing of the case itself is here. What differs in patient
    from that one is told apart, also within one Study Instance UID, which then becomes several
    studies: their `uid` has "#2", "#3" … added.
    """
    by_uid: dict[str, list[Series]] = {}
    for one in series:
        by_uid.setdefault(one.first.study_instance_uid, []).append(one)
    studies = [
        CaseStudy(uid if n == 0 else f"{uid}#{n + 1}", tuple(theirs), Relation.BESIDE)
        for uid, found in by_uid.items()
        for n, theirs in enumerate(apart(found, lambda one: one.first.patient))
    ]
    if not studies:
        return ()
    studies.sort(key=_when)
    mine = [one for one in studies if own is None or one.study_instance_uid in own]
    days = [day for study in mine if study.images and (day := date_of(study.date)) is not None]
    today = max(days, default=None)
    main = _main(mine, today) if mine else None
    placed = [
        _placed(study, main, mine, today) if main and study in mine else _of_another(study, main)
        for study in studies
    ]
    current = [study for study in placed if study.relation is Relation.CURRENT]
    priors = [study for study in reversed(placed) if study.relation is Relation.PRIOR]
    others = [study for study in placed if study not in current and study not in priors]
    current.sort(key=lambda study: main is None or study.uid != main.uid)
    return (*current, *priors, *others)


def _when(study: CaseStudy) -> tuple[str, str]:
    return study.date, study.series[0].first.study_time


def _main(studies: list[CaseStudy], today: datetime.date | None) -> CaseStudy:
    """The first of today's with pictures that was not repeated; where nothing is dated, the first
    with pictures."""
    with_pictures = [s for s in studies if s.images and date_of(s.date) == today]
    lasting = [s for s in with_pictures if _repeated(s, with_pictures) is None]
    return (lasting or with_pictures or studies)[0]


def _repeated(study: CaseStudy, others: Iterable[CaseStudy]) -> CaseStudy | None:
    """The study of the same day that repeats this one: the same patient, a modality and a body part
    in common, or the same description."""
    for other in others:
        age = age_of(study.series[0], other.series[0])
        if other is study or age is None or age.unit is not Unit.HOURS:
            continue
        same = bool(study.description) and study.description == other.description
        alike = bool(study.modalities & other.modalities) and (
            same or bool(study.body_parts & other.body_parts)
        )
        if alike and is_same(study.series[0].first.patient, other.series[0].first.patient):
            return other
    return None


def _placed(
    study: CaseStudy, main: CaseStudy, studies: list[CaseStudy], today: datetime.date | None
) -> CaseStudy:
    if study is main:
        return replace(study, relation=Relation.CURRENT)
    mine, theirs = main.series[0].first.patient, study.series[0].first.patient
    if names_other(mine, theirs):
        return replace(study, relation=Relation.OTHER_PATIENT)
    if not is_same(mine, theirs):
        return study
    if today is not None and date_of(study.date) == today:
        later = _repeated(study, studies)
        if later is None:
            return replace(study, relation=Relation.CURRENT)
        age = age_of(study.series[0], later.series[0])
        return replace(study, relation=Relation.PRIOR, age=age)
    age = age_of(study.series[0], main.series[0])
    return study if age is None else replace(study, relation=Relation.PRIOR, age=age)


def _of_another(study: CaseStudy, main: CaseStudy | None) -> CaseStudy:
    """What a study of another case is beside the current one of this."""
    if main is None:
        return replace(study, relation=Relation.OTHER_CASE)
    now, then = main.series[0], study.series[0]
    if names_other(now.first.patient, then.first.patient):
        return replace(study, relation=Relation.OTHER_PATIENT)
    if not is_same(now.first.patient, then.first.patient):
        return replace(study, relation=Relation.OTHER_CASE)
    if (age := age_of(then, now)) is not None:
        return replace(study, relation=Relation.PRIOR, age=age)
    later = age_of(now, then) is not None
    return replace(study, relation=Relation.LATER if later else Relation.OTHER_CASE)


def _hours(text: str) -> float | None:
    if len(text) < 4 or not text[:4].isdigit():
        return None
    return int(text[:2]) + int(text[2:4]) / 60


def age_of(prior: Series, current: Series) -> Age | None:
    """How much earlier one is than the other; None where it is not, or not known to be."""
    then, now = date_of(prior.first.study_date), date_of(current.first.study_date)
    if then is None or now is None or then > now:
        return None
    days = (now - then).days
    if days == 0:
        begun, began = _hours(current.first.study_time), _hours(prior.first.study_time)
        if begun is None or began is None or began >= begun:
            return None
        return Age(int(begun - began), Unit.HOURS)
    if days < _MONTHS_FROM:
        return Age(days, Unit.DAYS)
    months = (now.year - then.year) * 12 + now.month - then.month - (now.day < then.day)
    if months < _YEARS_FROM:
        return Age(months, Unit.MONTHS)
    return Age(months // 12, Unit.YEARS)


def comparable(studies: Iterable[CaseStudy]) -> CaseStudy | None:
    """The latest prior to compare the current study with: a modality in common, and no other body
    part where both name theirs."""
    found = tuple(studies)
    current = next((s for s in found if s.relation is Relation.CURRENT), None)
    if current is None:
        return None
    for study in found:
        if study.relation is not Relation.PRIOR or not current.modalities & study.modalities:
            continue
        ours, theirs = current.body_parts, study.body_parts
        if not (ours and theirs) or ours & theirs:
            return study
    return None
