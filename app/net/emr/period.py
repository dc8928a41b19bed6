"""What of a record is older than a doctor wants to share: what happened and is over.

What still holds goes along whatever its age: allergies, family history, problems and medicines that
nobody has ended. So does what has no date, and what is later part of something that goes along.
"""

from dataclasses import dataclass
from datetime import date

from app.net.emr.clinical import ClinicalRecord, Entry, Section

_ALWAYS = (Section.ALLERGIES, Section.FAMILY)
_WHILE_IT_HOLDS = (Section.PROBLEMS, Section.MEDICATIONS)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was over before the day `since`: relative references."""

    since: date
    names: frozenset[str]


def earlier(record: ClinicalRecord, since: date) -> Earlier:
    """For what has an id: nothing else could be told from others."""
    old = (one.id for one in record.entries if is_earlier(one, since))
    return Earlier(since, frozenset(id_ for id_ in old if not id_.endswith("/")))


def is_earlier(entry: Entry, since: date) -> bool:
    """Whether it was over before that day; what is dated by its month or year, before all of it."""
    at = (entry.ended or entry.at)[:10]
    if not at or entry.section in _ALWAYS:
        return False
    if entry.section in _WHILE_IT_HOLDS and entry.active:
        return False
    return at < since.isoformat()[: len(at)]


def share_counts(record: ClinicalRecord, since: date | None) -> dict[Section, tuple[int, int]]:
    """Of every section that has something: how many entries go along, and how many there are."""
    told = {}
    for section in Section:
        entries = record.of(section)
        if entries:
            old = sum(is_earlier(one, since) for one in entries) if since is not None else 0
            told[section] = (len(entries) - old, len(entries))
    return told
