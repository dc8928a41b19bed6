"""References to other instances, with study and series (PS3.3 10.8, C.17.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.imaging.attributes import items, numbers, text

if TYPE_CHECKING:
    from pydicom import Dataset

MAX_REFERENCES = 20_000
EVIDENCE = ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence")


@dataclass(frozen=True, slots=True)
class Reference:
    """One instance, or some of its frames counted from 0; study and series are empty where the
    object does not list them. `state_uid` is the presentation state to show it with, or empty.
    """

    study_instance_uid: str
    series_instance_uid: str
    sop_class_uid: str
    sop_instance_uid: str
    frames: tuple[int, ...] = ()
    state_uid: str = ""

    @property
    def frame(self) -> int:
        """The first frame meant, from 0."""
        return self.frames[0] if self.frames else 0


def evidence_of(dataset: Dataset) -> dict[str, Reference]:
    """Every instance the document lists in its evidence sequences, by SOP Instance UID."""
    found: dict[str, Reference] = {}
    for keyword in EVIDENCE:
        for study in items(dataset, keyword):
            study_uid = text(study, "StudyInstanceUID")
            for series in items(study, "ReferencedSeriesSequence"):
                series_uid = text(series, "SeriesInstanceUID")
                for one in items(series, "ReferencedSOPSequence"):
                    if len(found) >= MAX_REFERENCES:
                        return found
                    uid = text(one, "ReferencedSOPInstanceUID")
                    if uid:
                        class_uid = text(one, "ReferencedSOPClassUID")
                        found[uid] = Reference(study_uid, series_uid, class_uid, uid)
    return found


def references_of(item: Dataset, evidence: dict[str, Reference]) -> tuple[Reference, ...]:
    """What one content item refers to (C.18.4), completed from the evidence."""
    found = []
    for one in items(item, "ReferencedSOPSequence")[:MAX_REFERENCES]:
        uid = text(one, "ReferencedSOPInstanceUID")
        if not uid:
            continue
        known = evidence.get(uid)
        states = items(one, "ReferencedSOPSequence")
        found.append(
            Reference(
                study_instance_uid=known.study_instance_uid if known else "",
                series_instance_uid=known.series_instance_uid if known else "",
                sop_class_uid=text(one, "ReferencedSOPClassUID"),
                sop_instance_uid=uid,
                frames=_frames(one),
                state_uid=text(states[0], "ReferencedSOPInstanceUID") if states else "",
            )
        )
    return tuple(found)


def _frames(item: Dataset) -> tuple[int, ...]:
    frames = numbers(item, "ReferencedFrameNumber")[:MAX_REFERENCES]
    return tuple(int(frame) - 1 for frame in frames if frame >= 1)
