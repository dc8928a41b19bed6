"""Modality worklist as SCP (PS3.4 K): whom cases are prepared for, told to the clinic's devices."""

import fnmatch
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydicom import Dataset

from app.net.dimse.query import key, usable_charset
from app.net.dimse.status import Status


@dataclass(frozen=True, slots=True)
class WorklistItem:
    """One procedure that may be made now; names as PN (PS3.5 6.2.1), dates as DA."""

    patient_name: str
    patient_id: str
    birth_date: str
    sex: str
    accession_number: str
    study_instance_uid: str
    description: str


def answer_worklist(
    event: Any, items: Sequence[WorklistItem], charset: str, now: datetime
) -> Iterator[tuple[int, Dataset | None]]:
    """EVT_C_FIND: the items that match, in the asker's character set where it can say them.

    Each is due `now`, in the time of this place.
    """
    try:
        asked = event.identifier
        step = (asked.get("ScheduledProcedureStepSequence") or [Dataset()])[0]
        found = [one for one in items if _matches(one, asked, step, now)]
    except Exception:  # a data set that cannot be read, in whatever way
        yield Status.CANNOT_UNDERSTAND, None
        return
    calling = str(event.assoc.requestor.ae_title).strip()
    wanted = asked.get("SpecificCharacterSet")
    for item in found:
        if event.is_cancelled:
            yield Status.CANCELLED, None
            return
        yield Status.PENDING, _answer(item, step, wanted or charset, calling, now)
    yield Status.SUCCESS, None


def _matches(item: WorklistItem, asked: Dataset, step: Dataset, now: datetime) -> bool:
    """Matching of PS3.4 K.2.2.1; what an item does not know of itself matches everything."""
    keys = (
        (_words(asked, "PatientName"), item.patient_name),
        (_words(asked, "PatientID"), item.patient_id),
        (_words(asked, "AccessionNumber"), item.accession_number),
        (_words(asked, "RequestedProcedureID"), item.accession_number),
        (_words(asked, "StudyInstanceUID"), item.study_instance_uid),
        (_words(asked, "PatientBirthDate"), item.birth_date),
    )
    if not all(_fits_words(wanted, value) for wanted, value in keys):
        return False
    return _in_range(_words(step, "ScheduledProcedureStepStartDate"), now.strftime("%Y%m%d"))


def _words(dataset: Dataset, keyword: str) -> str:
    return str(dataset.get(keyword) or "").strip()


def _fits_words(wanted: str, value: str) -> bool:
    """Single value, wild card and universal matching (PS3.4 C.2.2.2); names without regard to
    case and in any of their scripts."""
    if not wanted.strip("*"):
        return True
    pattern = re.sub(r"\[", "[[]", wanted.rstrip("^")).casefold()
    candidates = {value, *value.split("=")}
    return any(
        fnmatch.fnmatchcase(one.rstrip("^").casefold(), pattern)
        or fnmatch.fnmatchcase(one.replace("^", "").casefold(), pattern.replace("^", ""))
        for one in candidates
    )


def _in_range(wanted: str, day: str) -> bool:
    """Range matching of a date (PS3.4 C.2.2.2.5)."""
    if not wanted or wanted == "*":
        return True
    if "-" not in wanted:
        return wanted == day
    first, _, last = wanted.partition("-")
    return (not first or first <= day) and (not last or day <= last)


def _answer(
    item: WorklistItem, step: Dataset, charset: Any, calling: str, now: datetime
) -> Dataset:
    """The return keys of PS3.4 table K.6-1 that are known."""
    answer = Dataset()
    texts = (item.patient_name, item.patient_id, item.description)
    answer.SpecificCharacterSet = usable_charset(charset, texts)
    answer.AccessionNumber = item.accession_number
    answer.ReferringPhysicianName = ""
    answer.PatientName = key(item.patient_name)
    answer.PatientID = key(item.patient_id)
    answer.PatientBirthDate = item.birth_date
    answer.PatientSex = item.sex
    answer.StudyInstanceUID = item.study_instance_uid
    answer.RequestedProcedureDescription = key(item.description)
    answer.RequestedProcedureID = item.accession_number
    one = Dataset()
    # A case does not say on which machine: it is offered to whoever asks, as what it asked for.
    one.Modality = _words(step, "Modality").strip("*") or "OT"
    one.ScheduledStationAETitle = calling
    one.ScheduledProcedureStepStartDate = now.strftime("%Y%m%d")
    one.ScheduledProcedureStepStartTime = now.strftime("%H%M%S")
    one.ScheduledPerformingPhysicianName = ""
    one.ScheduledProcedureStepDescription = key(item.description)
    one.ScheduledProcedureStepID = item.accession_number
    answer.ScheduledProcedureStepSequence = [one]
    return answer
